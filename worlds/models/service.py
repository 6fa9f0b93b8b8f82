"""Police, taxi, ambulance, fire engine: known by what stands on the roof and along the sides."""

from dataclasses import replace
from functools import cache

import numpy as np
from simgen.worlds import materials

from simgen.library import entry
from simgen.world import shapes
from simgen.world.mesh import Mesh
from simgen.world.model import Model

from . import _car, _trim
from ._car_shape import CarShape
from ._lettering import BLACK, BLUE, RED, WHITE, YELLOW, Ink, facing, words
from ._lorry import build_lorry, frame
from ._pieces import rod, stuff
from .cars import ESTATE, SALOON
from .lorries import HEAVY
from .vans import SPRINTER

_BLUE = (0.01, 0.06, 0.36)
_RED = (0.5, 0.012, 0.012)
_YELLOW = (0.75, 0.62, 0.0)
_BAR_M = 0.13
"""How far a light bar stands above the roof."""


def _both(
    text: str, x_m: float, y_m: float, z_m: float, size: tuple[float, float], ink: Ink, ground: Ink
) -> list[Mesh]:
    """The same words on both sides, a hair outside the flanks."""
    face = words((text,), *size, ink, ground, "car", "car_paint")
    return [facing("+y", (x_m, y_m, z_m), *size, face), facing("-y", (x_m, -y_m, z_m), *size, face)]


def _stripes(
    shape: CarShape, bands: tuple[tuple[float, float, tuple[float, float, float]], ...], base: str
) -> list[Mesh]:
    """Bands along both sides between the wheels and beyond the rear ones."""
    grid = _car.body_grid(shape)
    ranges = (
        (shape.arch_m + 0.03, shape.wheelbase_m - shape.arch_m - 0.03),
        (shape.tail_m + 0.55, -shape.arch_m - 0.03),
    )
    return [
        shapes.both_sides(_trim.stripe(grid, along, (low, high), stuff(base, "car", colour)))
        for along in ranges
        for low, high, colour in bands
    ]


@entry(
    "models", source=f"{ESTATE.source}; silver and blue as the German police's", tags=("vehicle", "car", "emergency")
)
@cache
def police_car() -> Model:
    """An estate in police colours with blue lights."""
    shape = replace(
        ESTATE, name="police_car", height_m=ESTATE.height_m + _BAR_M, source=f"{ESTATE.source}; blue lights"
    )
    side = shape.width_m / 2.0 + 0.004
    extras = [
        *_stripes(shape, ((0.40, 0.70, _BLUE), (0.72, 0.76, _YELLOW)), "sign_blue"),
        _trim.light_bar(1.45, ESTATE.height_m, 1.15),
        *_both("POLICE", 1.36, side, 0.56, (0.95, 0.2), WHITE, BLUE),
    ]
    return _car.build(shape, extras)


@entry(
    "models",
    source=f"{SALOON.source}; light ivory RAL 1015 and roof sign after BOKraft section 26",
    tags=("vehicle", "car"),
)
@cache
def taxi() -> Model:
    """A saloon with a lit taxi sign on its roof."""
    shape = replace(SALOON, name="taxi", height_m=SALOON.height_m + 0.13, source=f"{SALOON.source}; roof sign")
    body = shapes.box(
        (0.16, 0.46, 0.13), stuff("plastic", "car", (0.75, 0.6, 0.05)), (1.55, 0.0, SALOON.height_m + 0.065)
    )
    face = words(("TAXI",), 0.44, 0.12, BLACK, YELLOW, "car")
    signs = [
        facing(axis, (1.55 + x, 0.0, SALOON.height_m + 0.065), 0.44, 0.12, face)
        for axis, x in (("+x", 0.081), ("-x", -0.081))
    ]
    return _car.build(shape, [body, *signs])


