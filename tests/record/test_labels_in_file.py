"""Every label written by the program's own sensors on a small stage: read back, validated, and lied about."""

from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

from simgen import library
from simgen.errors import InputError
from simgen.geometry import Pose
from simgen.labels.labeller import DEFAULT_LABELS, LABELS, check_labels
from simgen.motion import Actor, Cast, Snapshot, View
from simgen.observe import Observer, Take
from simgen.readings import OPTICAL_FROM_BODY, Mount, Rig
from simgen.record import checks, schema
from simgen.record.checks import validate
from simgen.record.episode import Episode
from simgen.record.evidence import Evidence
from simgen.record.writer import EpisodeWriter
from simgen.render.scene import Scene
from simgen.view.grids import draw_grids
from simgen.world.build import world_from_opendrive
from simgen.world.taxonomy import BY_NAME
from tests import staging
from tests.labels.test_lanes import ROAD
from tests.record.filming import scenario

DURATION_S = 0.3
CAMERA, LIDAR = "CAM", "TOP"


def rig() -> Rig:
    body_from_optical = OPTICAL_FROM_BODY.inverse()
    camera = Mount(
        sensor="camera",
        ego_from_sensor=Pose(rotation=body_from_optical.rotation, translation=np.array([1.5, 0.0, 1.5])),
        rate_hz=10.0,
        parameters={"width": 320, "height": 240, "horizontal_fov_deg": 80.0},
    )
    top = Pose.from_xyz_rpy(1.0, 0.0, 1.9)
    lidar = Mount(sensor="lidar", device="VLP-16", ego_from_sensor=top, rate_hz=10.0)
    return Rig(name="small", mounts={CAMERA: camera, LIDAR: lidar}, keyframe_hz=10.0)


def motion() -> tuple[Cast, View]:
    """The ego drives along the road, a box ahead; somebody stands half behind that, somebody beside the road."""
    man = library.call(library.find("models", "adult_man"))
    ego, box = staging.cast(1).actors
    walkers = [Actor(id=k, name=f"man{k}", model=man, category="pedestrian") for k in (3, 4)]
    cast = Cast.of([ego, box, *walkers])
    first = [cast.rows(actor.id).start for actor in walkers]

    def snapshot(k: int) -> Snapshot:
        t = k / 60
        poses = np.zeros((len(cast.links), 7))
        twist = np.zeros((len(cast.links), 6), np.float32)
        poses[0] = Pose.from_xyz_rpy(20.0 + 8.0 * t, -1.75, 0.0).array()
        poses[1] = Pose.from_xyz_rpy(36.0 + 5.0 * t, -3.0, 0.0, yaw=0.2).array()
        twist[0, 0], twist[1, 0] = 8.0, 5.0
        for start, place in zip(first, ((41.0, -2.2, 0.0, 3.0), (33.0, 1.0, 0.0, 1.0)), strict=True):
            x, y, z, yaw = place
            poses[start : start + len(man.parts)] = man.link_poses(Pose.from_xyz_rpy(x, y, z, yaw=yaw))
        still = staging.view(staging.cast(3), lambda row, t: Pose.identity(), start_s=0.0, end_s=0.0).snapshots[0]
        return Snapshot(
            time_ns=int(np.rint(1e9 * t)),
            link_pose=poses,
            link_twist=twist,
            lamps=still.lamps,
            signals=still.signals,
            weather=still.weather,
        )

    return cast, View([snapshot(k) for k in range(-12, 40)])


def record(path: Path, labels: tuple[str, ...] = LABELS, channels: tuple[str, ...] | None = None) -> Path:
    cast, view = motion()
    scene = Scene.of(world_from_opendrive(ROAD), cast)
    observer = Observer(scene, rig(), 3, duration_s=DURATION_S, labels=labels, channels=channels)
    take = Take(
        episode_id="labels",
        scenario=scenario(DURATION_S),
        rig=observer.rig,
        world=scene.world,
        cast=cast,
        renderer=observer.renderer,
        sensors={name: observer.attributes(name) for name in observer.sensors},
        channels=observer.channels,
        labels=observer.labels,
    )
    with EpisodeWriter(path, take) as writer:
        for frame in observer.frames(view.snapshots, DURATION_S):
            writer.write(frame)
    observer.close()
    return path


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return record(tmp_path_factory.mktemp("labelled") / "000000.h5")


COMPARED = {
    "criticality",
    "joints in boxes", "visible joints", "lane lines projected", "lane lines on the map", "lane lines against depth",
    "bird's-eye cells in cuboids", "lidar points in occupied voxels", "lidar points in seen voxels", "lidar flow",
}  # fmt: skip


def test_every_label_passes_every_check(labelled: Path) -> None:
    report = validate(labelled)
    assert report.passed, report.failures
    assert {check.check for check in report.checks if check.detail != "nothing to compare"} >= COMPARED


