"""What the reader takes from a file, and the one line that it says about a broken one."""

import math

import pytest

from simgen.errors import InputError
from simgen.world.opendrive.object_types import CornerRoad
from simgen.world.opendrive.read import read_opendrive

MAP = """<?xml version="1.0"?>
<OpenDRIVE>
  <header revMajor="1" revMinor="7" name="two roads">
    <geoReference><![CDATA[+proj=utm +zone=32]]></geoReference>
    <offset x="100" y="200" z="3" hdg="0"/>
  </header>
  <road id="3" length="60" junction="-1" rule="LHT">
    <link><successor elementType="road" elementId="4" contactPoint="start"/></link>
    <type s="0" type="town"><speed max="30" unit="mph"/></type>
    <planView><geometry s="0" x="0" y="0" hdg="0" length="60"><line/></geometry></planView>
    <lanes>
      <laneOffset s="0" a="0.5" b="0" c="0" d="0"/>
      <laneSection s="0">
        <left><lane id="1" type="driving" level="false"><width sOffset="0" a="3.5" b="0" c="0" d="0"/></lane></left>
        <center><lane id="0" type="none"><roadMark sOffset="0" type="broken" width="0.12">
          <type name="dashes" width="0.12"><line length="3" space="6" tOffset="0" sOffset="0"/></type></roadMark>
          <roadMark sOffset="4" type="solid"><sway ds="0" a="0.1" b="0" c="0" d="0"/>
          <explicit><line sOffset="1" length="2" tOffset="0.1" width="0.2"/></explicit></roadMark></lane></center>
        <right><lane id="-1" type="driving"><width sOffset="0" a="3" b="0" c="0" d="0"/></lane></right>
      </laneSection>
      <laneSection s="10">
        <center><lane id="0" type="none"/></center>
        <right><lane id="-1" type="driving"><width sOffset="0" a="3" b="0" c="0" d="0"/>
          <speed sOffset="2" max="36" unit="km/h"/></lane></right>
      </laneSection>
    </lanes>
    <objects>
      <object id="x" type="crosswalk" s="5" t="0" length="3" orientation="-"><outlines><outline id="0">
        <cornerRoad s="4" t="1" dz="0" height="0"/><cornerRoad s="6" t="1" dz="0" height="0"/></outline></outlines>
        <repeat s="1" length="9" distance="3" tStart="1" tEnd="2" zOffsetStart="0" zOffsetEnd="0"
          heightStart="2" heightEnd="2"/></object>
      <bridge id="b" s="1" length="4" type="concrete"/>
    </objects>
    <signals><signal id="s" s="5" t="-4" dynamic="yes" orientation="+" type="1000001" zOffset="2" value="50"
      unit="km/h"/><signalReference id="s" s="6" t="0" orientation="-"/></signals>
  </road>
  <road id="4" length="10" junction="7">
    <planView><geometry s="0" x="60" y="0" hdg="0" length="10"><arc curvature="0.01"/></geometry></planView>
    <lanes><laneSection s="0"><center><lane id="0" type="none"/></center>
      <right><lane id="-1" type="driving"><border sOffset="0" a="3" b="0" c="0" d="0"/></lane></right></laneSection>
    </lanes>
  </road>
  <controller id="c" name="lights"><control signalId="s" type="0"/></controller>
  <junction id="7" name="crossing"><connection id="0" incomingRoad="3" connectingRoad="4" contactPoint="start">
    <laneLink from="-1" to="-1"/></connection><controller id="c"/></junction>
</OpenDRIVE>
"""


def test_reads_what_the_file_says() -> None:
    drive = read_opendrive(MAP)
    assert drive.version == (1, 7)
    assert drive.geo_reference == "+proj=utm +zone=32"
    assert drive.offset == (100.0, 200.0, 3.0, 0.0)
    road = drive.roads["3"]
    assert road.rule == "LHT"
    assert road.junction == ""
    assert road.successor is not None
    assert road.successor.contact == "start"
    assert road.types[0].speed_mps == pytest.approx(30 * 0.44704)  # NIST SP 811: 1 mi/h is 0.44704 m/s
    assert [section.end_m for section in road.sections] == [10.0, 60.0]
    assert road.sections[1].lanes[-1].speeds[0].s_m == 12.0
    assert road.sections[1].lanes[-1].speeds[0].speed_mps == pytest.approx(10.0)
    assert drive.controllers["c"].signals == ("s",)
    assert drive.junctions["7"].connections[0].lane_links[0].from_lane == -1
    assert drive.roads["4"].junction == "7"


