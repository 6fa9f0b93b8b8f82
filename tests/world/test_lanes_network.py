"""Lane-relative positions both ways, links, neighbours and routes."""

import itertools
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simgen.world.lanes import Lane, LaneNetwork, LanePosition, RoadPlace
from simgen.world.opendrive.geometry import road_to_world
from simgen.world.opendrive.network import lane_network
from simgen.world.opendrive.read import read_opendrive
from simgen.world.opendrive.types import OpenDrive

CORPUS = Path(__file__).resolve().parents[2] / ".." / "shared" / "corpus"


def width(lane: int, metres: float, kind: str = "driving", link: str = "") -> str:
    return (
        f'<lane id="{lane}" type="{kind}">{link}<width sOffset="0" a="{metres}" b="0" c="0" d="0"/>'
        '<speed sOffset="0" max="50" unit="km/h"/></lane>'
    )


def section(s_m: float, left: str = "", right: str = "") -> str:
    return (
        f'<laneSection s="{s_m}"><left>{left}</left><center><lane id="0" type="none"/></center>'
        f"<right>{right}</right></laneSection>"
    )


def joined(before: int | None, after: int | None) -> str:
    one = "" if before is None else f'<predecessor id="{before}"/>'
    other = "" if after is None else f'<successor id="{after}"/>'
    return f"<link>{one}{other}</link>"


def winding(rule: str = "RHT") -> OpenDrive:
    """One winding, climbing, rolled road: sections of 2 + 2 and 2 + 3 lanes and a sidewalk."""
    geometry = (
        '<geometry s="0" x="0" y="0" hdg="0.5" length="40"><arc curvature="0.02"/></geometry>'
        '<geometry s="40" x="{x!r}" y="{y!r}" hdg="1.3" length="60">'
        '<spiral curvStart="0.02" curvEnd="-0.03"/></geometry>'
    )
    x = (math.sin(1.3) - math.sin(0.5)) / 0.02
    y = (math.cos(0.5) - math.cos(1.3)) / 0.02
    first = section(
        0,
        width(3, 2, "sidewalk", joined(None, 3))
        + width(2, 3.2, link=joined(None, 2))
        + width(1, 3.4, link=joined(None, 1)),
        width(-1, 3.6, link=joined(None, -1)) + width(-2, 3.1, link=joined(None, -2)),
    )
    second = section(
        50,
        width(3, 2, "sidewalk", joined(3, None))
        + width(2, 3.2, link=joined(2, None))
        + width(1, 3.4, link=joined(1, None)),
        width(-1, 3.6, link=joined(-1, None)) + width(-2, 3.1, link=joined(-2, None)) + width(-3, 3.0),
    )
    return read_opendrive(
        f"""<OpenDRIVE><header revMajor="1" revMinor="7"/><road id="r" length="100" junction="-1" rule="{rule}">
        <planView>{geometry.format(x=x, y=y)}</planView>
        <elevationProfile><elevation s="0" a="5" b="0.04" c="0" d="0"/></elevationProfile>
        <lateralProfile><superelevation s="0" a="0.02" b="0.0005" c="0" d="0"/></lateralProfile>
        <lanes>{first}{second}</lanes></road></OpenDRIVE>"""
    )


ORIGIN = np.array([30.0, -20.0, 4.0])
DRIVES = {rule: winding(rule) for rule in ("RHT", "LHT")}
NETWORKS = {rule: lane_network(drive, ORIGIN) for rule, drive in DRIVES.items()}
rules = st.sampled_from(["RHT", "LHT"])


def test_ids_kinds_and_speeds() -> None:
    lane = NETWORKS["RHT"].lanes["r/1/-3"]
    assert (lane.kind, lane.road, lane.section, lane.index, lane.junction) == ("driving", "r", 1, -3, "")
    assert lane.speed_limit_mps == pytest.approx(50 / 3.6)
    assert len(NETWORKS["RHT"].lanes) == 11


@pytest.mark.parametrize(("rule", "along"), [("RHT", -1), ("LHT", 1)])
def test_traffic_keeps_to_its_side(rule: str, along: int) -> None:
    network = NETWORKS[rule]
    for lane in network.lanes.values():
        forward = lane.road_s_m[-1] > lane.road_s_m[0]
        assert forward == (lane.index * along > 0 or lane.kind == "sidewalk")
        ahead = lane.centre[1] - lane.centre[0]
        leftward = lane.left[0] - lane.right[0]
        assert np.cross(ahead, leftward)[2] > 0


def test_neighbours_on_the_right_hand_side_of_the_road() -> None:
    lanes = NETWORKS["RHT"].lanes
    assert (lanes["r/1/-2"].left_id, lanes["r/1/-2"].right_id) == ("r/1/-1", "r/1/-3")
    assert (lanes["r/1/-1"].left_id, lanes["r/1/-1"].opposite_id) == ("", "r/1/1")
    assert (lanes["r/1/2"].left_id, lanes["r/1/2"].right_id) == ("r/1/1", "")
    assert lanes["r/1/1"].opposite_id == "r/1/-1"


