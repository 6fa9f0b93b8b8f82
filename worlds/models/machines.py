"""Machines of farms and building sites: tractor, excavator, road roller."""

import math
from functools import cache

import numpy as np
from simgen.worlds import materials

from simgen.library import entry
from simgen.world import shapes
from simgen.world.material import Material
from simgen.world.mesh import Mesh, merge
from simgen.world.model import Model

from ._pieces import Point, at, disc, prism, rod, stuff
from ._standing import single

_YELLOW = (0.62, 0.36, 0.015)


def _dark() -> Material:
    return stuff("plastic", "machine", (0.02, 0.02, 0.02))


def _glass() -> Material:
    return stuff("seam", "machine", (0.035, 0.05, 0.06))


def _wheel(radius_m: float, width_m: float, place: Point, rim: tuple[float, float, float]) -> list[Mesh]:
    """A tyre with lugs and a coloured rim, its axle along y."""
    rubber, paint = stuff("rubber", "machine"), stuff("car_paint", "machine", rim)
    outward = math.copysign(width_m / 2.0 + 0.005, place[1])
    lugs = [
        at(
            shapes.box((0.05, 1.0 * width_m, 0.06), rubber),
            place[0] + (radius_m - 0.03) * math.cos(angle),
            place[1],
            place[2] + (radius_m - 0.03) * math.sin(angle),
            pitch=-angle + math.pi / 2.0,
        )
        for angle in np.linspace(0.0, 2.0 * math.pi, 18, endpoint=False) + math.pi / 36.0
    ]
    return [
        disc(radius_m - 0.03, width_m, rubber, place, 20),
        disc(0.55 * radius_m, 0.04, paint, (place[0], place[1] + outward, place[2]), 14),
        disc(0.14 * radius_m, 0.10, _dark(), (place[0], place[1] + outward, place[2]), 8),
        *lugs,
    ]


def _cab(x0: float, x1: float, half_y: float, low: float, high: float, roof: Material) -> list[Mesh]:
    """A glazed cab with posts and a roof."""
    size = (x1 - x0, 2.0 * half_y, high - low)
    glass = shapes.box(size, _glass(), ((x0 + x1) / 2.0, 0.0, (low + high) / 2.0))
    posts = [
        rod((x, y, low), (x, y, high), 0.05, _dark(), 4) for x in (x0, x1, (x0 + x1) / 2.0) for y in (-half_y, half_y)
    ]
    cover = shapes.box((x1 - x0 + 0.25, 2.0 * half_y + 0.15, 0.14), roof, ((x0 + x1) / 2.0, 0.0, high + 0.07))
    beacon = shapes.cylinder(0.08, 0.16, stuff("cone_orange", "machine"), segments=8)
    return [glass, *posts, cover, at(beacon, x0 + 0.2, half_y - 0.2, high + 0.14)]


_TRACTOR = "Fendt 300 Vario class: 4.2 x 2.3 x 2.9 m, wheelbase 2.4 m, tyres 540/65 R34 and 440/65 R24; rest estimated"


@entry("models", source=_TRACTOR, tags=("vehicle", "country"))
@cache
def tractor() -> Model:
    """A farm tractor with a glazed cab, large wheels behind and small ones in front."""
    green, red = stuff("car_paint", "machine", (0.03, 0.16, 0.035)), (0.45, 0.02, 0.015)
    bonnet = prism(((1.0, 0.95), (2.95, 0.85), (3.0, 1.45), (2.75, 1.62), (1.0, 1.72)), 0.82, green)
    grille = shapes.box((0.03, 0.66, 0.5), _dark(), (2.99, 0.0, 1.15))
    lamps = [
        shapes.box((0.03, 0.16, 0.1), materials.classed("sign_face", "machine"), (3.005, y, 1.5)) for y in (-0.28, 0.28)
    ]
    chassis = shapes.box((3.2, 0.5, 0.4), _dark(), (1.3, 0.0, 0.75))
    axle = shapes.box((0.2, 1.5, 0.18), _dark(), (2.4, 0.0, 0.62))
    wings = [
        at(prism(((-0.85, 1.1), (-0.7, 1.62), (0.5, 1.72), (0.85, 1.3), (0.5, 1.6), (-0.6, 1.5)), 0.5, green), 0.0, y)
        for y in (-0.82, 0.82)
    ]
    floor = shapes.box((1.5, 1.1, 0.5), green, (0.25, 0.0, 1.15))
    pipe = rod((1.25, -0.45, 1.6), (1.25, -0.45, 2.75), 0.05, _dark())
    hitch = [rod((-0.3, y, 0.75), (-1.15, y, 0.55), 0.04, _dark()) for y in (-0.35, 0.35)]
    wheels = [
        piece
        for y in (-1.0, 1.0)
        for piece in (
            *_wheel(0.78, 0.5, (0.0, math.copysign(0.88, y), 0.78), red),
            *_wheel(0.58, 0.4, (2.4, math.copysign(0.86, y), 0.58), red),
        )
    ]
    cab = _cab(-0.45, 0.95, 0.72, 1.4, 2.6, green)
    mesh = merge([bonnet, grille, *lamps, chassis, axle, *wings, floor, pipe, *hitch, *wheels, *cab])
    return single("tractor", "machine", mesh, _TRACTOR, {"mass_kg": 5000.0, "wheelbase_m": 2.4})


