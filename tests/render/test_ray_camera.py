"""Ray cameras: against the rasteriser where both can, against closed forms where they alone can."""

from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
import pytest
import staging
from numpy import ndarray

from simgen.geometry import Pose
from simgen.readings import CAMERA_CHANNELS, OPTICAL_FROM_BODY, CameraModel
from simgen.render.camera_view import Moment, State
from simgen.render.labels import Rendering
from simgen.render.raster import Rasteriser
from simgen.render.ray_camera import RayCamera
from simgen.render.ray_camera_shot import Shot
from simgen.render.scene import Scene
from simgen.world.weather import Weather

EYE = (Pose.from_xyz_rpy(0.0, 0.0, 1.6) @ OPTICAL_FROM_BODY.inverse()).matrix()
HEIGHT_M = 1.6
FISHEYE = CameraModel.from_fov(400, 300, 200.0, model="kannala_brandt", distortion=np.array([-0.02, 0.003, 0.0, 0.0]))
ROUND = CameraModel.from_fov(360, 180, 360.0, model="equirectangular")


class Stage:
    """A plane with boxes that move as told, seen from the ego or from a tripod."""

    def __init__(self, *boxes: Any, drive_mps: float = 0.0, weather: Weather | None = None) -> None:
        cast = staging.cast(len(boxes))
        self.scene = Scene.of(staging.world(), cast)

        def pose(row: int, time_s: float) -> Pose:
            if row == 0:
                return Pose.from_xyz_rpy(drive_mps * time_s, 0.0, 0.0)
            x, y, vx, vy, yaw = boxes[row - 1]
            return Pose.from_xyz_rpy(x + vx * time_s, y + vy * time_s, 0.0, yaw=yaw)

        self.view = staging.view(cast, pose, weather=weather)
        self.engines: dict[str, Any] = {}
        self.camera = RayCamera.among(self.engines, self.scene)
        self.state = State(weather=weather or Weather())

    def shot(self, camera: CameraModel, time_ns: int = 0, line_time_ns: int = 0, tripod: bool = False) -> Shot:
        return Shot(
            view=self.view, time_ns=time_ns, line_time_ns=line_time_ns, height=camera.height,
            carrier_row=-1 if tripod else 0, carrier_from_camera=EYE,
        )  # fmt: skip

    def render(self, camera: CameraModel, line_time_ns: int = 0, channels: Any = CAMERA_CHANNELS) -> Rendering:
        shots = {
            name: self.shot(camera, time_ns, line_time_ns)
            for name, time_ns in (("now", 0), ("before", -100_000_000), ("after", 100_000_000))
        }
        return self.camera.render(camera, shots.pop("now"), channels, state=self.state, hidden_actors=(1,), **shots)

    def close(self) -> None:
        for engine in self.engines.values():
            engine.close()


@pytest.fixture(scope="module")
def street() -> Iterator[Stage]:
    made = Stage((9.0, 2.5, 3.0, 0.0, 0.3), (7.0, -2.0, 0.0, 1.0, -1.0), (14.0, 0.5, 0.0, 0.0, 0.0), drive_mps=8.0)
    yield made
    made.close()


