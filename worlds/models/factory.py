"""What stands in factory halls: machine tools, robots, fences, cabinets, benches."""

from collections.abc import Sequence
from functools import cache

import numpy as np

from simgen.geometry import Pose
from simgen.library import entry
from simgen.world import shapes
from simgen.world.mesh import Mesh, merge
from simgen.world.model import Model, Part

from ._lettering import BLACK, BLUE, WHITE, YELLOW, facing, words
from ._pieces import at, disc, prism, rod, rods, stuff
from ._standing import single, standing

_ESTIMATED = "the rest estimated"
_GREY, _DARK, _LIGHT = (0.20, 0.21, 0.22), (0.03, 0.03, 0.032), (0.62, 0.63, 0.62)


def _thing(name: str, category: str, meshes: Sequence[Mesh], source: str, mass_kg: float) -> Model:
    return single(name, category, merge(meshes), source, {"mass_kg": mass_kg})


_MILL = f"vertical machining centre of the class of a Haas VF-2: 2.5 x 2.0 x 2.6 m, 3.5 t; {_ESTIMATED}"


@entry("models", source=_MILL, tags=("factory",))
@cache
def machine_tool() -> Model:
    """A closed milling machine with sliding door, window, control panel and signal tower; its front is along x."""
    white, grey = stuff("box_panel", "furniture", _LIGHT), stuff("box_panel", "furniture", _GREY)
    dark = stuff("plastic", "furniture")
    body = prism(((-1.0, 0.0), (0.8, 0.0), (1.0, 0.5), (1.0, 1.15), (0.75, 2.1), (-1.0, 2.1)), 2.5, white)
    foot = shapes.box((0.06, 2.4, 0.35), grey, (0.98, 0.0, 0.7))
    head = shapes.box((0.8, 0.9, 0.5), grey, (-0.4, 0.0, 2.35))
    slant = np.arctan2(0.25, 0.95)
    door = at(shapes.box((0.03, 1.3, 0.92), grey), 0.90, 0.15, 1.62, pitch=-slant)
    window = at(shapes.box((0.02, 0.8, 0.55), stuff("car_glass", "furniture")), 0.92, 0.15, 1.66, pitch=-slant)
    handle = at(rod((0.0, 0.0, -0.25), (0.0, 0.0, 0.25), 0.02, stuff("chrome", "furniture")), 0.97, -0.42, 1.55)
    arm = rods(((0.8, -1.15, 2.0), (1.15, -1.15, 2.0), (1.15, -1.15, 1.75)), 0.03, dark)
    panel = shapes.box((0.12, 0.45, 0.55), grey, (1.17, -1.15, 1.5))
    screen = facing(
        "+x", (1.2315, -1.15, 1.6), 0.34, 0.24, words(("X 12.50", "Z -3.08"), 0.34, 0.24, WHITE, BLUE, "furniture")
    )
    keys = shapes.box((0.01, 0.36, 0.16), dark, (1.235, -1.15, 1.34))
    name = facing("+x", (1.012, -0.5, 0.7), 0.8, 0.2, words(("VMC 500",), 0.8, 0.2, WHITE, BLUE, "furniture"))
    tower = [
        at(shapes.cylinder(0.035, 0.09, stuff("plastic", "furniture", colour), segments=8), -0.6, 1.0, 2.25 + 0.09 * k)
        for k, colour in enumerate(((0.02, 0.4, 0.08), (0.7, 0.4, 0.0), (0.6, 0.02, 0.02)))
    ]
    stem = at(shapes.cylinder(0.02, 0.2, dark, segments=6), -0.6, 1.0, 2.08)
    parts = [body, foot, head, door, window, handle, *arm, panel, screen, keys, name, stem, *tower]
    return _thing("machine_tool", "furniture", parts, _MILL, 3500.0)


_ARM = f"six-axis robot of the class of a KUKA KR 210 R2700: reach 2.7 m, 1.07 t; {_ESTIMATED}"


