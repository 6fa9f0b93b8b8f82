"""A machine with more threads cuts an image into more bands, and writes the same bytes."""

from itertools import pairwise

import numpy as np
import pytest

from simgen.geometry import Pose
from simgen.readings import CAMERA_CHANNELS
from simgen.render.camera_view import Moment
from simgen.render.picture import looking_at
from tests.render.test_raster import CAMERA, render, stage


@pytest.mark.parametrize("edges", [(0, 240), (0, 120, 240), (0, 37, 53, 54, 151, 240), tuple(range(0, 241, 5))])
def test_bands_of_rows_make_no_difference(edges: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    boxes = [Pose.from_xyz_rpy(9.0 + 3.0 * k, 2.0 - k, 0.4, yaw=0.5 * k, pitch=0.1) for k in range(5)]
    scene, poses = stage(*boxes)
    eye = looking_at(np.array([0.3, 0.1, 1.7]), np.array([20.0, 0.4, 1.2]))
    before = Moment(world_from_camera=eye, link_pose=poses + 1e-2)
    found = render(scene, poses, before=before, after=before)
    monkeypatch.setattr("simgen.render.labels.bands", lambda height: list(pairwise(edges)))
    again = render(scene, poses, before=before, after=before)
    assert CAMERA.height == edges[-1]
    for name in CAMERA_CHANNELS:
        assert found.channels[name].tobytes() == again.channels[name].tobytes(), name
