"""The shape of roads against closed forms, quadrature, and positions that another simulator reports."""

import csv
import gzip
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import fresnel

from simgen.world.opendrive.geometry import (
    adaptive_stations,
    lane_borders_t,
    lane_to_world,
    road_frame,
    road_to_world,
    section_at,
)
from simgen.world.opendrive.read import read_opendrive
from simgen.world.opendrive.reference_line import reference_line
from simgen.world.opendrive.types import Road

CORPUS = Path(__file__).resolve().parents[2] / ".." / "shared" / "corpus"

LANE = '<lane id="-1" type="driving"><width sOffset="0" a="3" b="0" c="0" d="0"/></lane>'


def road_of(
    shape: str, length_m: float = 50.0, *, lateral: str = "", elevation: str = "", right: str = LANE, offset: str = ""
) -> Road:
    text = f"""<OpenDRIVE><header revMajor="1" revMinor="8"/><road id="1" length="{length_m!r}" junction="-1">
      <planView><geometry s="0" x="10" y="-5" hdg="0.7" length="{length_m!r}">{shape}</geometry></planView>
      <elevationProfile>{elevation}</elevationProfile><lateralProfile>{lateral}</lateralProfile>
      <lanes>{offset}<laneSection s="0"><center><lane id="0" type="none"/></center><right>{right}</right>
      </laneSection></lanes></road></OpenDRIVE>"""
    return read_opendrive(text).roads["1"]


def ends(road: Road, s_m: float) -> tuple[complex, float, float]:
    """Point and heading in the frame of the first geometry, and curvature."""
    line = reference_line(road, np.array([s_m]))
    place = (complex(*line.xy_m[0]) - complex(10, -5)) * np.exp(-0.7j)
    return place, float(line.heading_rad[0]) - 0.7, float(line.curvature[0])


def test_arc_closes_its_circle() -> None:
    radius = 20.0
    road = road_of(f'<arc curvature="{1 / radius!r}"/>', 2 * math.pi * radius)
    place, heading, curvature = ends(road, road.length_m)
    assert abs(place) < 1e-12
    assert heading == pytest.approx(2 * math.pi)
    assert curvature == 1 / radius
    quarter, _, _ = ends(road, road.length_m / 4)
    assert quarter == pytest.approx(complex(radius, radius))


@settings(max_examples=60, deadline=None)
@given(k0=st.floats(-0.2, 0.2), k1=st.floats(-0.2, 0.2), length=st.floats(0.1, 300.0), share=st.floats(0.0, 1.0))
def test_clothoid_is_the_integral_of_its_heading(k0: float, k1: float, length: float, share: float) -> None:
    road = road_of(f'<spiral curvStart="{k0!r}" curvEnd="{k1!r}"/>', length)
    s_m = share * length

    def heading(s: float) -> float:
        return k0 * s + 0.5 * (k1 - k0) / length * s * s

    x = quad(lambda s: math.cos(heading(s)), 0, s_m, limit=400, epsabs=1e-11)[0]
    y = quad(lambda s: math.sin(heading(s)), 0, s_m, limit=400, epsabs=1e-11)[0]
    place, turned, curvature = ends(road, s_m)
    assert place == pytest.approx(complex(x, y), abs=1e-8)
    assert turned == pytest.approx(heading(s_m), abs=1e-9)
    assert curvature == pytest.approx(k0 + (k1 - k0) * share, abs=1e-12)


def test_clothoid_from_a_straight_is_fresnels() -> None:
    length, k1 = 120.0, 0.05
    scale = math.sqrt(math.pi * length / k1)
    sine, cosine = fresnel(length / scale)
    place, _, _ = ends(road_of(f'<spiral curvStart="0" curvEnd="{k1}"/>', length), length)
    assert place == pytest.approx(complex(scale * cosine, scale * sine), abs=1e-10)


@pytest.mark.parametrize("rate", [0.0, 1e-18, 1e-12, -1e-10])
def test_a_clothoid_of_almost_constant_curvature_is_an_arc(rate: float) -> None:
    k0 = 0.02
    place, _, _ = ends(road_of(f'<spiral curvStart="{k0}" curvEnd="{k0 + 60 * rate!r}"/>', 60.0), 60.0)
    assert place == pytest.approx((np.exp(1j * k0 * 60.0) - 1) / (1j * k0), abs=1e-5)


