"""Whole simulations on a plane: what snapshots promise, actions, contacts, the same bytes again."""

import hashlib
from collections.abc import Sequence

import numpy as np
import pytest

from simgen.motion import Snapshot, View
from simgen.physics.simulation import Controls, Simulation, simulate
from simgen.scenario.actions import Appear, FollowTrajectory, LaneChange, SetLamps, SpeedProfile, Walk
from simgen.scenario.position import WorldPosition
from simgen.scenario.scenario import ConcreteScenario, Entity, Event
from simgen.scenario.triggers import AtTime
from simgen.world.lamps import bit
from tests import staging
from tests.physics.stages import car_model, concrete

WORLD = staging.world()
CAR = car_model()


def entity(name: str, x_m: float, y_m: float = 0.0, **more: object) -> Entity:
    return Entity(name=name, model=CAR, start=WorldPosition(x_m=x_m, y_m=y_m), **more)  # type: ignore[arg-type]


def at(time_s: float, name: str, do: object) -> Event:
    return Event(name=f"{name}_{time_s}", when=AtTime(time_s=time_s), do=do, entities=(name,))  # type: ignore[arg-type]


def lively() -> ConcreteScenario:
    """An ego that follows, a car that brakes and changes lanes, somebody who walks."""
    ego = entity("ego", -60.0, speed_mps=12.0)
    lead = entity("lead", -25.0, speed_mps=12.0, controller="none")
    walker = Entity(
        name="walker", model="child", controller="walker",
        start=WorldPosition(x_m=20.0, y_m=6.0, heading_rad=-np.pi / 2),
    )  # fmt: skip
    events = (
        at(0.5, "lead", SpeedProfile(speeds_mps=(5.0,), acceleration_mps2=4.0)),
        at(1.0, "lead", LaneChange(lanes=1, duration_s=3.0)),
        at(0.3, "walker", Walk(path=(WorldPosition(x_m=20.0, y_m=-6.0),), speed_mps=1.4)),
    )
    return concrete(ego, lead, walker, events=events)


def run(scenario: ConcreteScenario, end_s: float) -> list[Snapshot]:
    return list(simulate(scenario, WORLD, round(end_s * 1e9)))


def digest(snapshots: Sequence[Snapshot]) -> str:
    sha = hashlib.sha256()
    for s in snapshots:
        assert s.ego is not None
        for array in (s.link_pose, s.link_twist, s.lamps, s.signals, s.weather, s.ego.pose, s.ego.acceleration):
            sha.update(np.ascontiguousarray(array).tobytes())
        sha.update(repr((s.time_ns, s.contacts, s.happenings)).encode())
    return sha.hexdigest()


def test_times_are_those_of_the_format() -> None:
    snapshots = run(lively(), 0.5)
    assert [s.time_ns for s in snapshots] == [round(1e9 * k / 60) for k in range(-12, 31)]
    for s in snapshots[1:]:
        assert s.ego is not None
        assert len(s.ego.time_ns) == 4
        assert s.ego.time_ns[-1] == s.time_ns
        np.testing.assert_allclose(s.ego.pose[-1], s.link_pose[0], atol=1e-12)


def test_the_same_scenario_gives_the_same_bytes_also_side_by_side() -> None:
    first = digest(run(lively(), 3.0))
    with Simulation(lively(), WORLD) as one, Simulation(lively(), WORLD) as other:
        pairs = [(one.first(), other.first())]
        pairs += [(one.step(), other.step()) for _ in range(len(run(lively(), 3.0)) - 1)]
        assert digest([a for a, _ in pairs]) == digest([b for _, b in pairs]) == first
        one.reset(lively())
        assert digest([one.first(), *(one.step() for _ in range(len(pairs) - 1))]) == first


