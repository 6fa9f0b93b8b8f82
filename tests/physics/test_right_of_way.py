"""Who waits at junctions without lights, and that nobody drives into anybody."""

import numpy as np
import pytest
import shapely

from simgen import library
from simgen.physics.crossings import Crossings, Passage
from simgen.physics.right_of_way import Comer, waiting_lines
from simgen.physics.simulation import Simulation
from simgen.physics.yielding import crossings_of
from simgen.scenario.sample import sample
from simgen.world.lanes import Lane, LaneNetwork
from simgen.world.precedence import Precedence
from simgen.world.world import World

CARS = ("car", "van", "truck", "bus")


def lane(name: str, start: tuple[float, float], end: tuple[float, float], *, left_hand: bool = False) -> Lane:
    """A straight lane over a junction, its road along its traffic."""
    centre = np.linspace([*start, 0.0], [*end, 0.0], 41)
    way = (centre[-1] - centre[0]) / np.linalg.norm(centre[-1] - centre[0])
    aside = 1.75 * np.array([-way[1], way[0], 0.0])
    station = np.linalg.norm(centre - centre[0], axis=1)
    return Lane(
        id=f"{name}/0/{1 if left_hand else -1}", kind="driving", road=name, section=0, index=1 if left_hand else -1,
        centre=centre, left=centre + aside, right=centre - aside, station_m=station, junction="j", road_s_m=station,
        road_t_m=np.tile([1.75, -1.75], (len(station), 1)),
    )  # fmt: skip


def network(*lanes: Lane) -> LaneNetwork:
    return LaneNetwork({one.id: one for one in lanes})


def yields(crossings: Crossings, one: Lane, other: Lane) -> bool:
    return next(conflict.yields for conflict in crossings.conflicts(one.id) if conflict.other == other.id)


@pytest.mark.parametrize("left_hand", [False, True])
def test_right_before_left_and_mirrored(left_hand: bool) -> None:
    east = lane("1", (-10, 0), (10, 0), left_hand=left_hand)
    north = lane("2", (0, -10), (0, 10), left_hand=left_hand)  # comes from the right of who drives east
    crossings = Crossings(network(east, north), Precedence())
    assert yields(crossings, east, north) is not left_hand
    assert yields(crossings, north, east) is left_hand


def test_signs_and_priorities_go_before_the_rule() -> None:
    east, north = lane("1", (-10, 0), (10, 0)), lane("2", (0, -10), (0, 10))
    signed = Crossings(network(east, north), Precedence(rank={north.id: -1}))
    assert (yields(signed, east, north), yields(signed, north, east)) == (False, True)
    named = Crossings(network(east, north), Precedence(over=frozenset({("1", "2")})))
    assert (yields(named, east, north), yields(named, north, east)) == (False, True)


@pytest.mark.parametrize("name", ["town", "highway"])
def test_of_two_exactly_one_yields(name: str) -> None:
    world: World = library.find("worlds", name).build()
    crossings = crossings_of(world)
    inside = [one for one in world.lanes.lanes.values() if one.junction and one.kind == "driving"]
    for one in inside:
        for conflict in crossings.conflicts(one.id):
            back = [each for each in crossings.conflicts(conflict.other) if each.other == one.id]
            assert [each.yields for each in back] == [not conflict.yields]


def comer(lane_id: str, before_m: float, speed: float, waited: float = 0.0) -> Comer:
    """A car of 4 m whose front is so far before the junction."""
    return Comer(
        (Passage(lane=lane_id, start_m=100.0, entry_m=100.0),), 100.0 - before_m, 96.0 - before_m, speed, np.inf, waited
    )


