"""Lidar sweeps with everything on, beside bare rays on the same triangles in the same run, and beside the clock."""

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from jaxtyping import Float, Float32
from numpy import ndarray
from simgen.sensors._lidar_scan import beam_pattern

from simgen import library
from simgen.geometry import Pose
from simgen.motion import Actor, Cast, Snapshot, View
from simgen.physics.client import import_pybullet
from simgen.readings import Mount
from simgen.render.raycast_embree import import_open3d
from simgen.render.raycast_kernels import world_rays
from simgen.render.scene import Scene
from simgen.sensing.sensor import Setting
from simgen.world.lanes import LaneNetwork
from simgen.world.material import Material
from simgen.world.mesh import Mesh
from simgen.world.shapes import box
from simgen.world.weather import Weather
from simgen.world.world import Surface, World

pybullet = import_pybullet()  # it greets on standard output otherwise

_CARS, _PEOPLE = 30, 10
_HEIGHT_M = 1.95
_BATCH = 16_384  # PyBullet's longest batch of rays


def rows() -> list[dict[str, Any]]:
    """Sweeps a second of ours (40 moving actors, skew, labels, noise), and of the references on what stands still."""
    scene = Scene.of(_city(), _cast())
    view = _view(scene)
    return [*_one_ray(scene, view), _everything(scene, view), _real_time(scene, view)]


def _one_ray(scene: Scene, view: View) -> list[dict[str, Any]]:
    """An HDL-64E, a ray a beam, beside Open3D and PyBullet."""
    sensor = _sensor(scene, "HDL-64E")
    rays = _rays(sensor, "HDL-64E")
    works: dict[str, Callable[[], object]] = {"ours": partial(sensor.read, view, 1), "bare": _open3d(scene, rays)}
    ours, bare = _in_turns(works, 15)
    (bullet,) = _in_turns({"bullet": _bullet(scene, rays)}, 3)
    return [
        _row("lidar_hdl64e", 1.0 / ours, "sweeps/s", "Open3D cast_rays, static scene alone", 1.0 / bare),
        _row("lidar_hdl64e", 1.0 / ours, "sweeps/s", "PyBullet rayTestBatch, static scene alone", 1.0 / bullet),
    ]


def _everything(scene: Scene, view: View) -> dict[str, Any]:
    """An HDL-64E with four rays a beam, both returns, and rain, in rays a second."""
    sensor = _sensor(scene, "HDL-64E", rays=4, returns="dual")
    rays, rain = _rays(sensor, "HDL-64E", 4), Weather(rain_mm_h=10.0, wetness=0.5)
    wet = View([replace(snapshot, weather=rain.array()) for snapshot in view.snapshots])
    ours, bare = _in_turns({"ours": partial(sensor.read, wet, 1), "bare": _open3d(scene, rays)}, 7)
    reference = "Open3D cast_rays on the same rays, static scene alone"
    return _row("lidar_sub_rays", len(rays) / ours / 1e6, "Mrays/s", reference, len(rays) / bare / 1e6)


def _real_time(scene: Scene, view: View) -> dict[str, Any]:
    """An OS1-128 beside the clock."""
    (ours,) = _in_turns({"ours": partial(_sensor(scene, "OS1-128").read, view, 1)}, 11)
    return _row("lidar_os1_128", 1.0 / ours, "sweeps/s", "the sensor itself", 10.0)