def test_snapshots_interpolate_to_the_physics_between_them() -> None:
    snapshots = run(lively(), 4.0)
    view = View(snapshots)
    for s in snapshots[1:]:
        assert s.ego is not None
        poses = view.link_trajectory(s.ego.time_ns, [0])[:, 0]
        assert np.linalg.norm(poses[:, :3] - s.ego.pose[:, :3], axis=1).max() < 1e-3
        turn = 2 * np.arccos(np.clip(np.abs(np.sum(poses[:, 3:] * s.ego.pose[:, 3:], axis=1)), 0, 1))
        assert turn.max() < 1e-3


def test_twists_are_the_derivatives_of_poses() -> None:
    """Central differences over two snapshots of everything that does not spin or swing faster than they resolve."""
    snapshots = run(lively(), 4.0)
    with Simulation(lively(), WORLD) as simulation:
        roots = [simulation.cast.rows(actor.id).start for actor in simulation.cast.actors]
    poses = np.stack([s.link_pose[roots, :3] for s in snapshots])
    twists = np.stack([s.link_twist[roots, :3] for s in snapshots])
    expected = (poses[2:] - poses[:-2]) * 30.0
    np.testing.assert_allclose(twists[1:-1], expected, atol=0.06)


def test_wheels_roll_without_slipping() -> None:
    snapshots = run(lively(), 2.0)
    last = snapshots[60]
    for first in (0, 5):
        for wheel in range(first + 1, first + 5):
            rate = np.linalg.norm(last.link_twist[wheel, 3:])
            assert rate == pytest.approx(np.linalg.norm(last.link_twist[wheel, :3]) / 0.32, rel=0.03)


def test_speed_profiles_and_lane_changes_arrive() -> None:
    snapshots = run(lively(), 4.5)
    lead = snapshots[-1].link_pose[5]
    assert np.linalg.norm(snapshots[-1].link_twist[5, :3]) == pytest.approx(5.0, abs=1e-3)
    assert lead[1] == pytest.approx(3.5, abs=0.05)
    phases = [(h.case, h.phase) for s in snapshots for h in s.happenings]
    assert ("lead_0.5", "end") in phases
    assert ("lead_1.0", "end") in phases


def test_lamps_follow_what_cars_do() -> None:
    snapshots = run(lively(), 4.5)
    lit = {round(s.time_ns * 1e-9, 2): s.lamps[1] for s in snapshots}
    assert not lit[0.4] & bit("brake")
    assert lit[1.0] & bit("brake")
    assert lit[2.0] & bit("indicator_left")
    assert not lit[4.4] & bit("indicator_left")


def test_the_driver_stops_behind_a_standing_car() -> None:
    ego = entity("ego", -60.0, speed_mps=14.0)
    snapshots = run(concrete(ego, entity("wreck", 20.0, controller="static")), 12.0)
    last = snapshots[-1]
    assert not any(s.contacts for s in snapshots)
    gap = (20.0 + 1.3 - 2.1) - (last.link_pose[0, 0] + 1.3 + 2.1)
    assert 1.0 < gap < 5.0
    assert np.linalg.norm(last.link_twist[0, :3]) < 0.2


def test_a_crash_is_reported_and_keeps_the_momentum() -> None:
    """Without brakes into a standing car: the impulse is what the ego loses and the other gains."""
    ego = entity("ego", -12.0, speed_mps=10.0, controller="none")
    snapshots = run(concrete(ego, entity("wreck", 0.0, controller="static")), 2.0)
    hits = [c for s in snapshots for c in s.contacts if (c.actor_a, c.actor_b) == (1, 2)]
    assert hits
    before = snapshots[0].link_twist[0, 0]
    k = next(i for i, s in enumerate(snapshots) if s.contacts)
    gained = snapshots[k + 1].link_twist[5, 0] * 1400.0
    lost = (before - snapshots[k + 1].link_twist[0, 0]) * 1093.3
    assert gained == pytest.approx(lost, rel=0.15)
    assert sum(hit.impulse_Ns for hit in hits[:2]) == pytest.approx(lost, rel=0.25)
    assert snapshots[-1].link_pose[5, 0] > 1.0