def test_poly3_runs_by_arc_length() -> None:
    road = road_of('<poly3 a="0" b="0" c="0.01" d="-0.0001"/>', 40.0)
    place, heading, _ = ends(road, 25.0)
    u = place.real
    assert place.imag == pytest.approx(0.01 * u**2 - 0.0001 * u**3)
    slope = 0.02 * u - 0.0003 * u**2
    assert heading == pytest.approx(math.atan(slope))
    assert quad(lambda x: math.hypot(1, 0.02 * x - 0.0003 * x * x), 0, u)[0] == pytest.approx(25.0)


@pytest.mark.parametrize("range_", ["arcLength", "normalized"])
def test_param_poly3_in_both_ranges(range_: str) -> None:
    length = 30.0
    unit = 1.0 if range_ == "arcLength" else length
    u = (0.0, unit, 0.001 * unit**2, -0.00002 * unit**3)
    v = (0.0, 0.0, 0.004 * unit**2, 0.0001 * unit**3)
    letters = "".join(f' {a}U="{x!r}" {a}V="{y!r}"' for a, x, y in zip("abcd", u, v, strict=True))
    place, heading, _ = ends(road_of(f'<paramPoly3 pRange="{range_}"{letters}/>', length), 20.0)
    assert place == pytest.approx(
        complex(20 + 0.001 * 400 - 0.00002 * 8000, 0.004 * 400 + 0.0001 * 8000),
    )
    assert heading == pytest.approx(math.atan2(0.008 * 20 + 0.0003 * 400, 1 + 0.002 * 20 - 0.00006 * 400))


def test_a_param_poly3_of_a_circle_has_its_curvature() -> None:
    shape = '<paramPoly3 pRange="arcLength" aU="0" bU="1" cU="0" dU="0" aV="0" bV="0" cV="0.025" dV="0"/>'
    assert ends(road_of(shape, 10.0), 0.0)[2] == pytest.approx(0.05)


def test_the_frame_is_heading_then_pitch_then_roll() -> None:
    roll = '<superelevation s="0" a="0.3" b="0" c="0" d="0"/>'
    road = road_of("<line/>", lateral=roll, elevation='<elevation s="0" a="2" b="0.1" c="0" d="0"/>')
    origin, axes = road_frame(road, np.array([10.0]))
    assert origin[0] == pytest.approx([10 + 10 * math.cos(0.7), -5 + 10 * math.sin(0.7), 3.0])
    assert axes[0].T @ axes[0] == pytest.approx(np.eye(3), abs=1e-12)
    assert np.linalg.det(axes[0]) == pytest.approx(1.0)
    assert math.asin(axes[0, 2, 0]) == pytest.approx(math.atan(0.1))
    # Rolled about the road's own axis, the left side rises.
    assert axes[0, 2, 1] == pytest.approx(math.sin(0.3) * math.cos(math.atan(0.1)))
    point = road_to_world(road, np.array([10.0]), np.array([4.0]), 0.5)[0]
    assert point == pytest.approx(origin[0] + 4 * axes[0, :, 1] + 0.5 * axes[0, :, 2])


@pytest.mark.parametrize(
    ("scenario", "map_", "s_m", "t_m"),
    [
        ("Unittest__xosc__positioning_slope_up_leaning_right", "slope_up_leaning_right", 10.0, -3.0),
        ("Unittest__xosc__tilted_crest", "tilted_crest", 1.0, None),
    ],
)
def test_points_of_a_rolled_and_pitched_road_are_where_another_simulator_puts_them(
    scenario: str, map_: str, s_m: float, t_m: float | None
) -> None:
    file = CORPUS / f"expected/trajectories/esmini__EnvironmentSimulator__{scenario}.csv.gz"
    if not file.exists():
        pytest.skip("the shared corpus is not here")
    with gzip.open(file, "rt") as lines:
        first = next(csv.DictReader(lines))
    drive = read_opendrive(CORPUS / f"esmini/EnvironmentSimulator/Unittest/xodr/{map_}.xodr")
    road = drive.roads["1"]
    if t_m is None:
        t_m = float(lane_borders_t(road, section_at(road, s_m), np.array([s_m]))[-1].centre[0])
    point = road_to_world(road, np.array([s_m]), np.array([t_m]))[0]
    assert point == pytest.approx([float(first[axis]) for axis in "xyz"], abs=2e-3)


