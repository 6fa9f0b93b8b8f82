"""A field in rows: vines, apple trees, maize or lettuce on tilled soil, a headland at both ends, a fence around."""

from collections.abc import Callable
from typing import Annotated

import numpy as np

from simgen.errors import InputError
from simgen.geometry import Pose
from simgen.library import Parameter, entry
from simgen.sampling import stream
from simgen.world.build import Place, world_from_opendrive
from simgen.world.model import Model
from simgen.world.shapes import moved
from simgen.world.surfaces.palette import Palette
from simgen.world.world import Resident, Surface, World

from . import _countryside as country
from . import _indoor as indoor
from ._dressing import Plots
from .maps import aisles as drawing
from .models import farm, plants

_SOURCE = "row distances: vines 2.4 m, orchards 3.2 m, maize and lettuce 0.75 m in beds (KTBL, Faustzahlen, 2018)"
_PITCH_M = 4.8
"""Between the ways of the robot: every second gap of the rows."""

CROPS = ("vines", "apples", "maize", "lettuce", "mixed")
_HEADLAND_M = 7.0


@entry("worlds", source=_SOURCE, tags=("outdoor", "robot", "farm"))
def field(
    seed: Annotated[int, Parameter(text="how everything has grown", low=0)] = 0,
    rows: Annotated[int, Parameter(text="ways between the rows", low=2, high=8)] = 3,
    length_m: Annotated[float, Parameter(text="of the rows", unit="m", low=15.0, high=100.0)] = 30.0,
    crop: Annotated[str, Parameter(text=f"one of {', '.join(CROPS)}")] = "vines",
    bumps_m: Annotated[float, Parameter(text="height of the ground's waves", unit="m", low=0.0, high=0.5)] = 0.12,
) -> World:
    """Rows of a crop on slightly uneven soil, with headlands to turn on, grass and a fence around, woods behind."""
    if crop not in CROPS:
        raise InputError(f"worlds/field: crop: expected one of {', '.join(CROPS)}, got {crop!r}")
    nodes, edges = drawing.ladder((0.0, length_m + _HEADLAND_M), [_PITCH_M * k for k in range(rows)])
    plan = drawing.Aisles(
        name="field",
        nodes=nodes,
        edges=edges,
        lane_m=0.8,
        walk_m=0.0,
        setback_m=2.2,
        speed_kmh=6.0,
        lines=False,
        height=_waves(seed, bumps_m),
    )

    def dress(place: Place) -> list[Surface]:
        return _dress(place, plan, length_m, crop)

    def standing(place: Place) -> list[Resident]:
        return _residents(plan)

    return world_from_opendrive(
        drawing.draw(plan),
        name="field",
        palette=_soil(),
        dress=dress,
        residents=standing,
        seed=seed,
        parameters={"seed": seed, "rows": rows, "length_m": length_m, "crop": crop, "bumps_m": bumps_m},
    )


def _soil() -> Palette:
    """Soil everywhere; the land around gets its own fields."""
    return indoor.floored("tilled_soil")


def _waves(seed: int, bumps_m: float) -> Callable[[float, float], float]:
    """A smooth uneven ground: two waves along the rows, one across them."""
    turn = stream(seed, "waves").uniform(0.0, 2.0 * np.pi, 3)

    def height(x_m: float, y_m: float) -> float:
        along = np.sin(x_m / 3.4 + turn[0]) + 0.6 * np.sin(x_m / 1.9 + 0.2 * y_m + turn[1])
        return float(bumps_m * 0.5 * (along + 0.5 * np.sin(y_m / 4.0 + turn[2])))

    return height


def _bounds(plan: drawing.Aisles) -> tuple[float, float, float, float]:
    x, y = zip(*plan.nodes.values(), strict=True)
    return min(x), max(x), min(y), max(y)


