"""Projections against OpenCV's, against closed forms, and there and back."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy import ndarray

from simgen.readings import CameraModel

K = np.array([[500.0, 0.0, 320.0], [0.0, 510.0, 240.0], [0.0, 0.0, 1.0]])
BROWN = ((-0.3, 0.1, 0.001, -0.002), (-0.3, 0.1, 0.001, -0.002, 0.01), (0.1, 0.2, 0.001, -0.002, 0.01, 0.3, 0.2, 0.01))
FISHEYE = (-0.02, 0.003, -0.001, 0.0001)


def _camera(model: str, distortion: tuple[float, ...] = ()) -> CameraModel:
    return CameraModel(width=640, height=480, K=K, model=model, distortion=np.array(distortion))


def _ahead() -> ndarray:
    points = np.random.Generator(np.random.Philox(key=1)).normal(size=(2000, 3))
    points[:, 2] = np.abs(points[:, 2]) + 1.0
    return points


def _unit(points: ndarray) -> ndarray:
    return points / np.linalg.norm(points, axis=-1, keepdims=True)


@pytest.mark.parametrize("distortion", BROWN, ids=len)
def test_brown_conrady_is_that_of_opencv(distortion: tuple[float, ...]) -> None:
    points = _ahead()
    theirs = cv2.projectPoints(points, np.zeros(3), np.zeros(3), K, np.array(distortion))[0][:, 0]
    ours = _camera("brown_conrady", distortion).project(points)
    assert np.isfinite(ours).all()
    np.testing.assert_allclose(ours, theirs, atol=1e-8)


def test_kannala_brandt_is_opencvs_fisheye() -> None:
    points = _ahead()
    theirs = cv2.fisheye.projectPoints(points[:, None], np.zeros(3), np.zeros(3), K, np.array(FISHEYE))[0][:, 0]
    np.testing.assert_allclose(_camera("kannala_brandt", FISHEYE).project(points), theirs, atol=1e-8)


def test_an_equidistant_fisheye_sees_behind_itself() -> None:
    camera = CameraModel.from_fov(440, 440, 220.0, model="kannala_brandt", distortion=np.zeros(4))
    side = np.radians([0.0, 45.0, 90.0, 109.9, 110.1])
    points = np.stack([np.sin(side), np.zeros(5), np.cos(side)], axis=-1)
    np.testing.assert_allclose(
        camera.project(points)[:4], [[220, 220], [310, 220], [400, 220], [439.8, 220]], atol=1e-9
    )
    assert np.isnan(camera.project(points)[4]).all()
    assert np.isnan(camera.rays(np.array([2.0, 2.0]))).all()


def test_equirectangular_directions_poles_and_seam() -> None:
    camera = CameraModel.from_fov(360, 180, 360.0, model="equirectangular")
    assert camera.depth_kind == "range"
    points = np.array([[0, 0, 1], [1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [1e-9, 0, -1], [-1e-9, 0, -1]], float)
    expected = [[180, 90], [270, 90], [90, 90], [180, 180], [180, 0], [360, 90], [0, 90]]
    np.testing.assert_allclose(camera.project(points), expected, atol=1e-6)
    assert np.isnan(camera.rays(np.array([[-0.5, 90.0], [180.0, 180.5]]))).all()


def test_the_polynomial_ends_where_the_radius_stops_growing() -> None:
    """r (1 + k r^2) turns back at r = (-3 k)^-1/2; for the fisheye's angle likewise."""
    lens = _camera("brown_conrady", (-0.3, 0.0, 0.0, 0.0)).lens
    assert lens.limit == pytest.approx((0.9) ** -0.5)
    camera = _camera("brown_conrady", (-0.3, 0.0, 0.0, 0.0))
    within, beyond = 0.999 * lens.limit, 1.001 * lens.limit
    assert np.isfinite(camera.project(np.array([within, 0.0, 1.0]))).all()
    assert np.isnan(camera.project(np.array([beyond, 0.0, 1.0]))).all()
    assert np.isnan(camera.rays(np.array([320.0 + 500.0 * 0.71, 240.0]))).all()  # the largest radius is 0.7027
    assert np.isfinite(camera.rays(np.array([320.0 + 500.0 * 0.70, 240.0]))).all()
    assert _camera("kannala_brandt", (-0.2, 0.0, 0.0, 0.0)).lens.limit == pytest.approx((0.6) ** -0.5)
    assert _camera("kannala_brandt", (0.0, 0.0, 0.0, 0.0)).lens.limit == pytest.approx(np.radians(110.0))


def test_fields_of_view_reach_from_edge_to_edge() -> None:
    for model, fov_deg, distortion in (
        ("pinhole", 90.0, ()),
        ("brown_conrady", 80.0, (-0.2, 0.02, 0.0, 0.0)),
        ("kannala_brandt", 190.0, FISHEYE),
        ("equirectangular", 120.0, ()),
    ):
        camera = CameraModel.from_fov(800, 600, fov_deg, model=model, distortion=np.array(distortion))
        left, right = camera.rays(np.array([[1e-9, 300.0], [800.0 - 1e-9, 300.0]]))
        angle = np.degrees(np.arctan2(right[0], right[2]) - np.arctan2(left[0], left[2]))
        assert angle == pytest.approx(fov_deg, abs=1e-4)


pixels = st.tuples(st.floats(0.0, 640.0), st.floats(0.0, 480.0))


@settings(max_examples=200, deadline=None)
@given(
    place=pixels,
    k=st.tuples(*[st.floats(-0.05, 0.05)] * 4),
    model=st.sampled_from(["pinhole", "brown_conrady", "kannala_brandt", "equirectangular"]),
)
def test_pixels_come_back(place: tuple[float, float], k: tuple[float, ...], model: str) -> None:
    distortion = () if model in ("pinhole", "equirectangular") else k
    camera = _camera(model, distortion)
    ray = camera.rays(np.array(place))
    assert np.isfinite(ray).all()
    assert np.linalg.norm(ray) == pytest.approx(1.0)
    np.testing.assert_allclose(camera.project(ray), place, atol=1e-6)


@settings(max_examples=200, deadline=None)
@given(angle=st.floats(0.0, 1.9), around=st.floats(-np.pi, np.pi), away=st.floats(0.1, 100.0), k1=st.floats(-0.03, 0.1))
def test_directions_come_back_through_a_fisheye(angle: float, around: float, away: float, k1: float) -> None:
    camera = _camera("kannala_brandt", (k1, 0.0, 0.0, 0.0))
    point = away * np.array([np.sin(angle) * np.cos(around), np.sin(angle) * np.sin(around), np.cos(angle)])
    pixel = camera.project(point)
    assert np.isfinite(pixel).all()
    np.testing.assert_allclose(camera.rays(pixel), _unit(point), atol=1e-9)
