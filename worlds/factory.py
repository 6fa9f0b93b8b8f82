"""A factory hall: machine tools, robot cells behind fences, conveyors, pipes, columns, floor lanes."""

from itertools import pairwise
from typing import Annotated

import numpy as np

from simgen.geometry import Pose
from simgen.library import Parameter, entry
from simgen.sampling import stream
from simgen.world import shapes
from simgen.world.build import Place, world_from_opendrive
from simgen.world.mesh import Mesh
from simgen.world.world import Resident, Surface, World

from . import _indoor as indoor
from . import _racks as racks
from .maps import aisles as drawing
from .materials import by_name, tinted
from .models import _lettering as lettering
from .models import factory as machines
from .models import warehouse as goods

_SOURCE = "ways by ASR A1.8, floor marking by DIN 18225, guards by EN ISO 14120 and 13857"
_HEIGHT_M = 8.0


@entry("worlds", source=_SOURCE, tags=("indoor", "robot", "factory"))
def factory(
    seed: Annotated[int, Parameter(text="which machines stand where", low=0)] = 0,
    bays: Annotated[int, Parameter(text="production islands along the hall", low=1, high=5)] = 2,
    rows: Annotated[int, Parameter(text="production islands across the hall", low=1, high=3)] = 2,
    island_m: Annotated[float, Parameter(text="length of an island", unit="m", low=14.0, high=30.0)] = 18.0,
) -> World:
    """A hall of production islands between floor lanes: milling machines, presses, welding robots, conveyors."""
    nodes, edges = drawing.ladder([(island_m + 4.8) * k for k in range(bays + 1)], [13.8 * k for k in range(rows + 1)])
    plan = drawing.Aisles(name="factory", nodes=nodes, edges=edges, lane_m=1.6, walk_m=0.8, setback_m=3.6)

    def dress(place: Place) -> list[Surface]:
        return _dress(place.seed, plan, bays, rows)

    def standing(place: Place) -> list[Resident]:
        return _residents(place.seed, plan)

    return world_from_opendrive(
        drawing.draw(plan),
        name="factory",
        palette=indoor.floored("epoxy_floor", "epoxy_walk"),
        dress=dress,
        residents=standing,
        weather=indoor.ROOM_LIGHT,
        seed=seed,
        parameters={"seed": seed, "bays": bays, "rows": rows, "island_m": island_m},
    )


def _hall(plan: drawing.Aisles) -> indoor.Room:
    x, y = zip(*plan.nodes.values(), strict=True)
    out = plan.width_m / 2.0 + 2.2
    return indoor.Room(
        low_x_m=min(x) - out, high_x_m=max(x) + out, low_y_m=min(y) - out, high_y_m=max(y) + out, height_m=_HEIGHT_M
    )


def _dress(seed: int, plan: drawing.Aisles, bays: int, rows: int) -> list[Surface]:
    things, hall = indoor.Things(), _hall(plan)
    things.add("walls", *indoor.walls(hall, by_name("wall_panel"), by_name("concrete")))
    steel = tinted("furniture_metal", (0.45, 0.46, 0.47))
    things.add("ceiling", indoor.roof(hall, by_name("roof_deck")), *indoor.trusses(hall, 6.0, steel, 0.8))
    xs, ys = sorted({x for x, _ in plan.nodes.values()}), sorted({y for _, y in plan.nodes.values()})
    lights = [y for low, high in pairwise(ys) for y in (low, (low + high) / 2.0)]
    things.add("lamps", *indoor.lamp_rows(hall, [*lights, ys[-1]], 5.0, (1.5, 0.35), 1.0))
    half, kinds = plan.width_m / 2.0, (_milling, _welding, _line, _pressing)
    first = int(stream(seed, "islands").integers(4))
    for row in range(rows):
        for bay in range(bays):
            low, high = (xs[bay] + half, ys[row] + half), (xs[bay + 1] - half, ys[row + 1] - half)
            frame = (low[0] + 0.5, low[1] + 0.5), (high[0] - 0.5, high[1] - 0.5)
            things.add("paint", *indoor.outlined(*frame, indoor.YELLOW, 0.1))
            for x in (low[0] + 0.9, high[0] - 0.9):
                things.add("columns", *indoor.column(x, (low[1] + high[1]) / 2.0, _HEIGHT_M, 0.3, steel))
            kinds[(first + row * 2 + bay) % 4](seed, things, low, high)
    _pipes(hall, things)
    _along_walls(seed, hall, things)
    return things.surfaces()