@entry("models", source=f"{SPRINTER.source}; marked after EN 1789", tags=("vehicle", "van", "emergency"))
@cache
def ambulance() -> Model:
    """A high-roofed van with red and yellow bands, blue lights and AMBULANCE on its sides."""
    shape = replace(
        SPRINTER, name="ambulance", height_m=SPRINTER.height_m + _BAR_M, source=f"{SPRINTER.source}; EN 1789 marking"
    )
    side = shape.width_m / 2.0 - 0.045
    extras = [
        *_stripes(shape, ((0.62, 0.92, _RED), (0.94, 1.06, _YELLOW)), "sign_red"),
        _trim.light_bar(2.6, SPRINTER.height_m, 1.3),
        *_both("AMBULANCE", 0.95, side, 1.72, (2.1, 0.36), RED, WHITE),
    ]
    return _car.build(shape, extras, category="van")


_FIRE = "HLF 20 after DIN 14530-27 on MAN TGM 13.290 4x4, 7.6 x 2.5 x 3.3 m; the rest estimated from proportions"


@entry("models", source=_FIRE, tags=("vehicle", "truck", "emergency"))
@cache
def fire_engine() -> Model:
    """A fire engine with roller shutters and a ladder on its roof."""
    shape = replace(
        HEAVY,
        name="fire_engine",
        source=_FIRE,
        mass_kg=12500.0,
        length_m=7.60,
        height_m=3.30,
        cab_length_m=2.75,
        cab_height_m=2.85,
    )
    red, metal = stuff("box_panel", "truck", _RED), stuff("aluminium", "truck")
    front, tail, low, top = shape.back_m - 0.04, shape.tail_m, 0.98, 2.95
    length, middle = front - tail, (front + tail) / 2.0
    box = shapes.box((length, 2.46, top - low), red, (middle, 0.0, (low + top) / 2.0))
    stripe = shapes.both_sides(
        shapes.box((length - 0.1, 0.02, 0.14), stuff("sign_face", "truck"), (middle, 1.235, low + 0.1))
    )
    places = np.linspace(tail + 0.62, front - 0.62, 3)
    shutters = [shapes.both_sides(shapes.box((1.0, 0.03, 1.45), metal, (x, 1.225, 2.02))) for x in places]
    slats = [
        shapes.both_sides(shapes.box((1.0, 0.035, 0.012), materials.by_name("seam"), (x, 1.226, z)))
        for x in places
        for z in np.linspace(1.5, 2.6, 4)
    ]
    rails = [rod((tail + 0.2, y, top + 0.14), (front - 0.1, y, top + 0.14), 0.035, metal) for y in (0.35, 0.75)]
    rungs = [
        rod((x, 0.35, top + 0.14), (x, 0.75, top + 0.14), 0.02, metal, 4)
        for x in np.linspace(tail + 0.4, front - 0.3, 10)
    ]
    bar = _trim.light_bar(shape.nose_m - 0.85, 2.90, 1.9)
    rear = shapes.both_sides(
        shapes.box((0.16, 0.16, 0.16), materials.by_name("lamp_warning"), (tail + 0.2, 1.1, top + 0.07))
    )
    mast = shapes.box((0.5, 0.3, 0.34), metal, (front - 0.4, -0.7, top + 0.18))
    sides = words(("FIRE", "112"), 0.62, 0.56, WHITE, RED, "truck", "box_panel")
    door = [
        facing(axis, (shape.back_m + 0.75, y, 1.2), 0.62, 0.5, sides) for axis, y in (("+y", 1.228), ("-y", -1.228))
    ]
    load = [box, stripe, *shutters, *slats, *rails, *rungs, bar, rear, mast, *door, *frame(shape, guards=False)]
    return _painted(build_lorry(shape, load))


def _painted(model: Model) -> Model:
    """The model with a red cab unless its actor says otherwise."""
    body = model.parts[0]
    table = tuple(replace(one, base_colour=_RED) if one.paint else one for one in body.mesh.materials)
    part = replace(body, mesh=replace(body.mesh, materials=table))
    return replace(model, parts=(part, *model.parts[1:]))