def _ground_range(camera: CameraModel) -> ndarray:
    """Length of each pixel's ray down to the ground, +inf above the horizon; NaN where the lens sees nothing."""
    u, v = np.meshgrid(np.arange(camera.width) + 0.5, np.arange(camera.height) + 0.5)
    down = camera.rays(np.stack([u, v], axis=-1))[..., 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(down > 0, HEIGHT_M / down, np.where(np.isnan(down), np.nan, np.inf))


def test_a_pinhole_is_that_of_the_rasteriser(street: Stage) -> None:
    camera = CameraModel.from_fov(480, 320, 80.0)
    rays = street.render(camera)
    raster: Rasteriser = street.engines["raster"]
    moments = {
        name: Moment(world_from_camera=street.view.pose(0, t).matrix() @ EYE, link_pose=street.view.link_poses(t))
        for name, t in (("now", 0), ("before", -100_000_000), ("after", 100_000_000))
    }
    drawn = raster.render(
        camera, moments.pop("now"), CAMERA_CHANNELS, state=street.state, hidden_actors=(1,), **moments
    )
    ours, theirs = rays.channels, drawn.channels
    depth = ours["depth"]
    same = ours["instance"] == theirs["instance"]
    assert same.mean() > 0.995
    seen = same & np.isfinite(depth) & np.isfinite(theirs["depth"])
    gradient = np.hypot(*np.gradient(np.where(np.isfinite(depth), depth, 0.0)))
    allowed = 0.001 + 0.0005 * depth + 0.02 * gradient
    assert (np.abs(depth[seen] - theirs["depth"][seen]) <= allowed[seen]).mean() > 0.999
    assert (ours["semantic"] == theirs["semantic"]).mean() > 0.995
    assert np.abs(ours["normal"].astype(float) - theirs["normal"])[seen].max() < 2e-3
    for name in ("flow_forward", "flow_backward"):
        assert np.nanquantile(np.abs(ours[name] - theirs[name]), 0.999) < 0.01
    assert np.abs(ours["rgb"].astype(int) - theirs["rgb"]).mean() < 1.0
    assert rays.outlines is not None
    assert drawn.outlines is not None
    np.testing.assert_allclose(rays.outlines.amodal[2:], drawn.outlines.amodal[2:], atol=0.05)
    np.testing.assert_allclose(rays.outlines.alone_pixels[2:], drawn.outlines.alone_pixels[2:], rtol=0.005, atol=2)
    np.testing.assert_array_equal(rays.outlines.visible_pixels[2:], np.bincount(ours["instance"].ravel())[2:])


@pytest.mark.parametrize(
    "weather",
    [
        Weather(fog=0.7),
        Weather(sun_elevation_deg=-20.0),
        Weather(wetness=0.8, cloudiness=0.9),
        Weather(snow_cover=0.6),
        Weather(snow_cover=0.6, sun_elevation_deg=-20.0),
    ],
    ids=["fog", "night", "wet", "snow", "snowy night"],
)
def test_light_is_the_rasterisers_in_any_weather(weather: Weather) -> None:
    stage = Stage((9.0, 2.5, 0.0, 0.0, 0.3), weather=weather)
    camera = CameraModel.from_fov(240, 160, 80.0)
    ours = stage.render(camera, channels=("rgb",)).channels["rgb"]
    moment = Moment(world_from_camera=stage.view.pose(0, 0).matrix() @ EYE, link_pose=stage.view.link_poses(0))
    theirs = stage.engines["raster"].render(camera, moment, ("rgb",), state=stage.state, hidden_actors=(1,))
    assert np.abs(ours.astype(int) - theirs.channels["rgb"]).mean() < 1.5
    stage.close()


@pytest.mark.parametrize("camera", [FISHEYE, ROUND], ids=["fisheye", "equirectangular"])
def test_the_ground_is_as_far_as_it_is(camera: CameraModel) -> None:
    stage = Stage()
    channels = stage.render(camera).channels
    expected = _ground_range(camera)
    below = expected < 150.0
    np.testing.assert_allclose(channels["depth"][below], expected[below], rtol=1e-4)
    assert np.isinf(channels["depth"][~(expected < 280.0)]).all()  # the plane ends at 200 m to each side
    normal = channels["normal"][below].astype(float)
    np.testing.assert_allclose(normal, np.tile([0.0, -1.0, 0.0], (len(normal), 1)), atol=1e-3)
    nothing = np.isnan(expected)
    assert (channels["rgb"][nothing] == 0).all()
    assert (channels["semantic"][nothing] == 0).all()
    assert np.isnan(channels["flow_forward"][nothing]).all()
    assert nothing.any() == (camera is FISHEYE)
    stage.close()


def test_a_fisheye_shows_boxes_where_opencv_puts_them() -> None:
    """The top of each box, 4 x 1.8 x 1.5 m, lies below the eye: its corners bound what is seen of it."""
    boxes = [(7.0, 0.0, 0.0, 0.0, 0.0), (1.0, 5.0, 0.0, 0.0, 0.5), (-0.5, -6.0, 0.0, 0.0, 0.0)]
    stage = Stage(*boxes)
    result = stage.render(FISHEYE)
    assert result.outlines is not None
    for k, (x, y, _, _, yaw) in enumerate(boxes):
        edge = np.linspace(-0.5, 0.5, 401)
        ends = np.array([[a, b] for a in (-0.5, 0.5) for b in (-0.5, 0.5)])
        lines = [np.insert(np.repeat(ends, 401, 0), axis, np.tile(edge, 4), axis=1) for axis in range(3)]
        body = np.concatenate(lines) * [4.0, 1.8, 1.5] + [0.0, 0.0, 0.75]
        world = Pose.from_xyz_rpy(x, y, 0.0, yaw=yaw).apply(body)
        seen = (world - EYE[:3, 3]) @ EYE[:3, :3]
        pixels = cv2.fisheye.projectPoints(
            seen[seen[:, 2] > 0.0][:, None], np.zeros(3), np.zeros(3), FISHEYE.K, FISHEYE.distortion
        )[0][:, 0]
        if (seen[:, 2] > 0.0).all():
            expected = np.concatenate([pixels.min(axis=0), pixels.max(axis=0)])
            np.testing.assert_allclose(result.outlines.amodal[k + 2], expected, atol=0.1)
        mask = result.channels["instance"] == k + 2
        rows, columns = np.nonzero(mask)
        bounds = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
        np.testing.assert_array_equal(result.outlines.visible[k + 2], bounds)
        amodal = result.outlines.amodal[k + 2]
        assert (amodal[:2] <= np.array(bounds[:2]) + 0.5).all()
        assert (amodal[2:] >= np.array(bounds[2:]) - 0.5).all()
    stage.close()


def test_what_stands_alone_hides_nothing_of_itself() -> None:
    front, back = (6.0, 0.0, 0.0, 0.0, 1.0), (11.0, 0.5, 0.0, 0.0, 1.5)
    both, alone = Stage(front, back), Stage((500.0, 500.0, 0.0, 0.0, 0.0), back)
    together, apart = both.render(FISHEYE).outlines, alone.render(FISHEYE).outlines
    assert together is not None
    assert apart is not None
    assert 0 < together.visible_pixels[3] < apart.visible_pixels[3]
    assert together.alone_pixels[3] == apart.visible_pixels[3] == apart.alone_pixels[3]
    for stage in (both, alone):
        stage.close()


def test_blended_pictures_keep_their_labels(street: Stage) -> None:
    """What is smooth looks the same through one ray a pixel and through nine; labels do not change at all."""
    once, often = (
        street.camera.render(FISHEYE, street.shot(FISHEYE, 0, 30_000), ("rgb", "instance"), antialias=samples).channels
        for samples in (1, 3)
    )
    np.testing.assert_array_equal(once["instance"], often["instance"])
    difference = np.abs(once["rgb"].astype(int) - often["rgb"]).max(axis=-1)
    assert np.median(difference) <= 1
    assert (difference > 20).mean() < 0.05
    assert (difference > 20).any()


def test_an_actor_across_the_seam_has_a_box_of_the_whole_width() -> None:
    stage = Stage((-8.0, 0.0, 0.0, 0.0, 1.57))
    result = stage.render(ROUND)
    mask = result.channels["instance"] == 2
    assert mask[:, 0].any()
    assert mask[:, -1].any()
    assert not mask[:, 90:270].any()
    assert result.outlines is not None
    np.testing.assert_array_equal(result.outlines.visible[2][[0, 2]], [0, 360])
    np.testing.assert_allclose(result.outlines.amodal[2][[0, 2]], [0, 360], atol=0.5)
    stage.close()


def test_a_rolling_shutter_leans_a_moving_bar() -> None:
    """A vertical edge at distance d that moves across at v is seen f v / d line_time pixels further in each row."""
    speed, away, line_ns = 12.0, 5.0, 300_000
    stage = Stage((away + 2.0, 0.0, 0.0, speed, 0.0))
    camera = CameraModel.from_fov(400, 400, 60.0)
    mask = stage.render(camera, line_ns, ("instance",)).channels["instance"] == 2
    rows = np.flatnonzero(mask.any(axis=1))[4:]  # the first ones see the top
    edge = np.array([np.flatnonzero(mask[row])[0] for row in rows])
    leaning = np.polyfit(rows, edge, 1)[0]
    assert leaning == pytest.approx(-camera.K[0, 0] * speed / away * line_ns * 1e-9, rel=0.02)
    still = stage.render(camera, 0, ("instance",)).channels["instance"] == 2
    straight = [np.flatnonzero(still[row])[0] for row in np.flatnonzero(still.any(axis=1))[4:]]
    assert np.ptp(straight) == 0
    stage.close()


def test_depth_under_a_rolling_shutter_is_that_of_each_rows_time() -> None:
    """A wall across the road, driven toward at v: row r is v (r + 0.5 - H/2) line_time nearer than the middle."""
    speed, line_ns = 20.0, 50_000
    stage = Stage((12.0, 0.0, 0.0, 0.0, 0.0), drive_mps=speed)
    camera = CameraModel.from_fov(300, 300, 40.0)
    result = stage.render(camera, line_ns, ("depth", "instance"))
    wall = result.channels["instance"] == 2
    rows = np.nonzero(wall.sum(axis=1) > 20)[0][4:]  # the first ones see the top
    middle = [float(np.median(result.channels["depth"][row][wall[row]])) for row in rows]
    expected = 10.0 - speed * (rows + 0.5 - 150.0) * line_ns * 1e-9
    np.testing.assert_allclose(middle, expected, atol=2e-4)
    stage.close()


@pytest.mark.parametrize("camera", [CameraModel.from_fov(320, 240, 80.0), FISHEYE, ROUND], ids=lambda c: c.model)
@pytest.mark.parametrize("line_ns", [0, 40_000])
def test_flow_is_where_points_are_seen_at_their_rows_time(street: Stage, camera: CameraModel, line_ns: int) -> None:
    """Solved again by bisection over the row, with poses straight from the view."""
    channels = street.render(camera, line_ns).channels
    rng = np.random.Generator(np.random.Philox(key=3))
    for actor_id in (0, 2, 3):
        rows, columns = np.nonzero((channels["instance"] == actor_id) & np.isfinite(channels["depth"]))
        for pick in rng.choice(len(rows), min(5, len(rows)), replace=False):
            row, column = int(rows[pick]), int(columns[pick])
            ray = camera.rays(np.array([column + 0.5, row + 0.5]))
            length = channels["depth"][row, column] / (ray[2] if camera.depth_kind == "z" else 1.0)
            now_ns = round((row + 0.5 - camera.height / 2) * line_ns)
            world = _camera_at(street, now_ns) @ [*(ray * length), 1.0]
            link = street.view.pose(actor_id - 1, now_ns).inverse().apply(world[:3]) if actor_id else world[:3]
            expected = _seen(street, camera, link, actor_id, 100_000_000, line_ns) - [column + 0.5, row + 0.5]
            found = channels["flow_forward"][row, column]
            if np.isnan(expected).any():
                assert np.isnan(found).all()
            elif 0.0 < expected[1] + row < camera.height:
                np.testing.assert_allclose(found, expected, atol=0.01)


def _camera_at(stage: Stage, time_ns: int) -> ndarray:
    return stage.view.pose(0, time_ns).matrix() @ EYE


def _seen(stage: Stage, camera: CameraModel, link: ndarray, actor_id: int, time_ns: int, line_ns: int) -> ndarray:
    def at(v: float) -> ndarray:
        then = round(time_ns + (v - camera.height / 2) * line_ns)
        world = stage.view.pose(actor_id - 1, then).apply(link) if actor_id else link
        return camera.project((np.linalg.inv(_camera_at(stage, then)) @ [*world, 1.0])[:3])

    low, high = 0.0, float(camera.height)
    for _ in range(22 if line_ns else 1):
        middle = (low + high) / 2
        if at(middle)[1] > middle:
            low = middle
        else:
            high = middle
    return at((low + high) / 2)
