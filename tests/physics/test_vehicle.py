"""The ego's dynamics against a published model, closed forms and conservation."""

import numpy as np
import pytest

from simgen import library
from simgen.geometry import Pose
from simgen.physics.client import Client
from simgen.physics.ground import Ground
from simgen.physics.vehicle import Controls, Vehicle
from simgen.physics.vehicle_parameters import VehicleParameters, fitted
from simgen.physics.wheels import W_SPIN
from simgen.world.world import Surface
from tests import staging
from tests.physics.stages import Track

CAR = VehicleParameters()
G = 9.81


def test_numbers_are_the_published_ones() -> None:
    published = pytest.importorskip("vehiclemodels.parameters_vehicle2").parameters_vehicle2()
    pairs = {
        "mass_kg": published.m, "front_m": published.a, "rear_m": published.b, "yaw_kg_m2": published.I_z,
        "height_m": published.h_cg, "wheel_radius_m": published.R_w, "wheel_kg_m2": published.I_y_w,
        "track_front_m": published.T_f, "spring_rear_N_m": published.K_sr, "brake_front": published.T_sb,
    }  # fmt: skip
    for name, value in pairs.items():
        assert getattr(CAR, name) == pytest.approx(value), name


@pytest.mark.parametrize(
    ("speed_mps", "lateral_mps2"), [(5.0, 1.0), (10.0, 2.0), (15.0, 3.0), (20.0, 3.5), (30.0, 2.5), (30.0, 3.9)]
)
def test_step_steer_like_the_published_single_track_model(speed_mps: float, lateral_mps2: float) -> None:
    model = pytest.importorskip("vehiclemodels.vehicle_dynamics_st")
    published = pytest.importorskip("vehiclemodels.parameters_vehicle2").parameters_vehicle2()
    steer = lateral_mps2 * CAR.wheelbase_m / speed_mps**2
    track = Track(speed_mps=speed_mps)
    state = np.array([0.0, 0.0, 0.0, speed_mps, 0.0, 0.0, 0.0])
    yaw, expected, lateral = [], [], []
    for _ in range(round(3.0 * 240)):
        track.keep(steer, speed_mps)
        yaw.append(track.vehicle.twist[5])
        lateral.append(track.vehicle.twist[5] * track.vehicle.speed_mps)
        for _ in range(10):
            rate = 0.4 if state[2] < steer else 0.0
            state = state + np.array(model.vehicle_dynamics_st(state, [rate, 0.0], published)) / 2400.0
        expected.append(state[5])
    assert yaw[-1] == pytest.approx(expected[-1], rel=0.1)
    assert lateral[-1] == pytest.approx(expected[-1] * speed_mps, rel=0.1)
    assert max(yaw) == pytest.approx(max(expected), rel=0.1)
    half = 120
    assert yaw[half] == pytest.approx(expected[half], rel=0.1)


@pytest.mark.parametrize("brake", [0.1, 0.2, 0.33])
def test_braking_distance_of_the_asked_deceleration(brake: float) -> None:
    """A point mass with the pedal's deceleration, rolling resistance and drag; wheels spin down with the car."""
    track, speed = Track(speed_mps=20.0), 20.0
    distance = 0.0
    mass = CAR.mass_kg + 4 * CAR.wheel_kg_m2 / CAR.wheel_radius_m**2
    while speed > 0.0:
        drag = 0.5 * CAR.air_kg_m3 * CAR.drag_area_m2 * speed**2
        force = CAR.mass_kg * (brake * CAR.brake_mps2 + CAR.rolling * G) + drag
        distance += speed / 2400.0
        speed -= force / mass / 2400.0
    start = track.vehicle.root()[0][0]
    for _ in range(240 * 25):
        track.step(Controls(0.0, 0.0, brake))
        if track.vehicle.speed_mps < 0.01:
            break
    assert track.vehicle.root()[0][0] - start == pytest.approx(distance, rel=0.02)


