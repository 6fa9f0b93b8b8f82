"""Two-wheelers, alone and with their riders; origin on the ground below the rear axle."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from simgen.worlds import materials

from simgen.library import entry
from simgen.world import shapes
from simgen.world.material import Material
from simgen.world.mesh import Mesh
from simgen.world.model import Model, Part

from . import _worn
from ._body import Build
from ._moving import pedalling, turning
from ._pieces import Point, at, disc, prism, rod, rods, spoked, stuff, tube
from ._posed import Posed, Seat, carried, riding
from .people import MAN, WOMAN

_CITY = "city bicycle with 28 inch wheels (ISO 5775 37-622), wheelbase 1.07 m; the rest estimated from proportions"
_MAX = "Segway Ninebot KickScooter Max G30: 1167 x 472 x 1203 mm, 10 inch wheels; the rest estimated"
_CARGO = "Urban Arrow Family: 2.66 m long, 0.70 m wide, wheels of 20 and 26 inches; the rest estimated"
_R = 0.345
_BRACKET, _CRANK_M = (0.45, 0.29), 0.16
_GEAR = 0.4
"""Turns of the cranks for one of the wheel: 38 and 15 teeth, about."""


def painted(semantic: str, colour: tuple[float, float, float]) -> Material:
    """Car paint that takes the actor's colour, on a thing of this class."""
    return replace(stuff("car_paint", semantic, colour), paint=True)


def lamp(name: str, place: Point, radius_m: float = 0.045) -> Mesh:
    """A round lamp."""
    return at(
        shapes.ellipsoid((0.6 * radius_m, radius_m, radius_m), materials.by_name(name), rings=4, segments=8), *place
    )


def handlebars(end: Point, stem: Point, material: Material, rubber: Material) -> list[Mesh]:
    """Handlebars from the stem's top outwards and back to the grips."""
    _, y, z = end
    side = [
        rod(stem, (stem[0], 0.7 * y, z + 0.01), 0.012, material, 5),
        rod((stem[0], 0.7 * y, z + 0.01), end, 0.017, rubber, 6),
    ]
    return [shapes.both_sides(mesh) for mesh in side]


def _cranks(metal: Material, rubber: Material, first: int) -> list[Part]:
    """Chain wheel and cranks, and the pedals, which stay level; the first of the three gets index `first`."""
    x, z = _BRACKET
    crank = [
        disc(0.09, 0.02, metal, (x, -0.05, z), 12),
        rod((x, 0.07, z), (x, 0.08, z - _CRANK_M), 0.012, metal, 4),
        rod((x, -0.07, z), (x, -0.08, z + _CRANK_M), 0.012, metal, 4),
    ]
    axle = (x, 0.0, z)
    parts = [turning("cranks", crank, axle, spins=_GEAR)]
    for side, y, high in (("left", 0.13, z - _CRANK_M), ("right", -0.13, z + _CRANK_M)):
        pedal = shapes.box((0.09, 0.09, 0.025), rubber, (x, y, high - 0.005))
        parts.append(turning(f"pedal_{side}", [pedal], (x, y, high), parent=first, parent_origin=axle, spins=-_GEAR))
    return parts


def steering(
    fork: Sequence[Mesh], wheel: Sequence[Mesh], hub: Point, top: Point, foot: Point, ratio: float = 1.0
) -> list[Part]:
    """A fork that turns about the line from its foot to its top, and its wheel; they get indices 1 and 2."""
    axis = (top[0] - foot[0], 0.0, top[2] - foot[2])
    length = math.hypot(axis[0], axis[2])
    up = (axis[0] / length, 0.0, axis[2] / length)
    return [
        turning("fork", fork, top, axis=up, steers=1.0),
        turning("wheel_front", wheel, hub, parent=1, parent_origin=top, spins=ratio),
    ]


