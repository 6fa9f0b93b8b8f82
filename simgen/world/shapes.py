"""Primitive solids and sheets as meshes: faces outward, smooth normals up to a crease angle, texture coordinates.

Texture coordinates are metres along the surface: box projection on the axis nearest to the face (u along y or x, v
along z or y), so a texture runs on over neighbouring faces at its true size; pixel row 0 of a texture lies at v = 0.
"""

from collections.abc import Sequence

import mapbox_earcut
import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray

from simgen.geometry import Pose, rotate
from simgen.world.material import Material
from simgen.world.mesh import Mesh, merge

CREASE_DEG = 40.0
"""Edges that bend more than this are sharp."""

_WELD_M = 1e-5
_TURNS: dict[str, tuple[int, int, int]] = {"x": (2, 0, 1), "y": (1, 2, 0), "z": (0, 1, 2)}


def assemble(
    vertices: Float[ndarray, "v 3"],
    faces: Int[ndarray, "f 3"],
    materials: Material | Sequence[Material],
    material: Int[ndarray, " f"] | None = None,
    *,
    crease_deg: float = CREASE_DEG,
    corner_uvs: Float[ndarray, "f 3 2"] | None = None,
) -> Mesh:
    """A mesh of plain triangles: welds them, drops what has no area, gives each corner normal and texture coordinate.

    Args:
        vertices: metres.
        faces: counter-clockwise seen from outside.
        materials: one, or a table that `material` indexes, a face each.
        material: row of the table for each face.
        crease_deg: edges that bend more stay sharp; 0 makes every face flat, 180 makes all smooth.
        corner_uvs: metres; box projection where not given.
    """
    table = (materials,) if isinstance(materials, Material) else tuple(materials)
    index = np.zeros(len(faces), np.int32) if material is None else np.asarray(material, np.int32)
    points, weld = np.unique(np.round(np.asarray(vertices, np.float64) / _WELD_M), axis=0, return_inverse=True)
    points = points * _WELD_M
    faces = weld.reshape(-1)[np.asarray(faces, np.int64)]
    cross = np.cross(points[faces[:, 1]] - points[faces[:, 0]], points[faces[:, 2]] - points[faces[:, 0]])
    area = np.linalg.norm(cross, axis=1)
    kept = area > 1e-9
    faces, index, flat = faces[kept], index[kept], cross[kept] / area[kept, None]
    normals = _corner_normals(points, faces, flat, crease_deg)
    uvs = box_uvs(points[faces], flat) if corner_uvs is None else np.asarray(corner_uvs, np.float64)[kept]
    corners = np.concatenate([normals, uvs], axis=2)
    return _split(points, faces, corners, index, table)


