"""Lorries: box body, tipper, refuse collector, concrete mixer, tanker, tractor, semitrailer, both together."""

from dataclasses import replace
from functools import cache

import numpy as np
from simgen.worlds import materials

from simgen.library import entry
from simgen.world import shapes
from simgen.world.mesh import Mesh, merge
from simgen.world.model import Model

from . import _pieces, _trim, _wheels
from ._lettering import BLACK, RED, WHITE, drawn, facing, striped
from ._lorry import LorryShape, build_lorry, frame, tail_lamps
from ._moving import turning
from ._pieces import stuff
from ._standing import single, standing

_ESTIMATED = "the rest estimated from proportions"
_TGL = f"MAN TGL 8.190 4x2 BL with C cab and dry-freight box (2018), 235/75 R17.5; {_ESTIMATED}"
_TGS = f"MAN TGS 18 t 4x2 (2020), 315/80 R22.5, wheelbase 3.9 m; {_ESTIMATED}"
_TGS_THREE = f"MAN TGS 26 t 6x4 (2020), 315/80 R22.5, wheelbase 3.9 m and 1.35 m; {_ESTIMATED}"

LIGHT = LorryShape(
    name="box_truck",
    source=_TGL,
    mass_kg=5500.0,
    length_m=7.900,
    width_m=2.550,
    height_m=3.500,
    wheelbase_m=4.200,
    track_front_m=1.958,
    track_rear_m=1.740,
    wheel_radius_m=0.385,
    front_overhang_m=1.275,
    cab_width_m=2.280,
    cab_length_m=1.62,
)
HEAVY = LorryShape(
    name="heavy",
    source=_TGS,
    mass_kg=9500.0,
    length_m=7.60,
    width_m=2.550,
    height_m=3.300,
    wheelbase_m=3.900,
    track_front_m=2.045,
    track_rear_m=1.820,
    wheel_radius_m=0.50,
    front_overhang_m=1.475,
    cab_width_m=2.440,
    cab_length_m=1.88,
    cab_height_m=2.95,
    lift_m=0.35,
    front_tyre_m=0.315,
    rear_tyre_m=0.66,
    rim_m=0.29,
)


def freight(front_m: float, tail_m: float, floor_m: float, height_m: float, width_m: float) -> list[Mesh]:
    """A box body, its corner rails and its doors."""
    length, tall = front_m - tail_m, height_m - floor_m
    middle, high = (front_m + tail_m) / 2.0, (floor_m + height_m) / 2.0
    panel, rail = materials.by_name("box_panel"), materials.by_name("aluminium")
    box = shapes.box((length - 0.03, width_m - 0.03, tall - 0.03), panel, (middle, 0.0, high))
    half = width_m / 2.0
    long = [
        shapes.box((length, 0.05, 0.12), rail, (middle, half - 0.025, z)) for z in (floor_m + 0.06, height_m - 0.06)
    ]
    posts = [shapes.box((0.06, 0.06, tall), rail, (x, half - 0.03, high)) for x in (front_m - 0.03, tail_m + 0.03)]
    gap = shapes.box((0.012, 0.02, tall - 0.3), materials.by_name("seam"), (tail_m + 0.012, 0.0, high))
    bars = [shapes.box((0.02, 0.03, tall - 0.3), rail, (tail_m + 0.012, y, high)) for y in (0.25, 0.75)]
    return [box, gap, *(shapes.both_sides(mesh) for mesh in (*long, *posts, *bars))]


@entry("models", source=_TGL, tags=("vehicle", "truck"))
@cache
def box_truck() -> Model:
    """A two-axle lorry of 7.5 t with a box body."""
    load = freight(LIGHT.back_m - 0.10, LIGHT.tail_m, 1.02, LIGHT.height_m, LIGHT.width_m)
    return build_lorry(LIGHT, [*load, *frame(LIGHT)])


