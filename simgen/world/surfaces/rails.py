"""Things that run along a road: guard rails, concrete barriers, railings, walls, hedges."""

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.world.material import Material
from simgen.world.mesh import Mesh
from simgen.world.shapes import box, loft
from simgen.world.surfaces.palette import Palette

_GUARD_RAIL = ((-0.04, -0.31), (0.04, -0.27), (0.0, -0.19), (0.04, -0.11), (0.04, -0.03), (-0.04, 0.0))
"""W-beam: across and down from its upper edge, metres. Source: EN 1317, A profile, 310 mm high, 80 mm deep."""

_CONCRETE = ((-0.5, 0.0), (0.5, 0.0), (0.5, 0.09), (0.27, 0.32), (0.2, 1.0), (-0.2, 1.0), (-0.27, 0.32), (-0.5, 0.09))
"""New Jersey profile, of its width and height. Source: EN 1317, step profile."""


def rail_meshes(
    line: Float[ndarray, "n 3"], height_m: Float[ndarray, " n"], width_m: float, what: str, palette: Palette
) -> list[Mesh]:
    """A thing of the given kind over a line at its foot.

    Args:
        line: points, metres.
        height_m: at each point.
        width_m: across.
        what: words of the object's type and name.
        palette: its materials.
    """
    words = what.lower()
    if "guard" in words or "leitplanke" in words:
        return guard_rail(line, height_m, palette)
    if "railing" in words or "fence" in words:
        return railing(line, height_m, palette)
    if "vegetation" in words or "hedge" in words or "tree" in words:
        return [swept(line, _block(max(width_m, 0.4)), height_m, palette.leaves)]
    if "barrier" in words and "sound" not in words and "wall" not in words:
        return [swept(line, np.array(_CONCRETE) * [max(width_m, 0.25), 1.0], height_m, palette.concrete)]
    return [swept(line, _block(max(width_m, 0.1)), height_m, palette.wall)]


def _block(width_m: float) -> Float[ndarray, "m 2"]:
    return np.array([[-0.5, 0.0], [0.5, 0.0], [0.5, 1.0], [-0.5, 1.0]]) * [width_m, 1.0]


def swept(
    line: Float[ndarray, "n 3"], profile: Float[ndarray, "m 2"], height_m: Float[ndarray, " n"], material: Material
) -> Mesh:
    """A profile (to the right in metres, up in heights) drawn along a line."""
    right = rightwards(line)
    across = profile[None, :, 0, None] * right[:, None]
    up = (profile[None, :, 1] * height_m[:, None])[..., None] * np.array([0.0, 0.0, 1.0])
    return loft((line[:, None] + across + up)[:, ::-1], material)


def rightwards(line: Float[ndarray, "n 3"]) -> Float[ndarray, "n 3"]:
    """Horizontal unit vectors to the right of a line."""
    ahead = np.gradient(line[:, :2], axis=0)
    ahead = ahead / np.maximum(np.linalg.norm(ahead, axis=1, keepdims=True), 1e-9)
    return np.column_stack([ahead[:, 1], -ahead[:, 0], np.zeros(len(line))])


def guard_rail(line: Float[ndarray, "n 3"], height_m: Float[ndarray, " n"], palette: Palette) -> list[Mesh]:
    """A steel beam on posts, 4 m apart."""
    top = line + height_m[:, None] * np.array([0.0, 0.0, 1.0])
    beam = swept(top, np.array(_GUARD_RAIL), np.ones(len(line)), palette.guard_rail)
    return [beam, _posts(line, height_m - 0.05, 4.0, (0.1, 0.06), palette.guard_rail)]


def railing(line: Float[ndarray, "n 3"], height_m: Float[ndarray, " n"], palette: Palette) -> list[Mesh]:
    """Bars on posts, 2 m apart; a low one is a single bar."""
    tall = float(height_m.max()) > 0.5
    shares = (1.0, 0.66, 0.33) if tall else (1.0,)
    meshes = []
    for share in shares:
        bar = line + (share * height_m - 0.03)[:, None] * np.array([0.0, 0.0, 1.0])
        meshes.append(swept(bar, _block(0.05), np.full(len(line), 0.05), palette.railing))
    return [*meshes, _posts(line, height_m, 2.0, (0.05, 0.05), palette.railing)] if tall else meshes


def _posts(
    line: Float[ndarray, "n 3"],
    height_m: Float[ndarray, " n"],
    apart_m: float,
    size_m: tuple[float, float],
    material: Material,
) -> Mesh:
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    places = np.arange(0.0, along[-1], apart_m)
    feet = np.stack([np.interp(places, along, line[:, k]) for k in range(3)], axis=-1)
    tall = np.interp(places, along, height_m)
    right = rightwards(line)
    yaw = np.interp(places, along, np.unwrap(np.arctan2(right[:, 1], right[:, 0])))
    return _copies(box((*size_m, 1.0), material, (0.0, 0.0, 0.5)), feet, yaw, tall)


def _copies(mesh: Mesh, feet: Float[ndarray, "p 3"], yaw: Float[ndarray, " p"], tall: Float[ndarray, " p"]) -> Mesh:
    """The same mesh at many places, turned about z and stretched upwards."""
    n, v = len(feet), len(mesh.vertices)
    cos, sin = np.cos(yaw)[:, None], np.sin(yaw)[:, None]

    def turned(vectors: Float[ndarray, "v 3"], up: Float[ndarray, "p 1"]) -> Float[ndarray, "p v 3"]:
        x, y, z = vectors.astype(np.float64).T
        return np.stack([cos * x - sin * y, sin * x + cos * y, up * z], axis=-1)

    vertices = turned(mesh.vertices, tall[:, None]) + feet[:, None]
    return Mesh(
        vertices=vertices.reshape(-1, 3).astype(np.float32),
        faces=(mesh.faces + v * np.arange(n)[:, None, None]).reshape(-1, 3).astype(np.int32),
        normals=turned(mesh.normals, np.ones((n, 1))).reshape(-1, 3).astype(np.float32),
        uvs=np.tile(mesh.uvs, (n, 1)),
        material=np.tile(mesh.material, n),
        materials=mesh.materials,
    )
