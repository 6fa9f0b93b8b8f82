"""What closes and guides roads: beacons, barriers, fences, delineators."""

from functools import cache

import cv2
import numpy as np
from simgen.worlds import materials

from simgen.library import entry
from simgen.world import shapes
from simgen.world.mesh import Mesh, merge
from simgen.world.model import Model

from ._lettering import BLUE, RED, WHITE, Picture, drawn, facing, striped
from ._pieces import at, disc, prism, rod, rods, stuff
from ._standing import single

_ESTIMATED = "estimated from proportions"


def _foot(length_m: float = 0.85, width_m: float = 0.4) -> Mesh:
    return shapes.box((width_m, length_m, 0.11), stuff("rubber", "barrier"), (0.0, 0.0, 0.055))


def _bars(name: str, width_m: float, height_m: float, count: int, slant: float) -> Mesh:
    """Both faces of a red and white board, about the origin, towards +x and -x."""
    art = drawn(
        name, max(width_m, height_m), height_m, striped(name, (RED, WHITE), count, slant), stuff("sign_face", "barrier")
    )
    board = shapes.box((0.025, width_m, height_m), stuff("sign_back", "barrier"))
    return merge(
        [board, *(facing(axis, (x, 0.0, 0.0), width_m, height_m, art) for axis, x in (("+x", 0.0145), ("-x", -0.0145)))]
    )


_BEACON = "guide beacon, sign 605 (StVO): 250 x 1000 mm; foot plate TL-Aufstellvorrichtungen"


@entry("models", source=_BEACON, tags=("roadworks",))
@cache
def guide_beacon() -> Model:
    """An upright red and white board on a rubber foot, with a lamp."""
    board = at(_bars("beacon", 0.25, 1.0, 8, 1.0), z=0.70)
    post = shapes.box((0.04, 0.06, 0.30), materials.by_name("steel"), (0.0, 0.0, 0.2))
    lamp = disc(0.09, 0.04, stuff("lamp_indicator_left", "barrier"), (0.0, 0.0, 1.30), 12)
    mesh = merge([board, post, at(lamp, yaw=np.pi / 2), _foot()])
    return single("guide_beacon", "barrier", mesh, _BEACON, {"mass_kg": 32.0})


_GATE = "barrier board, sign 600 (StVO): 250 mm high, lower edge 750 mm; width 2.0 m"


@entry("models", source=_GATE, tags=("roadworks",))
@cache
def barrier_board() -> Model:
    """A red and white board across the road with warning lamps."""
    board = at(_bars("board", 2.0, 0.25, 12, 0.0), z=0.95)
    legs = [shapes.both_sides(shapes.box((0.04, 0.06, 1.0), materials.by_name("steel"), (0.0, 0.85, 0.58)))]
    feet = shapes.both_sides(shapes.box((0.8, 0.36, 0.11), stuff("rubber", "barrier"), (0.0, 0.82, 0.055)))
    lamps = [
        at(disc(0.09, 0.05, stuff("lamp_brake", "barrier"), (0.0, 0.0, 0.0), 12), 0.0, y, 1.20, yaw=np.pi / 2)
        for y in (-0.85, 0.0, 0.85)
    ]
    return single("barrier_board", "barrier", merge([board, *legs, feet, *lamps]), _GATE, {"mass_kg": 70.0})


_JERSEY = "concrete step barrier 0.9 m (EN 1317, New Jersey profile): 600 mm foot, 150 mm top, 3 m long"


@entry("models", source=_JERSEY, tags=("roadworks",))
@cache
def jersey_barrier() -> Model:
    """A piece of concrete barrier along x."""
    half = [(0.30, 0.0), (0.30, 0.08), (0.18, 0.33), (0.075, 0.90)]
    section = np.array([*half, *((-y, z) for y, z in reversed(half))])
    rings = np.stack([np.column_stack([np.full(len(section), x), section]) for x in (-1.5, 1.5)])
    wall = shapes.loft(rings, stuff("concrete", "barrier"), crease_deg=15.0)
    eyes = [
        shapes.box((0.01, 0.10, 0.06), stuff("cone_white", "barrier", (0.7, 0.45, 0.02)), (x, 0.0, 0.87))
        for x in (-1.503, 1.503)
    ]
    return single("jersey_barrier", "barrier", merge([wall, *eyes]), _JERSEY, {"mass_kg": 1900.0})


_WATER = f"water-filled plastic barrier, 1.0 x 0.5 x 0.8 m; {_ESTIMATED}"


@entry("models", source=_WATER, tags=("roadworks",))
@cache
def plastic_barrier() -> Model:
    """Two plastic barriers, red and white, in line along y."""
    pieces = []
    for y, colour in ((-0.51, (0.55, 0.02, 0.01)), (0.51, (0.8, 0.8, 0.8))):
        outline = (
            (-0.25, 0.0),
            (0.25, 0.0),
            (0.22, 0.18),
            (0.10, 0.45),
            (0.10, 0.80),
            (-0.10, 0.80),
            (-0.10, 0.45),
            (-0.22, 0.18),
        )
        plastic = stuff("plastic", "barrier", colour)
        pieces += [prism(outline, 1.0, plastic, y), shapes.cylinder(0.06, 0.05, plastic, segments=8)]
        pieces[-1] = at(pieces[-1], 0.0, y, 0.79)
    return single("plastic_barrier", "barrier", merge(pieces), _WATER, {"mass_kg": 24.0})


_DRUM = "channelizing drum, MUTCD 2023 section 6K.04: 36 inch tall, 18 inch wide, bands of 6 inch"


