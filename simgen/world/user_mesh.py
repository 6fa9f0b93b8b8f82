"""Turns anybody's mesh file into a model: with materials that every sensor knows, on the ground, in our axes."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import trimesh
from jaxtyping import Float
from numpy import ndarray
from scipy.spatial import ConvexHull, QhullError

from simgen.errors import InputError
from simgen.geometry import Pose
from simgen.world import shapes
from simgen.world.material import SIDES, Material, Texture
from simgen.world.mesh import Mesh, merge
from simgen.world.mesh_files import read_meshes
from simgen.world.mesh_looks import Look, baked, look_of
from simgen.world.model import Model, Part
from simgen.world.taxonomy import BY_NAME

MOST_FACES = 200_000
SIZE_M = (0.001, 200.0)
"""The longest side that a thing may have: other sizes come from a wrong unit."""

UP = {".glb": "y", ".gltf": "y", ".obj": "y", ".ply": "z"}
"""Which axis points up where nothing is said: glTF by its standard, OBJ by its exporters' habit, PLY as scanners have
it."""

VEHICLES = ("car", "van", "truck", "bus", "trailer")
_WHEELBASE, _OVERHANG, _TRACK = 0.6, 0.2, 0.85
"""Of length, length and width, for vehicles whose file says nothing (a BMW 320i has 0.61, 0.22 and 0.80)."""

PACKED_KG_M3 = 200.0
"""What fills the hull of a thing that is no vehicle (set by us: packed goods; air freight counts 167)."""

MOST_PIECES, _CORNERS = 16, 64
PLASTIC = Material(
    name="plastic",
    reflectivity_905nm=0.5,
    reflectivity_1550nm=0.45,
    radar_reflectivity=0.051,
    source="a light plastic: Fresnel at normal incidence, permittivity 2.5 (Afsar 1984); reflectances set by us",
)
"""What a thing is made of for lidar and radar where no library is at hand."""

Substance = Callable[[Material], Material]
"""Names what lidar and radar feel, from what a camera sees."""


def import_mesh(
    path: str | Path,
    *,
    category: str = "custom",
    scale: float = 1.0,
    up: str = "auto",
    yaw_deg: float = 0.0,
    mass_kg: float = 0.0,
    texture_px: int = 512,
    substance: Substance = lambda seen: PLASTIC,
    faces_limit: int = MOST_FACES,
) -> Model:
    """A model of a glTF (.glb, .gltf), Wavefront (.obj) or PLY file: centred, standing on the ground.

    Its name ends in the beginning of the SHA-256 of everything that was read, so that an episode knows its thing.

    Args:
        path: files that it names must lie in its folder or below.
        category: class from the taxonomy.
        scale: metres of one unit of the file.
        up: "y", "z" or "x" of the file; "auto" as in `UP`. With "y" the file's z points ahead, as in glTF.
        yaw_deg: turned counter-clockwise about the vertical, to make it look along x.
        mass_kg: 0 takes the category's for vehicles, else `PACKED_KG_M3` times the volume of the convex hulls.
        texture_px: pixels a side that pictures may keep.
        substance: gives the material whose lidar and radar numbers (and source) are taken.
        faces_limit: more are refused.

    Raises:
        InputError: one line: what is wrong with the file or an argument.
    """
    path = Path(path)
    _check(path, category, scale, up, texture_px)
    read, digest = read_meshes(path)
    count = sum(len(one.faces) for one in read)
    if count > faces_limit:
        raise InputError(f"{path}: expected at most {faces_limit} triangles, got {count}")
    turn = _turn(UP[path.suffix.lower()] if up == "auto" else up, yaw_deg) * scale
    stem = "".join(sign if sign.isalnum() or sign in "-_." else "-" for sign in path.stem)
    name = f"{stem}@{digest[:12]}"
    mesh = _centred(path, _joined(path, read, turn, name, category, texture_px, substance), category)
    return _model(name, category, mesh, mass_kg, f"{path.name}, SHA-256 {digest}")


def hulls_of(mesh: Mesh) -> tuple[Float[ndarray, "n 3"], ...]:
    """Corners of the convex hull of each connected piece, or of all where there are many; at most 64 each."""
    points = np.unique(np.round(mesh.vertices.astype(np.float64), 5), axis=0)
    lookup = np.unique(np.round(mesh.vertices.astype(np.float64), 5), axis=0, return_inverse=True)[1].reshape(-1)
    labels = trimesh.graph.connected_component_labels(
        np.concatenate([lookup[mesh.faces][:, [0, 1]], lookup[mesh.faces][:, [1, 2]]]), node_count=len(points)
    )
    pieces = [points[labels == k] for k in np.unique(labels)]
    found = [hull for hull in map(_hull, pieces) if hull is not None] if len(pieces) <= MOST_PIECES else []
    whole = _hull(points)
    return tuple(found) if found else (() if whole is None else (whole,))


def _check(path: Path, category: str, scale: float, up: str, texture_px: int) -> None:
    if category not in BY_NAME:
        raise InputError(f"{path}: category: expected one of {', '.join(BY_NAME)}, got {category!r}")
    if not (math.isfinite(scale) and scale > 0.0):
        raise InputError(f"{path}: scale: expected a positive number, got {scale!r}")
    if up not in ("auto", "x", "y", "z"):
        raise InputError(f"{path}: up: expected auto, x, y or z, got {up!r}")
    if texture_px not in SIDES:
        raise InputError(f"{path}: texture_px: expected one of {', '.join(map(str, SIDES))}, got {texture_px!r}")


def _turn(up: str, yaw_deg: float) -> Float[ndarray, "3 3"]:
    """From the file's axes to x ahead, y left, z up."""
    first = {"z": [0, 1, 2], "y": [2, 0, 1], "x": [1, 2, 0]}[up]
    cos, sin = math.cos(math.radians(yaw_deg)), math.sin(math.radians(yaw_deg))
    return np.array([[cos, -sin, 0.0], [sin, cos, 0.0], [0.0, 0.0, 1.0]]) @ np.eye(3)[first]