def test_late_walkers_are_hit_and_early_ones_are_not() -> None:
    """With 0.75 s delay and 0.774 g, 12 m/s needs 18.5 m; a child who steps out at 12 m is hit, one at 60 m is not."""
    for ahead_m, hit in ((12.0, True), (60.0, False)):
        ego = entity("ego", -20.0, speed_mps=12.0)
        child = Entity(
            name="child", model="child", controller="walker",
            start=WorldPosition(x_m=-20.0 + 3.4 + ahead_m, y_m=-1.6, heading_rad=np.pi / 2),
        )  # fmt: skip
        walk = at(0.0, "child", Walk(path=(WorldPosition(x_m=-20.0 + 3.4 + ahead_m, y_m=0.0),), speed_mps=2.0))
        touched = any(c.actor_b == 2 for s in run(concrete(ego, child, events=(walk,)), 6.0) for c in s.contacts)
        assert touched is hit


def test_trajectories_are_kept_in_time() -> None:
    places = tuple(WorldPosition(x_m=x, y_m=y) for x, y in ((0.0, 0.0), (20.0, 0.0), (40.0, 5.0)))
    events = (at(0.0, "car", FollowTrajectory(positions=places, times_s=(0.0, 2.0, 5.0))),)
    scenario = concrete(entity("ego", -80.0), entity("car", 0.0, controller="none"), events=events)
    snapshots = {round(s.time_ns * 1e-9, 3): s for s in run(scenario, 5.0)}
    assert snapshots[2.0].link_pose[5, 0] == pytest.approx(20.0, abs=0.3)
    assert snapshots[5.0].link_pose[5, :2] == pytest.approx([40.0, 5.0], abs=0.4)


def test_who_has_not_appeared_is_nowhere() -> None:
    events = (
        at(0.5, "car", Appear(position=WorldPosition(x_m=30.0, y_m=0.0))),
        at(1.0, "car", SetLamps(lamps=("warning",))),
        at(1.5, "car", Appear(present=False)),
    )
    scenario = concrete(
        entity("ego", -50.0, speed_mps=5.0), entity("car", 0.0, present=False, controller="static"), events=events
    )
    snapshots = {round(s.time_ns * 1e-9, 3): s for s in run(scenario, 2.0)}
    assert np.isnan(snapshots[0.0].link_pose[5:]).all()
    assert snapshots[1.0].link_pose[5, 0] == pytest.approx(30.0)
    assert snapshots[1.2].lamps[1] & bit("warning")
    assert np.isnan(snapshots[2.0].link_pose[5:]).all()


def test_controls_from_outside_drive_the_ego() -> None:
    with Simulation(concrete(entity("ego", 0.0, speed_mps=5.0)), WORLD, external=True) as simulation:
        for _ in range(120):
            last = simulation.step(Controls(steer_rad=0.2, throttle=0.2, brake=0.0))
        assert last.ego is not None
        assert last.link_pose[0, 1] > 2.0
        np.testing.assert_allclose(last.ego.controls[-1], [0.2, 0.2, 0.0])
        assert simulation.time_ns == last.time_ns == round(1e9 * 108 / 60)


def test_resting_ego_feels_no_acceleration_and_a_braking_one_does() -> None:
    parked = run(concrete(entity("ego", 0.0, controller="none")), 1.0)
    assert parked[-1].ego is not None
    assert np.abs(parked[-1].ego.acceleration).max() < 1e-3
    with Simulation(concrete(entity("ego", 0.0, speed_mps=15.0)), WORLD, external=True) as simulation:
        traces = [simulation.step(Controls(brake=0.3)).ego for _ in range(60)]
    mean = np.mean([trace.acceleration[:, 0].mean() for trace in traces[12:] if trace is not None])
    assert mean == pytest.approx(-0.3 * 11.5 - 0.015 * 9.81 - 0.03, rel=0.1)