def test_labels_are_read_back(labelled: Path) -> None:
    with Episode(labelled) as episode:
        assert set(episode.labels) == {"cuboids", "boxes2d", *LABELS}
        people = episode.keypoints(CAMERA, 1)
        assert people.actor_id.tolist() == [3, 4]
        # Who stands half behind the box has joints of both kinds.
        assert {1.0, 2.0} <= set(people.points[0, :, 2].tolist())
        assert set(people.points[1, :, 2].tolist()) <= {1.0, 2.0}
        lines = episode.lanes(CAMERA, 2)
        assert lines.offsets[-1] == len(lines.pixels) == len(lines.ego) == len(lines.visible)
        assert not lines.visible.all()
        critical = episode[2].criticality
        assert episode[1].keypoints[CAMERA].actor_id.tolist() == [3, 4]
        assert len(episode[2].lanes[CAMERA].id) == len(lines.id)
        assert critical.actor_id.tolist() == [2, 3, 4]
        assert 3.0 < critical.ttc_s[0] < 6.0
        assert set(np.unique(episode.bev(0).instance)) == {0, 2, 3, 4}
        assert episode.occupancy(2).visible.any()
        assert len(np.unique(episode.panoptic(CAMERA, 0) // 1000)) >= 3
        assert len(episode.panoptic(LIDAR, 0)) == len(episode.sensors[LIDAR].item(0)["instance"])


def test_labels_need_no_channel_that_is_stored(labelled: Path, tmp_path: Path) -> None:
    """Depth and instance are rendered for the labels, and left out of the file if nobody asked for them."""
    lean = record(tmp_path / "a.h5", DEFAULT_LABELS, ("rgb",))
    with Episode(lean) as episode, Episode(labelled) as other:
        assert set(episode.sensors[CAMERA].columns) == {"rgb"}
        assert set(episode.labels) == {"cuboids", "boxes2d", *DEFAULT_LABELS}
        for k in range(3):
            np.testing.assert_array_equal(episode.keypoints(CAMERA, k).points, other.keypoints(CAMERA, k).points)
            np.testing.assert_array_equal(episode.lanes(CAMERA, k).pixels, other.lanes(CAMERA, k).pixels)
        with pytest.raises(InputError, match="made without"):
            episode.bev(0)
        with pytest.raises(InputError, match="expected semantic and instance"):
            episode.panoptic(CAMERA, 0)
    assert validate(lean).passed


def test_the_same_bytes_again(labelled: Path, tmp_path: Path) -> None:
    assert record(tmp_path / "a.h5").read_bytes() == labelled.read_bytes()


def test_the_grids_are_drawn_the_right_way_up(labelled: Path) -> None:
    """The box, 16 m ahead and a little to the right, is above the middle of the picture, a little to the right."""
    with Episode(labelled) as episode:
        pictures = draw_grids(episode, 0, 400)
    assert [picture.shape for picture in pictures] == [(400, 400, 3)] * 3
    rows, columns = np.nonzero((pictures[0] == BY_NAME["car"].colour).all(axis=-1))
    np.testing.assert_allclose([rows.mean(), columns.mean()], [200 - 16.0 * 4, 200 + 1.25 * 4], atol=2.0)


def test_unknown_labels_are_refused() -> None:
    with pytest.raises(InputError, match="expected some of keypoints, lanes"):
        check_labels(["heat"])
    assert check_labels(["bev", "keypoints"]) == ("keypoints", "bev")


def change(path: str, edit: Callable[[np.ndarray], np.ndarray]) -> Callable[[h5py.File], None]:
    def apply(file: h5py.File) -> None:
        file[path][...] = edit(file[path][:])

    return apply


def moved(path: str, amount: float, column: object = ...) -> Callable[[h5py.File], None]:
    def edit(array: np.ndarray) -> np.ndarray:
        array[column] += np.asarray(amount, array.dtype)
        return array

    return change(path, edit)


def shifted(array: np.ndarray) -> np.ndarray:
    return np.roll(array, 2, axis=1)


JOINTS, LINES = f"labels/keypoints/{CAMERA}", f"labels/lanes/{CAMERA}"
LIES = {
    "joints up by 30 px": (moved(f"{JOINTS}/points", -30.0, (..., 1)), "joints in boxes"),
    "all joints visible": (
        change(f"{JOINTS}/points", lambda points: np.where([False, False, True], 2.0, points).astype(np.float32)),
        "visible joints",
    ),
    "joints of nobody": (moved(f"{JOINTS}/actor_id", 9), "schema references"),
    "lines off by a pixel": (moved(f"{LINES}/points/pixels", 1.0), "lane lines projected"),
    "lines beside the road's": (moved(f"{LINES}/points/ego", 0.3, (slice(None), 1)), "lane lines on the map"),
    "all lines visible": (change(f"sensors/{CAMERA}/depth", lambda depth: depth * 0.9), "lane lines against depth"),
    "lines of nothing": (moved(f"{LINES}/id", 90), "schema labels"),
    "cells shifted": (change("labels/bev/instance", shifted), "bird's-eye cells in cuboids"),
    "cells of nobody": (change("labels/bev/instance", lambda ids: ids * 0), "bird's-eye cells in cuboids"),
    "voxels empty": (change("labels/occupancy/semantic", lambda grid: grid * 0), "lidar points in occupied voxels"),
    "voxels unseen": (change("labels/occupancy/visible", lambda grid: grid & 2), "lidar points in seen voxels"),
    "distances of others": (change("labels/criticality/distance_m", lambda gap: gap[::-1] * 2.0), "criticality"),
    "collisions too soon": (change("labels/criticality/ttc_s", lambda ttc: ttc * 0.3), "criticality"),
    "points at rest": (change(f"sensors/{LIDAR}/points/flow", lambda flow: flow * 0), "lidar flow"),
}


@pytest.mark.parametrize("lie", LIES)
def test_lies_about_labels_are_found(labelled: Path, tmp_path: Path, lie: str) -> None:
    falsify, check = LIES[lie]
    path = tmp_path / "a.h5"
    path.write_bytes(labelled.read_bytes())
    with h5py.File(path, "a") as file:
        falsify(file)
    assert check in failures(path)


def failures(path: Path) -> set[str]:
    """What `validate` would say of the form and of these labels, without all its other checks."""
    with Episode(path) as episode:
        wrong = {f"schema {part}" for part, lines in schema.faults(episode.file).items() if lines}
        if wrong:
            return wrong
        return {name for name, worst, limit, _ in checks._more(Evidence(episode)) if worst.value > limit}