def _bicycle() -> tuple[list[Mesh], list[Part]]:
    """A city bicycle with rack and lamps: its frame, and what moves."""
    frame, metal, rubber = painted("bicycle", (0.03, 0.10, 0.07)), stuff("rim", "bicycle"), stuff("rubber", "bicycle")
    bracket, seat, fork = (0.45, 0.0, 0.29), (0.26, 0.0, 0.78), (0.90, 0.0, 0.66)
    tubes = [
        rod(bracket, (0.23, 0.0, 0.86), 0.017, frame),
        rod(bracket, (0.89, 0.0, 0.70), 0.020, frame),
        rod(seat, (0.85, 0.0, 0.82), 0.017, frame),
    ]
    stays = [
        rod(a, b, 0.010, frame, 4)
        for a, b in (
            ((0.0, 0.06, _R), (0.42, 0.03, 0.29)),
            ((0.0, 0.06, _R), (0.27, 0.02, 0.76)),
        )
    ]
    rack = [
        shapes.box((0.36, 0.12, 0.015), metal, (-0.08, 0.0, 0.76)),
        shapes.both_sides(rod((0.0, 0.06, _R), (-0.10, 0.06, 0.76), 0.006, metal, 3)),
    ]
    post = rod((0.23, 0.0, 0.86), (0.20, 0.0, 0.97), 0.013, metal)
    saddle = tube(
        [
            (0.07, 0.98, 0.03, 0.09, 0.0),
            (0.16, 0.99, 0.04, 0.10, 0.0),
            (0.30, 0.99, 0.025, 0.035, 0.0),
            (0.36, 0.98, 0.015, 0.02, 0.0),
        ],
        stuff("leather", "bicycle"),
    )
    turns = [
        rod((0.80, 0.0, 0.98), fork, 0.019, frame),
        shapes.both_sides(rod((0.90, 0.03, 0.66), (1.07, 0.05, _R), 0.010, frame, 4)),
        rod((0.80, 0.0, 0.96), (0.80, 0.0, 1.07), 0.014, metal),
        *handlebars((0.66, 0.29, 1.06), (0.80, 0.0, 1.06), metal, rubber),
        lamp("lamp_low_beam", (0.90, 0.0, 0.90)),
    ]
    front, rear = spoked(_R, 0.02, 1.07, rubber, metal), spoked(_R, 0.02, 0.0, rubber, metal)
    moving = steering(turns, front, (1.07, 0.0, _R), (0.80, 0.0, 0.98), fork)
    moving += [turning("wheel_rear", rear, (0.0, 0.0, _R), spins=1.0), *_cranks(metal, rubber, first=4)]
    tail = lamp("lamp_brake", (-0.28, 0.0, 0.74), 0.035)
    return [*tubes, *(shapes.both_sides(bar) for bar in stays), *rack, post, saddle, tail], moving


@entry("models", source=_CITY, tags=("vehicle", "cycle"))
@cache
def bicycle() -> Model:
    """A city bicycle on its stand."""
    stand = rod((0.05, 0.03, 0.30), (0.0, 0.20, 0.012), 0.010, stuff("rim", "bicycle"), 4)
    frame, moving = _bicycle()
    sizes = {"mass_kg": 17.0, "wheelbase_m": 1.07, "wheel_radius_m": _R}
    return carried("bicycle", "bicycle", [*frame, stand], None, _CITY, sizes, moving)


def _pedalling() -> Seat:
    return Seat(hips=(0.20, 0.0, 1.04), ankles=((0.40, 0.20), (0.40, 0.55)), wrists=(0.64, 1.08), lean_rad=0.35)


@entry("models", source=_CITY, tags=("vehicle", "cycle", "person"))
@cache
def cyclist() -> Model:
    """A man on a city bicycle, with a helmet."""
    build = replace(MAN, shirt=(0.30, 0.05, 0.06), trousers=(0.09, 0.08, 0.06))
    return _ridden("cyclist", build, _pedalling(), {"head": _worn.cycle_helmet(1.78, (0.7, 0.7, 0.7))}, 97.0)


@entry("models", source=_CITY, tags=("vehicle", "cycle", "person"))
@cache
def cyclist_woman() -> Model:
    """A woman on a city bicycle with a backpack."""
    seat = replace(_pedalling(), hips=(0.23, 0.0, 0.995), lean_rad=0.3, wrists=(0.64, 1.07))
    worn = {"torso": _worn.backpack(1.66, (0.05, 0.05, 0.06))}
    return _ridden("cyclist_woman", replace(WOMAN, shirt=(0.05, 0.25, 0.30)), seat, worn, 84.0)


def _ridden(name: str, build: Build, seat: Seat, worn: Mapping[str, Sequence[Mesh]], mass_kg: float) -> Model:
    """Somebody who pedals a city bicycle."""
    frame, moving = _bicycle()
    rider, legs = pedalling(build, seat, _BRACKET, _CRANK_M, _GEAR, worn, first=len(moving) + 1)
    sizes = {"mass_kg": mass_kg, "wheelbase_m": 1.07, "wheel_radius_m": _R}
    return carried(name, "cyclist", frame, rider, _CITY, sizes, [*moving, *legs])