def _joined(
    path: Path,
    read: Sequence[trimesh.Trimesh],
    turn: Float[ndarray, "3 3"],
    name: str,
    category: str,
    texture_px: int,
    substance: Substance,
) -> Mesh:
    """All of the file in one mesh, materials by look."""
    looks = [look_of(one, texture_px, str(path)) for one in read]
    painted = [look.corner_colours for look in looks if look.corner_colours is not None]
    bake, cells = baked(np.concatenate(painted), f"{name}-colours") if painted else (None, np.zeros((0, 3, 2)))
    meshes, start = [], 0
    for k, (one, look) in enumerate(zip(read, looks, strict=True)):
        vertices = np.asarray(one.vertices, np.float64) @ turn.T
        if not np.isfinite(vertices[one.faces]).all():
            raise InputError(f"{path}: expected finite coordinates, got NaN or infinity")
        texture, uvs = _texture(look, one, f"{name}-{k}")
        if look.corner_colours is not None:
            texture, uvs = bake, cells[start : start + len(one.faces)]
            start += len(one.faces)
        material = _material(f"{name}-{k}", category, look, texture, substance)
        meshes.append(_assembled(vertices, np.asarray(one.faces), material, uvs))
    return merge(meshes)


def _assembled(
    vertices: Float[ndarray, "v 3"], faces: ndarray, material: Material, uvs: Float[ndarray, "f 3 2"] | None
) -> Mesh:
    """Smooth up to a crease; a closed mesh that is inside out is turned."""
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    if _closed(vertices, faces) and np.sum(a * np.cross(b, c)) < 0.0:
        faces = faces[:, ::-1]
        uvs = None if uvs is None else uvs[:, ::-1]
    return shapes.assemble(vertices, faces, material, corner_uvs=uvs)


def _closed(vertices: Float[ndarray, "v 3"], faces: ndarray) -> bool:
    return bool(trimesh.Trimesh(vertices, faces, process=False, validate=False).is_watertight)


