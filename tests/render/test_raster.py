"""The rasteriser against closed forms: projection, depth, pixel centres, flow, instances, coverage, shadow, fog."""

import threading

import numpy as np
import pytest
import staging
from jaxtyping import Float
from numpy import ndarray

from simgen.geometry import Pose
from simgen.motion import Cast
from simgen.readings import CAMERA_CHANNELS, CameraModel
from simgen.render.camera_view import Moment, State
from simgen.render.develop import TONE, tone_curve
from simgen.render.labels import Rendering
from simgen.render.picture import looking_at
from simgen.render.raster import Rasteriser
from simgen.render.scene import Scene
from simgen.world.material import Material
from simgen.world.weather import Weather
from simgen.world.world import Surface

CAMERA = CameraModel.from_fov(320, 240, 70.0)
CLEAR = Weather(cloudiness=0.0, sun_azimuth_deg=90.0, sun_elevation_deg=45.0)
EYE = looking_at(np.array([0.0, 0.0, 1.6]), np.array([20.0, 0.0, 1.6]))
FAR = Pose.from_xyz_rpy(-100.0, 0.0, 0.0)


def stage(*boxes: Pose, more: tuple[Surface, ...] = ()) -> tuple[Scene, Float[ndarray, "l 7"]]:
    cast: Cast = staging.cast(len(boxes))
    return Scene.of(staging.world(*more), cast), np.stack([FAR.array(), *(box.array() for box in boxes)])


def render(
    scene: Scene,
    poses: Float[ndarray, "l 7"],
    *,
    camera: CameraModel = CAMERA,
    eye: Float[ndarray, "4 4"] = EYE,
    before: Moment | None = None,
    after: Moment | None = None,
    weather: Weather = CLEAR,
) -> Rendering:
    now = Moment(world_from_camera=eye, link_pose=poses)
    rasteriser = Rasteriser(scene)
    result = rasteriser.render(camera, now, CAMERA_CHANNELS, before=before, after=after, state=State(weather=weather))
    rasteriser.close()
    return result


def rays(camera: CameraModel) -> Float[ndarray, "h w 3"]:
    u, v = np.meshgrid(np.arange(camera.width) + 0.5, np.arange(camera.height) + 0.5)
    return np.stack([u, v, np.ones_like(u)], axis=-1) @ np.linalg.inv(camera.K).T


def test_depth_of_the_ground_is_that_of_a_plane() -> None:
    eye = looking_at(np.array([3.0, -2.0, 1.6]), np.array([20.0, 4.0, 0.7]))
    channels = render(*stage(), eye=eye).channels
    direction = rays(CAMERA) @ eye[:3, :3].T
    expected = np.where(direction[..., 2] < 0, -eye[2, 3] / np.minimum(direction[..., 2], -1e-9), np.inf)
    seen = np.isfinite(channels["depth"]) & (expected < 150)
    assert seen.mean() > 0.4
    np.testing.assert_allclose(channels["depth"][seen], expected[seen], rtol=1e-5)
    up = eye[:3, :3].T @ np.array([0.0, 0.0, 1.0])
    np.testing.assert_allclose(
        channels["normal"][seen].astype(np.float64), np.broadcast_to(up, (seen.sum(), 3)), atol=1e-3
    )


def test_sky_is_infinitely_far_and_has_no_label() -> None:
    channels = render(*stage()).channels
    sky = channels["depth"][:60]
    assert np.isposinf(sky).all()
    assert (channels["semantic"][:60] == 0).all()
    assert (channels["instance"][:60] == 0).all()
    assert np.isnan(channels["flow_forward"][:60]).all()


def test_pixels_are_sampled_at_their_centres_with_row_0_on_top() -> None:
    # A box whose face, 10 m ahead, spans known columns and rows.
    camera = CameraModel(width=200, height=100, K=np.array([[100.0, 0, 100], [0, 100.0, 50], [0, 0, 1]]))
    scene, poses = stage(Pose.from_xyz_rpy(12.0, 0.0, 0.8))
    found = render(scene, poses, camera=camera)
    # x = 10 is the face: y in -0.9..0.9 is u in 91..109, z in 0.8..2.3 at eye height 1.6 is v in 43..58.
    rows, columns = np.nonzero(found.channels["instance"] == 2)
    assert (columns.min(), columns.max(), rows.min(), rows.max()) == (91, 108, 43, 57)
    np.testing.assert_allclose(found.outlines.amodal[2], [91, 43, 109, 58], atol=1e-3)
    np.testing.assert_array_equal(found.outlines.visible[2], [91, 43, 109, 58])
    assert found.outlines.visible_pixels[2] == found.outlines.alone_pixels[2] == 18 * 15


