"""Trams."""

from functools import cache

import numpy as np
from simgen.worlds import materials

from simgen.library import entry
from simgen.world import shapes
from simgen.world.mesh import Mesh, merge
from simgen.world.model import Model, Part

from ._lettering import BLACK, facing, words
from ._pieces import at, disc, prism, rod, rods, stuff
from ._standing import standing

_SOURCE = "Siemens Avenio, three sections: 27.5 x 2.30 x 3.50 m, wheel 0.60 m; the rest estimated from proportions"
_HALF, _LOW, _TOP = 1.15, 0.28, 3.15
_JOINTS = (-4.55, 4.55)


def _section(front_m: float, rear_m: float) -> list[Mesh]:
    """One straight car body with windows and two doors a side."""
    paint, glass, dark = materials.by_name("car_paint"), stuff("car_glass", "tram"), stuff("plastic", "tram")
    length, middle = front_m - rear_m, (front_m + rear_m) / 2.0
    outline = np.array(
        [(-_HALF, _LOW), (_HALF, _LOW), (_HALF, 2.9), (_HALF - 0.18, _TOP), (-_HALF + 0.18, _TOP), (-_HALF, 2.9)]
    )
    rings = np.stack([np.column_stack([np.full(6, x), outline]) for x in (rear_m, front_m)])
    body = shapes.loft(rings, paint, crease_deg=20.0)
    band = shapes.both_sides(shapes.box((length - 0.1, 0.012, 1.05), glass, (middle, _HALF, 1.95)))
    skirt = shapes.both_sides(shapes.box((length, 0.014, 0.35), dark, (middle, _HALF, _LOW + 0.18)))
    doors = []
    for x in (middle - length / 4.0, middle + length / 4.0):
        doors.append(shapes.both_sides(shapes.box((1.3, 0.02, 2.1), glass, (x, _HALF, 1.42))))
        doors += [
            shapes.both_sides(shapes.box((0.05, 0.026, 2.1), materials.by_name("seam"), (x + k, _HALF, 1.42)))
            for k in (-0.65, 0.0, 0.65)
        ]
    unit = shapes.box((length - 1.6, 1.7, 0.30), stuff("box_panel", "tram"), (middle, 0.0, _TOP + 0.15))
    return [body, band, skirt, *doors, unit]


def _cab(nose_m: float, ahead: float) -> Mesh:
    """A driver's cab, 1.7 m long: rounded nose, windscreen, lamps; `ahead` is -1 at the rear."""
    paint, glass = materials.by_name("car_paint"), stuff("car_glass", "tram")
    rings = []
    for depth, width, low, eaves, top in (
        (1.7, 1.0, _LOW, 2.9, _TOP),
        (0.9, 0.97, _LOW, 2.85, 3.10),
        (0.35, 0.86, 0.30, 2.3, 2.65),
        (0.1, 0.72, 0.35, 1.35, 1.5),
        (0.0, 0.55, 0.40, 0.95, 1.05),
    ):
        half = _HALF * width
        rings.append(
            [
                (-depth, -half, low),
                (-depth, half, low),
                (-depth, half, eaves),
                (-depth, 0.82 * half, top),
                (-depth, -0.82 * half, top),
                (-depth, -half, eaves),
            ]
        )
    nose = shapes.loft(np.array(rings), paint, crease_deg=50.0)
    # The screen lies on the slope between the third and the fourth ring, a hair above it.
    screen = prism(
        ((-0.92, 2.98), (-0.36, 2.60), (-0.10, 1.48), (-0.07, 1.50), (-0.33, 2.66), (-0.90, 3.04)), 1.5, glass
    )
    side = shapes.both_sides(shapes.box((0.75, 0.02, 0.95), glass, (-1.2, _HALF * 0.985, 1.95)))
    kind = ("lamp_low_beam", "lamp_position") if ahead > 0 else ("lamp_brake", "lamp_brake")
    lamps = [
        shapes.both_sides(
            at(shapes.ellipsoid((0.06, 0.14, 0.08), materials.by_name(name), rings=4, segments=8), -0.08, y, z)
        )
        for name, y, z in ((kind[0], 0.62, 0.80), (kind[1], 0.62, 1.02))
    ]
    blink = []
    for name, sign in (("lamp_indicator_left", 1.0), ("lamp_indicator_right", -1.0)):
        blink.append(shapes.box((0.12, 0.05, 0.14), materials.by_name(name), (-0.30, sign * ahead * 0.98, 1.05)))
    mesh = merge([nose, screen, side, *lamps, *blink])
    if ahead > 0:
        return at(mesh, nose_m)
    return at(mesh, nose_m, yaw=np.pi)


def _roof_and_wheels() -> list[Mesh]:
    steel, dark, rubber = (
        stuff("steel", "tram"),
        stuff("underbody", "tram"),
        stuff("rubber", "tram", (0.02, 0.02, 0.021)),
    )
    bellows = [shapes.box((0.75, 2.1, 2.75), rubber, (x, 0.0, _LOW + 1.42)) for x in _JOINTS]
    wheels = [
        shapes.both_sides(disc(0.30, 0.12, steel, (x + k, 0.72, 0.30), 14))
        for x in (-9.2, 0.0, 9.2)
        for k in (-0.95, 0.95)
    ]
    frames = [shapes.box((2.9, 1.9, 0.35), dark, (x, 0.0, 0.38)) for x in (-9.2, 0.0, 9.2)]
    arms = rods(((0.6, 0.0, 3.45), (-0.7, 0.0, 4.0), (0.35, 0.0, 4.55)), 0.03, steel)
    bow = rod((0.35, -0.8, 4.57), (0.35, 0.8, 4.57), 0.03, steel)
    return [*bellows, *wheels, *frames, *arms, bow]


@entry("models", source=_SOURCE, tags=("vehicle", "tram"))
@cache
def tram() -> Model:
    """A low-floor tram of three sections with its pantograph up; origin below its middle."""
    ends, half = 13.75, 13.75 - 1.7
    sections = [
        *_section(half, _JOINTS[1] + 0.35),
        *_section(_JOINTS[1] - 0.35, _JOINTS[0] + 0.35),
        *_section(_JOINTS[0] - 0.35, -half),
    ]
    line = words(("7 CENTRE",), 1.1, 0.2, (250, 180, 40), BLACK, "tram")
    board = [
        shapes.box((0.10, 1.2, 0.26), stuff("plastic", "tram"), (ends - 0.62, 0.0, 2.92)),
        facing("+x", (ends - 0.565, 0.0, 2.92), 1.1, 0.2, line),
    ]
    mesh = merge([*sections, _cab(ends, 1.0), _cab(-ends, -1.0), *_roof_and_wheels(), *board])
    measures = {"mass_kg": 37000.0, "length_m": 27.5, "width_m": 2.30, "height_m": 3.50}
    return standing(
        name="tram",
        category="tram",
        parts=(Part(name="body", mesh=mesh, parent=-1),),
        dimensions=measures,
        source=_SOURCE,
    )
