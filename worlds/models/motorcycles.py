"""Motor scooters and motorcycles, alone and with their riders; origin on the ground below the rear axle."""

from dataclasses import replace
from functools import cache

from simgen.worlds import materials

from simgen.library import entry
from simgen.world import shapes
from simgen.world.material import Material
from simgen.world.mesh import Mesh
from simgen.world.model import Model, Part

from . import _worn
from ._moving import turning
from ._pieces import at, disc, prism, rod, stuff, tube
from ._posed import Seat, carried, riding
from .cycles import handlebars, lamp, painted, steering
from .people import MAN, WOMAN

_VESPA = "Vespa Primavera 125: 1852 mm long, wheelbase 1334 mm, seat 790 mm, tyres 110/70-12; the rest estimated"
_GS = (
    "BMW R 1250 GS (2019): 2207 mm long, wheelbase 1525 mm, seat 850 mm, 120/70 R19 and 170/60 R17; the rest estimated"
)


def _wheel(x_m: float, radius_m: float, rim_m: float, width_m: float, rim: Material) -> list[Mesh]:
    """A cast wheel that stands on the ground here."""
    tyre = disc(radius_m, width_m, stuff("rubber", "motorcycle"), (x_m, 0.0, radius_m), 16)
    # Bars across the rim, so that one sees it turn.
    bars = [
        at(shapes.box((2.0 * rim_m - 0.02, width_m + 0.016, 0.03), rim), x_m, 0.0, radius_m, pitch=turn)
        for turn in (0.0, 1.047, 2.094)
    ]
    return [tyre, disc(rim_m, width_m + 0.006, stuff("plastic", "motorcycle"), (x_m, 0.0, radius_m), 12), *bars]


def _scooter_body() -> list[Mesh]:
    """Sheet metal and seat."""
    paint, dark = painted("motorcycle", (0.10, 0.32, 0.30)), stuff("plastic", "motorcycle")
    tail = tube(
        [
            (-0.27, 0.62, 0.08, 0.07, 0.0),
            (-0.20, 0.55, 0.20, 0.17, 0.0),
            (-0.05, 0.52, 0.24, 0.21, 0.0),
            (0.28, 0.50, 0.22, 0.18, 0.0),
            (0.42, 0.42, 0.18, 0.14, 0.0),
        ],
        paint,
        10,
    )
    floor = shapes.box((0.45, 0.36, 0.06), dark, (0.60, 0.0, 0.27))
    shield = prism(((0.80, 0.26), (0.94, 0.24), (1.10, 0.60), (1.06, 0.98), (1.00, 0.98), (1.02, 0.62)), 0.44, paint)
    nose = tube([(1.02, 0.62, 0.30, 0.08, 0.0), (1.12, 0.58, 0.24, 0.07, 0.0), (1.16, 0.52, 0.10, 0.04, 0.0)], paint)
    seat = tube(
        [
            (-0.26, 0.78, 0.03, 0.10, 0.0),
            (-0.20, 0.80, 0.06, 0.15, 0.0),
            (0.05, 0.79, 0.06, 0.15, 0.0),
            (0.34, 0.76, 0.04, 0.10, 0.0),
        ],
        stuff("leather", "motorcycle", (0.08, 0.045, 0.025)),
        8,
    )
    head = at(shapes.ellipsoid((0.12, 0.13, 0.12), paint, rings=5, segments=10), 1.02, 0.0, 1.05)
    return [tail, floor, shield, nose, seat, head]


