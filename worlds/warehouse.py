"""A warehouse: pallet racks along aisles, a staging area with dock doors, a charging station, trucks and robots."""

from typing import Annotated

import numpy as np

from simgen.geometry import Pose
from simgen.library import Parameter, entry
from simgen.sampling import stream
from simgen.world import shapes
from simgen.world.build import Place, world_from_opendrive
from simgen.world.world import Resident, Surface, World

from . import _indoor as indoor
from . import _racks as racks
from .maps import aisles as drawing
from .materials import by_name, tinted
from .models import _lettering as lettering
from .models import street
from .models import warehouse as models

STAGE_M, BACK_M = 13.0, 2.5
"""Depth of the area before the dock doors, and from the far cross aisle to the wall."""

_SOURCE = "racking by EN 15512, aisles by ASR A1.8, floor marking by DIN 18225 and ISO 3864"


@entry("worlds", source=_SOURCE, tags=("indoor", "robot", "warehouse"))
def warehouse(
    seed: Annotated[int, Parameter(text="which loads stand where", low=0)] = 0,
    aisles: Annotated[int, Parameter(text="aisles between racks", low=2, high=8)] = 3,
    bays: Annotated[int, Parameter(text="bays of three pallets along an aisle", low=4, high=16)] = 8,
    levels: Annotated[int, Parameter(text="levels of pallets, the floor's included", low=2, high=5)] = 4,
) -> World:
    """A hall with pallet racks on both sides of its aisles, walkways, dock doors and a charging station for robots."""
    plan = _plan(aisles, bays)
    hall = _hall(plan, levels)

    def dress(place: Place) -> list[Surface]:
        return _dress(place, plan, hall, levels)

    def standing(place: Place) -> list[Resident]:
        return _residents(plan, hall, place.seed)

    return world_from_opendrive(
        drawing.draw(plan),
        name="warehouse",
        palette=indoor.floored("epoxy_floor", "epoxy_walk"),
        dress=dress,
        residents=standing,
        weather=indoor.ROOM_LIGHT,
        seed=seed,
        parameters={"seed": seed, "aisles": aisles, "bays": bays, "levels": levels},
    )


def _plan(aisles: int, bays: int) -> drawing.Aisles:
    """Aisles along x, one cross aisle before the docks, one at the back."""
    pitch = 4.4 + 2.0 * racks.DEPTH_M + 0.3
    nodes, edges = drawing.ladder((0.0, bays * racks.BAY_M + 5.0), [pitch * k for k in range(aisles)])
    return drawing.Aisles(name="warehouse", nodes=nodes, edges=edges, setback_m=2.9)


def _ends(plan: drawing.Aisles) -> tuple[float, float, float, float]:
    """Lowest and highest x and y of the aisles' middles."""
    x, y = zip(*plan.nodes.values(), strict=True)
    return min(x), max(x), min(y), max(y)


def _hall(plan: drawing.Aisles, levels: int) -> indoor.Room:
    x0, x1, y0, y1 = _ends(plan)
    beside = plan.width_m / 2.0 + racks.DEPTH_M + 0.4
    return indoor.Room(
        low_x_m=x0 - plan.width_m / 2.0 - BACK_M,
        high_x_m=x1 + plan.width_m / 2.0 + STAGE_M,
        low_y_m=y0 - beside,
        high_y_m=y1 + beside,
        height_m=racks.LEVEL_M * levels + 2.6,
    )


def _dress(place: Place, plan: drawing.Aisles, hall: indoor.Room, levels: int) -> list[Surface]:
    things = indoor.Things()
    things.add("walls", *indoor.walls(hall, by_name("wall_panel"), by_name("concrete")))
    steel = tinted("furniture_metal", (0.5, 0.51, 0.52))
    things.add("ceiling", indoor.roof(hall, by_name("roof_deck")), *indoor.trusses(hall, 6.0, steel, 0.7))
    _racking(place.seed, plan, levels, things)
    y = sorted({y for _, y in plan.nodes.values()})
    things.add("lamps", *indoor.lamp_rows(hall, y, 4.0, (1.5, 0.3), 0.9))
    _docks(hall, things)
    _staging(place.seed, plan, hall, things)
    _charging(hall, things)
    return things.surfaces()


