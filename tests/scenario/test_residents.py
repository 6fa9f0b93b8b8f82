"""Residents of a world become actors: the near ones, off what others stand on, ahead of traffic, after people."""

import dataclasses

import numpy as np
import pytest
from simgen.worlds.maps import proving_ground

from simgen.library import find
from simgen.scenario.lane_walk import centre_at
from simgen.scenario.position import OnLane, WorldPosition
from simgen.scenario.residents import MOST, place_residents
from simgen.scenario.sample import sample
from simgen.scenario.settings import build_scenario
from simgen.scenario.traffic import Ground, box_of
from simgen.world.lanes import LaneNetwork
from simgen.world.opendrive.network import lane_network
from simgen.world.opendrive.read import read_opendrive
from simgen.world.world import Resident, World


@pytest.fixture(scope="module")
def lanes() -> LaneNetwork:
    return lane_network(read_opendrive(proving_ground.draw().decode()), np.zeros(3))


def ground() -> Ground:
    return Ground(clear_xy=np.zeros((0, 2)))


def test_the_nearest_come_in_the_world_s_order_and_far_ones_stay_away() -> None:
    row = [Resident(model="cow", x_m=float(x), y_m=0.0) for x in (400.0, 40.0, 10.0, 300.0, 20.0)]
    placed = place_residents(row, np.zeros(2), ground())
    assert [one.name for one in placed] == ["resident_002", "resident_003", "resident_005"]
    assert all(one.controller == "static" for one in placed)


def test_no_more_than_a_hundred() -> None:
    herd = [Resident(model="cow", x_m=4.0 * (k % 20), y_m=4.0 * (k // 20)) for k in range(150)]
    assert len(place_residents(herd, np.zeros(2), ground())) == MOST


def test_nobody_stands_on_what_is_taken() -> None:
    taken = ground()
    taken.boxes.append(box_of((0.0, 0.0), 0.0, "hatchback", 0.0))
    there, beside = Resident(model="hatchback", x_m=0.5, y_m=0.3), Resident(model="hatchback", x_m=0.0, y_m=3.0)
    placed = place_residents([there, beside], np.zeros(2), taken)
    assert [one.name for one in placed] == ["resident_002"]


def test_an_episode_has_them_whatever_its_scenario(lanes: LaneNetwork) -> None:
    for name in ("cut_in", "urban_traffic"):
        scenario = build_scenario(find("scenarios", name), {"world": "proving_ground"})
        empty = World(name="w", surfaces=(), lanes=lanes, origin_m=np.zeros(3))
        ego = sample(scenario, 1, empty).ego
        assert isinstance(ego.start, OnLane)
        at = centre_at(lanes.lanes[ego.start.lane], np.array([float(ego.start.s_m)]))[0]
        cow = Resident(model="cow", x_m=float(at[0]) + 30.0, y_m=float(at[1]) + 60.0, z_m=0.4, yaw_rad=1.0)
        made = sample(scenario, 1, dataclasses.replace(empty, residents=(cow,)))
        assert made.actors[-1].name == "resident_001"
        start = made.actors[-1].start
        assert start == WorldPosition(x_m=cow.x_m, y_m=cow.y_m, z_m=0.4, heading_rad=1.0)