def test_full_braking_is_limited_by_grip_and_wheels_do_not_lock() -> None:
    track = Track(speed_mps=25.0)
    slip = 0.0
    start = track.vehicle.root()[0][0]
    while track.vehicle.speed_mps > 5.0:
        track.step(Controls(0.0, 0.0, 1.0))
        slip = max(slip, 1.0 - track.vehicle.wheels[:, W_SPIN].min() * CAR.wheel_radius_m / track.vehicle.speed_mps)
    mean = (25.0**2 - 5.0**2) / (2.0 * (track.vehicle.root()[0][0] - start))
    assert 0.9 * G < mean < 1.1739 * G
    assert slip < 0.2


def test_coast_down_follows_the_closed_form() -> None:
    """dv/dt = -(a v2 + b)/m has v = sqrt(b/a) tan(atan(v0 sqrt(a/b)) - t sqrt(ab)/m)."""
    track = Track(speed_mps=30.0)
    a, b = 0.5 * CAR.air_kg_m3 * CAR.drag_area_m2, CAR.rolling * CAR.mass_kg * G
    mass = CAR.mass_kg + 4 * CAR.wheel_kg_m2 / CAR.wheel_radius_m**2
    for second in range(1, 41):
        for _ in range(240):
            track.step(Controls())
        expected = np.sqrt(b / a) * np.tan(np.arctan(30.0 * np.sqrt(a / b)) - second * np.sqrt(a * b) / mass)
        assert track.vehicle.speed_mps == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize(("grade", "yaw_rad"), [(0.15, 0.0), (0.25, np.pi), (0.2, np.pi / 2), (0.3, 0.7)])
def test_stands_still_on_a_slope_for_a_minute(grade: float, yaw_rad: float) -> None:
    track = Track(grade, yaw_rad)
    for _ in range(2 * 240):
        track.step(Controls(0.0, 0.0, 0.5))
    before = track.vehicle.root()[0]
    for _ in range(60 * 240):
        track.step(Controls(0.0, 0.0, 0.5))
    assert np.linalg.norm(track.vehicle.root()[0][:3] - before[:3]) < 0.005
    assert np.abs(track.vehicle.twist).max() < 1e-6


def test_rolls_down_a_slope_without_brakes() -> None:
    """At first with g (sin - rolling cos), wheels turning along."""
    track = Track(grade=0.1)
    mass = CAR.mass_kg + 4 * CAR.wheel_kg_m2 / CAR.wheel_radius_m**2
    for _ in range(240):
        track.step(Controls())
    slope = np.arctan(0.1)
    expected = -CAR.mass_kg / mass * G * (np.sin(slope) - CAR.rolling * np.cos(slope))
    assert track.vehicle.speed_mps == pytest.approx(expected, rel=0.03)


def test_straight_stays_straight() -> None:
    track = Track(yaw_rad=0.3, speed_mps=25.0)
    for k in range(10 * 240):
        track.step(Controls(0.0, 0.5 if k < 5 * 240 else 0.0, 0.0 if k < 5 * 240 else 0.3))
    x, y = track.vehicle.root()[0][:2]
    assert abs(-np.sin(0.3) * x + np.cos(0.3) * y) < 1e-3


@pytest.mark.parametrize("steer_rad", [0.0, 0.05, 0.3, 0.6])
def test_energy_never_grows_without_drive(steer_rad: float) -> None:
    track = Track(speed_mps=20.0)
    energy = []
    for _ in range(8 * 240):
        track.step(Controls(steer_rad))
        v, w = track.vehicle.twist[:3], track.vehicle.twist[3:]
        moving = 0.5 * CAR.mass_kg * v @ v + 0.5 * CAR.yaw_kg_m2 * w[2] ** 2
        wheels = 0.5 * CAR.wheel_kg_m2 * np.sum(track.vehicle.wheels[:, W_SPIN] ** 2)
        energy.append(moving + wheels + CAR.mass_kg * G * track.vehicle.pose[2])
    # The springs are not counted: they hold and give back up to about a kilojoule.
    highest_after = np.maximum.accumulate(np.array(energy)[::-1])[::-1]
    assert np.all(highest_after <= np.array(energy) + 1500.0)
    assert energy[-1] < energy[0]


