"""Lines between lanes on a straight road: where they are, where they end, and what hides them."""

import numpy as np
import pytest
import sights
import staging

from simgen.labels.lanes import REACH_M, LaneLabeller, LaneLines
from simgen.readings import CameraModel
from simgen.render.picture import looking_at
from simgen.world.boundaries import KINDS, lane_boundaries
from simgen.world.build import world_from_opendrive
from simgen.world.world import World

EYE_M = np.array([20.0, -1.75, 1.5])
EGO_M = np.array([20.0, -1.75, 0.0])
EYE = looking_at(EYE_M, EYE_M + np.array([20.0, 0.0, -0.8]))


def _lane(number: int, kind: str, mark: str) -> str:
    return (
        f'<lane id="{number}" type="{kind}" level="false"><width sOffset="0" a="3.5" b="0" c="0" d="0"/>'
        f'<roadMark sOffset="0" type="{mark}" weight="standard" color="white" width="0.12"/></lane>'
    )


ROAD = f"""<?xml version="1.0"?><OpenDRIVE><header revMajor="1" revMinor="6" name="straight"/>
<road name="" length="300" id="7" junction="-1"><planView><geometry s="0" x="0" y="0" hdg="0" length="300"><line/>
</geometry></planView><lanes><laneSection s="0">
<left>{_lane(2, "sidewalk", "none")}{_lane(1, "driving", "curb")}</left>
<center><lane id="0" type="none" level="false">
<roadMark sOffset="0" type="broken" weight="standard" color="white" width="0.12"/>
<roadMark sOffset="60" type="solid" weight="standard" color="yellow" width="0.12"/></lane></center>
<right>{_lane(-1, "driving", "broken")}{_lane(-2, "driving", "solid")}{_lane(-3, "shoulder", "none")}</right>
</laneSection></lanes></road></OpenDRIVE>"""


@pytest.fixture(scope="module")
def world() -> World:
    return world_from_opendrive(ROAD)


def label(world: World, *boxes: tuple[float, float], camera: CameraModel = sights.CAMERA) -> tuple[LaneLines, object]:
    cast = staging.cast(len(boxes))
    poses = np.array([[20.0, -1.75, 0.0, 0, 0, 0, 1], *([x, y, 0.0, 0, 0, 0, 1] for x, y in boxes)])
    sight = sights.look(world, cast, poses, EYE, camera)
    return LaneLabeller(world).label(sight), sight


def test_boundaries_say_what_is_painted_and_between_which_lanes(world: World) -> None:
    found = {line.name: line for line in lane_boundaries(world)}
    assert {name: (line.kind, line.colour) for name, line in found.items()} == {
        "7/0/1/0": ("curb", "white"),
        "7/0/0/0": ("broken", "white"),
        "7/0/0/1": ("solid", "yellow"),
        "7/0/-1/0": ("broken", "white"),
        "7/0/-2/0": ("solid", "white"),
    }
    assert (found["7/0/-1/0"].left, found["7/0/-1/0"].right) == ("7/0/-1", "7/0/-2")
    assert (found["7/0/1/0"].left, found["7/0/1/0"].right) == ("7/0/2", "7/0/1")
    np.testing.assert_allclose(found["7/0/0/1"].line[[0, -1]], [[60, 0, 0], [300, 0, 0]], atol=1e-4)
    for line in found.values():
        assert np.linalg.norm(np.diff(line.line, axis=0), axis=1).max() <= 1.0 + 1e-6


def test_points_lie_on_the_lines_and_project_there(world: World) -> None:
    lines, _ = label(world)
    offset_m = {"curb": 3.5, "solid": (0.0, -7.0), "broken": (0.0, -3.5)}
    names = [line.name for line in lane_boundaries(world)]
    assert sorted(names[i - 1] for i in lines.id) == ["7/0/-1/0", "7/0/-2/0", "7/0/0/0", "7/0/0/1", "7/0/1/0"]
    for row, kind in enumerate(lines.kind):
        part = slice(lines.offsets[row], lines.offsets[row + 1])
        there = lines.ego[part].astype(np.float64) + EGO_M
        assert np.isin(np.round(there[:, 1], 3), offset_m[KINDS[kind]]).all()
        np.testing.assert_allclose(there[:, 2], 0.0, atol=2e-3)
        seen = (there - EYE_M) @ EYE[:3, :3]
        pixels = (seen / seen[:, 2:]) @ sights.CAMERA.K.T
        np.testing.assert_allclose(lines.pixels[part], pixels[:, :2], atol=0.02)


def test_lines_end_at_the_image_s_border_or_where_they_are_too_far(world: World) -> None:
    camera = sights.CAMERA
    lines, _ = label(world)
    ends = np.concatenate([lines.offsets[:-1], lines.offsets[1:] - 1])
    pixels, ego = lines.pixels[ends], lines.ego[ends].astype(np.float64) + EGO_M
    border = np.minimum(pixels, [camera.width, camera.height] - pixels).min(axis=1)
    far = np.linalg.norm(ego - EYE_M, axis=1) > REACH_M - 0.1
    joint = np.abs(ego[:, 0] - 60.0) < 1e-3
    assert border.min() > -1e-3
    assert ((np.abs(border) < 0.5) | far | joint).all()
    assert far.any()
    assert lines.pixels.min() >= 0.0


def test_a_box_hides_what_is_behind_it(world: World) -> None:
    """Against the slabs of the box itself; only within a pixel and a half of its outline may they differ."""
    box = np.array([32.0, -3.5])
    lines, _ = label(world, (32.0, -3.5))
    there = lines.ego.astype(np.float64) + EGO_M
    way = there - EYE_M
    half, centre = np.array([2.0, 0.9, 0.75]), np.array([*box, 0.75])
    with np.errstate(divide="ignore", invalid="ignore"):
        one, two = (centre - half - EYE_M) / way, (centre + half - EYE_M) / way
    near, far = np.minimum(one, two).max(axis=1), np.maximum(one, two).min(axis=1)
    hidden = (near < far) & (near < 0.999)
    assert hidden.sum() > 5
    assert (lines.visible == ~hidden).mean() > 0.97
    assert label(world)[0].visible.all()


def test_a_world_without_a_map_has_no_lines() -> None:
    lines, _ = label(staging.world())
    assert len(lines.id) == 0
    assert lines.offsets.tolist() == [0]
