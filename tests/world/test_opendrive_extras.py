"""What else 1.8 holds: railways, groups, boundaries; paint that is a signal; objects with holes."""

import numpy as np
import pytest
import shapely

from simgen.world.build import world_from_opendrive
from simgen.world.mesh import Mesh
from simgen.world.opendrive.read import read_opendrive
from simgen.world.opendrive.site_types import BoundarySegment, Platform
from simgen.world.surfaces.arrows import arrow, directions_in

WIDTH = '<width sOffset="0" a="3.5" b="0" c="0" d="0"/>'


def text_of(inside: str = "", beside: str = "") -> str:
    return f"""<OpenDRIVE><header revMajor="1" revMinor="8"/><road id="1" length="60" junction="-1">
      <planView><geometry s="0" x="0" y="0" hdg="0" length="60"><line/></geometry></planView>
      <lanes><laneSection s="0"><left><lane id="1" type="driving" direction="reversed">{WIDTH}
      <rule sOffset="5" value="no stopping at any time"/></lane></left><center><lane id="0" type="none"/></center>
      <right><lane id="-1" type="driving">{WIDTH}</lane></right></laneSection></lanes>
      {inside}</road>{beside}</OpenDRIVE>"""


def test_reads_railways_groups_and_boundaries() -> None:
    drive = read_opendrive(
        text_of(
            '<railroad><switch id="w" name="west" position="dynamic"><mainTrack id="1" s="10" dir="+"/>'
            '<sideTrack id="1" s="0" dir="+"/><partner id="x"/></switch></railroad>',
            '<junction id="7" type="default"><boundary><segment type="joint" roadId="1" contactPoint="end"'
            ' jointLaneStart="-1" jointLaneEnd="1"/><segment type="lane" roadId="1" boundaryLane="-1" sStart="begin"'
            ' sEnd="end"/></boundary></junction><junctionGroup id="g" name="ring" type="roundabout">'
            '<junctionReference junction="7"/></junctionGroup><station id="s" name="main" type="small">'
            '<platform id="p"><segment roadId="1" sStart="5" sEnd="25" side="right"/></platform></station>',
        )
    )
    switch = drive.roads["1"].railroad[0]
    assert (switch.main, switch.side, switch.partner) == (("1", 10.0, "+"), ("1", 0.0, "+"), "x")
    assert drive.junctions["7"].boundary == (
        BoundarySegment(kind="joint", road="1", contact="end", lanes=(-1, 1)),
        BoundarySegment(kind="lane", road="1", lane=-1, s_start="begin", s_end="end"),
    )
    assert (drive.junction_groups[0].kind, drive.junction_groups[0].junctions) == ("roundabout", ("7",))
    assert drive.stations[0].platforms == (Platform(id="p", segments=(("1", 5.0, 25.0, "right"),)),)
    lane = drive.roads["1"].sections[0].lanes[1]
    assert (lane.direction, lane.rules) == ("reversed", ((5.0, "no stopping at any time"),))


def painted(inside: str) -> shapely.Geometry:
    world = world_from_opendrive(text_of(inside))
    return plan_of([one.mesh for one in world.surfaces if one.name == "markings"])


def plan_of(meshes: list[Mesh]) -> shapely.Geometry:
    corners = [mesh.vertices[mesh.faces][:, :, :2].astype(np.float64) for mesh in meshes]
    return shapely.union_all(shapely.polygons(np.concatenate(corners)), grid_size=1e-4) if corners else shapely.Point()


def signal(kind: str, name: str, orientation: str, t: float, more: str = "") -> str:
    return (
        f'<signals><signal id="a" name="{name}" s="20" t="{t}" dynamic="no" orientation="{orientation}" type="{kind}" '
        f'zOffset="0" {more}/></signals>'
    )


@pytest.mark.parametrize("kind", ["1000003", "293"])
def test_a_crossing_given_as_a_signal_is_striped(kind: str) -> None:
    zebra = painted(signal(kind, "", "+", 0.0, 'value="4" width="7"'))
    assert zebra.bounds == pytest.approx((20.4, -3.25, 23.6, 3.25), abs=0.3)
    assert zebra.area == pytest.approx(7 * 0.5 * 3.2, rel=0.02)
    assert len(shapely.get_parts(zebra)) == 7


@pytest.mark.parametrize(("orientation", "side"), [("+", 1.0), ("-", -1.0)])
def test_an_arrow_given_as_a_signal_points_where_its_traffic_goes(orientation: str, side: float) -> None:
    t = -1.75 * side
    shape = painted(signal("297", "arrowStraightLeft", orientation, t))
    x, y = np.mean(shape.bounds[0::2]), shape.centroid.y
    assert x == pytest.approx(20.0, abs=0.05)
    assert shape.bounds[2] - shape.bounds[0] == pytest.approx(5.0, abs=0.01)
    assert (shape.centroid.x - 20.0) * side > 0.0
    assert (y - t) * side > 0.0


def test_arrows_by_name() -> None:
    assert directions_in("arrowStraightLeftRight") == ("left", "right", "straight")
    assert directions_in("arrow") == ("straight",)
    left, right = arrow(("left",)), arrow(("right",))
    assert left.area == pytest.approx(right.area, rel=1e-3)
    assert left.centroid.y == pytest.approx(-right.centroid.y, abs=1e-3)
    assert left.is_valid
    assert len(shapely.get_parts(left)) == 1


def test_an_outline_may_have_a_hole() -> None:
    def ring(number: int, size: float, outer: str) -> str:
        places = [(-size, -size), (size, -size), (size, size), (-size, size)]
        corners = "".join(f'<cornerLocal u="{u}" v="{v}" z="0" height="3"/>' for u, v in places)
        return f'<outline id="{number}" outer="{outer}" closed="true">{corners}</outline>'

    outlines = ring(0, 4.0, "true") + ring(1, 1.5, "false")
    item = f'<object id="b" type="building" s="20" t="15"><outlines>{outlines}</outlines></object>'
    world = world_from_opendrive(text_of(f"<objects>{item}</objects>"))
    house = plan_of([one.mesh for one in world.surfaces if one.name == "objects"])
    assert house.area == pytest.approx(64.0 - 9.0, rel=1e-3)