@entry("models", source=_TGS, tags=("vehicle", "truck"))
@cache
def tipper() -> Model:
    """A tipper loaded with gravel."""
    shape = replace(HEAVY, name="tipper", length_m=7.10, height_m=3.05)
    steel = stuff("steel", "truck", (0.35, 0.16, 0.02))
    front, tail, low, top = shape.back_m - 0.12, shape.tail_m, shape.frame_m + 0.08, 2.55
    length, middle = front - tail, (front + tail) / 2.0
    floor = shapes.box((length, 2.35, 0.12), steel, (middle, 0.0, low + 0.06))
    side = shapes.box((length, 0.08, top - low), steel, (middle, 1.215, (low + top) / 2.0))
    ribs = [
        shapes.box((0.08, 0.06, top - low), steel, (x, 1.25, (low + top) / 2.0))
        for x in np.linspace(tail + 0.3, front - 0.3, 6)
    ]
    ends = [shapes.box((0.08, 2.5, top - low), steel, (x, 0.0, (low + top) / 2.0)) for x in (front - 0.04, tail + 0.04)]
    shield = shapes.box((1.1, 2.3, 0.07), steel, (front + 0.45, 0.0, 3.015))
    upright = shapes.box((0.07, 2.4, 0.55), steel, (front - 0.04, 0.0, 2.78))
    rear_heap = [(tail + 0.1, 2.3, 0.05, 1.1, 0.0), (tail + 1.2, 2.35, 0.42, 1.15, 0.0)]
    front_heap = [(front - 1.0, 2.35, 0.45, 1.15, 0.0), (front - 0.1, 2.3, 0.1, 1.1, 0.0)]
    heap = _pieces.tube([*rear_heap, *front_heap], stuff("verge", "truck"))
    sides = [shapes.both_sides(mesh) for mesh in (side, *ribs)]
    return build_lorry(shape, [floor, *sides, *ends, shield, upright, heap, *frame(shape, guards=False)])


@entry("models", source=_TGS, tags=("vehicle", "truck"))
@cache
def refuse_truck() -> Model:
    """A refuse collector with its loader at the rear."""
    shape = replace(HEAVY, name="refuse_truck", length_m=8.60, height_m=3.45, wheelbase_m=4.2)
    body, dark = stuff("box_panel", "truck", (0.62, 0.25, 0.01)), materials.by_name("underbody")
    front, tail, low, top = shape.back_m - 0.15, shape.tail_m, shape.frame_m, shape.height_m
    outline = [(front, low), (front, top - 0.15), (front - 0.3, top), (tail + 1.75, top), (tail + 1.65, low)]
    box = _pieces.prism(outline, 2.42, body)
    loader = [(tail + 1.6, low - 0.1), (tail + 1.7, top), (tail + 1.2, top), (tail + 0.35, 2.2), (tail + 0.1, 1.5)]
    rear = _pieces.prism([*loader, (tail + 0.5, 0.75)], 2.46, body)
    hatch = shapes.box((0.5, 2.1, 0.75), dark, (tail + 0.30, 0.0, 1.42))
    ribs = [
        shapes.box((0.07, 0.05, top - low - 0.35), body, (x, 1.23, (low + top) / 2.0))
        for x in np.linspace(tail + 2.3, front - 0.5, 4)
    ]
    marks = drawn("truck_chevrons", 1.6, 0.14, striped("chevrons", (RED, WHITE), 12, 1.0), stuff("sign_face", "truck"))
    board = facing("-x", (tail + 0.03, 0.0, 1.02), 1.6, 0.14, marks)
    return build_lorry(
        shape, [box, rear, hatch, *(shapes.both_sides(rib) for rib in ribs), board, *frame(shape, guards=False)]
    )


@entry("models", source=_TGS_THREE, tags=("vehicle", "truck"))
@cache
def concrete_mixer() -> Model:
    """A three-axle lorry with a turning drum."""
    shape = replace(
        HEAVY,
        name="concrete_mixer",
        source=_TGS_THREE,
        length_m=8.40,
        height_m=3.70,
        mass_kg=13500.0,
        more_axles_m=(-1.35,),
    )
    drum, steel = stuff("box_panel", "truck"), stuff("steel", "truck")
    front, tail = shape.back_m - 0.25, shape.tail_m
    profile = np.array([[0.45, 0.0], [0.85, 0.5], [1.15, 1.6], [1.17, 2.6], [0.95, 3.8], [0.55, 4.7], [0.50, 4.9]])
    barrel = shapes.revolve(profile, drum, axis="x", segments=16, crease_deg=60.0)
    # The mouth of the drum points up and back.
    tilted = _pieces.at(shapes.mirrored(_pieces.at(barrel, yaw=np.pi)), front, 0.0, 1.95, pitch=0.17)
    red = stuff("box_panel", "truck", (0.5, 0.02, 0.02))
    band = shapes.revolve(np.array([[1.19, 0.0], [1.19, 0.18]]), red, axis="x", segments=16)
    ring = _pieces.at(band, front - 2.3, 0.0, 1.95 + 0.17 * 2.2, pitch=0.17)
    stand = [shapes.box((0.2, 1.6, 0.9), steel, (x, 0.0, shape.frame_m + 0.45)) for x in (front - 0.1, tail + 1.2)]
    hopper = _pieces.at(shapes.cylinder(0.32, 0.6, steel, segments=10, top_radius_m=0.6), tail + 0.65, 0.0, 3.08)
    chute = _pieces.rod((tail + 0.6, 0.0, 2.3), (tail + 0.35, 0.0, 1.2), 0.2, steel, 8)
    return build_lorry(shape, [tilted, ring, *stand, hopper, chute, *frame(shape, guards=False)])