def _racking(seed: int, plan: drawing.Aisles, levels: int, things: indoor.Things) -> None:
    """A row on both sides of every aisle, the aisle's name at its end."""
    x0, x1, _, _ = _ends(plan)
    bays = round((x1 - x0 - 5.0) / racks.BAY_M)
    half = plan.width_m / 2.0 + 0.1 + racks.DEPTH_M / 2.0
    for k, y in enumerate(sorted({y for _, y in plan.nodes.values()})):
        for side in (-1.0, 1.0):
            rng = stream(seed, "racks", k, int(side))
            row = racks.row(rng, x0 + 2.5, y + side * half, bays, levels, passage=bays // 2)
            things.add("racks", *row)
            sign = lettering.words((f"{'ABCDEFGH'[k]}{1 if side < 0 else 2}",), 0.6, 0.45, lettering.BLACK,
                                   lettering.YELLOW, "traffic_sign")  # fmt: skip
            for x, axis in ((x0 + 2.42, "-x"), (x0 + 2.58 + bays * racks.BAY_M, "+x")):
                things.add("signs", lettering.facing(axis, (x, y + side * half, 2.4), 0.6, 0.45, sign))


def _docks(hall: indoor.Room, things: indoor.Things) -> None:
    """Roller doors in the wall before the staging area, numbered, with guards and keep-clear floor."""
    count = max(int(hall.width_m / 5.5), 1)
    door, frame = tinted("wall_panel", (0.16, 0.22, 0.30)), tinted("bollard_white", (0.72, 0.5, 0.0))
    x = hall.high_x_m
    for k in range(count):
        y = hall.low_y_m + (k + 0.5) * hall.width_m / count
        things.add("walls", indoor.block((x - 0.06, y - 1.5, 0.0), (x, y + 1.5, 3.4), door))
        for side in (-1.0, 1.0):
            things.add(
                "walls", indoor.block((x - 0.10, y + side * 1.6 - 0.1, 0.0), (x, y + side * 1.6 + 0.1, 3.5), frame)
            )
            things.put("walls", models.rack_guard(), x - 0.9, y + side * 1.95, np.pi / 2.0)
        things.add("walls", indoor.block((x - 0.10, y - 1.7, 3.5), (x, y + 1.7, 3.7), frame))
        number = lettering.words((f"{k + 1:02d}",), 0.9, 0.6, lettering.WHITE, lettering.BLUE, "traffic_sign")
        things.add("signs", lettering.facing("-x", (x - 0.12, y, 4.1), 0.9, 0.6, number))
        things.add("paint", *indoor.hatched((x - 3.2, y - 1.5), (x - 0.2, y + 1.5), 5))


def _staging(seed: int, plan: drawing.Aisles, hall: indoor.Room, things: indoor.Things) -> None:
    """Marked floor places between cross aisle and doors, most of them with a pallet on."""
    rng = stream(seed, "staging")
    x0 = _ends(plan)[1] + plan.width_m / 2.0 + 1.2
    rows = int((hall.width_m - 5.0) / 1.7)
    for k in range(rows):
        y = hall.low_y_m + 1.2 + k * 1.7
        for place in range(3):
            x = x0 + 0.7 + place * 1.5
            things.add("paint", *indoor.outlined((x - 0.65, y - 0.75), (x + 0.65, y + 0.75), indoor.WHITE, 0.05))
            if rng.uniform() < 0.55:
                pose = Pose.from_xyz_rpy(x, y, 0.0, yaw=float(rng.uniform(-0.06, 0.06)))
                things.add("goods", shapes.moved(racks.loaded(rng), pose))


def _charging(hall: indoor.Room, things: indoor.Things) -> None:
    """Chargers for robots along the wall of the staging area."""
    for k in range(3):
        x, y = hall.high_x_m - 5.2 - 2.2 * k, hall.high_y_m
        things.put("chargers", street.charging_station(), x, y - 0.25, -np.pi / 2.0)
        things.add("paint", indoor.paint((x - 0.6, y - 1.9), (x + 0.6, y - 0.6), indoor.GREEN))
    sign = lettering.words(("ROBOT CHARGING",), 1.8, 0.4, lettering.WHITE, lettering.GREEN, "traffic_sign")
    things.add("signs", lettering.facing("-y", (hall.high_x_m - 7.4, hall.high_y_m - 0.03, 2.4), 1.8, 0.4, sign))


def _residents(plan: drawing.Aisles, hall: indoor.Room, seed: int) -> list[Resident]:
    """Parked trucks, robots at their chargers and what is in use."""
    rng = stream(seed, "residents")
    x, y = hall.high_x_m, hall.high_y_m
    jack = float(rng.uniform(1.0, 3.0))
    return indoor.residents(
        ("amr", x - 5.2, y - 1.2, 90.0),
        ("amr", x - 7.4, y - 1.2, 90.0),
        ("forklift", x - 4.2, hall.low_y_m + 1.4, 180.0),
        ("pallet_jack", x - 4.6, hall.low_y_m + 2.6 + jack, 170.0),
        ("pallet_stack", x - 4.6, y - 4.2, 90.0),
        ("roll_container", hall.low_x_m + 0.8, hall.low_y_m + 3.0, 90.0),
        ("oil_drum", hall.low_x_m + 0.6, hall.high_y_m - 1.0, 0.0),
        ("hand_truck", hall.low_x_m + 0.7, hall.high_y_m - 3.0, 0.0),
    )