Corner = tuple[float, float]


def _milling(seed: int, things: indoor.Things, low: Corner, high: Corner) -> None:
    """Milling machines in two rows that face the lanes."""
    del seed
    for x in np.arange(low[0] + 2.6, high[0] - 2.0, 3.6):
        things.put("machines", machines.machine_tool(), float(x), low[1] + 1.6, -np.pi / 2.0)
        things.put("machines", machines.machine_tool(), float(x), high[1] - 1.6, np.pi / 2.0)
        things.put("machines", machines.control_cabinet(), float(x), (low[1] + high[1]) / 2.0 + 0.7, np.pi / 2.0)
        things.put("goods", goods.tote_stack(), float(x) + 1.7, low[1] + 0.8)


def _pressing(seed: int, things: indoor.Things, low: Corner, high: Corner) -> None:
    """Presses with pallets of parts beside them, workbenches behind."""
    rng = stream(seed, "press", round(low[0]), round(low[1]))
    for x in np.arange(low[0] + 2.4, high[0] - 1.8, 3.2):
        things.put("machines", machines.press(), float(x), low[1] + 1.7, -np.pi / 2.0)
        pose = Pose.from_xyz_rpy(float(x) + 1.5, low[1] + 1.1, 0.0, yaw=float(rng.uniform(-0.1, 0.1)))
        things.add("goods", shapes.moved(racks.loaded(rng, 0.75), pose))
        things.put("machines", machines.workbench(), float(x), high[1] - 1.0, np.pi / 2.0)


def _welding(seed: int, things: indoor.Things, low: Corner, high: Corner) -> None:
    """A cell: two robots at a turntable behind a fence, their cabinets outside."""
    del seed
    x, y = (low[0] + high[0]) / 2.0, (low[1] + high[1]) / 2.0
    wide, deep = 9.0, 6.0
    for k in range(int(wide / 1.5)):
        at = x - wide / 2.0 + 0.75 + 1.5 * k
        things.put("fences", machines.safety_fence(), at, y - deep / 2.0, np.pi / 2.0)
        if k not in (2, 3):
            things.put("fences", machines.safety_fence(), at, y + deep / 2.0, np.pi / 2.0)
    for k in range(int(deep / 1.5)):
        for side in (-1.0, 1.0):
            things.put("fences", machines.safety_fence(), x + side * wide / 2.0, y - deep / 2.0 + 0.75 + 1.5 * k)
    things.put("machines", machines.robot_arm(), x - 2.6, y, 0.15)
    things.put("machines", machines.robot_arm(), x + 2.6, y, np.pi - 0.2)
    table, part = tinted("furniture_metal", (0.25, 0.26, 0.27)), tinted("furniture_metal", (0.02, 0.10, 0.25))
    things.add("machines", indoor.block((x - 0.9, y - 1.2, 0.0), (x + 0.9, y + 1.2, 0.75), table))
    things.add("machines", indoor.block((x - 0.6, y - 0.9, 0.75), (x + 0.6, y + 0.9, 1.05), part))
    things.add("paint", *indoor.hatched((x - 1.5, y + deep / 2.0 + 0.2), (x + 1.5, y + deep / 2.0 + 1.4), 5))
    for side in (-1.0, 1.0):
        things.put("machines", machines.control_cabinet(), x + side * (wide / 2.0 + 1.0), y, 0.0 if side > 0 else np.pi)


def _line(seed: int, things: indoor.Things, low: Corner, high: Corner) -> None:
    """Roller conveyors end to end with a work place at each, robots at the last."""
    rng = stream(seed, "line", round(low[0]), round(low[1]))
    y = (low[1] + high[1]) / 2.0
    xs = np.arange(low[0] + 2.6, high[0] - 2.2, 3.02)
    for k, x in enumerate(xs):
        things.put("machines", goods.conveyor(), float(x), y - 1.0)
        if k % 2 == 0:
            things.put("machines", machines.workbench(), float(x), y - 2.9, np.pi / 2.0)
        else:
            things.put("machines", machines.control_cabinet(), float(x), low[1] + 0.8, -np.pi / 2.0)
        pose = Pose.from_xyz_rpy(float(x), y + 2.6, 0.0, yaw=float(rng.uniform(-0.08, 0.08)))
        things.add("goods", shapes.moved(racks.loaded(rng), pose))
    things.put("machines", machines.robot_arm(), float(xs[-1]), y + 0.9, -np.pi / 2.0)


