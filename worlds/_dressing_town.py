"""Dresses a town that was drawn anew: shops on its main street, flats, terraces and houses elsewhere, trees, things."""

from collections.abc import Callable, Sequence

import numpy as np
import shapely

from simgen.sampling import stream
from simgen.world.build import Place
from simgen.world.model import Model
from simgen.world.world import Surface

from ._dressing import Building, Frontage, Plots, along_kerb, frontages, line_street, scatter
from ._dressing_kinds import detached, flats, garden_tree, houses, shops, sidewalk_thing, street_tree, terraces
from .models import boundaries, buildings_special, plants, street

Chooser = Callable[[np.random.Generator], Building]


def dress_town(place: Place, buildings: int, trees: int, kerb_m: float) -> list[Surface]:
    """At most so many buildings and trees; trees stand `kerb_m` inside the sidewalk's outer border.

    Returns:
        Surfaces "buildings", "trees", "fences" and "furniture".
    """
    plots = Plots(place=place)
    streets = frontages(place)
    main = {road.id for road in place.drive.roads.values() if road.name == "Main Street"}
    left = buildings - _landmarks(plots, streets, main)
    order = sorted(streets, key=lambda one: (one.road not in main, one.road, one.side))
    for n, one in enumerate(order):
        # What is left is shared by the streets that are left, so that the last ones are not bare.
        fair = max(1, round(left / (len(order) - n) * 1.4)) if left else 0
        left -= line_street(plots, one, _character(place.seed, one, main), most=min(left, fair))
    for k, one in enumerate(streets):
        furnish(plots, one, k, inset_m=0.6)
        if one.road not in main:
            close_gaps(plots, one)
    planted = sum(line_trees(plots, one, street_tree, 13.0, kerb_m, trees // (2 * len(streets))) for one in streets)
    scatter(plots, garden_tree, count=trees - planted, what="trees", reach_m=45.0, clear_m=2.5)
    return plots.surfaces()


def _character(seed: int, one: Frontage, main: set[str]) -> Chooser:
    """What kind of street it is, the same on both of its sides but for one in three."""
    if one.road in main:
        return shops
    rng = stream(seed, "character", one.road)
    kinds = (flats, terraces, houses, houses, flats, detached, shops)
    first, second = kinds[int(rng.integers(len(kinds)))], kinds[int(rng.integers(len(kinds)))]
    return second if one.side > 0 and rng.uniform() < 0.34 else first


def _landmarks(plots: Plots, streets: Sequence[Frontage], main: set[str]) -> int:
    """A church and a supermarket, each on a street of its own."""
    rng, placed = stream(plots.place.seed, "landmarks"), 0
    others = [one for one in streets if one.road not in main and one.length_m > 50.0]
    order = [others[k] for k in rng.permutation(len(others))]
    for model, setback in ((buildings_special.church(seed=0), 4.0), (buildings_special.supermarket(seed=0), 9.0)):
        for one in order:
            point, yaw = one.at(one.length_m / 2.0)
            out = np.array([-np.sin(yaw), np.cos(yaw)])
            front_y = model.centre_m[1] - model.extent_m[1] / 2.0
            if plots.put(model, point[:2] + out * (setback - front_y), yaw, "buildings"):
                order.remove(one)
                placed += 1
                break
    return placed


def close_gaps(plots: Plots, one: Frontage) -> None:
    """Hedges, walls or fences along the sidewalk wherever nothing is built, one kind a street side."""
    rng = stream(plots.place.seed, "gaps", one.road, one.side)
    look, length = int(rng.integers(4)), 5.5
    pieces = (
        plants.hedge(length_m=length, height_m=1.3),
        boundaries.garden_wall(length_m=length, height_m=1.6, seed=look),
        boundaries.garden_wall(length_m=length, height_m=1.2, seed=look + 1),
        boundaries.board_fence(length_m=length, height_m=1.4, seed=look),
    )
    for at, yaw in along_kerb(one, length, length, -0.5):
        out, along = np.array([-np.cos(yaw), -np.sin(yaw)]), np.array([np.sin(yaw), -np.cos(yaw)]) * length / 2.0
        # Where a house stands right behind, its door must stay free.
        behind = shapely.Polygon([at - along, at + along, at + along + 5.0 * out, at - along + 5.0 * out])
        if plots.is_free(behind):
            plots.put(pieces[look], at, yaw + np.pi / 2.0, "fences", spare_m=-0.1)


def line_trees(
    plots: Plots,
    one: Frontage,
    choose: Callable[[np.random.Generator], Model],
    apart_m: float,
    inset_m: float,
    most: int,
) -> int:
    """Trees in a row along one side of a street; says how many."""
    rng, placed = stream(plots.place.seed, "trees", one.road, one.side), 0
    for at, yaw in along_kerb(one, 9.0 + float(rng.uniform(0.0, 5.0)), apart_m, inset_m):
        if placed < most:
            plots.drop(choose(rng), at, yaw + float(rng.uniform(0.0, 6.28)), "trees")
            placed += 1
    return placed


def furnish(plots: Plots, one: Frontage, k: int, *, inset_m: float, apart_m: float = 31.0) -> None:
    """Benches, bins, letter boxes and the like along the inner border of a sidewalk; a bus stop on some streets."""
    for n, (at, yaw) in enumerate(along_kerb(one, 19.0, apart_m, inset_m)):
        if k % 4 == 1 and n == 1:
            plots.drop(street.bus_shelter(), at, yaw, "furniture")
        else:
            plots.drop(sidewalk_thing(3 * k + n), at, yaw, "furniture")
