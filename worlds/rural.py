"""Open country: a two-lane road over hills, fields and fences beside it, a farm, woods on the horizon."""

import math
from itertools import pairwise
from typing import Annotated

import numpy as np
import shapely

from simgen.geometry import Pose
from simgen.library import Parameter, entry
from simgen.sampling import stream
from simgen.world.build import Place, world_from_opendrive
from simgen.world.mesh import Mesh, merge
from simgen.world.model import Model
from simgen.world.shapes import moved
from simgen.world.world import Resident, Surface, World

from . import _countryside as country
from ._dressing import Frontage, Plots, frontages, scatter
from ._palette import palette
from .maps import rural as drawing
from .materials import by_name
from .models import buildings, landscape, plants

FARM_M, BALES_M = 880.0, 1250.0
"""Where along the road the farm stands, and where bales lie on a stubble field."""

MEADOW, STUBBLE = 4, 5
"""Of `country.crops()`."""


@entry("worlds", source="road by RAL EKL 3, RQ 11; map: worlds/maps/rural.py", tags=("rural",))
def rural(
    seed: Annotated[int, Parameter(text="hills, fields and trees beside the road", low=0)] = 0,
    hills: Annotated[float, Parameter(text="steepness of the road, 0 is level", low=0.0, high=1.5)] = 1.0,
    trees: Annotated[int, Parameter(text="single trees", low=0, high=120)] = 34,
) -> World:
    """1.7 km of two-lane country road over hills, with bends, fields, hedgerows, fences, a farm and woods."""

    def dress(place: Place) -> list[Surface]:
        return _dress(place, trees)

    return world_from_opendrive(
        drawing.draw(hills).decode(),
        name="rural",
        palette=palette(),
        dress=dress,
        relief=country.rolling(seed, 4.0 * min(hills, 1.0), 55.0),
        residents=_residents,
        seed=seed,
        parameters={"seed": seed, "hills": hills, "trees": trees},
    )


def _dress(place: Place, trees: int) -> list[Surface]:
    plots = Plots(place=place)
    sides = {street.side: street for street in frontages(place)}
    farm = _farm(plots, sides[1])
    land: list[Mesh] = []
    for side, street in sides.items():
        land += _fields(place, street, side, farm)
    land += [_poles(plots, sides[-1])]
    scatter(plots, _tree, count=trees, what="trees", reach_m=70.0, clear_m=4.5)
    land += country.far_fields(place, nearest_m=105.0, count=26)
    woods = country.horizon_woods(place, nearest_m=130.0, count=16)
    return [
        *plots.surfaces(),
        Surface(name="fields", mesh=merge(land), collide=False),
        Surface(name="woods", mesh=merge(woods), collide=False),
        Surface(name="turbines", mesh=merge(_turbines(place)), collide=False),
    ]


def _strip(street: Frontage, first_m: float, last_m: float, near_m: float, far_m: float) -> shapely.Geometry:
    """The land beside a stretch of the road."""
    line = np.array([street.at(float(s))[0][:2] for s in np.linspace(first_m, last_m, 12)])
    near, far = country.offset_line(line, near_m), country.offset_line(line, far_m)
    return shapely.make_valid(shapely.Polygon(np.concatenate([near, far[::-1]])))


def _fields(place: Place, street: Frontage, side: int, farm: shapely.Geometry) -> list[Mesh]:
    """Fields side by side along the road, with a hedge, a fence or nothing before them."""
    rng = stream(place.seed, "fields", side)
    made, taken, first = [], place.roads.buffer(3.0).union(farm), 20.0
    kinds = country.crops()
    last_kind = -1
    while first < street.length_m - 120.0:
        length = float(rng.uniform(110.0, 210.0))
        kind = _kind(rng, side, first, first + length, last_kind)
        material, tall = kinds[kind]
        area = _strip(street, first, min(first + length, street.length_m - 5.0), 4.5, float(rng.uniform(65.0, 90.0)))
        area = shapely.difference(area, taken)
        taken = taken.union(area.buffer(1.5))
        made += country.field_of(place, area, material, tall)
        border = np.array([street.at(float(s))[0][:2] for s in np.linspace(first + 4.0, first + length - 8.0, 8)])
        edge = country.offset_line(border, 3.2)
        clear = shapely.LineString(edge).distance(farm) > 2.0 and shapely.LineString(edge).distance(place.roads) > 2.0
        if clear and kind == MEADOW:
            made.append(country.fence(place, edge))
        elif clear and rng.uniform() < 0.3:
            made.append(country.hedgerow(place, edge, f"{side}{first:.0f}", height_m=float(rng.uniform(1.4, 2.4))))
        first, last_kind = first + length + 4.0, kind
    return made


def _kind(rng: np.random.Generator, side: int, first_m: float, last_m: float, before: int) -> int:
    """What grows there: a meadow where cows stand, stubble where bales lie, else anything but what grows next to it."""
    kinds = [k for k in range(len(country.crops())) if k != before]
    drawn = int(rng.choice(kinds))
    if side > 0 and first_m < FARM_M - 44.0 and last_m > FARM_M - 80.0:
        return MEADOW
    if side > 0 and first_m < BALES_M + 80.0 and last_m > BALES_M:
        return STUBBLE
    return drawn