def _pipe(start: tuple[float, float, float], end: tuple[float, float, float], wide_m: float, name: str) -> Mesh:
    """A pipe along an axis, eight-sided."""
    colour = {"air": (0.02, 0.15, 0.40), "water": (0.03, 0.30, 0.10), "duct": (0.55, 0.56, 0.57)}[name]
    a, b = np.array(start), np.array(end)
    axis = "xyz"[int(np.argmax(np.abs(b - a)))]
    long = float(np.abs(b - a).max())
    mesh = shapes.cylinder(wide_m / 2.0, long, tinted("furniture_metal", colour), axis=axis, segments=8)
    return shapes.moved(mesh, Pose.from_xyz_rpy(*np.minimum(a, b).tolist()))


def _pipes(hall: indoor.Room, things: indoor.Things) -> None:
    """Compressed air, water and a ventilation duct along the walls and under the roof."""
    for y, inward in ((hall.low_y_m, 1.0), (hall.high_y_m, -1.0)):
        for k, (name, wide) in enumerate((("air", 0.12), ("water", 0.16), ("air", 0.08))):
            z = 3.6 + 0.3 * k
            ends = (hall.low_x_m, y + inward * 0.25, z), (hall.high_x_m, y + inward * 0.25, z)
            things.add("pipes", _pipe(*ends, wide, name))
        for x in np.arange(hall.low_x_m + 3.0, hall.high_x_m, 6.0):
            drop = (float(x), y + inward * 0.25, 1.0), (float(x), y + inward * 0.25, 3.6)
            things.add("pipes", _pipe(*drop, 0.06, "air"))
    middle = hall.middle_m[1] + 2.0
    z = hall.height_m - 1.4
    things.add("pipes", _pipe((hall.low_x_m, middle, z), (hall.high_x_m, middle, z), 0.7, "duct"))


def _along_walls(seed: int, hall: indoor.Room, things: indoor.Things) -> None:
    """What stands at the walls, a gate, and signs."""
    rng = stream(seed, "walls")
    for x in np.arange(hall.low_x_m + 2.0, hall.high_x_m - 1.5, 4.5):
        pick = int(rng.integers(4))
        model = (machines.control_cabinet(), machines.workbench(), goods.oil_drum(), goods.tote_stack())[pick]
        things.put("machines", model, float(x), hall.low_y_m + 0.5 + 0.05 * pick, np.pi / 2.0)
    y = hall.middle_m[1]
    gate, frame = tinted("wall_panel", (0.16, 0.22, 0.30)), tinted("bollard_white", (0.72, 0.5, 0.0))
    x = hall.high_x_m
    things.add("walls", indoor.block((x - 0.06, y - 2.0, 0.0), (x, y + 2.0, 4.0), gate))
    for side in (-2.1, 2.1):
        things.add("walls", indoor.block((x - 0.1, y + side - 0.1, 0.0), (x, y + side + 0.1, 4.1), frame))
    sign = lettering.words(("HALL 3",), 2.0, 0.6, lettering.WHITE, lettering.BLUE, "traffic_sign")
    things.add("signs", lettering.facing("-x", (x - 0.03, y, 4.8), 2.0, 0.6, sign))
    things.add("signs", lettering.facing("+x", (hall.low_x_m + 0.03, y, 3.2), 2.0, 0.6, sign))


def _residents(seed: int, plan: drawing.Aisles) -> list[Resident]:
    """Trucks and people at work."""
    hall, rng = _hall(plan), stream(seed, "residents")
    turn = float(rng.uniform(-20.0, 20.0))
    return indoor.residents(
        ("forklift", hall.high_x_m - 3.2, hall.low_y_m + 1.2, 180.0 + turn / 4.0),
        ("pallet_jack", hall.low_x_m + 1.2, hall.high_y_m - 1.0, turn),
        ("roll_container", hall.high_x_m - 0.9, hall.high_y_m - 3.0, 90.0),
        ("vest_woman", hall.low_x_m + 1.2, hall.low_y_m + 2.0, -60.0 + turn),
    )
