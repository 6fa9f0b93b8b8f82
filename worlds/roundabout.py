"""A single-lane roundabout at the edge of a town: splitter islands, zebra crossings, a planted middle, houses."""

import math
from typing import Annotated

import numpy as np
import shapely

from simgen.geometry import Pose
from simgen.library import Parameter, entry
from simgen.sampling import stream
from simgen.world.build import Place, world_from_opendrive
from simgen.world.mesh import Mesh, merge
from simgen.world.model import Model
from simgen.world.shapes import box, loft, moved
from simgen.world.world import Surface, World

from . import _countryside as country
from ._dressing import Plots, along_kerb, frontages, scatter
from ._palette import palette
from .maps import roundabout as drawing
from .materials import by_name, tinted
from .models import buildings, furniture, plants


@entry("worlds", source="compact roundabout, FGSV 2006; map: worlds/maps/roundabout.py", tags=("urban", "junction"))
def roundabout(
    seed: Annotated[int, Parameter(text="which houses, trees and plants stand there", low=0)] = 0,
    arms: Annotated[int, Parameter(text="roads that meet", low=3, high=5)] = 4,
    trees: Annotated[int, Parameter(text="trees beside the roads", low=0, high=60)] = 28,
) -> World:
    """A roundabout of 39 m with splitter islands, zebra crossings, sidewalks and a planted island in its middle."""

    def dress(place: Place) -> list[Surface]:
        plots = Plots(place=place)
        _houses(plots)
        scatter(plots, _tree, count=trees, what="trees", reach_m=45.0, clear_m=2.5)
        woods = country.horizon_woods(place, nearest_m=90.0, count=14)
        return [
            Surface(name="island", mesh=merge(_island(place))),
            *plots.surfaces(),
            Surface(name="fields", mesh=merge(country.far_fields(place, nearest_m=75.0, count=18)), collide=False),
            Surface(name="woods", mesh=merge(woods), collide=False),
        ]

    return world_from_opendrive(
        drawing.draw(arms).decode(),
        name="roundabout",
        palette=palette(),
        dress=dress,
        relief=country.rolling(seed, 1.0, 35.0, clear_m=30.0),
        seed=seed,
        parameters={"seed": seed, "arms": arms, "trees": trees},
    )


def _island(place: Place) -> list[Mesh]:
    """A mound with flowers, shrubs, trees, stones and white boards with red chevrons towards each arm."""
    rng = stream(place.seed, "island")
    inside = drawing.INNER_M - drawing.APRON_M - 0.1
    around = np.linspace(0.0, 2.0 * math.pi, 24, endpoint=False)
    ring = np.column_stack([np.cos(around), np.sin(around)])
    levels = ((inside, -0.1), (inside, 0.12), (inside - 0.3, 0.14), (7.5, 0.75), (3.5, 1.15))
    rings = np.stack([np.column_stack([r * ring, np.full(24, z)]) for r, z in levels])
    made = [loft(rings, by_name("grass"), crease_deg=20.0)]
    beds = ((0.42, 0.06, 0.12), (0.5, 0.36, 0.03), (0.33, 0.12, 0.36), (0.55, 0.5, 0.45))
    for k in range(8):
        turn = 2.0 * math.pi * (k + 0.5) / 8.0
        low, high = turn - 0.22, turn + 0.22
        outline = [(9.6, low), (9.6, high), (8.1, high), (8.1, low)]
        foot = np.array([[r * math.cos(a), r * math.sin(a)] for r, a in outline])
        tall = np.array([0.42, 0.42, 0.68, 0.68])
        bed = np.stack([np.column_stack([foot, tall - 0.15]), np.column_stack([foot, tall + 0.22])])
        made.append(loft(bed, tinted("leaves", beds[k % 4])))
    turn = float(rng.uniform(0.0, 1.5))
    for k, model in enumerate((plants.tree(height_m=7.0, seed=1), plants.birch(seed=2), plants.conifer(height_m=6.0))):
        angle = turn + 2.1 * k
        made += _standing(model, 3.6 * math.cos(angle), 3.6 * math.sin(angle), 0.95, angle)
    for _ in range(9):
        angle, reach = rng.uniform(0.0, 2.0 * math.pi), rng.uniform(4.8, 7.2)
        shrub = plants.bush(height_m=1.0, seed=int(rng.integers(3)))
        made += _standing(shrub, reach * math.cos(angle), reach * math.sin(angle), 0.75, float(angle))
    stone = tinted("concrete", (0.33, 0.31, 0.28))
    made.append(moved(box((0.8, 1.1, 3.2), stone, (0.0, 0.0, 1.4)), Pose.from_xyz_rpy(0.0, 0.0, 1.0, yaw=0.4)))
    made.append(moved(box((1.6, 1.8, 0.5), stone, (0.0, 0.0, 0.1)), Pose.from_xyz_rpy(0.0, 0.0, 1.0, yaw=0.4)))
    return made


def _standing(model: Model, x: float, y: float, z: float, yaw: float) -> list[Mesh]:
    poses = model.link_poses(Pose.from_xyz_rpy(x, y, z - 0.05, yaw=yaw))
    return [moved(part.mesh, Pose.from_array(poses[k])) for k, part in enumerate(model.parts)]


def _houses(plots: Plots) -> None:
    """Houses with hedges along the arms, their fronts towards the road; benches and bins on the sidewalks."""
    rng = stream(plots.place.seed, "houses")
    plots.taken.append(shapely.Point(0.0, 0.0).buffer(drawing.END_M + 4.0))
    for street in frontages(plots.place):
        if street.length_m < 60.0:
            continue
        far = drawing.END_M + drawing.REACH_M
        along = 6.0
        while along < street.length_m - 6.0:
            model = buildings.house(
                bays=int(rng.choice([3, 4])), storeys=int(rng.integers(1, 3)), seed=int(rng.integers(6))
            )
            length, depth = model.extent_m[:2]
            point, yaw = street.at(along + length / 2.0)
            setback = float(rng.choice([4.0, 6.0, 8.0]))
            out = np.array([-math.sin(yaw), math.cos(yaw)])
            at = point[:2] + out * (setback - model.centre_m[1] + depth / 2.0)
            near = float(np.hypot(*at)) < drawing.END_M + 26.0
            if not near and rng.uniform() < 0.72 and float(np.hypot(*at)) < far:
                plots.put(model, at, yaw, "buildings", spare_m=1.5)
                if rng.uniform() < 0.45:
                    hedge = plants.hedge(length_m=6.0, height_m=1.1, seed=int(rng.integers(3)))
                    plots.put(hedge, point[:2] + 0.7 * out, yaw, "hedges", spare_m=0.0)
            along += length + float(rng.uniform(5.0, 14.0))
        for n, (at, yaw) in enumerate(along_kerb(street, 30.0, 60.0, 1.4)):
            plots.drop(furniture.bench() if n % 2 else furniture.bin(), at, yaw + math.pi / 2.0, "furniture")


def _tree(rng: np.random.Generator) -> Model:
    kind = rng.uniform()
    if kind < 0.2:
        return plants.birch(seed=int(rng.integers(3)))
    if kind < 0.4:
        return plants.bush(seed=int(rng.integers(4)))
    return plants.tree(height_m=float(rng.integers(5, 11)), seed=int(rng.integers(6)))