def _scooter() -> tuple[list[Mesh], list[Part]]:
    dark, rubber, metal = (stuff(name, "motorcycle") for name in ("plastic", "rubber", "rim"))
    guard = tube(
        [
            (1.14, 0.36, 0.08, 0.06, 0.0),
            (1.30, 0.45, 0.06, 0.075, 0.0),
            (1.48, 0.38, 0.06, 0.07, 0.0),
            (1.54, 0.30, 0.04, 0.05, 0.0),
        ],
        painted("motorcycle", (0.10, 0.32, 0.30)),
    )
    fork = rod((1.04, 0.0, 0.95), (1.334, 0.06, 0.23), 0.03, metal)
    bars = handlebars((0.92, 0.31, 1.10), (1.0, 0.0, 1.08), metal, rubber)
    mirrors = [
        shapes.both_sides(rod((1.0, 0.20, 1.08), (1.0, 0.32, 1.30), 0.007, metal, 4)),
        shapes.both_sides(at(shapes.ellipsoid((0.02, 0.06, 0.05), dark, rings=3, segments=6), 0.99, 0.33, 1.31)),
    ]
    lamps = [lamp("lamp_low_beam", (1.12, 0.0, 1.06), 0.075), lamp("lamp_brake", (-0.28, 0.0, 0.60), 0.05)]
    lamps += [
        lamp(f"lamp_indicator_{name}", (x, sign * y, 0.62), 0.035)
        for name, sign in (("left", 1.0), ("right", -1.0))
        for x, y in ((1.08, 0.20), (-0.26, 0.12))
    ]
    front = _wheel(1.334, 0.23, 0.14, 0.11, metal)
    moving = steering([fork, *bars, *mirrors, guard], front, (1.334, 0.0, 0.23), (1.04, 0.0, 0.95), (1.20, 0.0, 0.50))
    moving.append(turning("wheel_rear", _wheel(0.0, 0.23, 0.14, 0.11, metal), (0.0, 0.0, 0.23), spins=1.0))
    return [*_scooter_body(), *lamps, _plate(-0.285, 0.46)], moving


def _plate(x_m: float, z_m: float) -> Mesh:
    return shapes.box((0.008, 0.18, 0.20), materials.by_name("plate"), (x_m, 0.0, z_m))


@entry("models", source=_VESPA, tags=("vehicle", "cycle"))
@cache
def scooter() -> Model:
    """A motor scooter."""
    stand = shapes.both_sides(rod((0.22, 0.05, 0.28), (0.15, 0.12, 0.012), 0.012, stuff("rim", "motorcycle"), 4))
    body, moving = _scooter()
    sizes = {"mass_kg": 130.0, "wheelbase_m": 1.334, "wheel_radius_m": 0.23}
    return carried("scooter", "motorcycle", [*body, stand], None, _VESPA, sizes, moving)


@entry("models", source=_VESPA, tags=("vehicle", "cycle", "person"))
@cache
def scooter_rider() -> Model:
    """A woman on a motor scooter."""
    seat = Seat(
        hips=(0.06, 0.0, 0.93), ankles=((0.62, 0.36), (0.62, 0.36)), wrists=(0.88, 1.12), lean_rad=0.05, spread_rad=0.10
    )
    rider = riding(replace(WOMAN, shirt=(0.35, 0.30, 0.22)), seat, {"head": _worn.full_helmet(1.66, (0.7, 0.7, 0.68))})
    body, moving = _scooter()
    sizes = {"mass_kg": 196.0, "wheelbase_m": 1.334, "wheel_radius_m": 0.23}
    return carried("scooter_rider", "motorcycle", body, rider, _VESPA, sizes, moving)


_GREY = (0.2, 0.2, 0.21)


def _motorcycle_body() -> list[Mesh]:
    """Tank, seat and fairing."""
    paint = painted("motorcycle", (0.30, 0.02, 0.02))
    tank = tube(
        [
            (0.52, 0.86, 0.08, 0.12, 0.0),
            (0.70, 0.92, 0.16, 0.18, 0.0),
            (0.95, 0.95, 0.17, 0.20, 0.0),
            (1.10, 0.92, 0.12, 0.15, 0.0),
        ],
        paint,
        10,
    )
    seat = tube(
        [
            (-0.28, 0.90, 0.05, 0.11, 0.0),
            (-0.10, 0.90, 0.06, 0.15, 0.0),
            (0.20, 0.85, 0.06, 0.16, 0.0),
            (0.55, 0.85, 0.05, 0.10, 0.0),
        ],
        stuff("leather", "motorcycle", (0.02, 0.02, 0.02)),
        8,
    )
    nose = tube(
        [
            (1.08, 0.98, 0.17, 0.16, 0.0),
            (1.25, 1.00, 0.15, 0.15, 0.0),
            (1.40, 0.90, 0.07, 0.07, 0.0),
            (1.52, 0.80, 0.02, 0.03, 0.0),
        ],
        paint,
        8,
    )
    screen = prism(((1.22, 1.12), (1.26, 1.12), (1.10, 1.42), (1.08, 1.42)), 0.30, stuff("car_glass", "motorcycle"))
    return [tank, seat, nose, screen]


