"""What stands in offices and their corridors: doors, lifts, glass, machines, seats."""

from collections.abc import Sequence
from functools import cache

import numpy as np

from simgen.library import entry
from simgen.world import shapes
from simgen.world.mesh import Mesh, merge
from simgen.world.model import Model

from ._lettering import BLACK, GREEN, WHITE, facing, words
from ._pieces import at, disc, rod, stuff
from ._standing import single

_ESTIMATED = "the rest estimated"
_STEEL, _DARK, _WOOD = (0.45, 0.46, 0.47), (0.03, 0.03, 0.032), (0.38, 0.22, 0.11)


def _thing(name: str, category: str, meshes: Sequence[Mesh], source: str, mass_kg: float) -> Model:
    return single(name, category, merge(meshes), source, {"mass_kg": mass_kg})


_DOOR = f"interior door 0.985 x 2.11 m, DIN 18101, in a steel frame; {_ESTIMATED}"


@entry("models", source=_DOOR, tags=("office",))
@cache
def office_door() -> Model:
    """A closed wooden door with handle, frame and number, to be put against a wall; it faces along x."""
    wood, steel = stuff("furniture_wood", "furniture", _WOOD), stuff("steel", "furniture", _STEEL)
    frame = [
        shapes.both_sides(shapes.box((0.10, 0.07, 2.17), steel, (0.0, 0.52, 1.085))),
        shapes.box((0.10, 1.11, 0.07), steel, (0.0, 0.0, 2.135)),
    ]
    leaf = shapes.box((0.05, 0.97, 2.09), wood, (0.01, 0.0, 1.05))
    plate = shapes.box((0.01, 0.05, 0.22), steel, (0.04, -0.40, 1.02))
    handle = [
        disc(0.012, 0.14, steel, (0.085, -0.34, 1.05), 6),
        shapes.box((0.05, 0.025, 0.025), steel, (0.06, -0.40, 1.05)),
    ]
    number = facing("+x", (0.0365, 0.0, 1.65), 0.22, 0.10, words(("204",), 0.22, 0.10, BLACK, WHITE, "furniture"))
    return _thing("office_door", "furniture", [*frame, leaf, plate, *handle, number], _DOOR, 45.0)


_LIFT = f"lift landing door, EN 81-20: 1.1 m clear, 2.1 m tall, two panels; {_ESTIMATED}"


@entry("models", source=_LIFT, tags=("office",))
@cache
def lift_door() -> Model:
    """The closed steel doors of a lift with call buttons and a floor display; they face along x."""
    steel, frame = stuff("aluminium", "furniture"), stuff("steel", "furniture", (0.20, 0.21, 0.22))
    parts = [
        shapes.both_sides(shapes.box((0.04, 0.545, 2.1), steel, (0.0, 0.276, 1.05))),
        shapes.both_sides(shapes.box((0.12, 0.16, 2.1), frame, (0.0, 0.635, 1.05))),
        shapes.box((0.12, 1.43, 0.30), frame, (0.0, 0.0, 2.25)),
        shapes.box((0.14, 1.43, 0.012), frame, (0.05, 0.0, 0.006)),
        shapes.box((0.02, 0.10, 0.26), steel, (0.065, -0.635, 1.1)),
    ]
    for z in (1.05, 1.15):
        button = shapes.cylinder(
            0.022, 0.012, stuff("box_panel", "furniture", (0.75, 0.75, 0.7)), axis="x", segments=10
        )
        parts.append(at(button, 0.075, -0.635, z))
    shown = words(("2 ^",), 0.24, 0.14, (255, 120, 30), BLACK, "furniture")
    parts.append(facing("+x", (0.0615, 0.0, 2.25), 0.24, 0.14, shown))
    return _thing("lift_door", "furniture", parts, _LIFT, 220.0)


_GLASS = f"glass partition, one pane of 1.2 x 2.7 m between aluminium posts; {_ESTIMATED}"


@entry("models", source=_GLASS, tags=("office",))
@cache
def glass_wall() -> Model:
    """One pane of a glass wall along y, with posts, rails and the dots that keep people from walking into it."""
    metal, glass = stuff("aluminium", "wall"), stuff("car_glass", "wall", (0.42, 0.56, 0.56))
    parts = [
        shapes.both_sides(shapes.box((0.06, 0.04, 2.7), metal, (0.0, 0.60, 1.35))),
        *(shapes.box((0.06, 1.16, 0.05), metal, (0.0, 0.0, z)) for z in (0.025, 2.675)),
        shapes.box((0.012, 1.16, 2.6), glass, (0.0, 0.0, 1.35)),
    ]
    dot = stuff("box_panel", "wall", (0.8, 0.8, 0.8))
    for z in (1.0, 1.5):
        parts += [shapes.box((0.016, 0.06, 0.06), dot, (0.0, y, z)) for y in np.linspace(-0.48, 0.48, 7)]
    return _thing("glass_wall", "wall", parts, _GLASS, 90.0)


_COPIER = f"floor-standing A3 copier: 0.6 x 0.7 x 1.15 m, 90 kg; {_ESTIMATED}"