def test_lateral_shape_is_cubic_across_and_linear_along() -> None:
    shapes = (
        '<shape s="0" t="-4" a="0" b="0.1" c="0" d="0"/><shape s="0" t="0" a="0.4" b="-0.1" c="0" d="0"/>'
        '<shape s="20" t="-4" a="1" b="0" c="0.05" d="0"/>'
    )
    road = road_of("<line/>", lateral=shapes)
    s_m, t_m = np.array([0.0, 0.0, 10.0, 20.0, 35.0]), np.array([-3.0, 2.0, -3.0, -2.0, -2.0])
    height = road_to_world(road, s_m, t_m)[:, 2]
    assert height == pytest.approx([0.1, 0.2, (0.1 + 1.05) / 2, 1.2, 1.2])


def test_cross_section_surfaces_fall_to_both_sides() -> None:
    strip = '<strip id="{}"><linear><coefficients s="0" a="{}"/></linear></strip>'
    surface = (
        f"<crossSectionSurface><surfaceStrips>{strip.format(1, -0.1)}{strip.format(-1, 0.15)}"
        "</surfaceStrips></crossSectionSurface>"
    )
    road = road_of("<line/>", lateral=surface)
    height = road_to_world(road, np.array([5.0, 5.0, 5.0]), np.array([2.0, 0.0, -2.0]))[:, 2]
    assert height == pytest.approx([-0.2, 0.0, -0.3])


def test_borders_follow_widths_offset_and_sections() -> None:
    right = (
        '<lane id="-1" type="driving"><width sOffset="0" a="3" b="0.1" c="0" d="0"/>'
        '<width sOffset="10" a="4" b="0" c="0" d="0"/></lane>'
        '<lane id="-2" type="shoulder"><width sOffset="0" a="1" b="0" c="0" d="0"/></lane>'
    )
    road = road_of("<line/>", right=right, offset='<laneOffset s="0" a="0.5" b="0.01" c="0" d="0"/>')
    borders = lane_borders_t(road, road.sections[0], np.array([0.0, 5.0, 20.0]))
    assert borders[-1].inner == pytest.approx([0.5, 0.55, 0.7])
    assert borders[-1].outer == pytest.approx([-2.5, -2.95, -3.3])
    assert borders[-2].outer == pytest.approx([-3.5, -3.95, -4.3])
    assert borders[-2].centre == pytest.approx([-3.0, -3.45, -3.8])


def test_borders_may_be_given_themselves() -> None:
    right = '<lane id="-1" type="driving"><border sOffset="0" a="-3" b="0" c="0" d="0"/></lane>'
    road = road_of("<line/>", right=right)
    assert lane_borders_t(road, road.sections[0], np.array([1.0]))[-1].outer == pytest.approx([-3.0])


def test_heights_rise_over_a_kerb_and_level_lanes_stay_level() -> None:
    right = (
        '<lane id="-1" type="driving" level="false"><width sOffset="0" a="4" b="0" c="0" d="0"/></lane>'
        '<lane id="-2" type="sidewalk" level="true"><width sOffset="0" a="2" b="0" c="0" d="0"/>'
        '<height sOffset="0" inner="0.12" outer="0.14"/></lane>'
    )
    road = road_of("<line/>", right=right, lateral='<superelevation s="0" a="0.1" b="0" c="0" d="0"/>')
    across = np.array([0.0, 1.0])
    height = lane_to_world(road, road.sections[0], -2, np.array([3.0, 3.0]), across)[:, 2]
    edge = -4 * math.sin(0.1)
    assert height == pytest.approx([edge + 0.12, edge + 0.14])
    outer = lane_to_world(road, road.sections[0], -1, np.array([3.0]), np.array([1.0]))[0, 2]
    assert outer == pytest.approx(edge)


@settings(max_examples=30, deadline=None)
@given(radius=st.floats(4.0, 500.0), deviation=st.sampled_from([0.003, 0.01, 0.1]))
def test_chords_keep_their_distance(radius: float, deviation: float) -> None:
    def circle(s_m: np.ndarray) -> np.ndarray:
        angle = s_m / radius
        return np.stack([radius * np.cos(angle), radius * np.sin(angle), 0 * angle], axis=-1)[:, None]

    stations = adaptive_stations(circle, 0.0, 60.0, breaks=[17.0], deviation_m=deviation)
    sagitta = np.diff(stations) ** 2 / (8 * radius)
    assert sagitta.max() <= deviation * 1.02
    assert 17.0 in stations
    assert stations[0] == 0.0
    assert stations[-1] == 60.0
    # Not more than twice as many as needed.
    assert len(stations) < 2 + 2.1 * 60.0 / min(math.sqrt(8 * radius * deviation), 25.0) + 4
