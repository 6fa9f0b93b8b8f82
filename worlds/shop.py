"""A supermarket: shelves along aisles, freezers, fruit, fridges, checkouts, price signs."""

from typing import Annotated

import numpy as np

from simgen.geometry import Pose
from simgen.library import Parameter, entry
from simgen.sampling import stream
from simgen.world import shapes
from simgen.world.build import Place, world_from_opendrive
from simgen.world.world import Resident, Surface, World

from . import _goods as goods
from . import _indoor as indoor
from .maps import aisles as drawing
from .materials import by_name, tinted
from .models import _lettering as lettering
from .models import shop as models

_SOURCE = "aisles of 2.2 m and gondolas of 1.8 m as usual in supermarkets (EHI, store planning); 60 cm tiles"
_HEIGHT_M, _TILL_M = 3.6, 6.0
_AISLES = ("DAIRY", "BREAKFAST", "DRINKS", "HOUSEHOLD", "SNACKS", "BAKING", "PETS", "BABY")


@entry("worlds", source=_SOURCE, tags=("indoor", "robot", "shop"))
def shop(
    seed: Annotated[int, Parameter(text="which goods stand where", low=0)] = 0,
    aisles: Annotated[int, Parameter(text="between the shelves", low=2, high=8)] = 4,
    bays: Annotated[int, Parameter(text="shelves of 1.25 m along an aisle", low=4, high=20)] = 10,
) -> World:
    """A supermarket with gondolas of goods, chest freezers, a fruit section, fridges and a row of checkouts."""
    pitch, long = 3.6, bays * goods.SHELF_M + 4.0
    nodes, edges = drawing.ladder((0.0, long), [pitch * k for k in range(aisles)])
    plan = drawing.Aisles(
        name="shop", nodes=nodes, edges=edges, lane_m=0.75, walk_m=0.5, setback_m=1.7, speed_kmh=4.0, lines=False
    )
    room = indoor.Room(
        low_x_m=-3.4,
        high_x_m=long + 1.6 + _TILL_M,
        low_y_m=-2.6,
        high_y_m=pitch * (aisles - 1) + 2.6,
        height_m=_HEIGHT_M,
    )

    def dress(place: Place) -> list[Surface]:
        return _dress(place.seed, plan, room, bays)

    def standing(place: Place) -> list[Resident]:
        return _residents(place.seed, plan, room)

    return world_from_opendrive(
        drawing.draw(plan),
        name="shop",
        palette=indoor.floored("floor_tiles"),
        dress=dress,
        residents=standing,
        weather=indoor.ROOM_LIGHT,
        seed=seed,
        parameters={"seed": seed, "aisles": aisles, "bays": bays},
    )


def _dress(seed: int, plan: drawing.Aisles, room: indoor.Room, bays: int) -> list[Surface]:
    things = indoor.Things()
    things.add("walls", *indoor.walls(room, by_name("wall_paint"), tinted("plastic", (0.08, 0.08, 0.085))))
    things.add("ceiling", indoor.roof(room, by_name("ceiling")))
    ys = sorted({y for _, y in plan.nodes.values()})
    things.add("lamps", *indoor.lamp_rows(room, ys, 2.4, (1.2, 0.3), 0.0))
    rng = stream(seed, "shelves")
    for k, y in enumerate(ys):
        _sign(things, k, y)
        if k + 1 < len(ys):
            things.add("shelves", *goods.gondola(rng, 2.0, (y + ys[k + 1]) / 2.0, bays))
    _walls(seed, things, room, bays)
    _fruit(things, room)
    _tills(things, room)
    return things.surfaces()


def _sign(things: indoor.Things, number: int, y_m: float) -> None:
    """What an aisle holds, on a board that hangs over its entrance and its end."""
    text = lettering.words(
        (f"{number + 1}  {_AISLES[number]}",), 1.4, 0.4, lettering.WHITE, (20, 110, 60), "traffic_sign"
    )
    board = tinted("plastic", (0.02, 0.15, 0.07))
    for x in (2.0, 12.0):
        things.add("signs", shapes.box((0.04, 1.4, 0.4), board, (x, y_m, 2.75)))
        things.add("signs", shapes.box((0.01, 0.01, 0.65), board, (x, y_m, 3.27)))
        for axis, dx in (("-x", -0.022), ("+x", 0.022)):
            things.add("signs", lettering.facing(axis, (x + dx, y_m, 2.75), 1.4, 0.4, text))


