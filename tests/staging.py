"""A small stage for tests that need neither maps nor physics: a plane, boxes on it, motion in closed form."""

from collections.abc import Callable, Sequence

import numpy as np

from simgen.geometry import Pose
from simgen.motion import Actor, Cast, Snapshot, View
from simgen.world.lanes import LaneNetwork
from simgen.world.material import Material
from simgen.world.mesh import Mesh
from simgen.world.model import Model, Part
from simgen.world.weather import Weather
from simgen.world.world import Surface, World

GROUND = Material(name="ground", semantic="road", reflectivity_905nm=0.2, source="test")
BODY = Material(name="body", semantic="car", paint=True, reflectivity_905nm=0.5, source="test")

_CORNERS = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)])
_QUADS = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]


def box_mesh(size: Sequence[float], centre: Sequence[float], material: Material = BODY) -> Mesh:
    """A box, 12 triangles, outward."""
    vertices, normals, faces = [], [], []
    corners = _CORNERS * np.asarray(size) + np.asarray(centre)
    for quad in _QUADS:
        a, b, c, d = corners[list(quad)]
        normal = np.cross(b - a, c - a)
        normal /= np.linalg.norm(normal)
        start = len(vertices)
        vertices += [a, b, c, d]
        normals += [normal] * 4
        faces += [(start, start + 1, start + 2), (start, start + 2, start + 3)]
    return Mesh(
        vertices=np.array(vertices, np.float32),
        faces=np.array(faces, np.int32),
        normals=np.array(normals, np.float32),
        uvs=np.zeros((len(vertices), 2), np.float32),
        material=np.zeros(len(faces), np.int32),
        materials=(material,),
    )


def plane_mesh(half_m: float = 200.0, material: Material = GROUND) -> Mesh:
    """The ground z = 0."""
    xy = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half_m
    return Mesh(
        vertices=np.column_stack([xy, np.zeros(4)]).astype(np.float32),
        faces=np.array([[0, 1, 2], [0, 2, 3]], np.int32),
        normals=np.tile(np.array([0, 0, 1], np.float32), (4, 1)),
        uvs=xy.astype(np.float32),
        material=np.zeros(2, np.int32),
        materials=(material,),
    )


def world(*more: Surface) -> World:
    """A plane, and what else is given."""
    return World(
        name="plane",
        surfaces=(Surface(name="ground", mesh=plane_mesh()), *more),
        lanes=LaneNetwork({}),
        origin_m=np.zeros(3),
    )


def box_model(length: float = 4.0, width: float = 1.8, height: float = 1.5, category: str = "car") -> Model:
    """A box that stands on the ground, origin in the middle of its base."""
    mesh = box_mesh((length, width, height), (0, 0, height / 2))
    return Model(
        name="box",
        category=category,
        parts=(Part(name="body", mesh=mesh, parent=-1),),
        extent_m=(length, width, height),
        centre_m=(0.0, 0.0, height / 2),
    )


def cast(boxes: int = 2) -> Cast:
    """An ego without a mesh of its own, and boxes."""
    hollow = Model(
        name="hollow",
        category="car",
        parts=(Part(name="body", mesh=Mesh.empty(), parent=-1),),
        extent_m=(4.0, 1.8, 1.5),
        centre_m=(1.4, 0.0, 0.75),
    )
    others = [
        Actor(id=k + 2, name=f"box{k}", model=box_model(), category="car", paint=(0.6, 0.1, 0.1)) for k in range(boxes)
    ]
    return Cast.of([Actor(id=1, name="ego", model=hollow, category="car", is_ego=True), *others])


def view(
    actors: Cast,
    pose_at: Callable[[int, float], Pose],
    *,
    start_s: float = -0.2,
    end_s: float = 0.3,
    weather: Weather | None = None,
) -> View:
    """Snapshots at 60 Hz of single-link actors; `pose_at(row, time_s)` says where; twists by central differences."""
    snapshots = []
    for k in range(round(start_s * 60), round(end_s * 60) + 1):
        t, h = k / 60, 1e-4
        now = np.stack([pose_at(row, t).array() for row in range(len(actors.links))])
        before = [pose_at(row, t - h) for row in range(len(actors.links))]
        after = [pose_at(row, t + h) for row in range(len(actors.links))]
        linear = np.stack([(b.translation - a.translation) / (2 * h) for a, b in zip(before, after, strict=True)])
        angular = []
        for a, b in zip(before, after, strict=True):
            turn = (Pose(rotation=b.rotation, translation=np.zeros(3)) @ a.inverse()).rotation
            angular.append(2 * turn[:3] * np.sign(turn[3]) / (2 * h))
        snapshots.append(
            Snapshot(
                time_ns=int(np.rint(1e9 * k / 60)),
                link_pose=now,
                link_twist=np.concatenate([linear, np.array(angular)], axis=1).astype(np.float32),
                lamps=np.zeros(len(actors.actors), np.uint32),
                signals=np.zeros(0, np.uint8),
                weather=(weather or Weather()).array(),
            )
        )
    return View(snapshots)