def _texture(look: Look, mesh: trimesh.Trimesh, name: str) -> tuple[Texture | None, Float[ndarray, "f 3 2"] | None]:
    if look.picture is None:
        return None, None
    uvs = np.nan_to_num(np.asarray(mesh.visual.uv, np.float64))[np.asarray(mesh.faces)][..., :2]
    look.picture.setflags(write=False)
    return Texture(name=name, pixels=look.picture), uvs


def _material(name: str, category: str, look: Look, texture: Texture | None, substance: Substance) -> Material:
    """What the camera sees from the file, what lidar and radar feel from the substance."""
    red, green, blue = np.clip(look.mean_colour(), 0.0, 1.0).tolist()
    seen = Material(
        name=name,
        semantic=category,
        base_colour=(red, green, blue),
        roughness=look.roughness,
        metallic=look.metallic,
        transparent=look.transparent,
    )
    felt = substance(seen)
    return replace(
        seen,
        base_colour=look.colour,
        emission=look.emission,
        texture=texture,
        reflectivity_905nm=felt.reflectivity_905nm,
        reflectivity_1550nm=felt.reflectivity_1550nm,
        radar_reflectivity=felt.radar_reflectivity,
        source=f"camera: the user's file; lidar and radar as {felt.name}: {felt.source}",
    )


def _centred(path: Path, mesh: Mesh, category: str) -> Mesh:
    """On the ground; the middle at the origin, of vehicles the assumed rear axle."""
    low, high = mesh.bounds().astype(np.float64)
    longest = float((high - low).max())
    if not SIZE_M[0] <= longest <= SIZE_M[1]:
        raise InputError(
            f"{path}: expected a thing of {SIZE_M[0]:g}..{SIZE_M[1]:g} m, got {longest:.4g} m: set scale to the"
            " metres of one unit"
        )
    x, y = 0.5 * (low[0] + high[0]), 0.5 * (low[1] + high[1])
    if category in VEHICLES:
        x = low[0] + _OVERHANG * (high[0] - low[0])
    return shapes.moved(mesh, Pose.from_xyz_rpy(-float(x), -float(y), -float(low[2])))


def _model(name: str, category: str, mesh: Mesh, mass_kg: float, source: str) -> Model:
    low, high = mesh.bounds().astype(np.float64)
    length, width, height = (high - low).tolist()
    x, y, z = (0.5 * (low + high)).tolist()
    hulls = hulls_of(mesh)
    dimensions: dict[str, float] = {}
    if category in VEHICLES:
        dimensions = {"wheelbase_m": _WHEELBASE * length, "track_front_m": _TRACK * width}
        dimensions["track_rear_m"] = _TRACK * width
    if mass_kg > 0.0 or not dimensions:
        packed = PACKED_KG_M3 * sum(ConvexHull(hull).volume for hull in hulls)
        dimensions["mass_kg"] = mass_kg or max(packed, 0.01)
    return Model(
        name=name,
        category=category,
        parts=(Part(name="body", mesh=mesh, parent=-1),),
        extent_m=(length, width, height),
        centre_m=(x, y, z),
        dimensions=dimensions,
        source=source,
        hulls=hulls,
    )


def _hull(points: Float[ndarray, "n 3"]) -> Float[ndarray, "m 3"] | None:
    """Corners of the convex hull, thinned out; None for what is flat."""
    try:
        corners = points[ConvexHull(points).vertices] if len(points) >= 4 else None
    except QhullError:
        return None
    if corners is None or len(corners) <= _CORNERS:
        return corners
    farthest = np.unique(np.argmax(corners @ _directions().T, axis=0))
    return corners[farthest]


@lru_cache(maxsize=1)
def _directions() -> Float[ndarray, "64 3"]:
    """Evenly over the sphere. Source: R. Swinbank, R. J. Purser, Fibonacci grids, Q. J. R. Meteorol. Soc. 132, 2006."""
    k = np.arange(_CORNERS) + 0.5
    z, turn = 1.0 - 2.0 * k / _CORNERS, np.pi * (1.0 + math.sqrt(5.0)) * k
    wide = np.sqrt(1.0 - z * z)
    return np.stack([wide * np.cos(turn), wide * np.sin(turn), z], axis=1)