@entry("models", source=_DRUM, tags=("roadworks",))
@cache
def traffic_drum() -> Model:
    """An orange drum with white bands."""
    orange, white = stuff("cone_orange", "cone"), stuff("cone_white", "cone")
    edges = [0.05, 0.22, 0.37, 0.50, 0.65, 0.80, 0.92]
    profile = np.array([[0.27 - 0.06 * z, z] for z in edges])
    body = shapes.revolve(profile, [orange, orange, white, orange, white, orange, orange, orange], segments=14)
    foot = shapes.cylinder(0.33, 0.06, stuff("rubber", "cone"), segments=14)
    handle = rods(((0.0, -0.10, 0.91), (0.0, -0.08, 1.0), (0.0, 0.08, 1.0), (0.0, 0.10, 0.91)), 0.015, orange)
    return single("traffic_drum", "cone", merge([body, foot, *handle]), _DRUM, {"mass_kg": 14.0})


_FENCE = f"site fence of 3.5 x 2.0 m on concrete feet; {_ESTIMATED}"


@entry("models", source=_FENCE, tags=("roadworks",))
@cache
def site_fence() -> Model:
    """A mesh fence panel along x, on two feet."""
    steel = stuff("steel", "fence")
    frame = rods(((-1.72, 0.0, 0.05), (-1.72, 0.0, 1.98), (1.72, 0.0, 1.98), (1.72, 0.0, 0.05)), 0.02, steel)
    wires = [rod((x, 0.0, 0.15), (x, 0.0, 1.98), 0.005, steel, 3) for x in np.linspace(-1.6, 1.6, 22)]
    wires += [rod((-1.72, 0.0, z), (1.72, 0.0, z), 0.005, steel, 3) for z in np.linspace(0.15, 1.8, 9)]
    feet = [shapes.box((0.22, 0.70, 0.14), stuff("concrete", "fence"), (x, 0.0, 0.07)) for x in (-1.62, 1.62)]
    return single("site_fence", "fence", merge([*frame, *wires, *feet]), _FENCE, {"mass_kg": 90.0})


_POST = "delineator, sign 620 (StVO): 1.0 m above the ground, 120 mm wide, black band with reflector"


@entry("models", source=_POST, tags=("roadworks", "furniture"))
@cache
def delineator() -> Model:
    """A white roadside post with a slanted black band and a reflector towards x."""
    white, black = stuff("plastic", "pole", (0.78, 0.78, 0.77)), stuff("plastic", "pole", (0.012, 0.012, 0.012))
    shaft = prism(((-0.05, 0.0), (0.05, 0.0), (0.05, 1.0), (-0.05, 0.95)), 0.12, white)
    band = prism(((-0.052, 0.68), (0.052, 0.73), (0.052, 0.95), (-0.052, 0.90)), 0.124, black)
    eye = shapes.box((0.01, 0.06, 0.16), stuff("cone_white", "pole"), (0.053, 0.0, 0.82))
    return single("delineator", "pole", merge([shaft, band, eye]), _POST, {"mass_kg": 3.0})


def _arrow(picture: Picture) -> None:
    picture[:] = BLUE
    rows = picture.shape[0]
    cv2.arrowedLine(picture, (60, round(0.3 * rows)), (190, round(0.8 * rows)), WHITE, 30, tipLength=0.4)


_TRAILER = "mobile barrier trailer, sign 616 (StVO): board 2.2 x 3.6 m with arrow and lamps; the rest estimated"


@entry("models", source=_TRAILER, tags=("roadworks", "vehicle", "trailer"))
@cache
def arrow_trailer() -> Model:
    """A trailer that closes a lane: red and white board, blue arrow, yellow lamps; it looks along -x."""
    steel = stuff("steel", "trailer")
    art = drawn(
        "trailer_board", 3.6, 2.2, striped("trailer_board", (RED, WHITE), 12, 1.0), stuff("sign_face", "trailer")
    )
    board = at(facing("-x", (0.0, 0.0, 0.0), 2.2, 2.2, art), -0.04, 0.0, 1.65)
    back = shapes.box((0.06, 2.25, 3.3), steel, (0.0, 0.0, 2.2))
    face = drawn("trailer_arrow", 1.3, 1.3, _arrow, stuff("sign_face", "trailer"))
    disc_ = at(shapes.cylinder(0.70, 0.02, stuff("sign_back", "trailer"), axis="x", segments=20), -0.08, 0.0, 2.1)
    arrow = facing("-x", (-0.085, 0.0, 2.1), 0.96, 0.96, face)
    lamps = [disc(0.11, 0.06, stuff("lamp_indicator_left", "trailer"), (0.0, 0.0, 0.0), 12)]
    spots = [
        at(lamps[0], -0.05, y, z, yaw=np.pi / 2)
        for y, z in ((-0.95, 3.65), (0.95, 3.65), (-0.5, 3.45), (0.0, 3.25), (0.5, 3.45))
    ]
    frame = shapes.box((2.4, 1.2, 0.12), steel, (1.0, 0.0, 0.50))
    wheels = shapes.both_sides(disc(0.32, 0.2, stuff("rubber", "trailer"), (0.5, 0.95, 0.32), 16))
    pole = rod((2.1, 0.0, 0.5), (3.3, 0.0, 0.5), 0.06, steel)
    leg = rod((3.2, 0.0, 0.5), (3.2, 0.0, 0.0), 0.04, steel)
    top = shapes.box((0.05, 2.25, 0.3), stuff("sign_face", "trailer", (0.7, 0.5, 0.02)), (0.0, 0.0, 3.95))
    mesh = merge([board, back, disc_, arrow, *spots, frame, wheels, pole, leg, top])
    return single("arrow_trailer", "trailer", mesh, _TRAILER, {"mass_kg": 900.0})