def test_reads_road_marks() -> None:
    dashes, solid = read_opendrive(MAP).roads["3"].sections[0].lanes[0].road_marks
    assert (dashes.start_m, dashes.end_m, dashes.kind) == (0.0, 4.0, "broken")
    assert (dashes.lines[0].length_m, dashes.lines[0].space_m, dashes.lines[0].width_m) == (3.0, 6.0, 0.12)
    assert (solid.start_m, solid.end_m) == (4.0, 10.0)
    assert solid.explicit[0].s_offset_m == 1.0
    assert solid.sway.starts_m.tolist() == [4.0]
    assert math.isnan(solid.width_m)


def test_reads_objects_and_signals() -> None:
    road = read_opendrive(MAP).roads["3"]
    (thing,) = road.objects
    assert thing.orientation == "-"
    assert thing.outlines[0].corners[1] == CornerRoad(s_m=6.0, t_m=1.0, dz_m=0.0, height_m=0.0)
    assert thing.repeats[0].t_m == (1.0, 2.0)
    assert thing.repeats[0].height_m == (2.0, 2.0)
    assert road.structures[0].element == "bridge"
    assert road.signals[0].dynamic
    assert road.signals[0].value == 50.0
    assert road.signal_references[0].id == "s"


def test_distances_written_as_borders_on_the_right_become_negative_t() -> None:
    lane = read_opendrive(MAP).roads["4"].sections[0].lanes[-1]
    assert lane.borders.coefficients[0, 0] == -3.0


def test_a_single_sided_section_lets_the_other_side_run_on() -> None:
    text = MAP.replace('<laneSection s="10">', '<laneSection s="10" singleSide="true">')
    first, second = read_opendrive(text).roads["3"].sections
    assert first.lanes[1].end_m == 60.0
    assert first.lanes[-1].end_m == 10.0
    assert second.lanes[-1].end_m == 60.0


def test_namespaces_and_byte_order_marks_are_no_matter() -> None:
    text = MAP.replace("<OpenDRIVE>", '<OpenDRIVE xmlns="http://code.asam.net/simulation/standard/opendrive_schema">')
    assert set(read_opendrive("\ufeff" + text).roads) == {"3", "4"}