@entry("models", source=_TGS_THREE, tags=("vehicle", "truck"))
@cache
def tank_truck() -> Model:
    """A three-axle lorry with a tank of polished metal and orange plates."""
    shape = replace(
        HEAVY,
        name="tank_truck",
        source=_TGS_THREE,
        length_m=9.20,
        height_m=3.25,
        mass_kg=11500.0,
        wheelbase_m=4.5,
        more_axles_m=(-1.35,),
    )
    metal = stuff("aluminium", "truck")
    front, tail, middle = shape.back_m - 0.2, shape.tail_m + 0.1, 2.15
    rings = [
        (tail, middle, 0.6, 0.8, 0.0),
        (tail + 0.15, middle, 0.95, 1.2, 0.0),
        (front - 0.15, middle, 0.95, 1.2, 0.0),
    ]
    tank = _pieces.tube([*rings, (front, middle, 0.6, 0.8, 0.0)], metal, 16, 50.0)
    walk = shapes.box((front - tail - 0.8, 0.5, 0.08), stuff("steel", "truck"), ((front + tail) / 2, 0.0, 3.12))
    lids = [
        _pieces.at(shapes.cylinder(0.25, 0.10, metal, segments=10), x, 0.0, 3.15)
        for x in np.linspace(tail + 1.0, front - 1.0, 4)
    ]
    plate = drawn("orange_plate", 0.40, 0.30, _orange, stuff("sign_face", "truck"))
    boards = [facing("-x", (tail - 0.02, 0.7, 1.35), 0.40, 0.30, plate)]
    skirt = shapes.both_sides(shapes.box((front - tail - 2.6, 0.05, 0.35), metal, (front - 1.6, 1.15, 1.15)))
    return build_lorry(shape, [tank, walk, *lids, *boards, skirt, *frame(shape, guards=False)])