def _walls(seed: int, things: indoor.Things, room: indoor.Room, bays: int) -> None:
    """Shelves along one long wall, freezers and fridges along the other."""
    rng = stream(seed, "walls")
    for k in range(bays):
        x = 2.0 + (k + 0.5) * goods.SHELF_M
        pose = Pose.from_xyz_rpy(x, room.low_y_m, 0.0)
        things.add("shelves", shapes.moved(goods.bay(int(rng.integers(12))), pose))
    for k in range(int((room.high_x_m - 10.0) / 2.1)):
        things.add(
            "freezers", shapes.moved(goods.freezer(), Pose.from_xyz_rpy(3.0 + 2.1 * k, room.high_y_m - 0.55, 0.0))
        )
    banner = lettering.words(("FRESH FROZEN FOOD",), 4.0, 0.5, lettering.WHITE, (30, 120, 200), "traffic_sign")
    things.add("signs", lettering.facing("-y", (7.0, room.high_y_m - 0.01, 2.2), 4.0, 0.5, banner))
    middle = room.middle_m[1]
    for k in range(3):
        things.put("freezers", models.drinks_fridge(), room.low_x_m + 0.45, middle - 1.6 + 0.8 * k)
    offer = lettering.words(("SALE", "-50 %"), 1.6, 1.0, (250, 240, 60), (190, 20, 28), "traffic_sign")
    things.add("signs", lettering.facing("+x", (room.low_x_m + 0.01, middle + 2.6, 2.2), 1.6, 1.0, offer))


def _fruit(things: indoor.Things, room: indoor.Room) -> None:
    """Stands of fruit and vegetables along the wall at the back."""
    kinds = (
        ((0.55, 0.04, 0.03), "APPLES"), ((0.75, 0.30, 0.02), "ORANGES"), ((0.75, 0.60, 0.05), "LEMONS"),
        ((0.10, 0.30, 0.05), "PEPPERS"), ((0.50, 0.05, 0.02), "TOMATOES"),
    )  # fmt: skip
    for k, (colour, name) in enumerate(kinds):
        side = k if k < 3 else k + 3
        y = room.low_y_m + 1.2 + 1.3 * side
        if y < room.high_y_m - 1.0 and abs(y - room.middle_m[1]) > 1.5:
            pose = Pose.from_xyz_rpy(room.low_x_m + 0.5, y, 0.0, yaw=-np.pi / 2.0)
            things.add("fruit", shapes.moved(goods.crates(colour, name), pose))


def _tills(things: indoor.Things, room: indoor.Room) -> None:
    """Checkouts side by side, the doors behind them."""
    count = max(int(room.width_m / 3.2), 1)
    x = room.high_x_m - 3.6
    for k in range(count):
        y = room.low_y_m + (k + 0.5) * room.width_m / count
        things.put("tills", models.checkout(), x, y)
    glass, frame = tinted("car_glass", (0.42, 0.56, 0.56)), by_name("aluminium")
    middle, wall = room.middle_m[1], room.high_x_m
    for side in (-1.0, 1.0):
        low, high = sorted((middle + side * 0.03, middle + side * 1.2))
        things.add("walls", indoor.block((wall - 0.03, low, 0.05), (wall, high, 2.3), glass))
        things.add(
            "walls",
            indoor.block(
                (wall - 0.06, middle + side * 1.25 - 0.05, 0.0), (wall, middle + side * 1.25 + 0.05, 2.4), frame
            ),
        )
    things.add("walls", indoor.block((wall - 0.06, middle - 1.3, 2.3), (wall, middle + 1.3, 2.4), frame))
    sign = lettering.words(("EXIT",), 0.8, 0.3, lettering.WHITE, lettering.GREEN, "traffic_sign")
    things.add("signs", lettering.facing("-x", (wall - 0.02, middle, 2.7), 0.8, 0.3, sign))


def _residents(seed: int, plan: drawing.Aisles, room: indoor.Room) -> list[Resident]:
    """Trolleys, baskets, a ladder and a warning of wet floor."""
    rng = stream(seed, "residents")
    ys = sorted({y for _, y in plan.nodes.values()})
    x = room.high_x_m - 1.0
    rows = [("shopping_trolley", x - 0.28 * k, room.low_y_m + 0.7, 180.0) for k in range(4)]
    along = [float(value) for value in rng.uniform(4.0, 10.0, 3)]
    return indoor.residents(
        *rows,
        ("shopping_trolley", along[0], ys[0] - 1.5, 5.0),
        ("step_ladder", along[1], ys[-1] + 1.22, 0.0),
        ("wet_floor_sign", along[2], ys[1] + 1.1, 0.0),
        ("shopping_basket", room.low_x_m + 1.4, room.middle_m[1] + 1.9, 30.0),
    )
