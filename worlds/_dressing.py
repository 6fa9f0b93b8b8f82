"""Dresses a map: rows of buildings along its streets, hedges, furniture, trees on open ground."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import shapely
from jaxtyping import Float
from numpy import ndarray

from simgen.geometry import Pose
from simgen.sampling import stream
from simgen.world.build import Place
from simgen.world.mesh import Mesh, merge
from simgen.world.model import Model
from simgen.world.shapes import moved
from simgen.world.world import Surface


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frontage:
    """One side of a street, from the map.

    Attributes:
        road, side: the road's id; 1 left, -1 right.
        edge: where its surface ends; it runs with the street on its right.
    """

    road: str
    side: int
    edge: Float[ndarray, "n 3"]

    @property
    def length_m(self) -> float:
        """Along the edge."""
        return float(np.sum(np.linalg.norm(np.diff(self.edge[:, :2], axis=0), axis=1)))

    def at(self, along_m: float) -> tuple[Float[ndarray, "3"], float]:
        """The point there, and the direction (radians) of one who has the street on the right hand."""
        steps = np.linalg.norm(np.diff(self.edge[:, :2], axis=0), axis=1)
        station = np.concatenate([[0.0], np.cumsum(steps)])

        def point(s: float) -> Float[ndarray, "3"]:
            return np.array([np.interp(s, station, self.edge[:, k]) for k in range(3)])

        ahead = point(min(along_m + 0.5, station[-1])) - point(max(along_m - 0.5, 0.0))
        return point(along_m), math.atan2(ahead[1], ahead[0])


def frontages(place: Place) -> list[Frontage]:
    """Both sides of every street outside junctions, each running with the street on its right."""
    lines: dict[tuple[str, int], list[Float[ndarray, "n 3"]]] = {}
    for one in place.sections:
        if one.road.junction or not one.strips:
            continue
        lines.setdefault((one.road.id, 1), []).append(one.strips[-1].left)
        lines.setdefault((one.road.id, -1), []).append(one.strips[0].right)
    result = []
    for (road, side), parts in lines.items():
        edge = np.concatenate(parts)
        result.append(Frontage(road=road, side=side, edge=edge if side > 0 else edge[::-1]))
    return result


@dataclass(slots=True, kw_only=True)
class Plots:
    """What is taken, and what has been put there.

    Attributes:
        taken: areas where nothing more may stand.
    """

    place: Place
    taken: list[shapely.Geometry] = field(default_factory=list)
    meshes: dict[str, list[Mesh]] = field(default_factory=dict)
    _bounds: Float[ndarray, "n 4"] = field(default_factory=lambda: np.zeros((0, 4)))

    def __post_init__(self) -> None:
        shapely.prepare(self.place.roads)

    def put(self, model: Model, at: Float[ndarray, "2"], yaw_rad: float, what: str, *, spare_m: float = 0.15) -> bool:
        """Puts a model on the ground if its box is free of roads and of everything else; says whether it did."""
        box = self._box(model, at, yaw_rad, spare_m)
        if not self.is_free(box):
            return False
        self.taken.append(box)
        self.drop(model, at, yaw_rad, what)
        return True

    def is_free(self, area: shapely.Geometry) -> bool:
        """Whether neither a road nor anything else is there."""
        if self.place.roads.intersects(area):
            return False
        if len(self._bounds) < len(self.taken):
            self._bounds = np.concatenate([self._bounds, shapely.bounds(self.taken[len(self._bounds) :])])
        low_x, low_y, high_x, high_y = area.bounds
        near = (self._bounds[:, 0] <= high_x) & (self._bounds[:, 2] >= low_x)
        near &= (self._bounds[:, 1] <= high_y) & (self._bounds[:, 3] >= low_y)
        return not any(self.taken[k].intersects(area) for k in np.flatnonzero(near))

    def drop(self, model: Model, at: Float[ndarray, "2"], yaw_rad: float, what: str) -> None:
        """Puts a model on the ground, whatever stands there; on a slope its foot is at the lowest corner."""
        corners = shapely.get_coordinates(self._box(model, at, yaw_rad, 0.0))
        near = np.full(len(corners), self._near(at))
        heights = self.place.ground.height(corners, near)
        z = float(np.nanmin(heights)) if np.isfinite(heights).any() else near[0]
        pose = Pose.from_xyz_rpy(float(at[0]), float(at[1]), z, yaw=yaw_rad)
        poses = model.link_poses(pose)
        self.meshes.setdefault(what, []).extend(
            moved(part.mesh, Pose.from_array(poses[k])) for k, part in enumerate(model.parts)
        )

    def surfaces(self) -> list[Surface]:
        """Everything so far."""
        return [Surface(name=what, mesh=merge(meshes)) for what, meshes in self.meshes.items()]

    def _box(self, model: Model, at: Float[ndarray, "2"], yaw_rad: float, spare_m: float) -> shapely.Polygon:
        half = np.array([model.extent_m[0] / 2.0 + spare_m, model.extent_m[1] / 2.0 + spare_m])
        corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half + np.array(model.centre_m[:2])
        cos, sin = math.cos(yaw_rad), math.sin(yaw_rad)
        return shapely.Polygon(corners @ np.array([[cos, sin], [-sin, cos]]) + at)

    def _near(self, at: Float[ndarray, "2"]) -> float:
        height = self.place.ground.height(np.asarray(at)[None], np.zeros(1))[0]
        return float(height) if math.isfinite(height) else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Building:
    """A building to be put at a street.

    Attributes:
        setback_m: from the street's edge to its front.
        gap_m: to the next one.
    """

    model: Model
    setback_m: float
    gap_m: float


def line_street(
    plots: Plots,
    street: Frontage,
    choose: Callable[[np.random.Generator], Building],
    *,
    most: int = 1_000_000,
    patience: int = 1_000_000,
) -> int:
    """Puts at most so many buildings along one side of a street, their fronts towards it; says how many.

    After `patience` places in a row without room it gives up.
    """
    rng = stream(plots.place.seed, "buildings", street.road, street.side)
    along, tries, placed, building = 0.5, 0, 0, choose(rng)
    while along < street.length_m and placed < most and tries < patience:
        length, depth = building.model.extent_m[:2]
        front_y = building.model.centre_m[1] - depth / 2.0
        point, yaw = street.at(min(along + length / 2.0, street.length_m))
        out = np.array([-math.sin(yaw), math.cos(yaw)])
        at = point[:2] + out * (building.setback_m - front_y)
        if plots.put(building.model, at, yaw, "buildings"):
            along, tries, placed, building = along + length + building.gap_m, 0, placed + 1, choose(rng)
            continue
        tries += 1
        along += 1.5
        if tries % 4 == 0:
            building = choose(rng)
    return placed


def scatter(
    plots: Plots,
    models: Callable[[np.random.Generator], Model],
    *,
    count: int,
    what: str,
    reach_m: float,
    clear_m: float,
) -> int:
    """Puts things at random on free ground, at least `clear_m` from roads, at most `reach_m`; says how many."""
    rng = stream(plots.place.seed, "scatter", what)
    low_x, low_y, high_x, high_y = plots.place.roads.bounds
    zone = shapely.difference(plots.place.roads.buffer(reach_m), plots.place.roads.buffer(clear_m))
    shapely.prepare(zone)
    placed = 0
    for _ in range(8 * count):
        at = rng.uniform([low_x - reach_m, low_y - reach_m], [high_x + reach_m, high_y + reach_m])
        model, yaw = models(rng), float(rng.uniform(0.0, 2.0 * math.pi))
        if shapely.contains_xy(zone, *at) and plots.put(model, at, yaw, what):
            placed += 1
            if placed == count:
                break
    return placed


def along_kerb(street: Frontage, first_m: float, apart_m: float, inset_m: float) -> Iterator[tuple[ndarray, float]]:
    """Places along a street, `inset_m` inside its edge, and the direction that looks at the street."""
    for along in np.arange(first_m, street.length_m - first_m / 2.0, apart_m):
        point, yaw = street.at(float(along))
        inward = np.array([math.sin(yaw), -math.cos(yaw)])
        yield point[:2] + inset_m * inward, yaw - math.pi / 2.0