@entry("models", source=_CARGO, tags=("vehicle", "cycle", "person"))
@cache
def cargo_bike() -> Model:
    """A man on a cargo bicycle with a long box in front."""
    frame, metal, rubber = painted("bicycle", (0.05, 0.055, 0.06)), stuff("rim", "bicycle"), stuff("rubber", "bicycle")
    box = prism(
        ((0.98, 0.28), (1.62, 0.28), (1.75, 0.72), (0.86, 0.72)), 0.62, stuff("wood", "bicycle", (0.22, 0.16, 0.10))
    )
    dark = shapes.box((0.80, 0.54, 0.01), stuff("underbody", "bicycle"), (1.30, 0.0, 0.724))
    tubes = [
        rod(a, b, 0.022, frame)
        for a, b in (
            ((0.45, 0.0, 0.29), (0.23, 0.0, 0.86)),
            ((0.45, 0.0, 0.29), (1.0, 0.0, 0.26)),
            ((0.26, 0.0, 0.7), (0.85, 0.0, 0.6)),
            ((0.85, 0.0, 0.4), (0.78, 0.0, 1.05)),
            ((1.0, 0.0, 0.26), (1.75, 0.0, 0.34)),
        )
    ]
    stays = [
        shapes.both_sides(rod((0.0, 0.06, 0.33), (x, 0.03, z), 0.010, frame, 4))
        for x, z in ((0.42, 0.29), (0.27, 0.74))
    ]
    saddle = tube(
        [(0.07, 0.97, 0.03, 0.09, 0.0), (0.16, 0.98, 0.04, 0.10, 0.0), (0.34, 0.98, 0.02, 0.03, 0.0)],
        stuff("leather", "bicycle"),
    )
    lamps = [lamp("lamp_low_beam", (1.76, 0.0, 0.62)), lamp("lamp_brake", (-0.28, 0.0, 0.66), 0.035)]
    front, rear = spoked(0.254, 0.025, 1.95, rubber, metal), spoked(0.33, 0.025, 0.0, rubber, metal)
    bars = handlebars((0.64, 0.30, 1.07), (0.78, 0.0, 1.07), metal, rubber)
    fork = [rod((1.75, 0.0, 0.34), (1.95, 0.04, 0.254), 0.022, frame)]
    moving = steering(fork, front, (1.95, 0.0, 0.254), (1.75, 0.0, 0.34), (1.80, 0.0, 0.20), 1.299)
    moving += [turning("wheel_rear", rear, (0.0, 0.0, 0.33), spins=1.0), *_cranks(metal, rubber, first=4)]
    rider, legs = pedalling(
        replace(MAN, shirt=(0.40, 0.28, 0.05)), _pedalling(), _BRACKET, _CRANK_M, _GEAR,
        {"head": _worn.cycle_helmet(1.78, (0.04, 0.10, 0.25))}, first=len(moving) + 1,
    )  # fmt: skip
    parts = [box, dark, *tubes, *stays, saddle, *lamps, *bars]
    sizes = {"mass_kg": 130.0, "wheelbase_m": 1.95, "wheel_radius_m": 0.33}
    return carried("cargo_bike", "cyclist", parts, rider, _CARGO, sizes, [*moving, *legs])


def _kick_scooter() -> tuple[list[Mesh], list[Part]]:
    dark, metal, rubber = (
        stuff("plastic", "bicycle"),
        stuff("rim", "bicycle", (0.08, 0.08, 0.085)),
        stuff("rubber", "bicycle"),
    )
    front, rear = ([disc(0.127, 0.06, rubber, (x, 0.0, 0.127), 16)] for x in (0.91, 0.0))
    deck = prism(((0.05, 0.10), (0.12, 0.16), (0.62, 0.16), (0.72, 0.24), (0.76, 0.22), (0.66, 0.10)), 0.17, dark)
    guard, before = (shapes.box((0.20, 0.07, 0.02), dark, (x, 0.0, 0.27)) for x in (0.0, 0.91))
    stem = [
        rod((0.91, 0.0, 0.127), (0.74, 0.0, 0.40), 0.03, metal),
        rod((0.76, 0.0, 0.34), (0.66, 0.0, 1.18), 0.022, metal),
    ]
    bars = handlebars((0.60, 0.23, 1.18), (0.655, 0.0, 1.18), metal, rubber)
    turns = [*stem, *bars, before, lamp("lamp_low_beam", (0.70, 0.0, 1.08), 0.03)]
    moving = steering(turns, front, (0.91, 0.0, 0.127), (0.66, 0.0, 1.18), (0.76, 0.0, 0.34))
    moving.append(turning("wheel_rear", rear, (0.0, 0.0, 0.127), spins=1.0))
    return [deck, guard, lamp("lamp_brake", (-0.105, 0.0, 0.25), 0.025)], moving