def test_neighbours_on_the_left_hand_side_of_the_road() -> None:
    lanes = NETWORKS["LHT"].lanes
    assert (lanes["r/1/1"].left_id, lanes["r/1/1"].right_id, lanes["r/1/1"].opposite_id) == ("r/1/2", "", "r/1/-1")
    assert (lanes["r/1/-2"].left_id, lanes["r/1/-2"].right_id) == ("r/1/-3", "r/1/-1")


def test_links_follow_travel() -> None:
    lanes = NETWORKS["RHT"].lanes
    assert lanes["r/0/-2"].successors == ("r/1/-2",)
    assert lanes["r/1/2"].successors == ("r/0/2",)
    assert lanes["r/0/2"].predecessors == ("r/1/2",)
    assert lanes["r/0/3"].successors == ("r/1/3",)
    assert lanes["r/1/-3"].predecessors == ()


@settings(max_examples=150, deadline=None)
@given(rule=rules, s_m=st.floats(0.0, 100.0), share=st.floats(0.001, 0.999))
def test_road_to_world_to_lane_and_back(rule: str, s_m: float, share: float) -> None:
    network = NETWORKS[rule]
    t_m = -6.7 + share * (6.7 + 6.6)  # over all driving lanes that exist everywhere
    point = road_to_world(DRIVES[rule].roads["r"], np.array([s_m]), np.array([t_m]))[0] - ORIGIN
    (found,) = network.locate(point[None, :2])
    assert found is not None
    lane = network.lanes[found.lane]
    assert abs(found.offset_m) <= 0.5 * 3.6 + 1e-6
    place = network.to_road(found)
    assert (place.s_m, place.t_m) == pytest.approx((s_m, t_m), abs=0.01)
    assert network.pose(found).translation == pytest.approx(point, abs=0.005)
    back = network.from_road(RoadPlace(road="r", s_m=s_m, t_m=t_m))
    assert back is not None
    if min(abs(s_m - end) for end in (0.0, 50.0, 100.0)) > 0.02 and abs(abs(found.offset_m) - 1.6) > 0.3:
        assert back.lane == lane.id
        assert (back.s_m, back.offset_m) == pytest.approx((found.s_m, found.offset_m), abs=0.01)


@settings(max_examples=100, deadline=None)
@given(rule=rules, data=st.data())
def test_a_pose_looks_along_its_lane_and_stands_on_the_road(rule: str, data: st.DataObject) -> None:
    network = NETWORKS[rule]
    lane = network.lanes[data.draw(st.sampled_from(sorted(network.lanes)))]
    s_m = data.draw(st.floats(0.01, lane.length_m - 0.01))
    turn = data.draw(st.floats(-3.0, 3.0))
    matrix = network.pose(LanePosition(lane=lane.id, s_m=s_m, heading_rad=turn)).matrix()
    here, ahead = (network.pose(LanePosition(lane=lane.id, s_m=s)).matrix() for s in (s_m - 0.01, s_m + 0.01))
    moved = (ahead - here)[:3, 3]
    straight = network.pose(LanePosition(lane=lane.id, s_m=s_m)).matrix()
    assert straight[:3, 0] == pytest.approx(moved / np.linalg.norm(moved), abs=0.03)
    assert straight[:3, 2] == pytest.approx(matrix[:3, 2], abs=1e-9)
    assert matrix[:3, 0] @ straight[:3, 0] == pytest.approx(math.cos(turn), abs=1e-9)
    assert matrix[:3, 0] @ straight[:3, 1] == pytest.approx(math.sin(turn), abs=1e-9)
    row = int(np.searchsorted(lane.station_m, s_m)) - 1
    leftward = lane.left[row] - lane.right[row]
    normal = np.cross(moved, leftward)
    assert straight[:3, 2] == pytest.approx(normal / np.linalg.norm(normal), abs=0.03)


@settings(max_examples=100, deadline=None)
@given(rule=rules, s_m=st.floats(0.0, 49.0), step=st.floats(-120.0, 120.0), offset=st.floats(-1.0, 1.0))
def test_advancing_there_and_back(rule: str, s_m: float, step: float, offset: float) -> None:
    network = NETWORKS[rule]
    start = LanePosition(
        lane="r/0/-2", s_m=min(s_m, network.lanes["r/0/-2"].length_m), offset_m=offset, heading_rad=0.1
    )
    there = network.advance(start, step)
    total = network.lanes["r/0/-2"].length_m + network.lanes["r/1/-2"].length_m
    first = 0.0 if rule == "RHT" else network.lanes["r/1/-2"].length_m
    at = first + start.s_m + step
    if abs(at) < 1e-6 or abs(at - total) < 1e-6:
        return
    assert (there is None) == (at < 0 or at > total)
    if there is not None:
        assert (there.offset_m, there.heading_rad) == (offset, 0.1)
        back = network.advance(there, -step)
        assert back is not None
        assert network.pose(back).translation == pytest.approx(network.pose(start).translation, abs=1e-6)