def _farm(plots: Plots, street: Frontage) -> shapely.Geometry:
    """A farmhouse, a barn and a silo round a yard; gives the land that they take."""
    yard = _strip(street, FARM_M - 38.0, FARM_M + 34.0, 0.5, 58.0)
    gravel = country.field_of(plots.place, _strip(street, FARM_M - 26.0, FARM_M + 24.0, 0.2, 42.0), by_name("verge"))
    plots.meshes.setdefault("farm", []).extend(gravel)
    point, yaw = street.at(FARM_M)
    out = np.array([-math.sin(yaw), math.cos(yaw)])
    along = np.array([math.cos(yaw), math.sin(yaw)])
    house = buildings.house(bays=5, storeys=2, seed=3)
    plots.put(house, point[:2] - 20.0 * along + 16.0 * out, yaw + math.pi / 2.0, "farm")
    for shift, depth in ((2.0, 44.0), (22.0, 20.0)):
        turn = yaw if shift < 10.0 else yaw - math.pi / 2.0
        plots.put(landscape.barn(), point[:2] + shift * along + depth * out, turn, "farm")
    plots.put(landscape.silo(), point[:2] - 16.0 * along + 40.0 * out, yaw, "farm")
    return yard


def _poles(plots: Plots, street: Frontage) -> Mesh:
    """A power line along the road, its wires sagging from pole to pole."""
    model = landscape.power_pole()
    tops = []
    for along in np.arange(30.0, street.length_m - 30.0, 62.0):
        point, yaw = street.at(float(along))
        at = point[:2] + 14.0 * np.array([-math.sin(yaw), math.cos(yaw)])
        plots.drop(model, at, yaw, "poles")
        plots.taken.append(shapely.Point(at).buffer(2.5))
        side = np.array([-math.sin(yaw), math.cos(yaw), 0.0])
        foot = country.draped(plots.place, at[None])[0]
        tops.append([foot + [0.0, 0.0, 8.8] + 0.8 * shift * side for shift in (-1.0, 1.0)])
    black = by_name("underbody")
    wires = []
    for start, end in pairwise(tops):
        for a, b in zip(start, end, strict=True):
            share = np.linspace(0.0, 1.0, 5)[:, None]
            sag = np.array([0.0, 0.0, -4.0 * 0.9]) * share * (1.0 - share)
            wires.append(country.bar(a + share * (b - a) + sag, 0.03, 0.03, black))
    return merge(wires)


def _turbines(place: Place) -> list[Mesh]:
    """Three wind turbines on the hills."""
    rng = stream(place.seed, "turbines")
    x0, _, x1, y1 = place.roads.bounds
    made = []
    for k in range(3):
        at = np.array([x0 + (x1 - x0) * (0.2 + 0.3 * k), y1 + 420.0 + 70.0 * k])
        foot = country.draped(place, at[None])[0]
        model = landscape.wind_turbine(turn_deg=float(rng.integers(0, 12)) * 10.0)
        pose = Pose.from_xyz_rpy(float(at[0]), float(at[1]), float(foot[2]) - 2.0, yaw=-2.2)
        made += [moved(part.mesh, pose) for part in model.parts]
    return made


def _residents(place: Place) -> list[Resident]:
    """Animals on a meadow, bales, and the farm's tractor."""
    rng = stream(place.seed, "residents")
    street = next(one for one in frontages(place) if one.side == 1)
    made = []

    def stand(model: str, along_m: float, out_m: float, turn_rad: float) -> None:
        point, yaw = street.at(along_m)
        at = point[:2] + out_m * np.array([-math.sin(yaw), math.cos(yaw)])
        z = float(country.heights(place, at[None])[0])
        made.append(Resident(model=model, x_m=float(at[0]), y_m=float(at[1]), z_m=z, yaw_rad=yaw + turn_rad))

    stand("tractor", FARM_M + 4.0, 18.0, 2.4)
    for _ in range(6):
        stand("cow", FARM_M - 62.0 + float(rng.uniform(-16, 16)), float(rng.uniform(10, 34)), float(rng.uniform(0, 6)))
    for k in range(7):
        stand("hay_bale", BALES_M + 13.0 * k, 12.0 + float(rng.uniform(0, 26.0)), float(rng.uniform(0, 3)))
    return made


def _tree(rng: np.random.Generator) -> Model:
    kind = rng.uniform()
    if kind < 0.2:
        return plants.conifer(height_m=float(rng.integers(9, 16)), seed=int(rng.integers(4)))
    if kind < 0.35:
        return plants.poplar(seed=int(rng.integers(3)))
    if kind < 0.55:
        return plants.bush(seed=int(rng.integers(4)))
    return plants.tree(height_m=float(rng.integers(6, 14)), seed=int(rng.integers(6)))