@entry("models", source=_MAX, tags=("vehicle", "cycle"))
@cache
def e_scooter() -> Model:
    """An electric kick scooter on its stand."""
    stand = rod((0.25, 0.06, 0.11), (0.24, 0.16, 0.01), 0.010, stuff("rim", "bicycle"), 4)
    body, moving = _kick_scooter()
    sizes = {"mass_kg": 19.0, "wheelbase_m": 0.91, "wheel_radius_m": 0.127}
    return carried("e_scooter", "bicycle", [*body, stand], None, _MAX, sizes, moving)


@entry("models", source=_MAX, tags=("vehicle", "cycle", "person"))
@cache
def e_scooter_rider() -> Model:
    """A young man who stands on an electric kick scooter."""
    build = replace(
        MAN,
        stature_m=1.75,
        mass_kg=70.0,
        girth=0.93,
        shirt=(0.06, 0.07, 0.08),
        trousers=(0.12, 0.14, 0.2),
        shoes=(0.6, 0.6, 0.6),
    )
    seat = Seat(
        hips=(0.30, 0.0, 1.07),
        ankles=((0.46, 0.225), (0.22, 0.225)),
        wrists=(0.60, 1.19),
        lean_rad=0.04,
        spread_rad=0.0,
    )
    rider = riding(build, seat, {"torso": _worn.backpack(1.75, (0.10, 0.02, 0.02))})
    body, moving = _kick_scooter()
    sizes = {"mass_kg": 89.0, "wheelbase_m": 0.91, "wheel_radius_m": 0.127}
    return carried("e_scooter_rider", "cyclist", body, rider, _MAX, sizes, moving)


_CHAIR = "manual wheelchair after ISO 7176-5: 1.10 x 0.65 x 0.92 m, 24 inch wheels; the rest estimated"


def _wheelchair() -> tuple[list[Mesh], list[Part]]:
    metal, cloth, rubber = (
        stuff("steel", "pedestrian", (0.25, 0.25, 0.26)),
        stuff("trousers", "pedestrian", (0.02, 0.02, 0.025)),
        stuff("rubber", "pedestrian"),
    )
    ring = at(spoked(0.26, 0.010, 0.0, metal, metal, 2)[0], 0.0, 0.04, 0.045)
    big, small = [*spoked(0.305, 0.016, 0.0, rubber, metal, 6), ring], disc(0.09, 0.03, rubber, (0.42, 0.0, 0.09), 10)
    moving = []
    for side, sign in (("left", 1.0), ("right", -1.0)):
        wheel = [at(mesh if sign > 0.0 else shapes.mirrored(mesh), 0.0, 0.28 * sign, 0.0) for mesh in big]
        caster = at(small, 0.0, 0.24 * sign, 0.0)
        moving.append(turning(f"wheel_{side}", wheel, (0.0, 0.28 * sign, 0.305), spins=1.0))
        moving.append(turning(f"caster_{side}", [caster], (0.42, 0.24 * sign, 0.09), spins=3.389))
    frame = [
        *rods(
            ((0.42, 0.24, 0.12), (0.40, 0.24, 0.48), (-0.04, 0.22, 0.48), (-0.12, 0.22, 0.92), (-0.24, 0.22, 0.92)),
            0.012,
            metal,
        ),
        rod((0.40, 0.22, 0.48), (0.62, 0.16, 0.10), 0.012, metal),
        rod((-0.04, 0.22, 0.48), (0.0, 0.24, 0.305), 0.014, metal),
    ]
    arm = shapes.box((0.32, 0.05, 0.03), stuff("plastic", "pedestrian"), (0.16, 0.25, 0.70))
    rests = shapes.box((0.18, 0.12, 0.02), stuff("plastic", "pedestrian"), (0.66, 0.12, 0.11))
    sides = [shapes.both_sides(mesh) for mesh in (*frame, arm, rests)]
    seat = shapes.box((0.44, 0.42, 0.05), cloth, (0.18, 0.0, 0.49))
    back = at(shapes.box((0.04, 0.42, 0.42), cloth), -0.09, 0.0, 0.72, pitch=-0.18)
    return [*sides, seat, back], moving


@entry("models", source=_CHAIR, tags=("person", "pedestrian"))
@cache
def wheelchair_user() -> Model:
    """A man in a manual wheelchair."""
    seat = Seat(hips=(0.06, 0.0, 0.60), ankles=((0.64, 0.20), (0.64, 0.20)), wrists=(0.30, 0.72), lean_rad=-0.08)
    rider: Posed = riding(replace(MAN, shirt=(0.25, 0.28, 0.30)), seat)
    chair, moving = _wheelchair()
    sizes = {"mass_kg": 97.0, "wheel_radius_m": 0.305}
    return carried("wheelchair_user", "pedestrian", chair, rider, _CHAIR, sizes, moving)
