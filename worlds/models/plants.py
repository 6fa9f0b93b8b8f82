"""Trees and hedges, each different by its seed."""

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