def _in_turns(works: dict[str, Callable[[], object]], times: int) -> list[float]:
    """Median seconds of each, after a first time; in turns, so that all see the same machine."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for k in range(times + 1):
        for name, work in works.items():
            seconds = _seconds(work)
            if k:
                taken[name].append(seconds)
    return [float(np.median(values)) for values in taken.values()]


def _row(name: str, value: float, unit: str, reference: str, reference_value: float) -> dict[str, Any]:
    return {
        "name": name,
        "value": value,
        "unit": unit,
        "reference": reference,
        "reference_value": reference_value,
        "ratio": value / reference_value,
    }


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _city() -> World:
    """About 100 000 triangles: a terrain of small waves, and blocks along a crossing."""
    rng = np.random.Generator(np.random.Philox(key=2))
    ground = Material(name="ground", semantic="road", reflectivity_905nm=0.2)
    wall = Material(name="wall", semantic="building", reflectivity_905nm=0.5)
    blocks = []
    for k in range(400):
        place = rng.uniform(-150.0, 150.0, 2)
        if np.min(np.abs(place)) > 12.0:
            size = rng.uniform((4.0, 4.0, 3.0), (12.0, 12.0, 25.0))
            centre = (float(place[0]), float(place[1]), float(size[2]) / 2)
            mesh = box((float(size[0]), float(size[1]), float(size[2])), wall, centre)
            blocks.append(Surface(name=f"block{k}", mesh=mesh))
    surfaces = (Surface(name="ground", mesh=_terrain(ground)), *blocks)
    return World(name="city", surfaces=surfaces, lanes=LaneNetwork({}), origin_m=np.zeros(3))


def _terrain(material: Material) -> Mesh:
    side = np.linspace(-200.0, 200.0, 220)
    x, y = np.meshgrid(side, side, indexing="ij")
    index = np.arange(x.size).reshape(x.shape)
    a, b, c, d = index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]
    faces = np.concatenate([np.stack([a, b, c], -1).reshape(-1, 3), np.stack([a, c, d], -1).reshape(-1, 3)])
    points = np.stack([x, y, 0.02 * np.sin(x) * np.cos(y)], -1).reshape(-1, 3)
    return Mesh(
        vertices=points.astype(np.float32),
        faces=faces.astype(np.int32),
        normals=np.tile(np.array([0.0, 0.0, 1.0], np.float32), (len(points), 1)),
        uvs=points[:, :2].astype(np.float32),
        material=np.zeros(len(faces), np.int32),
        materials=(material,),
    )


def _cast() -> Cast:
    names = ["suv"] + ["hatchback", "saloon", "estate"] * (_CARS // 3) + ["adult_man"] * _PEOPLE
    models = {name: library.find("models", name).build() for name in dict.fromkeys(names)}
    return Cast.of(
        [
            Actor(id=k + 1, name=f"actor{k}", model=models[name], category=models[name].category, is_ego=k == 0)
            for k, name in enumerate(names)
        ]
    )


def _view(scene: Scene) -> View:
    rng = np.random.Generator(np.random.Philox(key=3))
    actors = scene.cast.actors
    along = rng.uniform(-80.0, 80.0, len(actors))
    lane = rng.choice([-7.0, -3.5, 3.5, 7.0], len(actors))
    crossing = np.arange(len(actors)) % 2 == 1
    along[0] = lane[0] = 0.0
    return View([_snapshot(scene, k, along, lane, crossing) for k in range(-12, 7)])


def _snapshot(
    scene: Scene, k: int, along: Float[ndarray, " a"], lane: Float[ndarray, " a"], crossing: ndarray
) -> Snapshot:
    poses, twists = [], []
    for row, actor in enumerate(scene.cast.actors):
        speed = 1.4 if actor.category == "pedestrian" else 10.0
        s = along[row] + speed * k / 60.0
        yaw = np.pi / 2 if crossing[row] else 0.0
        place = (lane[row], s) if crossing[row] else (s, lane[row])
        links = actor.model.link_poses(Pose.from_xyz_rpy(place[0], place[1], 0.0, yaw=yaw))
        twist = np.zeros((len(links), 6), np.float32)
        twist[:, :2] = speed * np.cos(yaw), speed * np.sin(yaw)
        poses.append(links)
        twists.append(twist)
    return Snapshot(
        time_ns=int(np.rint(1e9 * k / 60)),
        link_pose=np.concatenate(poses),
        link_twist=np.concatenate(twists),
        lamps=np.zeros(len(scene.cast.actors), np.uint32),
        signals=np.zeros(0, np.uint8),
        weather=Weather().array(),
    )


def _sensor(scene: Scene, device: str, **parameters: float | str) -> Any:
    at = Pose.from_xyz_rpy(1.1, 0.0, _HEIGHT_M)
    mount = Mount(sensor="lidar", device=device, ego_from_sensor=at, rate_hz=10.0, parameters=parameters)
    setting = Setting(name="LIDAR", mount=mount, scene=scene, seed=1, channels=(), engines={})
    return library.find("sensors", "lidar").build(setting)


def _rays(sensor: Any, device: str, rays: int = 1) -> Float32[ndarray, "n 6"]:
    """All rays of a sweep from one point."""
    product = library.find("sensors", device.lower().replace("-", "_")).build()
    columns = int(sensor.attributes()["columns"])
    pattern = beam_pattern(product, columns, 180.0, rays)
    pose = Pose.from_xyz_rpy(1.1, 0.0, _HEIGHT_M).matrix()[:3]
    found = np.empty((pattern.count, 6), np.float32)
    world_rays(pattern.directions, pattern.delay, np.stack([pose] * (columns + 1)), found)
    return found


def _open3d(scene: Scene, rays: Float32[ndarray, "n 6"]) -> Callable[[], object]:
    open3d = import_open3d()
    tensor = open3d.core.Tensor.from_numpy
    bare = open3d.t.geometry.RaycastingScene()
    bare.add_triangles(tensor(scene.surfaces.vertices), tensor(scene.surfaces.faces.astype(np.uint32)))
    return lambda: bare.cast_rays(tensor(rays))


def _bullet(scene: Scene, rays: Float32[ndarray, "n 6"]) -> Callable[[], object]:
    client = pybullet.connect(pybullet.DIRECT)
    mesh = scene.surfaces
    shape = pybullet.createCollisionShape(
        pybullet.GEOM_MESH,
        vertices=mesh.vertices.tolist(),
        indices=mesh.faces.reshape(-1).tolist(),
        flags=pybullet.GEOM_FORCE_CONCAVE_TRIMESH,
        physicsClientId=client,
    )
    pybullet.createMultiBody(0.0, shape, physicsClientId=client)
    starts, ends = rays[:, :3], rays[:, :3] + 120.0 * rays[:, 3:]
    pieces = [(starts[k : k + _BATCH].tolist(), ends[k : k + _BATCH].tolist()) for k in range(0, len(rays), _BATCH)]

    def sweep() -> None:
        for start, end in pieces:
            pybullet.rayTestBatch(start, end, numThreads=0, physicsClientId=client)

    return sweep