def test_the_route_decides_where_lanes_part() -> None:
    def lane(name: str, points: list[tuple[float, float]], after: tuple[str, ...] = ()) -> Lane:
        centre = np.array([(x, y, 0.0) for x, y in points])
        side = np.array([0.0, 1.5, 0.0])
        steps = np.linalg.norm(np.diff(centre, axis=0), axis=1)
        return Lane(
            id=name,
            kind="driving",
            road=name,
            section=0,
            index=-1,
            centre=centre,
            left=centre + side,
            right=centre - side,
            station_m=np.concatenate([[0.0], np.cumsum(steps)]),
            successors=after,
        )

    lanes = [
        lane("a", [(0, 0), (10, 0)], ("bend", "ahead")),
        lane("bend", [(10, 0), (15, 0), (18, 4)]),
        lane("ahead", [(10, 0), (20, 0)]),
    ]
    network = LaneNetwork({one.id: one for one in lanes})
    start = LanePosition(lane="a", s_m=8.0)
    straight, turned = network.advance(start, 5.0), network.advance(start, 5.0, route=("a", "bend"))
    assert straight is not None
    assert turned is not None
    assert (straight.lane, straight.s_m) == ("ahead", pytest.approx(3.0))
    assert (turned.lane, turned.s_m) == ("bend", pytest.approx(3.0))
    assert network.advance(start, 13.0) is None


def test_routes_change_lanes_only_if_they_may() -> None:
    network = NETWORKS["RHT"]
    assert network.route("r/0/-1", "r/1/-1") == ("r/0/-1", "r/1/-1")
    assert network.route("r/0/-1", "r/1/-3") in {
        ("r/0/-1", "r/0/-2", "r/1/-2", "r/1/-3"),
        ("r/0/-1", "r/1/-1", "r/1/-2", "r/1/-3"),
    }
    assert network.route("r/0/-1", "r/1/-3", lane_changes=False) == ()
    assert network.route("r/0/-1", "r/0/1") == ()
    assert network.route("r/0/-1", "nowhere") == ()


def test_locating_by_heading_kind_and_height() -> None:
    network = NETWORKS["RHT"]
    walk = network.pose(LanePosition(lane="r/0/3", s_m=5.0)).translation
    assert network.locate(walk[None, :2]) == [None]
    (found,) = network.locate(walk[None, :2], kinds=("sidewalk",))
    assert found is not None
    assert found.lane == "r/0/3"
    assert network.locate(walk[None, :2], kinds=())[0] is not None
    assert network.locate(walk[None, :2], kinds=(), z_m=walk[2:] + 6.0) == [None]
    assert network.locate(np.array([[500.0, 0.0], [np.nan, 0.0]])) == [None, None]
    assert LaneNetwork({}).locate(np.zeros((1, 2))) == [None]


def test_numbered_lanes_of_a_road() -> None:
    network = NETWORKS["RHT"]
    position = network.in_lane("r", 2, 60.0, offset_m=0.5)
    assert position is not None
    assert (position.lane, position.offset_m) == ("r/1/2", -0.5)
    place = network.to_road(position)
    assert (place.s_m, place.t_m) == pytest.approx((60.0, 3.4 + 1.6 + 0.5), abs=1e-6)
    assert abs(place.heading_rad) == pytest.approx(math.pi)
    assert network.in_lane("r", -3, 20.0) is None
    assert network.from_road(RoadPlace(road="x", s_m=1.0, t_m=0.0)) is None
    beside = network.from_road(RoadPlace(road="r", s_m=20.0, t_m=-9.0))
    assert beside is not None
    assert (beside.lane, beside.offset_m) == ("r/0/-2", pytest.approx(-9.0 + 3.6 + 1.55))


def test_a_junction_of_a_real_map_leads_from_road_to_road() -> None:
    file = CORPUS / "esmini/resources/xodr/fabriksgatan.xodr"
    if not file.exists():
        pytest.skip("the shared corpus is not here")
    network = lane_network(read_opendrive(file), np.zeros(3))
    way = network.route("0/0/1", "1/0/-1")
    assert [network.lanes[name].junction != "" for name in way] == [False, True, False]
    for before, after in itertools.pairwise(way):
        assert network.lanes[before].centre[-1] == pytest.approx(network.lanes[after].centre[0], abs=0.01)
