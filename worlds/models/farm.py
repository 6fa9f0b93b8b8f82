"""What grows in rows and lies about there: maize, vines, fruit trees, lettuce, crates."""

from functools import cache
from typing import Annotated

import numpy as np

from simgen.library import Parameter, entry
from simgen.sampling import stream
from simgen.world import shapes
from simgen.world.material import Material
from simgen.world.mesh import Mesh, merge
from simgen.world.model import Model

from ._pieces import at, rod, stuff
from ._standing import single

_ESTIMATED = "the rest estimated"


def blade(reach_m: float, rise_m: float, width_m: float, material: Material) -> Mesh:
    """A hanging leaf from the origin along x: a ribbon that rises and bends over."""
    t = np.array([0.0, 0.35, 0.7, 1.0])
    x, z = reach_m * t, rise_m * np.sin(np.pi * 0.85 * t) - 0.25 * rise_m * t**2
    half = 0.5 * width_m * np.array([0.6, 1.0, 0.7, 0.05])
    grid = np.stack([np.column_stack([x, side * half, z]) for side in (1.0, -1.0)])
    return shapes.sheet(grid, material, crease_deg=180.0)


_MAIZE = f"silage maize of 2.4 m, leaves 0.7 m long (Lizaso et al. 2003 for their shape, simplified); {_ESTIMATED}"


@entry("models", source=_MAIZE, tags=("farm", "vegetation"))
@cache
def maize_plant(
    height_m: Annotated[float, Parameter(text="of the tassel", unit="m", low=0.4, high=3.0)] = 2.3,
    seed: Annotated[int, Parameter(text="which leaves", low=0)] = 0,
) -> Model:
    """One maize plant: a stalk, leaves to two sides in turn, an ear and a tassel."""
    rng = stream(seed, "model", "maize")
    green, stalk = stuff("leaves", "vegetation", (0.10, 0.19, 0.035)), stuff("leaves", "vegetation", (0.16, 0.22, 0.06))
    parts = [rod((0.0, 0.0, 0.0), (0.0, 0.0, 0.9 * height_m), 0.014, stalk, 4)]
    turn = float(rng.uniform(0.0, np.pi))
    for k in range(9):
        long = (0.25 + 0.13 * min(k, 9 - k)) * height_m / 2.3 * float(rng.uniform(0.85, 1.1))
        leaf = blade(long, 0.55 * long, 0.11, green)
        yaw = turn + np.pi * (k % 2) + float(rng.uniform(-0.4, 0.4))
        parts.append(at(leaf, 0.0, 0.0, (0.12 + 0.083 * k) * height_m, yaw=yaw))
    gold = stuff("leaves", "vegetation", (0.42, 0.34, 0.12))
    parts.append(at(shapes.ellipsoid((0.035, 0.035, 0.12), gold, rings=4, segments=5), 0.03, 0.0, 0.48 * height_m))
    parts += [
        rod((0.0, 0.0, 0.88 * height_m), (dx, dy, height_m), 0.006, gold, 3)
        for dx, dy in ((0.08, 0.0), (-0.07, 0.04), (0.0, -0.08))
    ]
    return single("maize_plant", "vegetation", merge(parts), _MAIZE, {"mass_kg": 0.9})


_VINE = f"vines on a trellis, one row of 5.0 m: posts of 1.9 m, vines every 1.0 m, canopy 0.4 m wide; {_ESTIMATED}"


@entry("models", source=_VINE, tags=("farm", "vegetation"))
@cache
def vine_row(seed: Annotated[int, Parameter(text="which shoots", low=0)] = 0) -> Model:
    """Five metres of vines on wires along x: a post, stems, leaves, grapes."""
    rng = stream(seed, "model", "vine")
    wood, leaf = stuff("bark", "trunk"), stuff("leaves", "vegetation", (0.12, 0.20, 0.04))
    post, wire = stuff("steel", "pole"), stuff("steel", "fence")
    grape = stuff("plastic", "vegetation", (0.05, 0.015, 0.07))
    parts = [shapes.box((0.05, 0.06, 1.95), post, (-2.45, 0.0, 0.975))]
    parts += [
        shapes.box((5.0, 0.006, 0.006), wire, (0.0, y, z))
        for y, z in ((0.0, 0.75), (0.12, 1.3), (-0.12, 1.3), (0.0, 1.75))
    ]
    for k in range(5):
        x = -2.0 + k + float(rng.uniform(-0.1, 0.1))
        parts += [
            rod((x, 0.0, 0.0), (x + 0.06, 0.03, 0.4), 0.028, wood, 5),
            rod((x + 0.06, 0.03, 0.4), (x, 0.0, 0.78), 0.024, wood, 5),
        ]
        for _ in range(2):
            size = rng.uniform((0.18, 0.12, 0.13), (0.30, 0.20, 0.24))
            clump = shapes.ellipsoid((float(size[0]), float(size[1]), float(size[2])), leaf, rings=4, segments=6)
            where = rng.uniform((-0.5, -0.16, 0.85), (0.5, 0.16, 1.85))
            parts.append(at(clump, x + float(where[0]), float(where[1]), float(where[2]), yaw=float(rng.uniform(0, 3))))
        for side in (-1.0, 1.0):
            spot = (x + float(rng.uniform(-0.4, 0.4)), side * 0.14, float(rng.uniform(0.72, 0.85)))
            parts.append(at(shapes.ellipsoid((0.05, 0.05, 0.09), grape, rings=3, segments=5), *spot))
    parts.append(_canopy(rng, 5.0, leaf))
    return single("vine_row", "vegetation", merge(parts), _VINE, {"mass_kg": 90.0})


