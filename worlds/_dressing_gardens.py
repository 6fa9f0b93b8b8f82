"""Dresses residential streets: houses in gardens, garages, driveways with parked cars, paths, hedges, fences."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from jaxtyping import Float
from numpy import ndarray

from simgen.sampling import stream
from simgen.world.material import Material
from simgen.world.mesh import Mesh
from simgen.world.model import Model
from simgen.world.shapes import sheet
from simgen.world.world import Resident

from ._dressing import Frontage, Plots
from ._dressing_kinds import LOOKS, garden_tree
from .materials import by_name, classed
from .models import boundaries, buildings_street, plants

_CARS = ("hatchback", "saloon", "estate", "suv", "city_car", "supermini", "minivan")
_PAINTS = (
    (0.55, 0.55, 0.54), (0.02, 0.02, 0.022), (0.30, 0.31, 0.32), (0.35, 0.012, 0.012), (0.02, 0.06, 0.22), (0.75,) * 3,
)  # fmt: skip
_LIFT_M = 0.03
"""A driveway lies this much above the garden."""


@dataclass(slots=True, kw_only=True)
class Gardens:
    """Gardens so far.

    Attributes:
        cars: those parked on driveways.
        left: how many more houses may be built.
    """

    plots: Plots
    left: int
    cars: list[Resident] = field(default_factory=list)

    def line(self, street: Frontage) -> None:
        """Houses along one side of a street, each in a plot of its own."""
        rng = stream(self.plots.place.seed, "gardens", street.road, street.side)
        along = float(rng.uniform(1.0, 6.0))
        while along < street.length_m - 8.0 and self.left > 0:
            look = int(rng.integers(2 * LOOKS))
            house = buildings_street.detached_house(seed=look, wide_m=10.0 + look % 3)
            plot = house.extent_m[0] + 3.4 + float(rng.uniform(2.5, 6.0))
            if self._build(street, along, plot, house, rng):
                along += plot
                self.left -= 1
            else:
                along += 3.0

    def _build(self, street: Frontage, along_m: float, plot_m: float, house: Model, rng: np.random.Generator) -> bool:
        """One plot from `along_m` on, seen from the street from right to left; says whether there was room."""
        setback, mid = float(rng.uniform(5.0, 7.5)), along_m + 0.8 + house.extent_m[0] / 2.0
        front_y = house.centre_m[1] - house.extent_m[1] / 2.0
        at, yaw = _beside(street, mid, setback - front_y)
        if mid > street.length_m or not self.plots.put(house, at, yaw, "buildings", spare_m=0.6):
            return False
        drive = along_m + house.extent_m[0] + 3.3
        garage = buildings_street.garage(seed=int(rng.integers(4)))
        place, turn = _beside(street, min(drive, street.length_m), setback + 0.5 + garage.extent_m[1] / 2.0)
        gaps = [(mid - 0.2, 1.4)]
        if drive < street.length_m and self.plots.put(garage, place, turn, "buildings", spare_m=0.0):
            self._pave(street, drive, 2.8, setback + 0.4, classed("paving", "ground"))
            gaps.append((drive, 3.2))
            if rng.uniform() < 0.7:
                self._park(street, drive, rng)
        self._pave(street, mid, 1.2, setback - 0.5, by_name("concrete"))
        self._enclose(street, (along_m, min(along_m + plot_m, street.length_m)), gaps, rng)
        if rng.uniform() < 0.5:
            spot, _ = _beside(street, along_m + 1.5, 0.55 * setback)
            self.plots.put(garden_tree(rng), spot, float(rng.uniform(0.0, 6.28)), "trees")
        return True

    def _pave(self, street: Frontage, along_m: float, wide_m: float, deep_m: float, material: Material) -> None:
        """A strip from the sidewalk to the house, on the ground."""
        rows = np.linspace(0.0, deep_m, 4)
        grid = np.empty((len(rows), 2, 3))
        for k, out in enumerate(rows):
            for j, u in enumerate((along_m + wide_m / 2.0, along_m - wide_m / 2.0)):
                grid[k, j, :2] = _beside(street, float(np.clip(u, 0.0, street.length_m)), float(out))[0]
        flat = grid[..., :2].reshape(-1, 2)
        grid[..., 2] = self._ground(flat).reshape(grid.shape[:2]) + _LIFT_M
        mesh: Mesh = sheet(grid, material)
        if mesh.normals[0, 2] < 0.0:
            mesh = sheet(grid[:, ::-1], material)
        self.plots.meshes.setdefault("driveways", []).append(mesh)
        outline = [*grid[:, 0, :2], *grid[::-1, 1, :2]]
        self.plots.taken.append(shapely.Polygon(outline))

    def _park(self, street: Frontage, along_m: float, rng: np.random.Generator) -> None:
        """A car on the driveway, its tail or its nose towards the street."""
        nose_in = rng.uniform() < 0.7
        at, yaw = _beside(street, along_m, 1.6 if nose_in else 4.4)
        turn = yaw + math.pi / 2.0 if nose_in else yaw - math.pi / 2.0
        self.cars.append(
            Resident(
                model=_CARS[int(rng.integers(len(_CARS)))],
                x_m=float(at[0]),
                y_m=float(at[1]),
                z_m=float(self._ground(at[None])[0]) + _LIFT_M,
                yaw_rad=math.remainder(turn, 2.0 * math.pi),
                paint=_PAINTS[int(rng.integers(len(_PAINTS)))],
            )
        )

    def _enclose(
        self,
        street: Frontage,
        span_m: tuple[float, float],
        gaps: Sequence[tuple[float, float]],
        rng: np.random.Generator,
    ) -> None:
        """A hedge, a wall or a fence along the sidewalk but for the gaps (middle, width), or an open lawn."""
        kind, seed = int(rng.integers(6)), int(rng.integers(4))
        if kind == 5:
            return
        start, end = span_m
        cuts = [start, *(x for mid, wide in sorted(gaps) for x in (mid - wide / 2.0, mid + wide / 2.0)), end]
        for low, high in zip(cuts[::2], cuts[1::2], strict=True):
            count = max(1, math.ceil((high - low) / 5.0))
            length = math.floor(2.0 * (high - low) / count) / 2.0
            if length < 0.5:
                continue
            if kind < 2:
                piece = plants.hedge(length_m=length, height_m=(1.0, 1.4)[kind], seed=0)
            elif kind == 2:
                piece = boundaries.garden_wall(length_m=length, seed=seed)
            else:
                piece = boundaries.board_fence(length_m=length, seed=seed)
            for k in range(count):
                at, yaw = _beside(street, low + (k + 0.5) * (high - low) / count, 0.55)
                self.plots.put(piece, at, yaw, "fences", spare_m=-0.1)

    def _ground(self, xy: Float[ndarray, "n 2"]) -> Float[ndarray, " n"]:
        return np.asarray(np.nan_to_num(self.plots.place.ground.height(np.asarray(xy, np.float64), np.zeros(len(xy)))))


def _beside(street: Frontage, along_m: float, out_m: float) -> tuple[Float[ndarray, "2"], float]:
    """A point this far outside the street's edge, and the direction with the street on the right."""
    point, yaw = street.at(along_m)
    return point[:2] + out_m * np.array([-math.sin(yaw), math.cos(yaw)]), yaw