@entry("models", source=_ARM, tags=("factory", "robot"))
@cache
def robot_arm() -> Model:
    """An orange welding robot on its base: turntable, upper arm, forearm and a gun on hinges; it reaches along x."""
    orange, dark = stuff("box_panel", "furniture", (0.75, 0.16, 0.0)), stuff("plastic", "furniture")
    base = [
        shapes.box((0.9, 0.9, 0.06), stuff("steel", "furniture"), (0.0, 0.0, 0.03)),
        at(shapes.cylinder(0.38, 0.30, dark, segments=16), 0.0, 0.0, 0.06),
    ]
    table = [
        shapes.cylinder(0.36, 0.22, orange, segments=16),
        prism(((-0.25, 0.2), (0.5, 0.2), (0.5, 0.45), (0.15, 0.45), (-0.25, 0.35)), 0.5, orange),
        disc(0.20, 0.62, dark, (0.35, 0.0, 0.35), 14),
    ]
    upper = [
        prism(((-0.16, -0.1), (0.16, -0.1), (0.12, 1.15), (-0.12, 1.15)), 0.26, orange),
        disc(0.19, 0.40, dark, (0.0, 0.0, 1.15), 12),
        rod((-0.16, 0.18, 0.1), (-0.14, 0.18, 1.1), 0.03, dark),
    ]
    fore = [
        prism(((-0.35, -0.16), (0.15, -0.18), (1.2, -0.09), (1.2, 0.09), (0.15, 0.18), (-0.35, 0.18)), 0.28, orange),
        disc(0.10, 0.24, dark, (1.22, 0.0, 0.0), 10),
    ]
    steel = stuff("steel", "furniture")
    gun = [
        shapes.box((0.28, 0.10, 0.10), dark, (0.18, 0.0, 0.0)),
        *rods(((0.3, 0.0, 0.0), (0.32, 0.0, -0.25), (0.55, 0.0, -0.25), (0.55, 0.0, -0.12)), 0.025, steel, 5),
        *rods(((0.3, 0.0, 0.03), (0.5, 0.0, 0.08), (0.55, 0.0, 0.03)), 0.025, steel, 5),
    ]
    y, z = (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)
    pose = Pose.from_xyz_rpy
    parts = (
        Part(name="body", mesh=merge(base), parent=-1),
        _hinged("turntable", table, 0, pose(0.0, 0.0, 0.36), z, 3.2),
        _hinged("upper_arm", upper, 1, pose(0.35, 0.0, 0.35, pitch=-0.25), y, 1.5),
        _hinged("forearm", fore, 2, pose(0.0, 0.0, 1.15, pitch=0.45), y, 2.0),
        _hinged("gun", gun, 3, pose(1.24, 0.0, 0.0, pitch=0.5), y, 2.0),
    )
    return standing(name="robot_arm", category="furniture", parts=parts, dimensions={"mass_kg": 1068.0}, source=_ARM)


def _hinged(
    name: str, meshes: Sequence[Mesh], parent: int, place: Pose, axis: tuple[float, float, float], limit_rad: float
) -> Part:
    return Part(
        name=name, mesh=merge(meshes), parent=parent, parent_from_part=place, joint="hinge", axis=axis,
        limits_rad=(-limit_rad, limit_rad),
    )  # fmt: skip


_FENCE = f"machine guard fence, EN ISO 14120: panel 1.5 m wide, 2.0 m tall, mesh drawn coarser; {_ESTIMATED}"


@entry("models", source=_FENCE, tags=("factory",))
@cache
def safety_fence() -> Model:
    """One panel of a guard fence along y: yellow posts, black mesh, a warning sign."""
    yellow, black = stuff("bollard_white", "fence", (0.72, 0.5, 0.0)), stuff("furniture_metal", "fence", _DARK)
    posts = shapes.both_sides(shapes.box((0.06, 0.06, 2.0), yellow, (0.0, 0.75, 1.0)))
    feet = shapes.both_sides(shapes.box((0.18, 0.12, 0.01), yellow, (0.0, 0.75, 0.005)))
    frame = [shapes.box((0.025, 1.44, 0.03), black, (0.0, 0.0, z)) for z in (0.18, 1.08, 1.98)]
    wires = [shapes.box((0.006, 0.006, 1.8), black, (0.0, y, 1.08)) for y in np.linspace(-0.66, 0.66, 15)]
    wires += [shapes.box((0.006, 1.44, 0.006), black, (0.0, 0.0, z)) for z in np.linspace(0.35, 1.8, 10)]
    sign = words(("DANGER", "ROBOT"), 0.30, 0.22, BLACK, YELLOW, "fence")
    signs = [facing(axis, (x, 0.0, 1.5), 0.30, 0.22, sign) for axis, x in (("+x", 0.02), ("-x", -0.02))]
    return _thing("safety_fence", "fence", [posts, feet, *frame, *wires, *signs], _FENCE, 30.0)


_CABINET = f"control cabinet of the class of a Rittal VX25: 0.8 x 0.5 x 2.0 m on a plinth; {_ESTIMATED}"


@entry("models", source=_CABINET, tags=("factory",))
@cache
def control_cabinet() -> Model:
    """A grey control cabinet with a switch, lamps and a warning flash; its door is along x."""
    grey, dark = stuff("box_panel", "furniture", (0.55, 0.55, 0.52)), stuff("plastic", "furniture")
    parts = [
        shapes.box((0.46, 0.76, 0.1), dark, (0.0, 0.0, 0.05)),
        shapes.box((0.5, 0.8, 1.9), grey, (0.0, 0.0, 1.05)),
        shapes.box((0.01, 0.74, 1.8), stuff("box_panel", "furniture", (0.62, 0.62, 0.59)), (0.255, 0.0, 1.05)),
        shapes.box((0.03, 0.03, 0.18), dark, (0.27, -0.30, 1.1)),
        at(shapes.cylinder(0.045, 0.03, stuff("bollard_red", "furniture"), axis="x", segments=10), 0.255, 0.0, 1.5),
    ]
    for k, colour in enumerate(((0.02, 0.4, 0.08), (0.7, 0.4, 0.0), (0.02, 0.1, 0.5))):
        lamp = shapes.cylinder(0.02, 0.02, stuff("plastic", "furniture", colour), axis="x", segments=8)
        parts.append(at(lamp, 0.255, -0.12 + 0.12 * k, 1.68))
    flash = words(("! 400 V",), 0.22, 0.12, BLACK, YELLOW, "furniture")
    parts.append(facing("+x", (0.2615, 0.1, 1.85), 0.22, 0.12, flash))
    return _thing("control_cabinet", "furniture", parts, _CABINET, 180.0)