def test_flow_of_a_moving_box_and_a_moving_camera_is_the_reprojection() -> None:
    box = [
        Pose.from_xyz_rpy(12.0 + 0.7 * t, 1.0 - 0.4 * t, 0.1 * t, yaw=0.6 + 0.2 * t, pitch=0.05 * t) for t in (-1, 0, 1)
    ]
    eyes = [looking_at(np.array([0.5 * t, 0.1 * t, 1.6]), np.array([20.0, 0.8 * t, 1.5])) for t in (-1, 0, 1)]
    scene, _ = stage(box[1])
    moments = [
        Moment(world_from_camera=eye, link_pose=np.stack([FAR.array(), pose.array()]))
        for eye, pose in zip(eyes, box, strict=True)
    ]
    channels = render(scene, moments[1].link_pose, eye=eyes[1], before=moments[0], after=moments[2]).channels
    points = rays(CAMERA) * channels["depth"][..., None].astype(np.float64)
    world = points @ eyes[1][:3, :3].T + eyes[1][:3, 3]
    centre = np.stack(np.meshgrid(np.arange(320) + 0.5, np.arange(240) + 0.5), axis=-1)
    for name, t in (("flow_forward", 2), ("flow_backward", 0)):
        for actor in (0, 2):
            mask = (channels["instance"] == actor) & np.isfinite(channels["depth"])
            assert mask.sum() > 500
            there = world[mask]
            if actor == 2:
                there = box[t].apply(box[1].inverse().apply(there))
            seen = (there - eyes[t][:3, 3]) @ eyes[t][:3, :3]
            expected = CAMERA.project(seen) - centre[mask]
            error = np.linalg.norm(channels[name][mask] - expected, axis=1)
            assert np.nanmax(error) < 0.01


def test_what_is_behind_the_camera_then_has_no_flow() -> None:
    scene, poses = stage()
    after = Moment(world_from_camera=looking_at(np.array([60.0, 0, 1.6]), np.array([80.0, 0, 1.6])), link_pose=poses)
    channels = render(scene, poses, after=after).channels
    near = np.isfinite(channels["depth"]) & (channels["depth"] < 59.0)
    assert np.isnan(channels["flow_forward"][near]).all()
    assert np.isfinite(channels["flow_forward"][np.isfinite(channels["depth"]) & (channels["depth"] > 61.0)]).all()
    assert np.isnan(channels["flow_backward"]).all()


def test_visibility_of_a_box_that_is_half_hidden() -> None:
    # The near box is as wide as it looks from the side; the far one stands twice as far, so that half of it shows.
    camera = CameraModel(width=400, height=200, K=np.array([[200.0, 0, 200], [0, 200.0, 100], [0, 0, 1]]))
    scene, poses = stage(Pose.from_xyz_rpy(22.0, 0.0, 0.8), Pose.from_xyz_rpy(12.0, 0.9, 0.4))
    alone = render(scene, poses[[0, 1, 0]], camera=camera).outlines
    both = render(scene, poses, camera=camera).outlines
    assert both.alone_pixels[2] == alone.alone_pixels[2] == alone.visible_pixels[2]
    assert both.visible_pixels[2] / both.alone_pixels[2] == pytest.approx(0.5, abs=0.06)
    assert both.visible_pixels[3] == both.alone_pixels[3]
    np.testing.assert_allclose(both.amodal[2], alone.amodal[2])


def test_boxes_that_leave_the_image_are_not_clipped() -> None:
    scene, poses = stage(
        Pose.from_xyz_rpy(4.0, 3.0, 0.0), Pose.from_xyz_rpy(-20.0, 0.0, 0.0), Pose.from_xyz_rpy(1.0, 1.0, 0.0)
    )
    outlines = render(scene, poses).outlines
    assert outlines.amodal[2][0] < 0
    assert np.isnan(outlines.amodal[3]).all()
    assert np.isfinite(outlines.amodal[4]).all()
    # Reaches behind the camera: the silhouette ends at the near plane, 0.1 m.
    assert outlines.amodal[4][0] < -100
    assert outlines.visible_pixels[4] == pytest.approx(outlines.alone_pixels[4], rel=0.02)


def test_shadow_falls_where_the_sun_says() -> None:
    # The sun stands at 45 degrees over +y: the 1.5 m box throws its shadow 1.5 m toward -y.
    scene, poses = stage(Pose.from_xyz_rpy(12.0, 0.0, 0.0))
    eye = looking_at(np.array([12.0, -0.01, 12.0]), np.array([12.0, 0.0, 0.0]))
    result = render(scene, poses, eye=eye).channels
    points = rays(CAMERA) * np.where(np.isfinite(result["depth"]), result["depth"], 0)[..., None]
    world = points @ eye[:3, :3].T + eye[:3, 3]
    brightness = result["rgb"].astype(float).mean(axis=2)
    ground = (result["instance"] == 0) & (np.abs(world[..., 0] - 12.0) < 1.8)
    dark = brightness[ground & (world[..., 1] < -1.1) & (world[..., 1] > -2.2)]
    light = brightness[ground & ((world[..., 1] < -2.6) | (world[..., 1] > 1.1))]
    assert dark.max() < light.min() - 20


