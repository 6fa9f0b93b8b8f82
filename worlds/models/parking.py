"""What stands in car parks: trolley shelters, ticket machines, barriers."""

import math
from functools import cache

import numpy as np

from simgen.library import entry
from simgen.world import shapes
from simgen.world.material import Material
from simgen.world.mesh import Mesh, merge
from simgen.world.model import Model

from ._lettering import BLUE, WHITE, facing, words
from ._pieces import at, rod, rods, stuff
from ._standing import single


def _trolley(steel: Material, red: Material) -> Mesh:
    """A trolley of few bars: basket, handle, feet; many stand in one another."""
    high = 0.98
    ring = [(x, y, z) for x, y, z in ((-0.38, -0.26, high), (-0.38, 0.26, high), (0.42, 0.2, high), (0.42, -0.2, high))]
    frame = rods((*ring, ring[0]), 0.012, steel, 3)
    sides = [
        rod((ring[k][0], ring[k][1], high), (0.85 * ring[k][0], 0.8 * ring[k][1], 0.5), 0.01, steel, 3)
        for k in range(4)
    ]
    base = shapes.box((0.62, 0.36, 0.02), steel, (0.0, 0.0, 0.5))
    feet = [rod((-0.3, y, 0.5), (-0.34, y, 0.02), 0.012, steel, 3) for y in (-0.18, 0.18)]
    handle = rod((-0.46, -0.26, 1.02), (-0.46, 0.26, 1.02), 0.018, red, 5)
    return merge([*frame, *sides, base, *feet, handle])


_SHELTER = "trolley shelter of 4.6 x 2.4 m for two rows of trolleys; proportions estimated"


@entry("models", source=_SHELTER, tags=("parking", "furniture"))
@cache
def trolley_shelter() -> Model:
    """A glazed shelter along x with two rows of nested shopping trolleys; it opens towards -x."""
    steel, red = stuff("steel", "furniture"), stuff("plastic", "furniture", (0.5, 0.02, 0.02))
    glass = stuff("box_panel", "furniture", (0.5, 0.56, 0.58))
    posts = [rod((x, y, 0.0), (x, y, 2.3), 0.04, steel) for x in (-2.2, 0.0, 2.2) for y in (-1.15, 1.15)]
    arc = np.linspace(-1.3, 1.3, 7)
    top = np.array([(y, 2.62 - 0.22 * y * y) for y in arc])
    section = np.concatenate([top, top[::-1] - [0.0, 0.05]])
    rings = np.stack([np.column_stack([np.full(len(section), x), section]) for x in (-2.3, 2.3)])
    roof = shapes.loft(rings, glass)
    if shapes.signed_volume_m3(roof) < 0.0:
        roof = shapes.loft(rings[:, ::-1], glass)
    walls = [shapes.box((4.4, 0.03, 1.1), glass, (0.0, y, 1.1)) for y in (-1.15, 1.15)]
    back = shapes.box((0.03, 2.3, 1.1), glass, (2.2, 0.0, 1.1))
    rails = [rod((-2.2, y, 0.25), (2.2, y, 0.25), 0.025, steel, 5) for y in (-1.05, 0.0, 1.05)]
    board = words(("Trolleys",), 1.8, 0.4, WHITE, BLUE, "furniture")
    sign = facing("-x", (-2.32, 0.0, 2.55), 1.8, 0.4, board)
    one = _trolley(steel, red)
    nested = [at(one, -1.5 + 0.28 * k, y) for y, count in ((-0.53, 7), (0.53, 4)) for k in range(count)]
    mesh = merge([*posts, roof, *walls, back, *rails, sign, *nested])
    return single("trolley_shelter", "furniture", mesh, _SHELTER, {"mass_kg": 600.0})


_MACHINE = "ticket machine, 1.7 m tall; proportions estimated"


@entry("models", source=_MACHINE, tags=("parking", "furniture"))
@cache
def ticket_machine() -> Model:
    """A ticket machine with a screen, its front towards x."""
    grey, dark = stuff("furniture_metal", "furniture", (0.12, 0.13, 0.14)), stuff("underbody", "furniture")
    body = shapes.box((0.4, 0.45, 1.6), grey, (0.0, 0.0, 0.8))
    screen = shapes.box((0.01, 0.26, 0.18), stuff("lamp_position", "furniture", (0.3, 0.4, 0.45)), (0.205, 0.0, 1.25))
    slots = [shapes.box((0.012, 0.12, 0.04), dark, (0.205, y, 1.0)) for y in (-0.09, 0.09)]
    tray = shapes.box((0.03, 0.2, 0.12), dark, (0.2, 0.0, 0.7))
    board = words(("P",), 0.45, 0.45, WHITE, BLUE, "furniture")
    cap = shapes.box((0.12, 0.5, 0.5), stuff("plastic", "furniture", (0.01, 0.06, 0.3)), (0.0, 0.0, 1.85))
    sign = facing("+x", (0.062, 0.0, 1.85), 0.45, 0.45, board)
    return single("ticket_machine", "furniture", merge([body, screen, *slots, tray, cap, sign]), _MACHINE)


_BOOM = "barrier of a car park with a 3 m boom; proportions estimated"


@entry("models", source=_BOOM, tags=("parking",))
@cache
def boom_barrier() -> Model:
    """A barrier whose red and white boom stands up; cars pass along x, on its left."""
    yellow, red, white = (
        stuff("furniture_metal", "barrier", (0.6, 0.36, 0.02)),
        stuff("plastic", "barrier", (0.5, 0.02, 0.015)),
        stuff("plastic", "barrier", (0.8, 0.8, 0.8)),
    )
    box = shapes.box((0.36, 0.36, 1.05), yellow, (0.0, 0.0, 0.525))
    tilt = math.radians(82.0)
    pieces = [
        rod(
            (0.0, 0.3 + 0.5 * k * math.cos(tilt), 0.9 + 0.5 * k * math.sin(tilt)),
            (0.0, 0.3 + 0.5 * (k + 1) * math.cos(tilt), 0.9 + 0.5 * (k + 1) * math.sin(tilt)),
            0.05,
            red if k % 2 else white,
        )
        for k in range(6)
    ]
    return single("boom_barrier", "barrier", merge([box, *pieces]), _BOOM)