BOMB = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]>'
BROKEN = {
    "number": ('a="3.5"', 'a="x"', "road 3: laneSection s=0: lane 1: width: a: expected a number, got 'x'"),
    "NaN": ('hdg="0" length="60"', 'hdg="nan" length="60"', "road 3: geometry s=0: hdg: expected a number, got 'nan'"),
    "infinity": ('a="0.5"', 'a="inf"', "road 3: laneOffset s=0: a: expected a number, got 'inf'"),
    "missing": (' length="60"><line', "><line", "road 3: geometry s=0: length: missing"),
    "missing id": ('<road id="4"', "<road", "road: id: missing"),
    "negative length": (
        '<road id="3" length="60"',
        '<road id="3" length="-60"',
        "road 3: length: expected more than 0",
    ),
    "endless": (
        '<road id="4" length="10"',
        '<road id="4" length="1e9"',
        "road 4: length: expected at most 1e+06, got 1e9",
    ),
    "length": ('<road id="4" length="10"', '<road id="4" length="nan"', "road 4: length: expected a number, got 'nan'"),
    "descending s": (
        '<laneSection s="10">',
        '<laneSection s="-1">',
        "laneSection s=-1: s: expected at least 0, got -1",
    ),
    "equal s": ('<laneSection s="10">', '<laneSection s="0">', "laneSection s=0: s: expected more than 0, got 0"),
    "late section": ('<laneSection s="10">', '<laneSection s="70">', "s: expected less than the road's length 60"),
    "no section": ("laneSection", "somethingElse", "road 3: laneSection: missing"),
    "unknown road": (
        'elementId="4"',
        'elementId="9"',
        "road 3: successor: elementId: expected the id of a road, got '9'",
    ),
    "unknown kind": ('elementType="road"', 'elementType="rail"', "successor: elementType: expected road or junction"),
    "unknown contact": (
        'contactPoint="start"/>',
        'contactPoint="top"/>',
        "contactPoint: expected start or end, got 'top'",
    ),
    "unknown junction": ('junction="7"', 'junction="8"', "road 4: junction: expected the id of a junction, got '8'"),
    "unknown incoming": ('incomingRoad="3"', 'incomingRoad="5"', "incomingRoad: expected the id of a road, got '5'"),
    "twice": ('<road id="4"', '<road id="3"', "road 3: id: there is another road with it"),
    "wrong side": ('<left><lane id="1"', '<left><lane id="-2"', "lane -2: id: expected a positive id in left, got -2"),
    "no width": ('<border sOffset="0" a="3" b="0" c="0" d="0"/>', "", "lane -1: width: missing (or border)"),
    "half a lane": ('<lane id="1"', '<lane id="1.5"', "id: expected a whole number, got '1.5'"),
    "shape": ("<line/>", "<loop/>", "geometry s=0: expected a line, arc, spiral, poly3 or paramPoly3"),
    "hole": (
        'length="60"><line/></geometry>',
        'length="20"><spiral curvStart="0" curvEnd="0.1"/></geometry>',
        "length",
    ),
    "unit": ('unit="mph"', 'unit="knots"', "speed: unit: expected m/s or km/h or mph, got 'knots'"),
    "speed": ('max="30"', 'max="-30"', "speed: max: expected at least 0, got -30"),
    "lane link": ('<laneLink from="-1"', '<laneLink from="one"', "laneLink: from: expected a number, got 'one'"),
    "object": ('type="crosswalk" s="5"', 'type="crosswalk" s=""', "object x: s: expected a number"),
    "signal": ('id="s" s="5"', 'id="s"', "signal s: s: missing"),
    "rule": ('rule="LHT"', 'rule="up"', "road 3: rule: expected RHT or LHT, got 'up'"),
    "version": ('revMajor="1"', 'revMajor="2"', "header: revMajor: expected 1, got 2"),
    "no header": ("<header", "<foot", "malformed XML"),
    "root": ("OpenDRIVE>", "OpenSCENARIO>", "expected OpenDRIVE as the root element, got 'OpenSCENARIO'"),
    "cut off": ("</OpenDRIVE>", "", "malformed XML"),
    "entities": ("<OpenDRIVE>", BOMB + "<OpenDRIVE>", "document types and entities are not accepted"),
}


@pytest.mark.parametrize(("old", "new", "message"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_file_gets_one_line_that_names_the_element(old: str, new: str, message: str) -> None:
    assert old in MAP
    with pytest.raises(InputError) as caught:
        read_opendrive(MAP.replace(old, new))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_map_without_a_lane_is_refused_but_a_bare_section_is_not() -> None:
    bare = MAP.replace("right>", "nothing>")
    assert list(read_opendrive(bare).roads["3"].sections[1].lanes) == [0]
    with pytest.raises(InputError, match="road 3: laneSection s=0: lane: missing"):
        read_opendrive(bare.replace("left>", "nothing>"))


def test_files_that_are_no_maps(tmp_path) -> None:
    deep = tmp_path / "deep.xodr"
    deep.write_text("<OpenDRIVE>" + "<a>" * 100_000)
    empty = tmp_path / "empty.xodr"
    empty.write_text("")
    noise = tmp_path / "noise.xodr"
    noise.write_bytes(bytes(range(256)))
    for path in (deep, empty, noise, tmp_path / "none.xodr", tmp_path):
        with pytest.raises(InputError) as caught:
            read_opendrive(path)
        assert "\n" not in str(caught.value)
        assert path.name in str(caught.value)


def test_no_file_of_this_machine_is_read_through_an_entity(tmp_path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("42")
    dtd = f'<!DOCTYPE a [<!ENTITY b SYSTEM "{secret.as_uri()}">]>'
    for encoding in ("utf-8", "utf-16"):
        path = tmp_path / "map.xodr"
        path.write_bytes((dtd + MAP.split("?>")[1].replace('name="two roads"', 'name="&b;"')).encode(encoding))
        with pytest.raises(InputError):
            read_opendrive(path)
