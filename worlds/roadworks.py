"""Roadworks on a motorway: a lane closed behind concrete, yellow lines, machines and workers."""

import math
from typing import Annotated

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.geometry import Pose
from simgen.library import Parameter, entry
from simgen.sampling import stream
from simgen.world.build import Place, world_from_opendrive
from simgen.world.mesh import Mesh, merge
from simgen.world.model import Model
from simgen.world.shapes import cylinder, moved
from simgen.world.world import Resident, Surface, World

from . import _countryside as country
from ._dressing import Plots, scatter
from ._palette import palette
from .maps import roadworks as drawing
from .materials import by_name
from .models import motorway_signs, plants, signs


@entry("worlds", source="site by RSA 21 on RQ 31 of RAA; map: worlds/maps/roadworks.py", tags=("motorway", "roadworks"))
def roadworks(
    seed: Annotated[int, Parameter(text="trees and hills; who works where", low=0)] = 0,
    trees: Annotated[int, Parameter(text="trees beside the road", low=0, high=90)] = 34,
    workers: Annotated[int, Parameter(text="people at work", low=0, high=20)] = 7,
) -> World:
    """A motorway whose left lane is closed: both lanes swing right along yellow lines, beside machines and workers."""

    def dress(place: Place) -> list[Surface]:
        plots = Plots(place=place)
        _signs(plots)
        scatter(plots, _tree, count=trees, what="trees", reach_m=60.0, clear_m=6.0)
        land = country.far_fields(place, nearest_m=40.0, count=24)
        woods = [*country.horizon_woods(place, nearest_m=85.0, count=16), *country.belts(place)]
        return [
            *plots.surfaces(),
            Surface(name="fields", mesh=merge([*land, *_heaps(place)]), collide=False),
            Surface(name="woods", mesh=merge(woods), collide=False),
        ]

    return world_from_opendrive(
        drawing.draw().decode(),
        name="roadworks",
        palette=palette(),
        dress=dress,
        relief=country.rolling(seed, 2.0, 45.0, clear_m=8.0),
        residents=lambda place: _residents(place, workers),
        seed=seed,
        parameters={"seed": seed, "trees": trees, "workers": workers},
    )


def _at(place: Place, s_m: float, t_m: float) -> tuple[Float[ndarray, "3"], float]:
    return country.on_road(place, "1", s_m, t_m)


def _signs(plots: Plots) -> None:
    """Warnings on both sides before the site: works, no overtaking, how the lanes swing."""
    right, left = -(drawing.EDGE_M + 1.9), -0.75
    for s_m, model in (
        (60.0, signs.sign_works()),
        (150.0, signs.sign_no_overtaking()),
        (270.0, signs.sign_works()),
        (385.0, motorway_signs.lane_swing_sign()),
    ):
        for t_m in (right,) if s_m == 385.0 else (right, left):
            point, yaw = _at(plots.place, s_m, t_m)
            turn = 0.0 if s_m == 385.0 else math.pi
            plots.drop(model, point[:2], yaw + turn, "site signs")


def _residents(place: Place, workers: int) -> list[Resident]:
    """Beacons, cones, the arrow trailer, machines and people, all labelled."""
    rng = stream(place.seed, "site")
    made: list[Resident] = []

    def stand(model: str, s_m: float, t_m: float, turn_rad: float = 0.0) -> None:
        point, yaw = _at(place, s_m, t_m)
        made.append(
            Resident(model=model, x_m=float(point[0]), y_m=float(point[1]), z_m=float(point[2]), yaw_rad=yaw + turn_rad)
        )

    border = drawing.INNER_M
    for s_m in (*np.arange(444.0, 519.0, 9.0), *np.arange(796.0, 856.0, 15.0)):
        stand("guide_beacon", float(s_m), -(border + drawing.closed_m(float(s_m)) - 0.5))
    stand("arrow_trailer", 506.0, -(border + 1.0))
    for k, s_m in enumerate(np.arange(532.0, 780.0, 14.0)):
        if k % 3 == 0:
            stand("cone", float(s_m), -(border + 2.75 + 0.12 * float(rng.uniform(-1, 1))))
    stand("barrier_board", 526.0, -(border + 1.2))
    stand("excavator", 580.0 + float(rng.uniform(-8, 8)), -2.55, math.radians(4.0))
    stand("tipper", 600.0 + float(rng.uniform(0, 4)), -2.6)
    stand("road_roller", 668.0 + float(rng.uniform(-15, 15)), -2.3)
    stand("van", 742.0, -2.3)
    stand("skip_container", 716.0, -2.4)
    spots = rng.uniform([545.0, 1.0], [770.0, 4.6], (workers, 2))
    for k, (s_m, t_m) in enumerate(spots):
        crowded = any(abs(float(s_m) - at) < 9.0 for at in (586.0, 602.0, 668.0, 742.0, 716.0))
        model = "road_worker" if k % 4 else "vest_woman"
        turn = float(rng.uniform(0.0, 2.0 * math.pi))
        stand(model, 632.0 + 2.5 * k if crowded else float(s_m), -float(t_m), turn)
    return made


def _heaps(place: Place) -> list[Mesh]:
    """Heaps of gravel inside the site."""
    made = []
    for s_m, size in ((562.0, 1.5), (690.0, 1.2)):
        point, _ = _at(place, s_m, -2.9)
        heap = cylinder(size, 0.75 * size, by_name("verge"), segments=14, top_radius_m=0.25)
        made.append(moved(heap, Pose.from_xyz_rpy(float(point[0]), float(point[1]), float(point[2]) - 0.02)))
    return made


def _tree(rng: np.random.Generator) -> Model:
    kind = rng.uniform()
    if kind < 0.35:
        return plants.conifer(height_m=float(rng.integers(8, 15)), seed=int(rng.integers(5)))
    if kind < 0.5:
        return plants.bush(height_m=2.0, seed=int(rng.integers(4)))
    return plants.tree(height_m=float(rng.integers(6, 13)), seed=int(rng.integers(6)))
