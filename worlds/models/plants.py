"""Trees and hedges, each different by its seed."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Annotated

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from simgen.worlds import materials

from simgen.geometry import Pose
from simgen.library import Parameter, entry
from simgen.sampling import stream
from simgen.world import shapes
from simgen.world.material import Material
from simgen.world.mesh import Mesh, merge
from simgen.world.model import Model

from ._pieces import rod
from ._standing import single

_TREES = "Tilia cordata as a street tree, 20 to 40 years: Moser et al., Trees 29, 2015"


def _trunk(rng: np.random.Generator, height_m: float, radius_m: float) -> Mesh:
    """A slightly bent trunk."""
    bend = rng.uniform(-0.12, 0.12, 2) * height_m / 3.0
    angle = np.arange(8) * np.pi / 4.0
    rings = []
    for share, thick in ((0.0, 1.45), (0.06, 1.05), (0.5, 0.85), (1.0, 0.6)):
        middle = bend * share**2
        x, y = (middle[k] + radius_m * thick * trig(angle) for k, trig in enumerate((np.cos, np.sin)))
        rings.append(np.column_stack([x, y, np.full(8, share * height_m)]))
    return shapes.loft(np.array(rings), materials.by_name("bark"), crease_deg=80.0)


def _clump(rng: np.random.Generator, radii_m: tuple[float, float, float], leaves: Material) -> Mesh:
    """A lumpy ball of leaves."""
    across, rings = 8, 5
    theta = np.linspace(-np.pi / 2, np.pi / 2, rings + 1)[:, None]
    phi = np.arange(across)[None, :] * 2.0 * np.pi / across + rng.uniform(0.0, 1.0)
    lump = 1.0 + 0.13 * rng.standard_normal((rings + 1, across))
    lump[[0, -1]] = 1.0
    unit: Float[ndarray, "n m 3"] = np.stack(
        [np.cos(theta) * np.cos(phi) * lump, np.cos(theta) * np.sin(phi) * lump, np.sin(theta) * lump], axis=-1
    )
    return shapes.loft(unit * np.asarray(radii_m), leaves, caps=False, crease_deg=180.0)


@entry("models", source=_TREES, tags=("vegetation",))
@cache
def tree(
    height_m: Annotated[float, Parameter(text="height", unit="m", low=2.0, high=25.0)] = 9.0,
    seed: Annotated[int, Parameter(text="which tree", low=0)] = 0,
) -> Model:
    """A broad-leaved street tree."""
    rng = stream(seed, "model", "tree")
    bole, spread = 0.30 * height_m, 0.26 * height_m
    leaves = materials.by_name("leaves" if rng.uniform() < 0.7 else "leaves_dark")
    pieces = [_trunk(rng, bole * 1.35, 0.022 * height_m)]
    top = shapes.moved(
        _clump(rng, (spread * 0.85, spread * 0.85, 0.24 * height_m), leaves),
        Pose.from_xyz_rpy(0.0, 0.0, height_m - 0.25 * height_m),
    )
    pieces.append(top)
    count = 4
    for k in range(count):
        angle = 2.0 * np.pi * k / count + rng.uniform(-0.4, 0.4)
        size = rng.uniform(0.62, 0.8) * spread
        place = (
            0.55 * spread * np.cos(angle),
            0.55 * spread * np.sin(angle),
            bole + rng.uniform(0.20, 0.32) * height_m,
        )
        clump = _clump(rng, (size, size, size * 0.85), leaves)
        pieces.append(shapes.moved(clump, Pose.from_xyz_rpy(float(place[0]), float(place[1]), float(place[2]))))
    return single("tree", "vegetation", merge(pieces), _TREES)


@entry("models", source="Picea abies, crown from the ground: Pretzsch, Forest Dynamics, 2009", tags=("vegetation",))
@cache
def conifer(
    height_m: Annotated[float, Parameter(text="height", unit="m", low=2.0, high=30.0)] = 11.0,
    seed: Annotated[int, Parameter(text="which tree", low=0)] = 0,
) -> Model:
    """A spruce: whorls of drooping branches on a straight trunk."""
    rng = stream(seed, "model", "conifer")
    needles = materials.by_name("leaves_dark")
    pieces = [_trunk(rng, 0.2 * height_m, 0.018 * height_m)]
    tiers, segments = 5, 9
    for k in range(tiers):
        low = height_m * (0.11 + 0.155 * k)
        high = height_m if k == tiers - 1 else low + 0.30 * height_m
        radius = 0.19 * height_m * (1.0 - 0.17 * k)
        ragged = 1.0 + 0.12 * rng.standard_normal(segments)
        angle = np.arange(segments) * 2.0 * np.pi / segments + rng.uniform(0.0, 1.0)
        ring = np.column_stack([np.cos(angle), np.sin(angle)])
        skirt = np.column_stack([ring * (radius * ragged)[:, None], np.full(segments, low)])
        tip = np.column_stack([ring * 0.03, np.full(segments, high)])
        pieces.append(shapes.loft(np.stack([skirt, tip]), needles, crease_deg=70.0))
    return single("conifer", "vegetation", merge(pieces), "Picea abies: Pretzsch, Forest Dynamics, 2009")


@entry("models", source="clipped privet hedge", tags=("vegetation",))
@cache
def hedge(
    length_m: Annotated[float, Parameter(text="length along x", unit="m", low=0.5, high=60.0)] = 4.0,
    height_m: Annotated[float, Parameter(text="height", unit="m", low=0.3, high=4.0)] = 1.2,
    seed: Annotated[int, Parameter(text="which hedge", low=0)] = 0,
) -> Model:
    """A clipped hedge along x."""
    rng = stream(seed, "model", "hedge")
    section = np.array(
        [[0.30, 0.0], [0.34, 0.45], [0.30, 0.92], [0.16, 1.0], [-0.16, 1.0], [-0.30, 0.92], [-0.34, 0.45], [-0.30, 0.0]]
    )
    places = np.linspace(-length_m / 2.0, length_m / 2.0, max(int(length_m / 0.7), 1) + 1)
    rings = np.empty((len(places), len(section), 3))
    rings[..., 0] = places[:, None]
    rings[..., 1] = section[:, 0] + 0.025 * rng.standard_normal(rings.shape[:2])
    rings[..., 2] = section[:, 1] * height_m * (1.0 + 0.025 * rng.standard_normal(rings.shape[:2]))
    rings[..., 2] -= rings[..., 2].min()
    return single("hedge", "vegetation", shapes.loft(rings, materials.by_name("leaves_dark")), "clipped privet hedge")


def _bole(rng: np.random.Generator, height_m: float, radius_m: float, colour: tuple[float, float, float]) -> Mesh:
    """A trunk in another colour."""
    mesh = _trunk(rng, height_m, radius_m)
    return replace(mesh, materials=(materials.tinted("bark", colour),))


def _crown(
    rng: np.random.Generator, leaves: Material, clumps: Sequence[tuple[float, float, float, float, float]]
) -> list[Mesh]:
    """Clumps of leaves: distance from the trunk, turn, height, half width, half height."""
    meshes = []
    for far, turn, z, wide, tall in clumps:
        size = float(rng.uniform(0.92, 1.08))
        place = Pose.from_xyz_rpy(float(far * np.cos(turn)), float(far * np.sin(turn)), z)
        meshes.append(shapes.moved(_clump(rng, (wide * size, wide * size, tall * size), leaves), place))
    return meshes


_BIRCH = "Betula pendula, 15 to 25 m: San-Miguel-Ayanz et al., European Atlas of Forest Tree Species, 2016"


@entry("models", source=_BIRCH, tags=("vegetation",))
@cache
def birch(
    height_m: Annotated[float, Parameter(text="height", unit="m", low=3.0, high=25.0)] = 10.0,
    seed: Annotated[int, Parameter(text="which tree", low=0)] = 0,
) -> Model:
    """A birch: a white trunk and a light, narrow crown."""
    rng, h = stream(seed, "model", "birch"), height_m
    leaves = materials.tinted("leaves", (0.15, 0.22, 0.04))
    crown = [(0.05 * h, 1.0, 0.82 * h, 0.12 * h, 0.17 * h), (0.07 * h, 3.0, 0.62 * h, 0.14 * h, 0.15 * h)]
    crown += [(0.09 * h, 5.0, 0.55 * h, 0.13 * h, 0.14 * h), (0.08 * h, 1.5, 0.48 * h, 0.12 * h, 0.12 * h)]
    bole = _bole(rng, 0.75 * h, 0.013 * h, (0.68, 0.67, 0.64))
    marks = [
        shapes.moved(
            shapes.box((0.029 * h, 0.029 * h, 0.05), materials.tinted("bark", (0.02, 0.02, 0.02))),
            Pose.from_xyz_rpy(0.0, 0.0, z, yaw=float(rng.uniform(0.0, 1.5))),
        )
        for z in np.linspace(0.05 * h, 0.3 * h, 5)
    ]
    return single("birch", "vegetation", merge([bole, *marks, *_crown(rng, leaves, crown)]), _BIRCH)


_POPLAR = "Populus nigra Italica, to 30 m, crown 3 to 5 m wide: European Atlas of Forest Tree Species, 2016"


@entry("models", source=_POPLAR, tags=("vegetation",))
@cache
def poplar(
    height_m: Annotated[float, Parameter(text="height", unit="m", low=4.0, high=30.0)] = 16.0,
    seed: Annotated[int, Parameter(text="which tree", low=0)] = 0,
) -> Model:
    """A Lombardy poplar: a tall column of leaves."""
    rng, h = stream(seed, "model", "poplar"), height_m
    crown = [
        (0.0, 0.0, z * h, wide * h, 0.17 * h)
        for z, wide in ((0.24, 0.08), (0.42, 0.10), (0.60, 0.095), (0.76, 0.075), (0.88, 0.05))
    ]
    return single(
        "poplar",
        "vegetation",
        merge([_trunk(rng, 0.4 * h, 0.014 * h), *_crown(rng, materials.by_name("leaves"), crown)]),
        _POPLAR,
    )


_PINE = "Pinus sylvestris, 20 to 35 m, bare orange trunk: European Atlas of Forest Tree Species, 2016"


@entry("models", source=_PINE, tags=("vegetation",))
@cache
def pine(
    height_m: Annotated[float, Parameter(text="height", unit="m", low=4.0, high=30.0)] = 14.0,
    seed: Annotated[int, Parameter(text="which tree", low=0)] = 0,
) -> Model:
    """A Scots pine: a bare trunk below a flat crown."""
    rng, h = stream(seed, "model", "pine"), height_m
    needles = materials.by_name("leaves_dark")
    crown = [(0.0, 0.0, 0.90 * h, 0.14 * h, 0.08 * h), (0.10 * h, 0.8, 0.80 * h, 0.13 * h, 0.06 * h)]
    crown += [(0.11 * h, 2.9, 0.75 * h, 0.12 * h, 0.05 * h), (0.12 * h, 5.0, 0.70 * h, 0.11 * h, 0.05 * h)]
    bole = _bole(rng, 0.85 * h, 0.016 * h, (0.30, 0.15, 0.07))
    return single("pine", "vegetation", merge([bole, *_crown(rng, needles, crown)]), _PINE)


_PALM = "Phoenix canariensis, to 15 m, leaves of 4 m: Zona, Principes 52, 2008"


@entry("models", source=_PALM, tags=("vegetation",))
@cache
def palm(
    height_m: Annotated[float, Parameter(text="height of the trunk's top", unit="m", low=2.0, high=15.0)] = 6.5,
    seed: Annotated[int, Parameter(text="which tree", low=0)] = 0,
) -> Model:
    """A palm: a straight trunk and hanging fronds."""
    rng, h = stream(seed, "model", "palm"), height_m
    lift, mirror = np.array([0.0, 0.0, 0.03]), np.array([1.0, -1.0, 1.0])
    green, meshes = materials.by_name("leaves"), [_bole(rng, h, 0.25, (0.16, 0.115, 0.07))]
    for k in range(14):
        rise, reach = float(rng.uniform(0.2, 1.1)), float(rng.uniform(2.0, 2.6))
        along = np.array([0.0, 0.35, 0.7, 1.0]) * reach
        up = rise * along - 0.28 * along**2
        half = np.array([0.05, 0.34, 0.28, 0.03])
        ridge = np.column_stack([along, np.zeros(4), up])
        edge = np.column_stack([along, half, up - 0.45 * half])
        rings = np.stack([ridge + lift, edge * mirror, ridge - lift, edge], axis=1)
        meshes.append(shapes.moved(shapes.loft(rings, green), Pose.from_xyz_rpy(0.0, 0.0, h - 0.1, yaw=k * 0.449)))
    return single("palm", "vegetation", merge(meshes), _PALM)


@entry("models", source=_TREES, tags=("vegetation",))
@cache
def bare_tree(
    height_m: Annotated[float, Parameter(text="height", unit="m", low=2.0, high=25.0)] = 9.0,
    seed: Annotated[int, Parameter(text="which tree", low=0)] = 0,
) -> Model:
    """A broad-leaved tree in winter."""
    rng, h = stream(seed, "model", "bare_tree"), height_m
    bark, meshes = materials.by_name("bark"), [_trunk(rng, 0.45 * h, 0.022 * h)]

    def grow(foot: Float[ndarray, "3"], towards: Float[ndarray, "3"], length: float, thick: float, order: int) -> None:
        end = foot + towards * length
        start = (float(foot[0]), float(foot[1]), float(foot[2]))
        meshes.append(rod(start, (float(end[0]), float(end[1]), float(end[2])), thick, bark, 4))
        for _ in range(3 if order < 3 else 0):
            way = towards + rng.uniform(-0.75, 0.75, 3) * np.array([1.0, 1.0, 0.6]) + [0.0, 0.0, 0.12]
            grow(end, way / np.linalg.norm(way), length * float(rng.uniform(0.6, 0.85)), thick * 0.55, order + 1)

    for k in range(4):
        turn = k * 1.57 + float(rng.uniform(-0.4, 0.4))
        way = np.array([np.cos(turn) * 0.6, np.sin(turn) * 0.6, 1.0])
        grow(np.array([0.0, 0.0, (0.32 + 0.03 * k) * h]), way / np.linalg.norm(way), 0.2 * h, 0.010 * h, 1)
    return single("bare_tree", "vegetation", merge(meshes), _TREES)


@entry("models", source="ornamental shrub of 1.5 m, estimated", tags=("vegetation",))
@cache
def bush(
    height_m: Annotated[float, Parameter(text="height", unit="m", low=0.4, high=4.0)] = 1.4,
    seed: Annotated[int, Parameter(text="which bush", low=0)] = 0,
) -> Model:
    """A round bush that grows from the ground."""
    rng, h = stream(seed, "model", "bush"), height_m
    leaves = materials.by_name("leaves" if rng.uniform() < 0.5 else "leaves_dark")
    crown = [(0.0, 0.0, 0.55 * h, 0.5 * h, 0.45 * h)]
    crown += [(0.35 * h, turn, 0.36 * h, 0.34 * h, 0.33 * h) for turn in (0.3, 2.2, 4.2)]
    mesh = merge(_crown(rng, leaves, crown))
    return single(
        "bush",
        "vegetation",
        shapes.moved(mesh, Pose.from_xyz_rpy(0.0, 0.0, -float(mesh.bounds()[0, 2]))),
        "ornamental shrub, estimated",
    )
