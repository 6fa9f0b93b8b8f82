"""Rows of pallet racking for worlds: few triangles a bay, every load drawn by the seed.

Source: EN 15512 and EN 15620 (adjustable pallet racking): bays for three pallets, 1.1 m deep.
"""

from dataclasses import replace
from functools import cache

import numpy as np

from simgen.geometry import Pose
from simgen.world import shapes
from simgen.world.material import Material
from simgen.world.mesh import Mesh, merge

from .materials import by_name, tinted

BAY_M, DEPTH_M, LEVEL_M = 2.8, 1.1, 1.55
_BLUE, _ORANGE, _YELLOW = (0.01, 0.06, 0.25), (0.55, 0.15, 0.0), (0.72, 0.5, 0.0)
_KINDS = (0.55, 0.25, 0.12, 0.08)
"""Shares of cartons, wrapped goods, boxes and sacks (set by us)."""


@cache
def _movable(name: str, colour: tuple[float, float, float] | None = None) -> Material:
    material = by_name(name) if colour is None else tinted(name, colour)
    return replace(material, name=f"{material.name}_load", semantic="movable", paint=False)


@cache
def _frame(height_m: float) -> Mesh:
    """Two posts with bracing and foot guards, across the row, at x = 0."""
    blue, guard = tinted("furniture_metal", _BLUE), tinted("bollard_white", _YELLOW)
    parts = [shapes.box((0.10, 0.08, height_m), blue, (0.0, y, height_m / 2.0)) for y in (-0.51, 0.51)]
    count = max(int(height_m / 1.2), 1)
    for k in range(count):
        brace, z = shapes.box((0.04, 1.2, 0.04), blue), (k + 0.5) * height_m / count
        parts.append(shapes.moved(brace, Pose.from_xyz_rpy(0.0, 0.0, z, roll=0.6 if k % 2 else -0.6)))
    return merge([*parts, *(shapes.box((0.2, 0.06, 0.4), guard, (0.0, y, 0.2)) for y in (-0.6, 0.6))])


@cache
def _beams(level: int) -> Mesh:
    steel = tinted("furniture_metal", _ORANGE)
    bars = [shapes.box((BAY_M - 0.1, 0.05, 0.12), steel, (BAY_M / 2.0, y, LEVEL_M * level)) for y in (-0.51, 0.51)]
    return merge(bars)


@cache
def pallet() -> Mesh:
    """A pallet of few triangles, 0.8 m along x."""
    wood = _movable("wood")
    deck = shapes.box((0.8, 1.2, 0.03), wood, (0.0, 0.0, 0.129))
    return merge([deck, *(shapes.box((0.1, 1.2, 0.114), wood, (x, 0.0, 0.057)) for x in (-0.35, 0.0, 0.35))])


@cache
def load(kind: int, height_m: float, tint: int) -> Mesh:
    """What stands on a pallet: cartons, wrapped goods, boxes or sacks."""
    z = 0.144 + height_m / 2.0
    if kind == 0:
        colour = ((0.44, 0.29, 0.16), (0.52, 0.38, 0.24), (0.62, 0.58, 0.52))[tint]
        return shapes.box((0.78, 1.16, height_m), _movable("carton_stack", colour), (0.0, 0.0, z))
    if kind == 1:
        colour = ((0.55, 0.56, 0.57), (0.35, 0.40, 0.30), (0.10, 0.11, 0.12))[tint]
        return shapes.box((0.76, 1.14, height_m), _movable("stretch_film", colour), (0.0, 0.0, z))
    if kind == 2:
        box = _movable("box_panel", ((0.02, 0.10, 0.32), (0.35, 0.03, 0.02), (0.18, 0.19, 0.20))[tint])
        rows = [
            shapes.box((0.76, 1.16 - 0.04 * (k % 2), 0.27), box, (0.0, 0.0, 0.285 + 0.28 * k))
            for k in range(max(int(height_m / 0.28), 1))
        ]
        return merge(rows)
    sack = _movable("clothes", ((0.55, 0.50, 0.40), (0.60, 0.60, 0.58), (0.30, 0.22, 0.12))[tint])
    return merge([shapes.box((0.76 - 0.05 * (k % 2), 1.1, 0.17), sack, (0.0, 0.0, 0.23 + 0.18 * k)) for k in range(5)])


def loaded(rng: np.random.Generator, tallest_m: float = 1.15) -> Mesh:
    """A pallet with something on it."""
    kind = int(rng.choice(len(_KINDS), p=_KINDS))
    height = round(float(rng.choice([0.6, 0.75, 0.9, 1.05, 1.2])), 2)
    return merge([pallet(), load(kind, min(height, tallest_m), int(rng.integers(3)))])


def row(
    rng: np.random.Generator, first_x_m: float, y_m: float, bays: int, levels: int, *, passage: int = -1
) -> list[Mesh]:
    """A row of bays along x; the bay `passage` is open below its first level, for people to go through."""
    height = LEVEL_M * (levels - 1) + 1.5
    made = [shapes.moved(_frame(height), Pose.from_xyz_rpy(first_x_m + BAY_M * k, y_m, 0.0)) for k in range(bays + 1)]
    for bay in range(bays):
        x = first_x_m + BAY_M * bay
        for level in range(levels):
            if bay == passage and level < 2:
                continue
            if level:
                made.append(shapes.moved(_beams(level), Pose.from_xyz_rpy(x, y_m, 0.0)))
            z = LEVEL_M * level + (0.06 if level else 0.0)
            for place in (0.5, 1.4, 2.3):
                if rng.uniform() < 0.82:
                    yaw = float(rng.uniform(-0.03, 0.03)) + (np.pi if rng.uniform() < 0.5 else 0.0)
                    pose = Pose.from_xyz_rpy(x + place, y_m + float(rng.uniform(-0.04, 0.04)), z, yaw=yaw)
                    made.append(shapes.moved(loaded(rng), pose))
    return made
