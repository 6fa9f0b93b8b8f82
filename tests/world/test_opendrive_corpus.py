"""Every public map at hand loads, joins up, and routes."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from simgen.world.lanes import LaneNetwork, LanePosition
from simgen.world.opendrive.network import lane_network
from simgen.world.opendrive.read import read_opendrive

CORPUS = Path(__file__).resolve().parents[2] / ".." / "shared" / "corpus"
MAPS = sorted(path.relative_to(CORPUS) for path in CORPUS.rglob("*.xodr"))
USUAL = {
    "multi_lanesections", "e6mini-lht", "fabriksgatan_traffic_lights", "velodrome", "direct_junction_simple",
    "parking_demo",
    "mixed_roads", "straight_500_superelevation_elevation_curve", "two_plus_one", "tunnels",
}  # fmt: skip
# Where files link driving lanes whose ends do not meet (metres); everywhere else they do to a centimetre.
OPEN_JOINTS_M = {"soderleden": 1.76}

pytestmark = pytest.mark.skipif(not MAPS, reason="the shared corpus is not here")


def driving_gap_m(network: LaneNetwork) -> float:
    """The largest distance between the end of a driving lane and the start of one that follows."""
    return max(
        (
            float(np.linalg.norm(lane.centre[-1, :2] - network.lanes[name].centre[0, :2]))
            for lane in network.lanes.values()
            for name in lane.successors
            if lane.kind == "driving" == network.lanes[name].kind
        ),
        default=0.0,
    )


def check(name: Path) -> None:
    drive = read_opendrive(CORPUS / name)
    assert drive.version[0] == 1
    origin = np.array([5.0, -7.0, 1.0])
    network = lane_network(drive, origin)
    for lane in network.lanes.values():
        assert len(lane.centre) == len(lane.left) == len(lane.right) == len(lane.station_m) == len(lane.tangent)
        assert all(np.all(np.isfinite(part)) for part in (lane.centre, lane.left, lane.right, lane.tangent))
        assert np.all(np.diff(lane.station_m) > 0)
        assert all(lane.id in network.lanes[name].predecessors for name in lane.successors)
        assert all(lane.id in network.lanes[name].successors for name in lane.predecessors)
    assert driving_gap_m(network) <= OPEN_JOINTS_M.get(name.stem, 0.01)
    check_places(network)
    check_routes(network)


def check_places(network: LaneNetwork) -> None:
    lanes = [lane for lane in network.lanes.values() if lane.kind == "driving" and lane.length_m > 0.1]
    places = [LanePosition(lane=lane.id, s_m=0.5 * lane.length_m) for lane in lanes]
    poses = [network.pose(place) for place in places]
    points = np.array([pose.translation for pose in poses]).reshape(-1, 3)
    headings = np.array([np.arctan2(pose.matrix()[1, 0], pose.matrix()[0, 0]) for pose in poses])
    found = network.locate(points[:, :2], heading_rad=headings, z_m=points[:, 2])
    for lane, place, there, point in zip(lanes, places, found, points, strict=True):
        if np.ptp(lane.road_t_m[len(lane.road_t_m) // 2]) > 0.1:
            assert there is not None, lane.id
            assert network.pose(there).translation == pytest.approx(point, abs=0.02)
        back = network.from_road(network.to_road(place))
        assert back is not None
        assert network.pose(back).translation == pytest.approx(point, abs=0.02)


def check_routes(network: LaneNetwork) -> None:
    """Whoever drives on from the longest lane gets somewhere, and a route leads there too."""
    driving = [lane for lane in network.lanes.values() if lane.kind == "driving" and lane.successors]
    for lane in sorted(driving, key=lambda one: -one.length_m)[:3]:
        place = LanePosition(lane=lane.id, s_m=0.0)
        there = network.advance(place, lane.length_m + 1e-6)
        assert there is not None
        way = network.route(lane.id, there.lane, lane_changes=False)
        assert way[0] == lane.id
        assert way[-1] == there.lane
        assert all(after in network.lanes[before].successors for before, after in itertools.pairwise(way))


@pytest.mark.parametrize("name", [name for name in MAPS if name.stem in USUAL], ids=lambda name: name.stem)
def test_usual_maps(name: Path) -> None:
    check(name)


@pytest.mark.full
@pytest.mark.parametrize("name", [name for name in MAPS if name.stem not in USUAL], ids=lambda name: name.stem)
def test_every_other_map(name: Path) -> None:
    check(name)