def _motorcycle() -> tuple[list[Mesh], list[Part]]:
    dark, rubber, metal = (
        stuff("plastic", "motorcycle"),
        stuff("rubber", "motorcycle"),
        stuff("rim", "motorcycle", _GREY),
    )
    engine = shapes.box((0.45, 0.32, 0.36), metal, (0.72, 0.0, 0.48))
    boxer = disc(0.09, 0.66, metal, (0.80, 0.0, 0.48), 10)
    beam = [
        rod((0.0, -0.11, 0.318), (0.55, -0.11, 0.45), 0.045, metal),
        rod((0.2, 0.0, 0.8), (0.6, 0.0, 0.45), 0.04, dark),
        rod((0.95, 0.0, 0.9), (0.6, 0.0, 0.5), 0.04, dark),
    ]
    fork = shapes.both_sides(rod((1.525, 0.10, 0.325), (1.18, 0.08, 1.02), 0.028, metal))
    exhaust = rod((0.45, -0.17, 0.36), (-0.18, -0.20, 0.58), 0.06, stuff("chrome", "motorcycle"), 8)
    bars = handlebars((0.98, 0.42, 1.14), (1.12, 0.0, 1.12), metal, rubber)
    mirrors = [
        shapes.both_sides(rod((1.06, 0.30, 1.14), (1.02, 0.40, 1.32), 0.008, dark, 4)),
        shapes.both_sides(at(shapes.ellipsoid((0.02, 0.08, 0.05), dark, rings=3, segments=6), 1.0, 0.42, 1.33)),
    ]
    lamps = [lamp("lamp_low_beam", (1.40, 0.0, 0.96), 0.09), lamp("lamp_brake", (-0.31, 0.0, 0.86), 0.06)]
    lamps += [
        lamp(f"lamp_indicator_{name}", (x, sign * y, z), 0.04)
        for name, sign in (("left", 1.0), ("right", -1.0))
        for x, y, z in ((1.25, 0.26, 0.95), (-0.29, 0.20, 0.82))
    ]
    guard = tube(
        [(1.25, 0.62, 0.02, 0.07, 0.0), (1.52, 0.69, 0.03, 0.08, 0.0), (1.78, 0.60, 0.02, 0.06, 0.0)],
        painted("motorcycle", (0.30, 0.02, 0.02)),
    )
    front, rear = _wheel(1.525, 0.325, 0.22, 0.12, metal), _wheel(0.0, 0.318, 0.22, 0.17, metal)
    turns = [fork, *bars, *mirrors, guard]
    moving = steering(turns, front, (1.525, 0.0, 0.325), (1.18, 0.0, 1.02), (1.36, 0.0, 0.66), 0.978)
    moving.append(turning("wheel_rear", rear, (0.0, 0.0, 0.318), spins=1.0))
    parts = [engine, boxer, *beam, exhaust, *lamps, _plate(-0.35, 0.66)]
    return [*_motorcycle_body(), *parts], moving


@entry("models", source=_GS, tags=("vehicle", "cycle"))
@cache
def motorcycle() -> Model:
    """A large touring motorcycle on its side stand."""
    stand = rod((0.62, 0.12, 0.35), (0.58, 0.30, 0.012), 0.014, stuff("rim", "motorcycle"), 4)
    body, moving = _motorcycle()
    sizes = {"mass_kg": 249.0, "wheelbase_m": 1.525, "wheel_radius_m": 0.318}
    return carried("motorcycle", "motorcycle", [*body, stand], None, _GS, sizes, moving)


@entry("models", source=_GS, tags=("vehicle", "cycle", "person"))
@cache
def motorcyclist() -> Model:
    """A man in leather on a touring motorcycle."""
    build = replace(
        MAN, girth=1.08, shirt=(0.03, 0.03, 0.035), trousers=(0.025, 0.025, 0.03), shoes=(0.015, 0.015, 0.015)
    )
    seat = Seat(
        hips=(0.28, 0.0, 0.99), ankles=((0.48, 0.38), (0.48, 0.38)), wrists=(0.95, 1.16), lean_rad=0.15, spread_rad=0.22
    )
    rider = riding(build, seat, {"head": _worn.full_helmet(1.78, (0.03, 0.05, 0.30))})
    body, moving = _motorcycle()
    sizes = {"mass_kg": 335.0, "wheelbase_m": 1.525, "wheel_radius_m": 0.318}
    return carried("motorcyclist", "motorcycle", body, rider, _GS, sizes, moving)