def _orange(picture: np.ndarray) -> None:
    """A hazard plate: orange, black border and bar."""
    picture[:] = (235, 110, 0)
    rows = picture.shape[0]
    picture[:6], picture[-6:], picture[:, :6], picture[:, -6:] = (BLACK,) * 4
    picture[rows // 2 - 3 : rows // 2 + 3] = BLACK


_TRACTOR = f"MAN TGX 18.470 4x2 BLS (2020), 315/70 R22.5, wheelbase 3.6 m, GX cab; {_ESTIMATED}"
TRACTOR = replace(
    HEAVY,
    name="tractor_unit",
    source=_TRACTOR,
    mass_kg=7500.0,
    length_m=5.90,
    height_m=3.80,
    wheelbase_m=3.60,
    front_overhang_m=1.475,
    cab_length_m=2.28,
    cab_height_m=3.75,
    lift_m=0.5,
)


def _fifth_wheel() -> list[Mesh]:
    plate = shapes.box((0.9, 0.9, 0.08), stuff("steel", "truck"), (0.5, 0.0, TRACTOR.frame_m + 0.1))
    fairing = shapes.both_sides(
        shapes.box((0.7, 0.06, 2.3), materials.by_name("car_paint"), (TRACTOR.back_m - 0.36, 1.15, 2.2))
    )
    return [plate, fairing]


@entry("models", source=_TRACTOR, tags=("vehicle", "truck"))
@cache
def tractor_unit() -> Model:
    """A tractor unit without its trailer."""
    return build_lorry(TRACTOR, [*_fifth_wheel(), *frame(TRACTOR, guards=False)])


_TRAILER = "Schmitz Cargobull S.CS curtainsider, 13.62 x 2.55 x 4.00 m (Directive 96/53/EC); axles estimated"


_AXLES_M = (7.7, 9.0, 10.3)
"""Behind the trailer's front wall."""

_KINGPIN_M = 0.5
"""Ahead of the tractor's rear axle."""


def _trailer(front_m: float) -> list[Mesh]:
    """A curtainsider whose front wall is here, with three axles and its landing legs."""
    tail, floor, top = front_m - 13.62, 1.20, 4.00
    cloth = stuff("box_panel", "trailer", (0.03, 0.10, 0.32))
    frame_ = freight(front_m, tail, floor, top, 2.55)
    curtain = shapes.both_sides(shapes.box((13.3, 0.02, 2.45), cloth, (front_m - 6.81, 1.27, 2.60)))
    straps = [
        shapes.both_sides(shapes.box((0.05, 0.03, 2.6), materials.by_name("seam"), (x, 1.275, 2.55)))
        for x in np.linspace(tail + 1.6, front_m - 1.6, 4)
    ]
    beam = shapes.box((12.6, 0.9, 0.35), materials.by_name("underbody"), (front_m - 7.0, 0.0, 1.02))
    legs = shapes.both_sides(shapes.box((0.16, 0.16, 0.85), materials.by_name("steel"), (front_m - 2.6, 0.8, 0.75)))
    guards = [
        shapes.both_sides(shapes.box((4.6, 0.04, 0.12), materials.by_name("steel"), (front_m - 5.6, 1.22, z)))
        for z in (0.72,)
    ]
    bumper = shapes.box((0.10, 2.35, 0.12), materials.by_name("steel"), (tail + 0.12, 0.0, 0.52))
    tray = shapes.box((0.10, 2.40, 0.22), materials.by_name("plastic"), (tail + 0.10, 0.0, 0.84))
    return [*frame_, curtain, *straps, beam, legs, *guards, bumper, tray, *tail_lamps(tail)]


def _trailer_axles(front_m: float) -> list[Mesh]:
    wheel = _wheels.wheel(0.50, 0.385, 0.29, 0, segments=8)
    return [shapes.both_sides(_pieces.at(wheel, front_m - x, 1.02, 0.50)) for x in _AXLES_M]


@entry("models", source=_TRAILER, tags=("vehicle", "trailer"))
@cache
def semitrailer() -> Model:
    """A parked curtainsider on its landing legs; origin below the middle of its axles."""
    foot = shapes.both_sides(shapes.box((0.3, 0.3, 0.34), materials.by_name("steel"), (6.4, 0.8, 0.17)))
    mesh = merge([*_trailer(9.0), *_trailer_axles(9.0), foot])
    return single("semitrailer", "trailer", mesh, _TRAILER, {"mass_kg": 6500.0})


@entry("models", source=f"{_TRACTOR}; {_TRAILER}", tags=("vehicle", "truck"))
@cache
def articulated_lorry() -> Model:
    """Tractor and curtainsider of 16.5 m; the trailer follows about its kingpin, and all wheels turn."""
    front = TRACTOR.back_m - 0.62
    shape = replace(
        TRACTOR, name="articulated_lorry", length_m=TRACTOR.nose_m - front + 13.62, height_m=4.0, mass_kg=15000.0
    )
    engine = shapes.box((1.3, 1.0, 0.7), materials.by_name("underbody"), (shape.nose_m - 0.9, 0.0, 0.75))
    beams = shapes.box((5.0, 0.85, 0.26), materials.by_name("underbody"), (2.0, 0.0, shape.frame_m - 0.13))
    plate = _trim.number_plate(shape.nose_m + 0.006, 0.62, 1.0)
    tractor = build_lorry(shape, [*_fifth_wheel(), engine, beams, plate])
    middle = front - _AXLES_M[1]
    trailer = turning("trailer", _trailer(front), (_KINGPIN_M, 0.0, 0.0), axis=(0.0, 0.0, 1.0))
    wheels = [
        turning(
            f"trailer_axle_{k}",
            [mesh],
            (front - x, 0.0, 0.50),
            parent=len(tractor.parts),
            parent_origin=(_KINGPIN_M, 0.0, 0.0),
            spins=round(shape.wheel_radius_m / 0.50, 3),
        )
        for k, (x, mesh) in enumerate(zip(_AXLES_M, _trailer_axles(front), strict=True), start=1)
    ]
    parts = (*tractor.parts, replace(trailer, trails_m=_KINGPIN_M - middle), *wheels)
    return standing(
        name=shape.name, category="truck", parts=parts, dimensions=tractor.dimensions, source=tractor.source
    )
