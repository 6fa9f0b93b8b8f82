from pathlib import Path

import cv2
import numpy as np
import pytest

from simgen.errors import InputError
from simgen.record.episode import Episode
from simgen.view.moments import choose_moments
from simgen.view.overlay import Shot, draw_labels
from simgen.view.palette import class_colour, colour_channel, colour_depth
from simgen.view.preview import preview
from simgen.view.topdown import draw_from_above
from tests.record.conftest import footage, recorded
from tests.record.filming import CAMERA, Film

__all__ = ["footage", "recorded"]


def test_a_contact_sheet_is_a_picture(recorded: Path, tmp_path: Path):
    preview(recorded, tmp_path / "new" / "sheet.png")
    sheet = cv2.imread(str(tmp_path / "new" / "sheet.png"))
    assert sheet.shape[1] == 1920
    assert sheet.std() > 20
    assert [item.name for item in (tmp_path / "new").iterdir()] == ["sheet.png"]


def test_a_video_has_a_page_for_each_keyframe(recorded: Path, footage: Film, tmp_path: Path):
    pytest.importorskip("imageio_ffmpeg")
    preview(recorded, tmp_path / "clip.mp4")
    clip = cv2.VideoCapture(str(tmp_path / "clip.mp4"))
    assert int(clip.get(cv2.CAP_PROP_FRAME_COUNT)) == len(footage.frames)
    assert clip.get(cv2.CAP_PROP_FPS) == pytest.approx(10.0)


@pytest.mark.parametrize("name", ["sheet.gif", "sheet", "sheet.png.txt"])
def test_other_endings_are_bad_input(recorded: Path, tmp_path: Path, name: str):
    with pytest.raises(InputError, match=r"--out: .*\.png"):
        preview(recorded, tmp_path / name)


def test_a_path_that_cannot_be_written_is_bad_input(recorded: Path, tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="can be written"):
        preview(recorded, tmp_path / "file" / "sheet.png")


def test_visible_boxes_are_drawn_where_they_are(recorded: Path, footage: Film):
    with Episode(recorded) as episode:
        canvas = draw_labels(Shot.at(episode, CAMERA, 0), 640, cuboids=False)
    boxes = footage.frames[0].boxes[CAMERA]
    nearest = int(np.argmin(boxes.distance_m))
    x1, _, x2, y2 = (boxes.visible[nearest] * 640 / footage.frames[0][CAMERA].rgb.shape[1]).astype(int)
    bottom = canvas.pixels[y2 - 2 : y2 + 2, (x1 + x2) // 2].astype(int)
    assert np.abs(bottom - class_colour("car")).sum(axis=-1).min() < 120


def test_the_key_moment_is_after_the_onset(recorded: Path):
    with Episode(recorded) as episode:
        moments = choose_moments(episode)
    assert moments.case == "dart_out"
    assert moments.camera == CAMERA
    assert moments.key >= 1
    assert moments.strip[0] == 0


def test_points_ahead_are_drawn_above_the_ego(recorded: Path):
    with Episode(recorded) as episode:
        pixels = draw_from_above(episode, 0, 600, 700).pixels.astype(int)
    box = np.abs(pixels - class_colour("car")).sum(axis=-1) < 40
    rows, columns = np.nonzero(box)
    ego_row = 700 * 52 / 68
    assert rows.max() < ego_row
    # Boxes at 11 to 22 m ahead, from 1.5 m right to 2.5 m left.
    assert abs(rows.mean() - (52 - 15.5) * 700 / 68) < 40
    assert abs(columns.mean() - 300) < 40


def test_colours_of_channels():
    depth = np.array([[2.0, 120.0, np.inf]], np.float32)
    near, far, sky = colour_depth(depth)[0].astype(int)
    assert near[0] > near[2]
    assert far[2] > far[0] or far.sum() < 200
    assert sky.sum() < 80
    flow = np.array([[[5.0, 0.0], [np.nan, np.nan], [-5.0, 0.0]]], np.float32)
    right, nothing, left = colour_channel("flow_forward", flow)[0].astype(int)
    assert right.argmax() == 0
    assert nothing.sum() < 80
    assert left.argmin() == 0
    assert colour_channel("soiled", np.array([[True, False]])).tolist() == [[[255] * 3, [0] * 3]]