def _canopy(rng: np.random.Generator, length_m: float, leaf: Material) -> Mesh:
    """A wall of leaves along x, as the wires hold it, with bumps."""
    count = int(length_m / 0.36) + 1
    around = np.arange(9) * 2.0 * np.pi / 9
    swell = rng.uniform(0.7, 1.25, (count, 9))
    rings = np.stack(
        [
            np.broadcast_to(np.linspace(-length_m / 2.0, length_m / 2.0, count)[:, None], swell.shape),
            0.19 * np.cos(around) * swell,
            1.30 + 0.50 * np.sin(around) * (0.85 + 0.15 * swell),
        ],
        axis=-1,
    )
    return shapes.loft(rings, leaf, crease_deg=180.0)


_APPLE = f"spindle apple tree of 3.2 m on a post, 1.2 m wide; {_ESTIMATED}"


@entry("models", source=_APPLE, tags=("farm", "vegetation"))
@cache
def apple_tree(seed: Annotated[int, Parameter(text="which branches", low=0)] = 0) -> Model:
    """A slender apple tree with red fruit, as orchards grow them."""
    rng = stream(seed, "model", "apple")
    leaf, wood = stuff("leaves", "vegetation", (0.07, 0.15, 0.035)), stuff("bark", "trunk")
    fruit = stuff("plastic", "vegetation", (0.45, 0.03, 0.02))
    parts = [rod((0.0, 0.0, 0.0), (0.03, 0.0, 1.4), 0.045, wood), rod((0.03, 0.0, 1.4), (0.0, 0.0, 2.9), 0.03, wood)]
    parts.append(rod((0.12, 0.0, 0.0), (0.12, 0.0, 2.3), 0.03, stuff("furniture_wood", "pole"), 5))
    for k in range(16):
        z = 0.75 + 0.145 * k + float(rng.uniform(-0.06, 0.06))
        reach, turn = 0.46 * (1.0 - 0.72 * (z - 0.75) / 2.4), k * 2.4
        size = 0.40 - 0.08 * (z - 0.75)
        x, y = reach * np.cos(turn), reach * np.sin(turn)
        parts.append(at(shapes.ellipsoid((size, size * 0.9, size * 0.7), leaf, rings=4, segments=6), x, y, z))
        apple = shapes.ellipsoid((0.04, 0.04, 0.04), fruit, rings=3, segments=5)
        parts.append(at(apple, 1.8 * x, 1.8 * y, z - 0.06))
    return single("apple_tree", "vegetation", merge(parts), _APPLE, {"mass_kg": 40.0})


_LETTUCE = f"a bed of head lettuce, 1.2 x 0.9 m, heads 0.3 m apart; {_ESTIMATED}"


@entry("models", source=_LETTUCE, tags=("farm", "vegetation"))
@cache
def lettuce_bed(seed: Annotated[int, Parameter(text="how they have grown", low=0)] = 0) -> Model:
    """Twelve heads of lettuce in three rows on a raised bed along x."""
    rng = stream(seed, "model", "lettuce")
    soil = stuff("tilled_soil", "terrain")
    bed = [
        shapes.loft(
            np.array([[(x, -0.45, 0.0), (x, 0.45, 0.0), (x, 0.36, 0.10), (x, -0.36, 0.10)] for x in (-0.6, 0.6)]), soil
        )
    ]
    greens = [stuff("leaves", "vegetation", colour) for colour in ((0.20, 0.36, 0.05), (0.16, 0.32, 0.06))]
    for k in range(12):
        x, y = -0.45 + 0.3 * (k // 3), -0.27 + 0.27 * (k % 3)
        wide, leaf = float(rng.uniform(0.09, 0.12)), greens[int(rng.integers(2))]
        bed.append(at(shapes.ellipsoid((0.7 * wide, 0.7 * wide, 0.10), leaf, rings=4, segments=7), x, y, 0.17))
        bed += [at(blade(1.25 * wide, 0.11, 0.10, leaf), x, y, 0.10, yaw=turn) for turn in np.arange(6) * np.pi / 3.0]
    return single("lettuce_bed", "vegetation", merge(bed), _LETTUCE, {"mass_kg": 60.0})


_CRATE = f"fruit crate 600 x 400 x 220 mm (Euro-pool size) of apples; {_ESTIMATED}"


@entry("models", source=_CRATE, tags=("farm", "warehouse"))
@cache
def fruit_crate() -> Model:
    """A green plastic crate full of red apples."""
    green, fruit = stuff("plastic", "movable", (0.02, 0.22, 0.07)), stuff("plastic", "movable", (0.45, 0.03, 0.02))
    parts = [shapes.box((0.6, 0.4, 0.02), green, (0.0, 0.0, 0.01))]
    for z in (0.05, 0.11, 0.17):
        parts.append(shapes.both_sides(shapes.box((0.6, 0.02, 0.04), green, (0.0, 0.19, z))))
        parts += [shapes.box((0.02, 0.36, 0.04), green, (x, 0.0, z)) for x in (-0.29, 0.29)]
    parts += [shapes.both_sides(shapes.box((0.03, 0.03, 0.20), green, (x, 0.185, 0.11))) for x in (-0.285, 0.285)]
    for k in range(40):
        x, y = -0.245 + 0.07 * (k % 8), -0.15 + 0.075 * (k // 8)
        parts.append(at(shapes.ellipsoid((0.038, 0.038, 0.036), fruit, rings=3, segments=6), x, y, 0.175))
    return single("fruit_crate", "movable", merge(parts), _CRATE, {"mass_kg": 12.0})
