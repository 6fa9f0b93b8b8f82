"""Lens, depth of field and soiling against closed forms."""

import numpy as np
import pytest

from simgen import optics
from simgen.imaging import lens
from simgen.imaging.defocus import circle_px, defocus
from simgen.imaging.soiling import Soiling


def test_vignetting_by_the_angle():
    pinhole = optics.lens("pinhole", np.array([[100.0, 0, 100], [0, 100, 100], [0, 0, 1]]), np.zeros(0))
    rays = optics.rays(pinhole, np.array([[[100.0, 100.0], [200.0, 100.0]]]))
    assert lens.cos4(rays)[0].tolist() == pytest.approx([1.0, 0.25])  # cos(45 deg)^4
    sideways = np.array([[[1.0, 0.0, 0.0], [0.0, 0.0, 2.0]]])
    assert lens.equidistant(sideways)[0].tolist() == pytest.approx([2.0 / np.pi, 1.0])
    falling = lens.polynomial((101, 201), (-0.3, 0.0, -0.1))
    assert falling[50, 100] == pytest.approx(1.0, abs=1e-3)
    assert falling[0, 0] == pytest.approx(0.6, abs=0.02)


def test_glare_keeps_all_light_and_falls_off():
    light = np.zeros((241, 321, 3), np.float32)
    light[120, 160] = 1000.0
    spread = lens.glare(light, 0.1)
    assert spread.sum() == pytest.approx(3000.0, rel=0.02)
    assert spread[120, 160, 0] > 900.0
    profile = [spread[120, 160 + step, 1] for step in (2, 8, 30, 80)]
    assert profile == sorted(profile, reverse=True)
    assert profile[-1] > 0.0


def test_ghosts_stand_opposite_and_need_a_highlight():
    light = np.full((240, 320, 3), 0.2, np.float32)
    assert lens.ghosts(light, 0.01, 1.0) is light
    light[60, 80] = 5000.0
    added = lens.ghosts(light, 0.05, 1.0) - light
    mirrored, above = added[120:, 160:].sum(), added[:60, 160:].sum()
    assert mirrored > 5 * above


def test_colours_part_by_their_share():
    light = np.zeros((101, 201, 3), np.float32)
    light[50, 190] = 1.0  # 90 px right of the middle
    split = lens.lateral_colour(light, 0.02)
    columns = np.arange(201)
    red, green, blue = (np.average(columns, weights=split[50, :, c]) for c in range(3))
    assert (red, green, blue) == pytest.approx((191.8, 190.0, 188.2), abs=0.05)


def test_circle_of_confusion_of_a_thin_lens():
    # 50 mm at f/2 focused at 5 m, a point at 10 m: 25 mm x 0.5 x 50 / (5000 - 50) mm = 0.12626 mm.
    assert circle_px(np.array([10.0]), 5.0, 0.05, 2.0, 1e-5)[0] == pytest.approx(12.626, rel=1e-3)
    assert circle_px(np.array([5.0]), 5.0, 0.05, 2.0, 1e-5)[0] == 0.0
    assert circle_px(np.array([np.inf]), 5.0, 0.05, 2.0, 1e-5)[0] == pytest.approx(25.25, rel=1e-3)


def test_a_point_out_of_focus_is_a_disc_of_its_circle():
    light, depth = np.zeros((81, 81, 3), np.float32), np.full((81, 81), 10.0, np.float32)
    light[40, 40] = 100.0
    out = defocus(light, depth, np.full((81, 81), 14.0), 5.0)
    assert out.sum() == pytest.approx(300.0, rel=0.01)
    area = (out[..., 0] > 0.5 * out.max()).sum()
    assert 2 * np.sqrt(area / np.pi) == pytest.approx(14.0, rel=0.18)
    sharp = defocus(light, depth, np.zeros((81, 81)), 5.0)
    assert np.allclose(sharp, light, atol=1e-5)


def test_what_is_in_focus_stays_sharp_before_a_blurred_ground():
    rng = np.random.default_rng(0)
    light = rng.random((60, 60, 3)).astype(np.float32)
    depth = np.full((60, 60), 50.0, np.float32)
    depth[20:40, 20:40] = 5.0
    circle = circle_px(depth, 5.0, 0.02, 1.4, 2e-5)
    out = defocus(light, depth, circle, 5.0)
    assert np.allclose(out[22:38, 22:38], light[22:38, 22:38], atol=1e-5)
    assert out[:10].std() < 0.5 * light[:10].std()


@pytest.mark.parametrize("share", [0.02, 0.2])
def test_dirt_covers_its_share_and_more_dirt_covers_what_less_does(share):
    little = Soiling.of((120, 160), 1, "F", dirt=share)
    more = Soiling.of((120, 160), 1, "F", dirt=1.5 * share)
    assert little.soiled.mean() == pytest.approx(share, rel=0.05)
    assert np.all(more.soiled[little.soiled])


def test_soiling_is_of_its_sensor_and_stays():
    one, again = (Soiling.of((120, 160), 1, "F", dirt=0.1, drops=5, crack=True) for _ in range(2))
    other = Soiling.of((120, 160), 1, "REAR", dirt=0.1, drops=5, crack=True)
    assert np.array_equal(one.passing, again.passing)
    assert not np.array_equal(one.passing, other.passing)
    clean = Soiling.of((120, 160), 1, "F")
    picture = np.random.default_rng(0).random((120, 160, 3)).astype(np.float32)
    assert not clean.soiled.any()
    assert np.array_equal(clean.before(picture), picture)


def test_pixels_that_are_not_soiled_hardly_change():
    soiling = Soiling.of((240, 320), 4, "F", drops=12, crack=True)
    picture = np.random.default_rng(0).random((240, 320, 3)).astype(np.float32)
    change = np.abs(soiling.before(picture) - picture).max(axis=-1)
    assert change[~soiling.soiled].max() < 0.15
    assert change[soiling.soiled].mean() > 0.1