def test_fog_takes_light_by_beer_and_lambert() -> None:
    # Contrast between a black and a white wall falls with the transmission, whatever the airlight is.
    weather = Weather(cloudiness=0.9, fog=0.25)
    walls = tuple(
        Surface(
            name=name,
            mesh=staging.box_mesh((1.0, 8.0, 16.0), (60.5, side, 6.0), Material(name=name, base_colour=(share,) * 3)),
        )
        for name, side, share in (("white", 4.0, 0.9), ("black", -4.0, 0.02))
    )
    scene, poses = stage(more=walls)
    contrast = []
    for fog in (0.0, weather.fog):
        now = Weather(cloudiness=1.0, fog=fog)
        rgb = render(scene, poses, weather=now).channels["rgb"]
        light = np.interp(rgb[100, [140, 180], 1] / 255.0, tone_curve(LIGHTS), LIGHTS)
        exposure = _exposure(now)
        contrast.append((light[0] - light[1]) / exposure)
    distance = 60.0 / (rays(CAMERA)[100, 140] @ [0, 0, 1.0]) * np.linalg.norm(rays(CAMERA)[100, 140])
    assert contrast[1] / contrast[0] == pytest.approx(np.exp(-weather.extinction_per_m * distance), rel=0.08)


LIGHTS = np.linspace(0.0, 8.0, 20001)


def _exposure(weather: Weather) -> float:
    from simgen.render.light import light_of

    return light_of(weather).exposure


def test_tone_curve_rises_from_black_to_white() -> None:
    assert TONE[0] == 0
    assert TONE[-1] == 255
    assert (np.diff(TONE.astype(int)) >= 0).all()


def test_same_bytes_again_and_from_another_context() -> None:
    scene, poses = stage(Pose.from_xyz_rpy(12.0, 0.0, 0.0, yaw=0.3), Pose.from_xyz_rpy(20.0, 3.0, 0.0))
    after = Moment(world_from_camera=EYE, link_pose=poses + 0.01)
    results: list[Rendering] = [render(scene, poses, after=after), render(scene, poses, after=after)]
    thread = threading.Thread(target=lambda: results.append(render(scene, poses, after=after)))
    thread.start()
    thread.join()
    assert len(results) == 3
    for name in CAMERA_CHANNELS:
        assert len({result.channels[name].tobytes() for result in results}) == 1


def test_another_thread_is_refused() -> None:
    scene, poses = stage()
    rasteriser = Rasteriser(scene)
    caught: list[BaseException] = []

    def use() -> None:
        try:
            rasteriser.render(CAMERA, Moment(world_from_camera=EYE, link_pose=poses), ("depth",))
        except RuntimeError as error:
            caught.append(error)

    thread = threading.Thread(target=use)
    thread.start()
    thread.join()
    rasteriser.close()
    assert "thread" in str(caught[0])


def test_arrays_stay_as_they_are_while_somebody_holds_them() -> None:
    scene, poses = stage(Pose.from_xyz_rpy(12.0, 0.0, 0.0))
    rasteriser = Rasteriser(scene)
    now = Moment(world_from_camera=EYE, link_pose=poses)
    first = rasteriser.render(CAMERA, now, CAMERA_CHANNELS).channels
    kept = {name: array.copy() for name, array in first.items()}
    elsewhere = Moment(world_from_camera=looking_at(np.array([0.0, 0, 3.0]), np.array([5.0, 3.0, 0])), link_pose=poses)
    rasteriser.render(CAMERA, elsewhere, CAMERA_CHANNELS)
    rasteriser.close()
    for name, array in first.items():
        np.testing.assert_array_equal(array, kept[name])


def test_a_blended_pixel_is_the_mean_light_of_its_samples() -> None:
    scene, poses = stage(Pose.from_xyz_rpy(9.0, 1.0, 0.5, yaw=0.3), Pose.from_xyz_rpy(14.0, -2.0, 0.5))
    now = Moment(world_from_camera=EYE, link_pose=poses)
    small = CameraModel.from_fov(80, 60, 70.0)
    rasteriser = Rasteriser(scene)
    blended = rasteriser.render(small, now, ("light", "depth"), state=State(weather=CLEAR), antialias=3).channels
    alone = rasteriser.render(small, now, ("depth", "rgb"), state=State(weather=CLEAR)).channels
    large = CameraModel.from_fov(240, 180, 70.0)
    fine = rasteriser.render(large, now, ("light",), state=State(weather=CLEAR)).channels["light"]
    rasteriser.close()
    np.testing.assert_array_equal(blended["depth"], alone["depth"])
    means = fine.reshape(60, 3, 80, 3, 3).mean(axis=(1, 3))
    np.testing.assert_allclose(blended["light"], means, atol=0.004)
    rgb = developed(blended["light"])
    assert np.abs(rgb.astype(int) - alone["rgb"]).max() > 20  # edges
    assert np.median(np.abs(rgb.astype(int) - alone["rgb"])) <= 1


def developed(light: Float[ndarray, "h w 3"]) -> Float[ndarray, "h w 3"]:
    return np.rint(255.0 * tone_curve(light.astype(np.float64)))
