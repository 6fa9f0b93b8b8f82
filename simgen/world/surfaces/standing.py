"""Things that stand beside a road, each about the origin: trees, poles, lamp posts, boxes."""

import math
from functools import cache

import numpy as np

from simgen.geometry import Pose
from simgen.sampling import stream
from simgen.world.material import Material
from simgen.world.mesh import Mesh, merge
from simgen.world.shapes import box, cylinder, ellipsoid, moved
from simgen.world.surfaces.palette import Palette

_VARIANTS = 6


def tree(height_m: float, crown_radius_m: float, palette: Palette, name: str) -> Mesh:
    """A broadleaf tree: a trunk and a crown of a few rounded clumps; its name chooses one of some shapes."""
    variant = int(stream(0, "tree", name).integers(_VARIANTS))
    return _tree(round(height_m, 1), round(crown_radius_m, 1), palette.trunk, palette.leaves, variant)


@cache
def _tree(height_m: float, crown_radius_m: float, bark: Material, leaves: Material, variant: int) -> Mesh:
    rng = stream(variant, "tree")
    stem = 0.34 * height_m
    trunk = cylinder(0.026 * height_m, stem + 0.2 * height_m, bark, segments=6, top_radius_m=0.012 * height_m)
    crown_half = (height_m - stem) / 2.0
    middle = stem + crown_half
    clumps = [_clump(0.0, 0.0, middle, (0.78 * crown_radius_m, 0.78 * crown_radius_m, crown_half), leaves)]
    for k in range(3):
        angle = 2.0 * math.pi * k / 3.0 + rng.uniform(0.0, 1.6)
        reach = crown_radius_m * rng.uniform(0.4, 0.55)
        size = crown_radius_m * rng.uniform(0.5, 0.68)
        z = middle + crown_half * rng.uniform(-0.45, 0.3)
        clumps.append(_clump(reach * math.cos(angle), reach * math.sin(angle), z, (size, size, size * 0.85), leaves))
    return merge([trunk, *clumps])


def _clump(x: float, y: float, z: float, radii: tuple[float, float, float], leaves: Material) -> Mesh:
    return moved(ellipsoid(radii, leaves, rings=4, segments=7), Pose.from_xyz_rpy(x, y, z, yaw=x + z))


def bush(height_m: float, radius_m: float, palette: Palette) -> Mesh:
    """A shrub."""
    return _clump(0.0, 0.0, 0.45 * height_m, (radius_m, radius_m, 0.55 * height_m), palette.leaves)


def pole(height_m: float, radius_m: float, palette: Palette) -> Mesh:
    """A steel pole."""
    return cylinder(radius_m, height_m, palette.pole, segments=6)


def delineator(height_m: float, palette: Palette) -> Mesh:
    """A white post at the roadside with a dark band (StVO 620)."""
    return _delineator(height_m, palette.delineator, palette.sign_black)


@cache
def _delineator(height_m: float, white: Material, black: Material) -> Mesh:
    shaft = box((0.12, 0.1, height_m), white, (0.0, 0.0, height_m / 2.0))
    band = box((0.125, 0.105, 0.2), black, (0.0, 0.0, height_m - 0.25))
    return merge([shaft, band])


def lamp_post(height_m: float, radius_m: float, palette: Palette) -> Mesh:
    """A street lamp whose arm reaches along x."""
    reach = 1.4
    mast = cylinder(radius_m, height_m, palette.pole, segments=6, top_radius_m=0.6 * radius_m)
    arm = box((reach, 0.07, 0.07), palette.pole, (reach / 2.0, 0.0, height_m - 0.05))
    head = box((0.7, 0.26, 0.1), palette.furniture, (reach, 0.0, height_m - 0.08))
    glass = box((0.56, 0.2, 0.02), palette.luminaire, (reach, 0.0, height_m - 0.14))
    return merge([mast, arm, head, glass])


def gantry(width_m: float, height_m: float, palette: Palette) -> Mesh:
    """Two masts and a beam across y."""
    half = width_m / 2.0
    masts = [box((0.35, 0.35, height_m), palette.pole, (0.0, side * half, height_m / 2.0)) for side in (-1.0, 1.0)]
    return merge([*masts, box((0.4, width_m, 0.7), palette.pole, (0.0, 0.0, height_m - 0.35))])


def cone(height_m: float, palette: Palette) -> Mesh:
    """A traffic cone."""
    body = cylinder(0.3 * height_m, height_m, palette.sign_red, segments=8, top_radius_m=0.05 * height_m)
    return merge([body, box((0.75 * height_m, 0.75 * height_m, 0.04), palette.sign_black, (0.0, 0.0, 0.02))])


def placed(mesh: Mesh, pose: Pose) -> Mesh:
    """The mesh at a pose, texture coordinates as they were."""
    return moved(mesh, Pose(rotation=pose.rotation, translation=np.asarray(pose.translation)))
