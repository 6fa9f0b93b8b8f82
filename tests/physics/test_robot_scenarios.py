"""The robot among people and trucks: it stops for who steps out, and would hit them if it did not."""

from functools import cache

import pytest

from simgen.library import find
from simgen.physics.simulation import Simulation
from simgen.scenario.default_ego import with_ego
from simgen.scenario.sample import sample
from simgen.scenario.settings import build_scenario
from simgen.world.world import World


@cache
def warehouse() -> World:
    built: World = find("worlds", "warehouse").build()
    return built


def run(scenario: str, seed: int, seconds: float, **settings: str) -> tuple[set[str], float, float]:
    """Names of everybody whom the ego touched, how far it came, and its lowest speed."""
    concrete = sample(build_scenario(find("scenarios", scenario), settings), seed, warehouse())
    with Simulation(concrete, warehouse()) as simulation:
        names = {actor.id: actor.name for actor in simulation.cast.actors}
        touched: set[str] = set()
        slowest, last = 10.0, 0.0
        for _ in range(round(60 * seconds)):
            snapshot = simulation.step()
            assert snapshot.ego is not None
            ahead = snapshot.ego.twist[-1, :3]
            slowest, last = min(slowest, float((ahead**2).sum() ** 0.5)), float(snapshot.ego.route_s_m[-1])
            pairs = [(one.actor_a, one.actor_b) for one in snapshot.contacts]
            touched |= {names.get(b if a == 1 else a, "world") for a, b in pairs if 1 in (a, b)}
    return touched, last, slowest


@pytest.mark.parametrize("seed", [0, 2])
def test_it_stops_for_the_person_who_steps_out(seed: int) -> None:
    touched, _, slowest = run("aisle_crossing", seed, 6.0)
    assert not touched
    assert slowest < 0.1


def test_it_would_hit_the_person_if_it_did_not_stop() -> None:
    touched, _, _ = run("aisle_crossing", 0, 6.0, **{"ego.controller": "none"})
    assert "person" in touched


def test_it_gets_about_among_trucks_and_people() -> None:
    touched, way, _ = run("warehouse_traffic", 0, 8.0)
    assert not touched
    assert way > 4.0


def test_the_rig_says_what_the_ego_is_unless_the_scenario_does() -> None:
    town, hall = (build_scenario(find("scenarios", name), {}) for name in ("urban_traffic", "warehouse_traffic"))
    assert with_ego(town, "estate").ego.model == "estate"
    assert with_ego(town).ego.model == "suv"
    assert with_ego(hall, "estate").ego.model == "amr"
