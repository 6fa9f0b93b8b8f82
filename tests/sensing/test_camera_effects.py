"""Cameras with effects: random access, labels that stay true, physics that shows in the picture, bad input."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from staging import cast, view, world

from simgen import library
from simgen.errors import InputError
from simgen.geometry import Pose
from simgen.imaging.exposure import metered
from simgen.motion import View
from simgen.readings import OPTICAL_FROM_BODY, Mount
from simgen.render.scene import Scene
from simgen.sensing.sensor import Setting
from simgen.world.weather import Weather

CAST = cast(2)
SIZE = {"width": 96, "height": 64, "horizontal_fov_deg": 70.0}
SPEED = 20.0
ENGINES: dict[str, Any] = {}


def pose_at(row: int, time_s: float) -> Pose:
    """The ego stands; one box crosses 12 m ahead, one stands to the left."""
    places = [(0.0, 0.0), (12.0, SPEED * (0.1 - time_s)), (9.0, 5.0)]
    return Pose.from_xyz_rpy(*places[row], 0.0)


@pytest.fixture(scope="module")
def scene():
    return Scene.of(world(), CAST)


@pytest.fixture(scope="module")
def seen():
    return view(CAST, pose_at, end_s=0.7)


def camera(scene: Scene, parameters: dict[str, Any], channels: tuple[str, ...] = ("rgb",), **named: Any):
    pose = Pose.from_xyz_rpy(0.0, 0.0, 1.4) @ OPTICAL_FROM_BODY.inverse()
    mount = Mount(
        sensor="camera",
        device=named.get("device", ""),
        ego_from_sensor=pose,
        rate_hz=10.0,
        parameters={**SIZE, "sees_ego": True, **parameters},
    )
    ENGINES_OF = ENGINES.setdefault(str(id(scene)), {})
    setting = Setting(
        name=named.get("name", "FRONT"),
        mount=mount,
        scene=scene,
        seed=named.get("seed", 1),
        channels=channels,
        engines=ENGINES_OF,
        readings=6,
    )
    return library.find("sensors", "camera").build(setting)


def under(seen: View, weather: Weather) -> View:
    return View([replace(snapshot, weather=weather.array()) for snapshot in seen.snapshots])


EVERYTHING = {
    "noise": True, "exposure": "auto", "white_balance": "auto", "vignetting": "natural", "glare": 0.05, "flare": 0.01,
    "chromatic_aberration": 0.002, "motion_blur": 5, "focus_m": 8.0, "precipitation": True,
    "soiling": {"dirt": 0.05, "drops": 4, "crack": True},
}  # fmt: skip


def test_a_real_camera_without_effects_takes_the_ideal_picture(scene, seen):
    ideal = camera(scene, {}).read(seen, 1).rgb.astype(int)
    real = camera(scene, {"exposure": "ideal"}).read(seen, 1).rgb.astype(int)
    assert np.abs(ideal - real).max() <= 2


def test_readings_do_not_depend_on_the_order_in_which_they_are_asked_for(scene, seen):
    rainy = under(seen, Weather(rain_mm_h=30.0, cloudiness=1.0))
    forth, back = camera(scene, EVERYTHING), camera(scene, EVERYTHING)
    first = {k: forth.read(rainy, k).rgb.copy() for k in (0, 1, 2, 3, 4)}
    second = {k: back.read(rainy, k).rgb.copy() for k in (4, 1, 3, 0, 2)}
    for k, picture in first.items():
        assert np.array_equal(picture, second[k])
    assert not np.array_equal(first[3], camera(scene, EVERYTHING, seed=2).read(rainy, 3).rgb)
    assert not np.array_equal(first[3], camera(scene, EVERYTHING, name="REAR").read(rainy, 3).rgb)


def test_the_window_covers_what_a_reading_needs(scene, seen):
    taken = camera(scene, EVERYTHING)
    start, end = taken.window_ns(4)
    covered = [s for s in seen.snapshots if start - 17_000_000 <= s.time_ns <= end + 17_000_000]
    assert np.array_equal(taken.read(View(covered), 4).rgb, camera(scene, EVERYTHING).read(seen, 4).rgb)


def test_labels_are_those_of_the_ideal_camera(scene, seen):
    channels = ("rgb", "depth", "instance", "normal", "flow_forward")
    ideal = camera(scene, {}, channels).read(seen, 2)
    real = camera(scene, EVERYTHING, (*channels, "saturated", "soiled")).read(seen, 2)
    for name in channels[1:]:
        assert np.array_equal(ideal.channels[name], real.channels[name], equal_nan=True)
    assert np.array_equal(ideal.visible, real.visible, equal_nan=True)
    assert real.saturated.dtype == real.soiled.dtype == bool
    assert 0.04 < real.soiled.mean() < 0.5


def test_motion_blur_smears_by_speed_and_exposure(scene, seen):
    """An edge that crosses at v is a ramp of v t f / z pixels."""
    time_s, focal = 0.02, 240.0 / np.tan(np.radians(35.0))
    blurred = {"exposure": {"time_s": time_s}, "tone": "linear", "transmission": 0.008, "width": 480, "height": 320}
    lines = [camera(scene, {**blurred, "motion_blur": samples}).read(seen, 1).rgb[180, :, 1] for samples in (1, 65)]
    sharp, smeared = (line[180:240].astype(float) for line in lines)
    ground, box = sharp[0], sharp[-1]  # the box, 1.8 m wide, is in the middle, 10 m away
    assert abs(ground - box) > 50
    assert set(np.unique(sharp)) == {ground, box}
    share = (smeared - box) / (ground - box)
    ramp = share[(share > 0.1) & (share < 0.9)]
    assert -1.0 / np.diff(ramp).mean() == pytest.approx(SPEED * time_s * focal / 10.0, rel=0.05)


def test_automatic_exposure_makes_grey(scene, seen):
    for weather in (Weather(sun_elevation_deg=50.0, cloudiness=0.0), Weather(sun_elevation_deg=6.0, cloudiness=1.0)):
        picture = camera(scene, {"exposure": "auto", "tone": "linear"}).read(under(seen, weather), 3).rgb
        assert metered(picture / 255.0, floor=0.004) == pytest.approx(0.18, rel=0.12)


def test_automatic_exposure_follows_a_frame_late(scene, seen):
    dark = Weather(sun_elevation_deg=2.0, cloudiness=1.0).array()
    changed = View([replace(s, weather=dark) if s.time_ns >= 195_000_000 else s for s in seen.snapshots])
    taken = camera(scene, {"exposure": {"speed": 0.7}, "tone": "linear"})
    level = [metered(taken.read(changed, k).rgb / 255.0, floor=0.001) for k in range(6)]
    assert level[1] == pytest.approx(0.18, rel=0.12)
    assert level[2] < 0.5 * level[1]
    assert level[2] < level[3] < level[4]
    assert level[5] == pytest.approx(0.18, rel=0.15)


def test_the_photon_transfer_curve_of_pictures(scene, seen):
    """Pictures of what stands still differ by noise alone: its variance over its mean is the gain (EMVA 1288, 6.6)."""
    gain_db = 24.0
    dim = {"exposure": {"time_s": 1e-4, "gain_db": gain_db}, "tone": "linear", "noise": True, "transmission": 0.02}
    pictures = []
    for seed in range(40):
        rgb = camera(scene, dim, seed=seed, device="IMX255").read(seen, 1).rgb
        pictures.append(rgb[:, :, 1].astype(np.float64))
    imager = library.find("sensors", "imx255").build()
    stack = np.array(pictures)
    mean, variance = stack.mean(axis=0), stack.var(axis=0, ddof=1) - 1.0 / 12.0  # rounded to whole numbers
    used = (mean > 15.0) & (mean < 180.0)
    assert used.sum() > 3000
    expected = 255.0 / imager.full_well_e * 10.0 ** (gain_db / 20.0)
    # Each seed has a sensor of its own: the fixed pattern adds to the variance, and read noise at no light does.
    fixed = (imager.prnu * mean) ** 2 + (expected * imager.dsnu_e) ** 2 + (expected * imager.read_noise_e) ** 2
    slope = np.sum((variance - fixed)[used]) / np.sum(mean[used])
    assert slope == pytest.approx(expected, rel=0.01)


def test_saturated_pixels_are_told(scene, seen):
    bright = {"exposure": {"time_s": 5e-4}, "tone": "linear"}
    image = camera(scene, bright, ("rgb", "saturated")).read(seen, 1)
    assert 0.1 < image.saturated.mean() < 1.0
    assert np.all(image.rgb[image.saturated].max(axis=1) == 255)
    assert np.all(image.rgb[~image.saturated][:, 1] < 255)  # red and blue reach white earlier, by their balance


def test_rain_draws_only_in_rain_and_before_what_is_far(scene, seen):
    parameters = {
        "precipitation": True,
        "exposure": {"time_s": 0.004},
        "transmission": 0.01,
        "width": 480,
        "height": 320,
    }
    dry = camera(scene, parameters).read(seen, 1).rgb
    without = camera(scene, {**parameters, "precipitation": False}).read(seen, 1).rgb
    assert np.array_equal(dry, without)
    rain = under(seen, Weather(rain_mm_h=60.0, cloudiness=1.0))
    wet = camera(scene, parameters).read(rain, 1).rgb.astype(int)
    plain = camera(scene, {**parameters, "precipitation": False}).read(rain, 1).rgb
    assert 0.001 < (np.abs(wet - plain).max(axis=-1) > 3).mean() < 0.6


def test_a_lens_that_is_cast_has_the_same_effects(scene, seen):
    parameters = {"exposure": "auto", "vignetting": "natural", "soiling": {"drops": 3}}
    drawn = camera(scene, parameters).read(seen, 1).rgb.astype(int)
    cast_ = camera(scene, {**parameters, "model": "brown_conrady", "distortion": [0.0] * 5}).read(seen, 1).rgb
    assert np.median(np.abs(drawn - cast_)) <= 3
    assert np.abs(drawn - cast_).mean() < 6


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"noise": 1}, "rig: FRONT.noise: expected true or false, got 1"),
        ({"exposure": "bright"}, "rig: FRONT.exposure: expected ideal, auto or a table of numbers, got 'bright'"),
        ({"exposure": {"time_s": -1.0}}, "rig: FRONT.exposure.time_s: expected 1e-06..1 s, got -1.0"),
        ({"exposure": {"speed": float("nan")}}, "rig: FRONT.exposure.speed: expected 0.05..1, got nan"),
        ({"exposure": {"iso": 100}}, "rig: FRONT.exposure: expected some of min_time_s, max_time_s, max_gain_db, "),
        ({"motion_blur": 4}, "rig: FRONT.motion_blur: expected true, false or an odd number of samples 1..65, got 4"),
        ({"soiling": {"mud": 1}}, "rig: FRONT.soiling: expected some of dirt, drops, crack, got 'mud'"),
        ({"soiling": {"dirt": 2}}, "rig: FRONT.soiling.dirt: expected 0..1, got 2"),
        ({"tone": "agfa"}, "rig: FRONT.tone: expected filmic, srgb, linear or a gamma of 1..4, got 'agfa'"),
        ({"vignetting": 1}, "rig: FRONT.vignetting: expected natural or 1 to 4 terms"),
        ({"f_number": 0}, "rig: FRONT.f_number: expected 0.7..32, got 0"),
        ({"white_balance": [1, 2]}, "rig: FRONT.white_balance: expected ideal, auto or three gains, got [1, 2]"),
        ({"blur": 1}, "rig: FRONT: expected parameters "),
    ],
)
def test_bad_input_is_one_line(scene, parameters, message):
    with pytest.raises(InputError) as error:
        camera(scene, parameters)
    assert str(error.value).startswith(message)
    assert "\n" not in str(error.value)


def test_what_only_real_cameras_tell_is_refused_by_ideal_ones(scene):
    with pytest.raises(InputError, match=r"FRONT\.channels: expected some of .* got 'saturated'"):
        camera(scene, {}, ("rgb", "saturated"))
    with pytest.raises(InputError, match="device: expected an image sensor"):
        camera(scene, {"noise": True}, device="HDL-64E")