_BENCH = f"workbench 2.0 x 0.75 m, 0.85 m high, with a tool wall to 1.9 m; {_ESTIMATED}"


@entry("models", source=_BENCH, tags=("factory",))
@cache
def workbench() -> Model:
    """A workbench with a vice, drawers and tools on the wall behind; one works at it from +x."""
    wood, blue = stuff("furniture_wood", "furniture"), stuff("box_panel", "furniture", (0.02, 0.10, 0.30))
    steel, board = stuff("steel", "furniture"), stuff("box_panel", "furniture", (0.45, 0.46, 0.46))
    parts = [
        shapes.box((0.75, 2.0, 0.05), wood, (0.0, 0.0, 0.825)),
        shapes.box((0.65, 0.5, 0.80), blue, (0.0, -0.7, 0.40)),
        *(shapes.box((0.01, 0.44, 0.15), board, (0.33, -0.7, z)) for z in (0.12, 0.30, 0.48, 0.66)),
        shapes.box((0.06, 0.06, 0.80), blue, (0.3, 0.9, 0.40)),
        shapes.box((0.06, 0.06, 0.80), blue, (-0.3, 0.9, 0.40)),
        shapes.box((0.03, 2.0, 1.05), board, (-0.36, 0.0, 1.375)),
        shapes.box((0.22, 0.14, 0.12), steel, (0.22, 0.6, 0.91)),
        shapes.box((0.06, 0.16, 0.08), steel, (0.36, 0.6, 1.0)),
        shapes.box((0.10, 0.16, 0.08), steel, (0.20, 0.6, 1.0)),
        disc(0.012, 0.26, steel, (0.42, 0.6, 0.95), 6),
    ]
    red, dark = stuff("bollard_red", "furniture"), stuff("plastic", "furniture")
    for k in range(9):
        y, long = -0.85 + 0.21 * k, 0.18 + 0.05 * ((k * 5) % 4)
        parts.append(shapes.box((0.02, 0.03, long), steel, (-0.335, y, 1.55 - long / 2)))
        parts.append(shapes.box((0.03, 0.045, 0.12), red if k % 2 else dark, (-0.33, y, 1.6)))
    parts += [
        shapes.box((0.2, 0.3, 0.14), blue, (-0.1, -0.1, 0.92)),
        shapes.box((0.18, 0.26, 0.1), red, (-0.1, 0.25, 0.9)),
    ]
    return _thing("workbench", "furniture", parts, _BENCH, 140.0)


_PRESS = f"C-frame hydraulic press, 63 t: 1.2 x 1.1 x 2.7 m, 4.2 t; {_ESTIMATED}"


@entry("models", source=_PRESS, tags=("factory",))
@cache
def press() -> Model:
    """A green C-frame press with ram, bed, light curtain and two-hand control; one works at it from +x."""
    green, steel = stuff("box_panel", "furniture", (0.03, 0.20, 0.12)), stuff("steel", "furniture")
    outline = ((-0.7, 0.0), (0.5, 0.0), (0.5, 0.9), (-0.1, 0.95), (-0.1, 1.55), (0.5, 1.6), (0.5, 2.4), (-0.7, 2.4))
    yellow = stuff("bollard_white", "furniture", (0.72, 0.5, 0.0))
    parts = [
        prism(outline, 1.0, green),
        shapes.box((0.55, 0.8, 0.08), steel, (0.2, 0.0, 0.95)),
        at(shapes.cylinder(0.13, 0.35, steel, segments=12), 0.22, 0.0, 1.28),
        shapes.box((0.5, 0.7, 0.10), steel, (0.2, 0.0, 1.26)),
        at(shapes.cylinder(0.28, 0.3, green, segments=14), 0.1, 0.0, 2.4),
        shapes.both_sides(shapes.box((0.06, 0.05, 0.9), yellow, (0.56, 0.53, 1.35))),
        shapes.box((0.10, 0.5, 0.14), yellow, (0.58, 0.0, 0.8)),
        *(
            at(shapes.cylinder(0.035, 0.03, stuff("bollard_red", "furniture"), segments=8), 0.58, y, 0.87)
            for y in (-0.18, 0.18)
        ),
        shapes.box((0.4, 0.3, 0.9), stuff("box_panel", "furniture", _GREY), (-0.3, -0.65, 0.45)),
        facing("+x", (0.502, 0.0, 2.05), 0.6, 0.25, words(("63 t",), 0.6, 0.25, WHITE, BLACK, "furniture")),
    ]
    return _thing("press", "furniture", parts, _PRESS, 4200.0)