def test_gaps_are_taken_and_left() -> None:
    east, north = lane("1", (-10, 0), (10, 0)), lane("2", (0, -10), (0, 10))
    crossings = Crossings(network(east, north), Precedence())
    line = 100.0 - 0.5
    near = waiting_lines([comer(east.id, 20.0, 8.0), comer(north.id, 20.0, 8.0)], crossings)
    assert near == [line, np.inf]
    far = waiting_lines([comer(east.id, 5.0, 8.0), comer(north.id, 58.0, 8.0)], crossings)
    assert far == [np.inf, np.inf]
    inside = waiting_lines([comer(east.id, -5.0, 1.0), comer(north.id, 12.0, 6.0)], crossings)
    assert inside[1] == line
    passed = waiting_lines([comer(east.id, 20.0, 8.0), comer(north.id, -40.0, 8.0)], crossings)
    assert passed == [np.inf, np.inf]


def test_four_that_wait_for_one_another_go_one_by_one() -> None:
    ends = [(-10, -2, 10, -2), (2, -10, 2, 10), (10, 2, -10, 2), (-2, 10, -2, -10)]
    lanes = [lane(str(k), end[:2], end[2:]) for k, end in enumerate(ends)]
    crossings = Crossings(network(*lanes), Precedence())
    arrived = [comer(one.id, 0.6, 0.0, waited=1.0) for one in lanes]
    assert all(np.isfinite(waiting_lines(arrived, crossings)))
    patient = [comer(one.id, 0.6, 0.0, waited=4.0 + 0.2 * k) for k, one in enumerate(lanes)]
    assert np.isinf(waiting_lines(patient, crossings)[3])


def overlaps(world: str, seed: int, seconds: float) -> list[tuple[str, str, float]]:
    """Pairs of vehicles whose footprints meet, and when first; the ego's contacts with anybody."""
    scenario = library.find("scenarios", "urban_traffic").build(world=world)
    place: World = library.find("worlds", scenario.world).build(**scenario.world_parameters)
    found: dict[tuple[str, str], float] = {}
    with Simulation(sample(scenario, seed, place), place) as simulation:
        actors = simulation.cast.actors
        size = np.array([actor.model.extent_m[:2] for actor in actors])
        middle = np.array([actor.model.centre_m[0] for actor in actors])
        roots = np.array([simulation.cast.rows(actor.id).start for actor in actors])
        for k in range(int(60 * seconds)):
            snapshot = simulation.step()
            for contact in snapshot.contacts:
                if min(contact.actor_a, contact.actor_b) > 0:
                    names = actors[contact.actor_a - 1].name, actors[contact.actor_b - 1].name
                    found.setdefault(names, snapshot.time_ns * 1e-9)
            if k % 12:
                continue
            pose = snapshot.link_pose[roots]
            yaw = 2.0 * np.arctan2(pose[:, 5], pose[:, 6])
            ahead = np.stack([np.cos(yaw), np.sin(yaw)], axis=1)
            left = ahead[:, ::-1] * [-1.0, 1.0]
            centre = pose[:, :2] + middle[:, None] * ahead
            corners = np.stack(
                [centre + a * size[:, :1] * ahead + b * size[:, 1:] * left
                 for a, b in ((0.5, 0.5), (-0.5, 0.5), (-0.5, -0.5), (0.5, -0.5))], axis=1,
            )  # fmt: skip
            boxes = shapely.polygons(corners)
            for i, j in shapely.STRtree(boxes).query(boxes, predicate="intersects").T.tolist():
                cars = i < j and actors[i].category in CARS and actors[j].category in CARS
                if cars and abs(pose[i, 2] - pose[j, 2]) < 2.0:
                    found.setdefault((actors[i].name, actors[j].name), snapshot.time_ns * 1e-9)
    return [(*pair, when) for pair, when in found.items()]


def test_nobody_drives_into_anybody_for_a_while() -> None:
    assert overlaps("town", 1, 10.0) == []


@pytest.mark.full
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("world", ["town", "highway"])
def test_nobody_drives_into_anybody(world: str, seed: int) -> None:
    assert overlaps(world, seed, 60.0) == []