def _dress(place: Place, plan: drawing.Aisles, length_m: float, crop: str) -> list[Surface]:
    plots, (x0, x1, y0, y1) = Plots(place=place), _bounds(plan)
    ways = sorted({y for _, y in plan.nodes.values()})
    for k, y in enumerate(ways):
        kind = CROPS[k % 4] if crop == "mixed" else crop
        for side in (-1, 1):
            _row(plots, kind, (x0 + _HEADLAND_M / 2.0, y + side * _PITCH_M / 4.0), length_m, 2 * k + (side + 1) // 2)
    out = 6.0
    ring = [
        (x0 - out, y0 - out),
        (x1 + out, y0 - out),
        (x1 + out, y1 + out),
        (x0 - out, y1 + out),
        (x0 - out, y0 - out),
    ]
    fence = country.fence(place, np.array(ring))
    rng = stream(place.seed, "trees")
    for k in range(7):
        spot = np.array(
            [x0 - out + (k + 0.5) * (x1 - x0 + 2.0 * out) / 7.0, y1 + out + 4.0 + float(rng.uniform(0.0, 3.0))]
        )
        plots.drop(plants.tree(height_m=float(rng.integers(6, 10)), seed=int(rng.integers(4))), spot, 0.0, "trees")
    land = country.far_fields(place, nearest_m=60.0, count=10)
    woods = country.horizon_woods(place, nearest_m=110.0, count=8)
    return [
        *plots.surfaces(),
        Surface(name="fence", mesh=fence),
        *(Surface(name=f"land {k}", mesh=mesh, collide=False) for k, mesh in enumerate([*land, *woods])),
    ]


def _row(plots: Plots, kind: str, start: tuple[float, float], length_m: float, number: int) -> None:
    """One row of plants along x."""
    rng = stream(plots.place.seed, "row", kind, number)
    step = {"vines": 5.0, "apples": 1.15, "maize": 0.34, "lettuce": 1.2}[kind]
    made: dict[int, Model] = {k: _plant(kind, k) for k in range(4)}
    lines = (0.0,) if kind in ("vines", "apples") else (-0.35, 0.35) if kind == "maize" else (0.0,)
    for line in lines:
        for x in np.arange(start[0] + step / 2.0, start[0] + length_m, step):
            jitter = rng.uniform(-0.04, 0.04, 2)
            yaw = 0.0 if kind in ("vines", "lettuce") else float(rng.uniform(0.0, 2.0 * np.pi))
            spot = np.array([x + jitter[0], start[1] + line + jitter[1]])
            _stand(plots, made[int(rng.integers(4))], spot, yaw)


def _stand(plots: Plots, model: Model, spot: np.ndarray, yaw_rad: float) -> None:
    """On the ground where its foot is."""
    z = float(plots.place.ground.height(spot[None], np.zeros(1))[0])
    poses = model.link_poses(Pose.from_xyz_rpy(float(spot[0]), float(spot[1]), z - 0.02, yaw=yaw_rad))
    meshes = [moved(part.mesh, Pose.from_array(poses[k])) for k, part in enumerate(model.parts)]
    plots.meshes.setdefault("crop", []).extend(meshes)


def _plant(kind: str, seed: int) -> Model:
    if kind == "vines":
        return farm.vine_row(seed=seed)
    if kind == "apples":
        return farm.apple_tree(seed=seed)
    if kind == "maize":
        return farm.maize_plant(height_m=(2.0, 2.2, 2.3, 2.5)[seed], seed=seed)
    return farm.lettuce_bed(seed=seed)


def _residents(plan: drawing.Aisles) -> list[Resident]:
    """A tractor on the headland, crates, somebody at work."""
    x0, x1, y0, y1 = _bounds(plan)
    return indoor.residents(
        ("tractor", x1 + 3.6, y0 + 1.0, 100.0),
        ("fruit_crate", x0 - 2.6, y1 + 0.5, 10.0),
        ("fruit_crate", x0 - 2.6, y1 - 0.2, -8.0),
        ("fruit_crate", x0 - 3.3, y1 + 0.3, 60.0),
        ("adult_man", x0 - 2.4, y1 - 1.2, 80.0),
    )