def test_steady_circle_has_the_curvature_of_the_steering_angle() -> None:
    """Slowly, a car follows its wheels (R. N. Jazar, Vehicle Dynamics, eq. 7.2: R = L / tan(steer))."""
    track = Track(speed_mps=2.0)
    for _ in range(6 * 240):
        track.keep(0.3, 2.0)
    radius = np.linalg.norm(track.vehicle.root()[1][:2]) / track.vehicle.twist[5]
    assert radius == pytest.approx(CAR.wheelbase_m / np.tan(0.3), rel=0.02)


def test_climbs_a_kerb_without_being_thrown() -> None:
    import dataclasses

    from simgen.geometry import Pose
    from simgen.physics.client import Client
    from simgen.physics.ground import Ground
    from simgen.physics.vehicle import Vehicle
    from simgen.world.world import Surface
    from tests import staging

    kerb = staging.box_mesh((50.0, 20.0, 0.12), (30.0, 0.0, 0.06))
    kerb = dataclasses.replace(kerb, materials=(staging.GROUND,))
    surfaces = (Surface(name="ground", mesh=staging.plane_mesh()), Surface(name="kerb", mesh=kerb))
    client = Client()
    vehicle = Vehicle(client, Ground(surfaces), staging.box_model())
    vehicle.place(Pose.identity(), 8.0)
    highest = 0.0
    for _ in range(3 * 240):
        vehicle.push(Controls(0.0, 0.2, 0.0))
        client.step()
        vehicle.read()
        highest = max(highest, vehicle.root()[0][2])
    assert vehicle.root()[0][2] == pytest.approx(0.12, abs=0.02)
    assert highest < 0.4
    assert np.abs(vehicle.twist[3:]).max() < 0.05


@pytest.mark.parametrize(("name", "published"), [("hatchback", 1), ("saloon", 2), ("suv", 3), ("van", 3), ("bus", 3)])
def test_every_model_weighs_what_it_says_and_swings_like_a_published_car(name: str, published: int) -> None:
    module = f"vehiclemodels.parameters_vehicle{published}"
    numbers = getattr(pytest.importorskip(module), module.rsplit(".", maxsplit=1)[1])()
    model = library.find("models", name).build()
    car = fitted(model)
    assert car.mass_kg == model.dimensions["mass_kg"]
    assert car.wheelbase_m == pytest.approx(model.dimensions["wheelbase_m"])
    assert car.spring_front_N_m / car.mass_kg == pytest.approx(numbers.K_sf / numbers.m)
    assert car.spring_rear_N_m / car.mass_kg == pytest.approx(numbers.K_sr / numbers.m)
    assert car.damper_front_Ns_m / car.mass_kg == pytest.approx(numbers.K_sdf / numbers.m)
    assert car.front_m / car.rear_m == pytest.approx(numbers.a / numbers.b)
    radius = np.sqrt(car.yaw_kg_m2 / car.mass_kg)
    assert radius / car.wheelbase_m == pytest.approx(np.sqrt(numbers.I_z / numbers.m) / (numbers.a + numbers.b))


@pytest.mark.parametrize("name", ["hatchback", "saloon", "suv", "van", "bus", "box_truck"])
def test_every_model_stands_and_brakes(name: str) -> None:
    model = library.find("models", name).build()
    surfaces = (Surface(name="ground", mesh=staging.plane_mesh()),)
    with Client() as client:
        vehicle = Vehicle(client, Ground(surfaces), model)
        vehicle.place(Pose.identity(), 15.0)
        for step in range(4 * 240):
            vehicle.push(Controls(brake=0.0 if step < 60 else 0.5))
            client.step()
            vehicle.read()
        pose, twist = vehicle.root()
        assert abs(pose[2]) < 0.05
        assert np.abs(twist).max() < 0.05
        assert 15.0 < pose[0] < 35.0
        assert abs(pose[1]) < 0.05
