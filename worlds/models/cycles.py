"""Two-wheelers, alone and with their riders; origin on the ground below the rear axle."""

from dataclasses import replace
from functools import cache

from simgen.worlds import materials

from simgen.library import entry
from simgen.world import shapes
from simgen.world.material import Material
from simgen.world.mesh import Mesh
from simgen.world.model import Model

from . import _worn
from ._pieces import Point, at, disc, prism, rod, rods, spoked, stuff, tube
from ._posed import Posed, Seat, carried, riding
from .people import MAN, WOMAN

_CITY = "city bicycle with 28 inch wheels (ISO 5775 37-622), wheelbase 1.07 m; the rest estimated from proportions"
_MAX = "Segway Ninebot KickScooter Max G30: 1167 x 472 x 1203 mm, 10 inch wheels; the rest estimated"
_CARGO = "Urban Arrow Family: 2.66 m long, 0.70 m wide, wheels of 20 and 26 inches; the rest estimated"
_R = 0.345


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


def _cranks(metal: Material, rubber: Material) -> list[Mesh]:
    """Chain wheel, cranks, pedals and the rack."""
    crank = [
        disc(0.09, 0.02, metal, (0.45, -0.05, 0.29), 12),
        rod((0.45, 0.07, 0.29), (0.45, 0.08, 0.12), 0.012, metal, 4),
        rod((0.45, -0.07, 0.29), (0.45, -0.08, 0.46), 0.012, metal, 4),
    ]
    pedals = [
        shapes.box((0.09, 0.09, 0.025), rubber, (0.45, 0.13, 0.115)),
        shapes.box((0.09, 0.09, 0.025), rubber, (0.45, -0.13, 0.465)),
    ]
    rack = [
        shapes.box((0.36, 0.12, 0.015), metal, (-0.08, 0.0, 0.76)),
        shapes.both_sides(rod((0.0, 0.06, _R), (-0.10, 0.06, 0.76), 0.006, metal, 3)),
    ]
    return [*crank, *pedals, *rack]