@entry("models", source=_COPIER, tags=("office",))
@cache
def photocopier() -> Model:
    """An office copier with paper drawers, a document feeder and a screen; one stands before it at +x."""
    white, grey = (
        stuff("box_panel", "furniture", (0.68, 0.68, 0.66)),
        stuff("plastic", "furniture", (0.12, 0.12, 0.125)),
    )
    screen = words(("COPY",), 0.20, 0.11, WHITE, (20, 90, 160), "furniture")
    parts = [
        shapes.box((0.62, 0.58, 0.56), white, (0.0, 0.0, 0.32)),
        *(shapes.box((0.01, 0.54, 0.12), grey, (0.315, 0.0, z)) for z in (0.13, 0.27, 0.41)),
        *(shapes.both_sides(disc(0.04, 0.03, grey, (x, 0.24, 0.04), 8)) for x in (-0.25, 0.25)),
        shapes.box((0.5, 0.56, 0.18), grey, (-0.05, 0.0, 0.69)),
        shapes.box((0.62, 0.60, 0.14), white, (0.0, 0.0, 0.85)),
        shapes.box((0.52, 0.56, 0.10), grey, (-0.03, 0.02, 0.97)),
        at(shapes.box((0.40, 0.34, 0.02), white), -0.06, 0.12, 1.06, roll=0.2),
        at(shapes.box((0.14, 0.26, 0.02), grey), 0.36, -0.14, 0.96, pitch=0.5),
        at(facing("+x", (0.0, 0.0, 0.0), 0.20, 0.11, screen), 0.372, -0.14, 0.972, pitch=-1.05),
        shapes.box((0.3, 0.05, 0.02), white, (0.0, 0.315, 0.66)),
    ]
    return _thing("photocopier", "furniture", parts, _COPIER, 90.0)


_COOLER = f"water dispenser with an 18.9 l bottle: 0.31 x 0.31 x 1.35 m; {_ESTIMATED}"


@entry("models", source=_COOLER, tags=("office",))
@cache
def water_cooler() -> Model:
    """A water dispenser with a blue bottle upside down, taps and cups."""
    white, blue = (
        stuff("box_panel", "furniture", (0.72, 0.72, 0.70)),
        stuff("car_glass", "furniture", (0.05, 0.20, 0.40)),
    )
    profile = np.array([[0.03, 0.96], [0.05, 1.0], [0.135, 1.06], [0.135, 1.30], [0.12, 1.35]])
    parts = [
        shapes.box((0.31, 0.31, 0.96), white, (0.0, 0.0, 0.48)),
        shapes.box((0.02, 0.22, 0.26), stuff("plastic", "furniture"), (0.155, 0.0, 0.72)),
        shapes.box((0.10, 0.22, 0.03), stuff("plastic", "furniture"), (0.20, 0.0, 0.60)),
        shapes.box((0.06, 0.03, 0.05), stuff("bollard_red", "furniture"), (0.18, 0.05, 0.79)),
        shapes.box((0.06, 0.03, 0.05), stuff("plastic", "furniture", (0.02, 0.1, 0.5)), (0.18, -0.05, 0.79)),
        shapes.revolve(profile, blue, segments=14),
        at(shapes.cylinder(0.04, 0.45, white, segments=10), 0.0, 0.20, 0.45),
    ]
    return _thing("water_cooler", "furniture", parts, _COOLER, 35.0)


_SOFA = f"two-seat sofa for waiting areas: 1.6 x 0.8 x 0.78 m, seat at 0.43 m; {_ESTIMATED}"


@entry("models", source=_SOFA, tags=("office",))
@cache
def sofa() -> Model:
    """An upholstered sofa of two seats on steel legs; who sits looks along x."""
    cloth, steel = stuff("clothes", "furniture", (0.06, 0.14, 0.16)), stuff("steel", "furniture")
    seat = [shapes.both_sides(shapes.box((0.60, 0.66, 0.16), cloth, (0.06, 0.34, 0.36)))]
    back = [shapes.both_sides(at(shapes.box((0.16, 0.66, 0.44), cloth), -0.27, 0.34, 0.56, pitch=-0.15))]
    arms = shapes.both_sides(shapes.box((0.76, 0.12, 0.48), cloth, (0.0, 0.74, 0.36)))
    base = shapes.box((0.74, 1.5, 0.14), cloth, (0.0, 0.0, 0.22))
    legs = [shapes.both_sides(rod((x, 0.7, 0.0), (x, 0.7, 0.16), 0.02, steel)) for x in (-0.32, 0.32)]
    return _thing("sofa", "furniture", [*seat, *back, arms, base, *legs], _SOFA, 42.0)


_EXIT = "escape route sign E002, EN ISO 7010, lit, 0.4 x 0.2 m, hanging; the housing estimated"


@entry("models", source=_EXIT, tags=("office", "sign"))
@cache
def exit_sign() -> Model:
    """A lit escape route sign on a stand, as at fairs and building sites: both sides say EXIT."""
    sign, metal = words(("EXIT",), 0.40, 0.20, WHITE, GREEN, "traffic_sign"), stuff("steel", "traffic_sign")
    parts = [
        shapes.cylinder(0.18, 0.02, metal, segments=12),
        rod((0.0, 0.0, 0.01), (0.0, 0.0, 1.9), 0.018, metal),
        shapes.box((0.03, 0.42, 0.22), metal, (0.0, 0.0, 1.99)),
        facing("+x", (0.0165, 0.0, 1.99), 0.40, 0.20, sign),
        facing("-x", (-0.0165, 0.0, 1.99), 0.40, 0.20, sign),
    ]
    return _thing("exit_sign", "furniture", parts, _EXIT, 8.0)