def _corner_normals(
    points: Float[ndarray, "v 3"], faces: Int[ndarray, "f 3"], flat: Float[ndarray, "f 3"], crease_deg: float
) -> Float[ndarray, "f 3 3"]:
    corners = points[faces]
    ahead = np.roll(corners, -1, axis=1) - corners
    back = np.roll(corners, 1, axis=1) - corners
    cosine = np.sum(ahead * back, axis=2) / (np.linalg.norm(ahead, axis=2) * np.linalg.norm(back, axis=2))
    angle = np.arccos(np.clip(cosine, -1.0, 1.0)).reshape(-1)
    vertex = faces.reshape(-1)
    order = np.argsort(vertex, kind="stable")
    count = np.bincount(vertex, minlength=len(points))
    first = np.concatenate([[0], np.cumsum(count)[:-1]])
    valence = count[vertex]
    here = np.repeat(np.arange(len(vertex)), valence)
    step = np.arange(len(here)) - np.repeat(np.cumsum(valence) - valence, valence)
    there = order[np.repeat(first[vertex], valence) + step]
    near = np.sum(flat[here // 3] * flat[there // 3], axis=1) > np.cos(np.radians(crease_deg)) - 1e-9
    weight = np.where(near, angle[there], 0.0)
    total = np.stack([np.bincount(here, weight * flat[there // 3, k], minlength=len(vertex)) for k in range(3)], axis=1)
    length = np.linalg.norm(total, axis=1, keepdims=True)
    total = np.where(length > 1e-9, total / np.maximum(length, 1e-9), np.repeat(flat, 3, axis=0))
    return total.reshape(-1, 3, 3)


def box_uvs(corners: Float[ndarray, "f 3 3"], flat: Float[ndarray, "f 3"]) -> Float[ndarray, "f 3 2"]:
    """Texture coordinates in metres, projected along the axis nearest to each face's normal."""
    axis = np.argmax(np.abs(flat) * np.array([1.0, 1.0, 1.001]), axis=1)
    u = np.where(axis[:, None] == 0, corners[:, :, 1], corners[:, :, 0])
    v = np.where(axis[:, None] == 2, corners[:, :, 1], corners[:, :, 2])
    return np.stack([u, v], axis=2)


def _split(
    points: Float[ndarray, "v 3"],
    faces: Int[ndarray, "f 3"],
    corners: Float[ndarray, "f 3 5"],
    index: Int[ndarray, " f"],
    table: tuple[Material, ...],
) -> Mesh:
    flat_normals, flat_uvs = corners[..., :3].reshape(-1, 3), corners[..., 3:].reshape(-1, 2)
    key = np.concatenate([faces.reshape(-1, 1), np.round(flat_normals * 1e3), np.round(flat_uvs * 1e4)], axis=1)
    _, first, corner = np.unique(key, axis=0, return_index=True, return_inverse=True)
    return Mesh(
        vertices=points[faces.reshape(-1)[first]].astype(np.float32),
        faces=corner.reshape(-1, 3).astype(np.int32),
        normals=flat_normals[first].astype(np.float32),
        uvs=flat_uvs[first].astype(np.float32),
        material=index.astype(np.int32),
        materials=table,
    )


def loft(
    rings: Float[ndarray, "n m 3"],
    material: Material,
    *,
    caps: bool = True,
    crease_deg: float = CREASE_DEG,
) -> Mesh:
    """A skin over closed rings of equal size, each counter-clockwise seen from the end that the rings run towards."""
    n, m = rings.shape[:2]
    grid = np.arange(n * m).reshape(n, m)
    a, b = grid[:-1], np.roll(grid[:-1], -1, axis=1)
    c, d = np.roll(grid[1:], -1, axis=1), grid[1:]
    faces = [np.stack([a, b, c], axis=-1).reshape(-1, 3), np.stack([a, c, d], axis=-1).reshape(-1, 3)]
    vertices = rings.reshape(-1, 3)
    if caps:
        vertices = np.concatenate([vertices, rings[:1].mean(axis=1), rings[-1:].mean(axis=1)])
        start, end = np.full(m, n * m), np.full(m, n * m + 1)
        faces.append(np.stack([start, np.roll(grid[0], -1), grid[0]], axis=-1))
        faces.append(np.stack([end, grid[-1], np.roll(grid[-1], -1)], axis=-1))
    return assemble(vertices, np.concatenate(faces), material, crease_deg=crease_deg)


def sheet(
    grid: Float[ndarray, "n m 3"],
    materials: Material | Sequence[Material],
    material: Int[ndarray, "n-1 m-1"] | None = None,
    *,
    crease_deg: float = CREASE_DEG,
) -> Mesh:
    """An open surface through a grid of points; it faces the side on which columns run right to left as rows go down.

    That is the side of (row direction) x (column direction).
    """
    n, m = grid.shape[:2]
    index = np.arange(n * m).reshape(n, m)
    a, b, c, d = index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]
    faces = np.stack([np.stack([a, b, c], axis=-1), np.stack([a, c, d], axis=-1)], axis=2).reshape(-1, 3)
    cells = None if material is None else np.repeat(np.asarray(material).reshape(-1), 2)
    return assemble(grid.reshape(-1, 3), faces, materials, cells, crease_deg=crease_deg)


def quad(corners: Float[ndarray, "4 3"], material: Material) -> Mesh:
    """A flat rectangle, corners counter-clockwise seen from its front; u runs from the first to the second from 0."""
    corners = np.asarray(corners, np.float64)
    width, height = np.linalg.norm(corners[1] - corners[0]), np.linalg.norm(corners[3] - corners[0])
    uv = np.array([[0.0, 0.0], [width, 0.0], [width, height], [0.0, height]])
    faces = np.array([[0, 1, 2], [0, 2, 3]])
    return assemble(corners, faces, material, corner_uvs=uv[faces])


def revolve(
    profile: Float[ndarray, "n 2"],
    material: Material | Sequence[Material],
    *,
    axis: str = "z",
    segments: int = 16,
    crease_deg: float = CREASE_DEG,
) -> Mesh:
    """A solid of revolution about an axis.

    Args:
        profile: (radius, place along the axis) in metres, from low to high; open ends are closed by discs.
        material: one, or one for each step along the surface, the two closing discs included.
        axis: "x", "y" or "z".
        segments: around.
        crease_deg: edges that bend more stay sharp.
    """
    profile = np.asarray(profile, np.float64)
    ends = np.array([[0.0, profile[0, 1]], *profile, [0.0, profile[-1, 1]]])
    angle = np.linspace(0.0, 2.0 * np.pi, segments, endpoint=False)
    local = np.stack(
        [
            ends[:, :1] * np.cos(angle),
            ends[:, :1] * np.sin(angle),
            np.broadcast_to(ends[:, 1:], (len(ends), segments)),
        ],
        axis=-1,
    )
    n = len(ends)
    grid = np.arange(n * segments).reshape(n, segments)
    a, b = grid[:-1], np.roll(grid[:-1], -1, axis=1)
    c, d = np.roll(grid[1:], -1, axis=1), grid[1:]
    faces = np.stack([np.stack([a, b, c], axis=-1), np.stack([a, c, d], axis=-1)], axis=2).reshape(-1, 3)
    table = (material,) if isinstance(material, Material) else tuple(material)
    steps = np.arange(n - 1) if len(table) > 1 else np.zeros(n - 1, np.int64)
    points = local.reshape(-1, 3)[:, _TURNS[axis]]
    return assemble(points, faces, table, np.repeat(steps, 2 * segments), crease_deg=crease_deg)


def cylinder(
    radius_m: float,
    length_m: float,
    material: Material,
    *,
    axis: str = "z",
    segments: int = 12,
    top_radius_m: float | None = None,
) -> Mesh:
    """A closed cylinder or cone that stands on the origin and runs `length_m` along the axis."""
    top = radius_m if top_radius_m is None else top_radius_m
    return revolve(np.array([[radius_m, 0.0], [top, length_m]]), material, axis=axis, segments=segments)


def ellipsoid(radii_m: tuple[float, float, float], material: Material, *, rings: int = 6, segments: int = 10) -> Mesh:
    """An ellipsoid about the origin."""
    angle = np.linspace(-np.pi / 2, np.pi / 2, rings + 1)[1:-1]
    profile = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    around = np.linspace(0.0, 2.0 * np.pi, segments, endpoint=False)
    ring = np.stack(
        [
            profile[:, :1] * np.cos(around),
            profile[:, :1] * np.sin(around),
            np.broadcast_to(profile[:, 1:], (len(profile), segments)),
        ],
        axis=-1,
    )
    poles = np.array([[[0.0, 0.0, -1.0]], [[0.0, 0.0, 1.0]]]) * np.ones((1, segments, 1))
    unit = np.concatenate([poles[:1], ring, poles[1:]])
    return loft(unit * np.asarray(radii_m), material, caps=False, crease_deg=180.0)


def capsule(
    start_m: tuple[float, float, float],
    end_m: tuple[float, float, float],
    radius_m: float,
    material: Material,
    *,
    end_radius_m: float | None = None,
    segments: int = 8,
    rings: int = 2,
) -> Mesh:
    """A rounded limb between two points whose ends are half spheres about them; the radius may differ at the end."""
    other = radius_m if end_radius_m is None else end_radius_m
    start, end = np.asarray(start_m, np.float64), np.asarray(end_m, np.float64)
    length = float(np.linalg.norm(end - start))
    low = np.linspace(-np.pi / 2, 0.0, rings + 1)[1:]
    profile = [(radius_m * np.cos(t), radius_m * np.sin(t)) for t in low]
    profile += [(other * np.cos(t), length + other * np.sin(t)) for t in -low[::-1]]
    profile = [(1e-6, -radius_m), *profile, (1e-6, length + other)]
    mesh = revolve(np.array(profile), material, segments=segments, crease_deg=180.0)
    return moved(mesh, Pose(rotation=_turn_from_z((end - start) / length), translation=start))


def _turn_from_z(direction: Float[ndarray, "3"]) -> Float[ndarray, "4"]:
    if direction[2] < -1.0 + 1e-9:
        return np.array([1.0, 0.0, 0.0, 0.0])
    quaternion = np.array([-direction[1], direction[0], 0.0, 1.0 + direction[2]])
    return np.asarray(quaternion / np.linalg.norm(quaternion))


def box(
    size_m: tuple[float, float, float], material: Material, centre_m: tuple[float, float, float] = (0.0, 0.0, 0.0)
) -> Mesh:
    """A cuboid about its centre."""
    half_x, half_y, half_z = np.asarray(size_m, np.float64) / 2.0
    outline = np.array([[-half_x, -half_y], [half_x, -half_y], [half_x, half_y], [-half_x, half_y]])
    return moved(extrude(outline, -half_z, half_z, material), Pose.from_xyz_rpy(*centre_m))


def extrude(
    outline: Float[ndarray, "n 2"],
    low_m: float,
    high_m: float,
    material: Material,
    *,
    holes: Sequence[Float[ndarray, "h 2"]] = (),
    crease_deg: float = CREASE_DEG,
) -> Mesh:
    """A prism over a polygon (either turn) from one height to another, with holes through it."""
    loops = [_turned(np.asarray(outline, np.float64), 1.0)]
    loops += [_turned(np.asarray(hole, np.float64), -1.0) for hole in holes]
    flat = np.concatenate(loops)
    ends = np.cumsum([len(loop) for loop in loops])
    n = len(flat)
    top = mapbox_earcut.triangulate_float64(flat, ends.astype(np.uint32)).reshape(-1, 3).astype(np.int64)
    top = _upward(flat, top)
    follow = np.arange(n) + 1
    follow[ends - 1] = np.concatenate([[0], ends[:-1]])
    here = np.arange(n)
    vertices = np.concatenate([np.column_stack([flat, np.full(n, low_m)]), np.column_stack([flat, np.full(n, high_m)])])
    sides = [np.stack([here, follow, follow + n], axis=1), np.stack([here, follow + n, here + n], axis=1)]
    return assemble(vertices, np.concatenate([top + n, top[:, ::-1], *sides]), material, crease_deg=crease_deg)


def _turned(loop: Float[ndarray, "n 2"], sense: float) -> Float[ndarray, "n 2"]:
    x, y = loop.T
    area = float(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1)))
    return loop if area * sense > 0 else loop[::-1]


def _upward(flat: Float[ndarray, "n 2"], faces: Int[ndarray, "f 3"]) -> Int[ndarray, "f 3"]:
    a, b, c = (flat[faces[:, k]] for k in range(3))
    area = (b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]
    return np.where(area[:, None] < 0, faces[:, ::-1], faces)


def moved(mesh: Mesh, pose: Pose) -> Mesh:
    """The mesh elsewhere."""
    return Mesh(
        vertices=pose.apply(mesh.vertices.astype(np.float64)).astype(np.float32),
        faces=mesh.faces,
        normals=rotate(pose.rotation, mesh.normals.astype(np.float64)).astype(np.float32),
        uvs=mesh.uvs,
        material=mesh.material,
        materials=mesh.materials,
    )


def mirrored(mesh: Mesh) -> Mesh:
    """The mesh on the other side of the plane y = 0."""
    turn = np.array([1.0, -1.0, 1.0], np.float32)
    return Mesh(
        vertices=mesh.vertices * turn,
        faces=np.ascontiguousarray(mesh.faces[:, ::-1]),
        normals=mesh.normals * turn,
        uvs=mesh.uvs,
        material=mesh.material,
        materials=mesh.materials,
    )


def both_sides(mesh: Mesh) -> Mesh:
    """The mesh and its mirror image on the other side of the plane y = 0."""
    return merge([mesh, mirrored(mesh)])


def signed_volume_m3(mesh: Mesh) -> float:
    """Volume inside a closed mesh; negative where faces point inward."""
    a, b, c = (mesh.vertices[mesh.faces[:, k]].astype(np.float64) for k in range(3))
    return float(np.sum(a * np.cross(b, c)) / 6.0)