def _bicycle() -> list[Mesh]:
    """A city bicycle with mudguards, rack, lamps and a basket-free handlebar."""
    frame, metal, rubber = painted("bicycle", (0.03, 0.10, 0.07)), stuff("rim", "bicycle"), stuff("rubber", "bicycle")
    bracket, seat, fork = (0.45, 0.0, 0.29), (0.26, 0.0, 0.78), (0.90, 0.0, 0.66)
    tubes = [
        rod(bracket, (0.23, 0.0, 0.86), 0.017, frame),
        rod(bracket, (0.89, 0.0, 0.70), 0.020, frame),
        rod(seat, (0.85, 0.0, 0.82), 0.017, frame),
        rod((0.80, 0.0, 0.98), fork, 0.019, frame),
    ]
    stays = [
        rod(a, b, 0.010, frame, 4)
        for a, b in (
            ((0.0, 0.06, _R), (0.42, 0.03, 0.29)),
            ((0.0, 0.06, _R), (0.27, 0.02, 0.76)),
            ((0.90, 0.03, 0.66), (1.07, 0.05, _R)),
        )
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
    lamps = [lamp("lamp_low_beam", (0.90, 0.0, 0.90)), lamp("lamp_brake", (-0.28, 0.0, 0.74), 0.035)]
    wheels = [*spoked(_R, 0.02, 0.0, rubber, metal), *spoked(_R, 0.02, 1.07, rubber, metal)]
    bars = handlebars((0.66, 0.29, 1.06), (0.80, 0.0, 1.06), metal, rubber)
    stem = rod((0.80, 0.0, 0.96), (0.80, 0.0, 1.07), 0.014, metal)
    parts = [*tubes, *(shapes.both_sides(bar) for bar in stays), post, saddle, *_cranks(metal, rubber)]
    return [*parts, *lamps, *wheels, *bars, stem]


@entry("models", source=_CITY, tags=("vehicle", "cycle"))
@cache
def bicycle() -> Model:
    """A city bicycle on its stand."""
    stand = rod((0.05, 0.03, 0.30), (0.0, 0.20, 0.012), 0.010, stuff("rim", "bicycle"), 4)
    return carried(
        "bicycle",
        "bicycle",
        [*_bicycle(), stand],
        None,
        _CITY,
        {"mass_kg": 17.0, "wheelbase_m": 1.07, "wheel_radius_m": _R},
    )


def _pedalling() -> Seat:
    return Seat(hips=(0.17, 0.0, 1.06), ankles=((0.40, 0.20), (0.40, 0.55)), wrists=(0.64, 1.08), lean_rad=0.35)


@entry("models", source=_CITY, tags=("vehicle", "cycle", "person"))
@cache
def cyclist() -> Model:
    """A man on a city bicycle, with a helmet."""
    build = replace(MAN, shirt=(0.30, 0.05, 0.06), trousers=(0.09, 0.08, 0.06))
    rider = riding(build, _pedalling(), {"head": _worn.cycle_helmet(1.78, (0.7, 0.7, 0.7))})
    return carried(
        "cyclist", "cyclist", _bicycle(), rider, _CITY, {"mass_kg": 97.0, "wheelbase_m": 1.07, "wheel_radius_m": _R}
    )


@entry("models", source=_CITY, tags=("vehicle", "cycle", "person"))
@cache
def cyclist_woman() -> Model:
    """A woman on a city bicycle with a backpack."""
    seat = replace(_pedalling(), hips=(0.19, 0.0, 1.04), lean_rad=0.3, wrists=(0.64, 1.07))
    rider = riding(replace(WOMAN, shirt=(0.05, 0.25, 0.30)), seat, {"torso": _worn.backpack(1.66, (0.05, 0.05, 0.06))})
    return carried(
        "cyclist_woman",
        "cyclist",
        _bicycle(),
        rider,
        _CITY,
        {"mass_kg": 84.0, "wheelbase_m": 1.07, "wheel_radius_m": _R},
    )


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
            ((1.75, 0.0, 0.34), (1.95, 0.0, 0.26)),
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
    wheels = [*spoked(0.33, 0.025, 0.0, rubber, metal), *spoked(0.254, 0.025, 1.95, rubber, metal)]
    bars = handlebars((0.64, 0.30, 1.07), (0.78, 0.0, 1.07), metal, rubber)
    crank = [disc(0.09, 0.10, metal, (0.45, 0.0, 0.29), 10)]
    rider = riding(
        replace(MAN, shirt=(0.40, 0.28, 0.05)), _pedalling(), {"head": _worn.cycle_helmet(1.78, (0.04, 0.10, 0.25))}
    )
    parts = [box, dark, *tubes, *stays, saddle, *lamps, *wheels, *bars, *crank]
    return carried(
        "cargo_bike", "cyclist", parts, rider, _CARGO, {"mass_kg": 130.0, "wheelbase_m": 1.95, "wheel_radius_m": 0.33}
    )


def _kick_scooter() -> list[Mesh]:
    dark, metal, rubber = (
        stuff("plastic", "bicycle"),
        stuff("rim", "bicycle", (0.08, 0.08, 0.085)),
        stuff("rubber", "bicycle"),
    )
    wheels = [disc(0.127, 0.06, rubber, (x, 0.0, 0.127), 16) for x in (0.0, 0.91)]
    deck = prism(((0.05, 0.10), (0.12, 0.16), (0.62, 0.16), (0.72, 0.24), (0.76, 0.22), (0.66, 0.10)), 0.17, dark)
    guard = [
        shapes.box((0.20, 0.07, 0.02), dark, (0.0, 0.0, 0.27)),
        shapes.box((0.20, 0.07, 0.02), dark, (0.91, 0.0, 0.27)),
    ]
    stem = [
        rod((0.91, 0.0, 0.127), (0.74, 0.0, 0.40), 0.03, metal),
        rod((0.76, 0.0, 0.34), (0.66, 0.0, 1.18), 0.022, metal),
    ]
    bars = handlebars((0.60, 0.23, 1.18), (0.655, 0.0, 1.18), metal, rubber)
    lamps = [lamp("lamp_low_beam", (0.70, 0.0, 1.08), 0.03), lamp("lamp_brake", (-0.105, 0.0, 0.25), 0.025)]
    return [*wheels, deck, *guard, *stem, *bars, *lamps]


@entry("models", source=_MAX, tags=("vehicle", "cycle"))
@cache
def e_scooter() -> Model:
    """An electric kick scooter on its stand."""
    stand = rod((0.25, 0.06, 0.11), (0.24, 0.16, 0.01), 0.010, stuff("rim", "bicycle"), 4)
    return carried(
        "e_scooter",
        "bicycle",
        [*_kick_scooter(), stand],
        None,
        _MAX,
        {"mass_kg": 19.0, "wheelbase_m": 0.91, "wheel_radius_m": 0.127},
    )


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
    return carried(
        "e_scooter_rider",
        "cyclist",
        _kick_scooter(),
        rider,
        _MAX,
        {"mass_kg": 89.0, "wheelbase_m": 0.91, "wheel_radius_m": 0.127},
    )


_CHAIR = "manual wheelchair after ISO 7176-5: 1.10 x 0.65 x 0.92 m, 24 inch wheels; the rest estimated"


def _wheelchair() -> list[Mesh]:
    metal, cloth, rubber = (
        stuff("steel", "pedestrian", (0.25, 0.25, 0.26)),
        stuff("trousers", "pedestrian", (0.02, 0.02, 0.025)),
        stuff("rubber", "pedestrian"),
    )
    big = [at(mesh, 0.0, 0.28, 0.0) for mesh in spoked(0.305, 0.016, 0.0, rubber, metal, 6)]
    ring = at(spoked(0.26, 0.010, 0.0, metal, metal, 2)[0], 0.0, 0.32, 0.045)
    small = disc(0.09, 0.03, rubber, (0.42, 0.24, 0.09), 10)
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
    sides = [shapes.both_sides(mesh) for mesh in (*big, ring, small, *frame, arm, rests)]
    seat = shapes.box((0.44, 0.42, 0.05), cloth, (0.18, 0.0, 0.49))
    back = at(shapes.box((0.04, 0.42, 0.42), cloth), -0.09, 0.0, 0.72, pitch=-0.18)
    return [*sides, seat, back]


@entry("models", source=_CHAIR, tags=("person", "pedestrian"))
@cache
def wheelchair_user() -> Model:
    """A man in a manual wheelchair."""
    seat = Seat(hips=(0.06, 0.0, 0.60), ankles=((0.64, 0.20), (0.64, 0.20)), wrists=(0.30, 0.72), lean_rad=-0.08)
    rider: Posed = riding(replace(MAN, shirt=(0.25, 0.28, 0.30)), seat)
    return carried("wheelchair_user", "pedestrian", _wheelchair(), rider, _CHAIR, {"mass_kg": 97.0})
