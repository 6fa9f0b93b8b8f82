"""Short names for the pieces that props are put together from."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from simgen.worlds import materials

from simgen.geometry import Pose
from simgen.world import shapes
from simgen.world.material import Material
from simgen.world.mesh import Mesh

Point = tuple[float, float, float]


@cache
def stuff(name: str, semantic: str, colour: tuple[float, float, float] | None = None) -> Material:
    """A material of the table on a thing of this class, in another colour where one is given (linear RGB)."""
    base = materials.by_name(name) if colour is None else materials.tinted(name, colour)
    return replace(base, name=f"{base.name}_{semantic}", semantic=semantic, paint=False)


def at(
    mesh: Mesh,
    x: float = 0.0,
    y: float = 0.0,
    z: float = 0.0,
    *,
    roll: float = 0.0,
    pitch: float = 0.0,
    yaw: float = 0.0,
) -> Mesh:
    """The mesh turned (radians), then moved."""
    return shapes.moved(mesh, Pose.from_xyz_rpy(x, y, z, roll=roll, pitch=pitch, yaw=yaw))


def rod(start: Point, end: Point, radius_m: float, material: Material, segments: int = 6) -> Mesh:
    """A straight round bar between two points."""
    a, b = np.asarray(start, np.float64), np.asarray(end, np.float64)
    along = (b - a) / np.linalg.norm(b - a)
    helper = np.array([0.0, 0.0, 1.0]) if abs(along[2]) < 0.9 else np.array([1.0, 0.0, 0.0])
    u = np.cross(helper, along)
    u /= np.linalg.norm(u)
    v = np.cross(along, u)
    angle = np.arange(segments) * 2.0 * np.pi / segments
    ring = radius_m * (np.cos(angle)[:, None] * u + np.sin(angle)[:, None] * v)
    return shapes.loft(np.stack([a + ring, b + ring]), material, crease_deg=50.0)


def rods(points: Sequence[Point], radius_m: float, material: Material, segments: int = 6) -> list[Mesh]:
    """Round bars from point to point."""
    return [rod(a, b, radius_m, material, segments) for a, b in pairwise(points)]


def tube(
    rings: Sequence[tuple[float, float, float, float, float]],
    material: Material,
    segments: int = 8,
    crease: float = 75.0,
) -> Mesh:
    """A rounded solid along x through rings (x, middle height, half height, half width, middle y)."""
    angle = np.arange(segments) * 2.0 * np.pi / segments + np.pi / segments
    x, z, tall, wide, y = (np.asarray(column)[:, None] for column in np.array(rings).T)
    around: Float[ndarray, "n m"] = np.broadcast_to(angle, (len(rings), segments))
    points = np.stack([np.broadcast_to(x, around.shape), y + wide * np.cos(around), z + tall * np.sin(around)], axis=-1)
    return shapes.loft(points, material, crease_deg=crease)


def prism(outline: Sequence[tuple[float, float]], width_m: float, material: Material, middle_y: float = 0.0) -> Mesh:
    """A plate whose side view is this polygon of (x, z), `width_m` thick along y."""
    flat = shapes.extrude(np.array(outline, np.float64), -width_m / 2.0, width_m / 2.0, material)
    # The prism's own (x, y, z) become (x, z, -y): its polygon stands upright, seen from the right.
    turned = shapes.moved(flat, Pose.from_xyz_rpy(0.0, 0.0, 0.0, roll=np.pi / 2.0))
    return shapes.moved(turned, Pose.from_xyz_rpy(0.0, middle_y, 0.0))


def disc(radius_m: float, width_m: float, material: Material, place: Point, segments: int = 14) -> Mesh:
    """A wheel-like disc whose axle lies along y, its middle at a place."""
    mesh = shapes.cylinder(radius_m, width_m, material, axis="y", segments=segments)
    return at(mesh, place[0], place[1] - width_m / 2.0, place[2])


def row(mesh: Mesh, places: Sequence[Point]) -> list[Mesh]:
    """The same thing at several places."""
    return [at(mesh, *place) for place in places]


def hoop(radius_m: float, thick_m: float, material: Material, place: Point, segments: int = 18) -> Mesh:
    """A ring of round section whose axle lies along y, its middle at a place; `radius_m` is the outer one."""
    around = np.arange(segments) * 2.0 * np.pi / segments
    section = np.arange(5) * 2.0 * np.pi / 5
    mean = radius_m - thick_m
    out = mean + thick_m * np.cos(section)
    points = np.stack(
        [
            np.cos(around)[:, None] * out,
            np.broadcast_to(thick_m * np.sin(section), (segments, 5)),
            np.sin(around)[:, None] * out,
        ],
        axis=-1,
    ) + np.asarray(place)
    index = np.arange(segments * 5).reshape(segments, 5)
    ahead, beside = np.roll(index, -1, axis=0), np.roll(index, -1, axis=1)
    corner = np.roll(ahead, -1, axis=1)
    faces = [np.stack([index, beside, corner], axis=-1), np.stack([index, corner, ahead], axis=-1)]
    return shapes.assemble(
        points.reshape(-1, 3), np.concatenate([one.reshape(-1, 3) for one in faces]), material, crease_deg=80.0
    )


def spoked(
    radius_m: float, thick_m: float, x_m: float, rubber: Material, metal: Material, spokes: int = 8
) -> list[Mesh]:
    """A bicycle's wheel that stands on the ground here."""
    middle = (x_m, 0.0, radius_m)
    angle = np.arange(spokes) * 2.0 * np.pi / spokes
    bars = [
        rod(
            middle,
            (x_m + float(np.cos(a)) * (radius_m - thick_m), 0.0, radius_m + float(np.sin(a)) * (radius_m - thick_m)),
            0.004,
            metal,
            3,
        )
        for a in angle
    ]
    return [hoop(radius_m, thick_m, rubber, middle), disc(0.025, 0.09, metal, middle, 6), *bars]