def _link(start: Point, end: Point, thick_m: float, wide_m: float, material: Material) -> Mesh:
    """A beam of rectangular section in the plane y = 0 (both ends have the same y)."""
    dx, dz = end[0] - start[0], end[2] - start[2]
    length = math.hypot(dx, dz)
    beam = shapes.box((length, wide_m, thick_m), material)
    middle = [(a + b) / 2.0 for a, b in zip(start, end, strict=True)]
    return at(beam, middle[0], middle[1], middle[2], pitch=-math.atan2(dz, dx))


_EXCAVATOR = "crawler excavator of 22 t (Caterpillar 320, 2020): track 4.5 x 3.0 m, cab 2.96 m; the rest estimated"


@entry("models", source=_EXCAVATOR, tags=("vehicle", "roadworks"))
@cache
def excavator() -> Model:
    """A yellow crawler excavator, its boom and bucket reaching ahead along x."""
    paint, dark, steel = (
        stuff("car_paint", "machine", _YELLOW),
        _dark(),
        stuff("underbody", "machine", (0.05, 0.045, 0.04)),
    )
    track = (
        (-1.9, 0.0),
        (1.9, 0.0),
        (2.22, 0.28),
        (2.22, 0.62),
        (1.95, 0.92),
        (-1.95, 0.92),
        (-2.22, 0.62),
        (-2.22, 0.28),
    )
    tracks = [prism(track, 0.6, steel, y) for y in (-1.2, 1.2)]
    rollers = [disc(0.26, 0.04, dark, (x, y, 0.46), 10) for x in (-1.75, -0.6, 0.6, 1.75) for y in (-1.52, 1.52)]
    frame = shapes.box((2.4, 1.9, 0.35), steel, (0.0, 0.0, 0.7))
    ring = shapes.cylinder(0.75, 0.25, dark, segments=14)
    house = prism(((-2.7, 1.15), (1.2, 1.15), (1.2, 1.75), (-0.4, 2.05), (-2.6, 2.05), (-2.75, 1.8)), 2.75, paint)
    weight = shapes.box((0.5, 2.76, 0.9), stuff("plastic", "machine", (0.06, 0.06, 0.06)), (-2.6, 0.0, 1.6))
    cab = [at(piece, 0.0, 0.85, 0.0) for piece in _cab(-0.45, 1.25, 0.45, 1.5, 2.85, paint)]
    elbow, tip, wrist = (3.1, -0.35, 4.4), (5.9, -0.35, 3.4), (6.5, -0.35, 1.15)
    boom = [_link((0.7, -0.35, 1.7), elbow, 0.55, 0.4, paint), _link(elbow, tip, 0.5, 0.4, paint)]
    stick = _link((5.6, -0.35, 3.9), wrist, 0.36, 0.3, paint)
    rams = [
        _link((1.1, -0.7, 1.6), (3.1, -0.7, 3.7), 0.14, 0.14, dark),
        _link(elbow, (5.6, -0.35, 4.15), 0.12, 0.12, dark),
    ]
    bucket = prism(
        ((6.2, 1.2), (6.75, 1.2), (6.95, 0.75), (6.7, 0.25), (6.1, 0.05), (5.65, 0.3), (6.2, 0.5)), 1.2, steel, -0.35
    )
    mesh = merge([*tracks, *rollers, frame, at(ring, 0.0, 0.0, 0.9), house, weight, *cab, *boom, stick, *rams, bucket])
    return single("excavator", "machine", mesh, _EXCAVATOR, {"mass_kg": 22_000.0})


_ROLLER = "tandem roller of 9 t (Bomag BW 154 AD): drums 1.2 m across and 1.5 m wide, 4.5 m long; the rest estimated"


@entry("models", source=_ROLLER, tags=("vehicle", "roadworks"))
@cache
def road_roller() -> Model:
    """A tandem road roller with two steel drums and a roofed seat between them."""
    paint, steel = stuff("car_paint", "machine", _YELLOW), stuff("steel", "machine")
    drums = [disc(0.6, 1.5, steel, (x, 0.0, 0.6), 20) for x in (-1.65, 1.65)]
    forks = [
        prism(((x - 0.3, 0.55), (x + 0.3, 0.55), (x + 0.5 * s, 1.3), (x - 0.9 * s, 1.3)), 0.09, paint, y)
        for x, s in ((-1.65, -1.0), (1.65, 1.0))
        for y in (-0.82, 0.82)
    ]
    decks = [shapes.box((1.9, 1.75, 0.45), paint, (x, 0.0, 1.35)) for x in (-1.35, 1.35)]
    joint = shapes.box((0.9, 0.5, 0.5), _dark(), (0.0, 0.0, 0.9))
    seat = [
        shapes.box((0.5, 0.5, 0.12), _dark(), (-0.75, 0.0, 1.72)),
        shapes.box((0.12, 0.5, 0.6), _dark(), (-1.0, 0.0, 2.0)),
        rod((0.1, 0.0, 1.5), (-0.2, 0.0, 2.05), 0.03, _dark()),
    ]
    posts = [rod((x, y, 1.5), (x, y, 2.85), 0.04, _dark(), 4) for x in (-1.3, 0.5) for y in (-0.75, 0.75)]
    roof = shapes.box((2.1, 1.7, 0.1), paint, (-0.4, 0.0, 2.88))
    tank = shapes.box((0.6, 1.4, 0.35), stuff("plastic", "machine", (0.05, 0.05, 0.05)), (1.6, 0.0, 1.7))
    beacon = at(shapes.cylinder(0.08, 0.16, stuff("cone_orange", "machine"), segments=8), -0.4, 0.0, 2.93)
    mesh = merge([*drums, *forks, *decks, joint, *seat, *posts, roof, tank, beacon])
    return single("road_roller", "machine", mesh, _ROLLER, {"mass_kg": 9_000.0})
