"""What stands and drives in warehouses."""

from collections.abc import Sequence
from functools import cache
from typing import Annotated

import numpy as np

from simgen.geometry import Pose
from simgen.library import Parameter, entry
from simgen.sampling import stream
from simgen.world import shapes
from simgen.world.mesh import Mesh, merge
from simgen.world.model import Model, Part

from ._lettering import BLACK, WHITE, YELLOW, drawn, facing, striped, words
from ._loads import carton_mesh, pallet_mesh
from ._pieces import at, disc, prism, rod, rods, stuff
from ._standing import single, standing

_ESTIMATED = "proportions estimated"


def _thing(name: str, category: str, meshes: Sequence[Mesh], source: str, mass_kg: float) -> Model:
    return single(name, category, merge(meshes), source, {"mass_kg": mass_kg})


_SMALL = "FEFCO 0201 carton, 300 x 200 x 150 mm"
_LARGE = "FEFCO 0201 carton, 600 x 400 x 500 mm"


@entry("models", source=_SMALL, tags=("warehouse",))
@cache
def carton_small() -> Model:
    """A small carton with a dispatch label."""
    return _thing("carton_small", "movable", [carton_mesh((0.3, 0.2, 0.15))], _SMALL, 2.0)


@entry("models", source=_LARGE, tags=("warehouse",))
@cache
def carton_large() -> Model:
    """A large carton with dispatch labels."""
    return _thing("carton_large", "movable", [carton_mesh((0.6, 0.4, 0.5))], _LARGE, 12.0)


_PALLET = "EPAL Euro pallet, EN 13698-1: 1200 x 800 x 144 mm, cartons of 400 x 400 x 300 mm"


@entry("models", source=_PALLET, tags=("warehouse",))
@cache
def pallet_loaded(
    layers: Annotated[int, Parameter(text="layers of six cartons", low=1, high=6)] = 4,
    seed: Annotated[int, Parameter(text="which gaps", low=0)] = 0,
) -> Model:
    """A pallet of cartons, the top layer not full."""
    rng, carton, parts = stream(seed, "model", "pallet"), carton_mesh((0.39, 0.39, 0.30), marked=False), [pallet_mesh()]
    for layer in range(layers):
        for k in range(6 if layer < layers - 1 else int(rng.integers(2, 6))):
            x, y = (-0.4, 0.0, 0.4)[k % 3], (-0.2, 0.2)[k // 3]
            parts.append(at(carton, x, y, 0.144 + 0.303 * layer, yaw=float(rng.uniform(-0.02, 0.02))))
    return _thing("pallet_loaded", "movable", parts, _PALLET, 260.0)


@entry("models", source="six empty EPAL pallets, EN 13698-1", tags=("warehouse",))
@cache
def pallet_stack() -> Model:
    """A stack of empty pallets."""
    rng = stream(0, "model", "stack")
    parts = [
        at(pallet_mesh(), float(rng.uniform(-0.03, 0.03)), float(rng.uniform(-0.03, 0.03)), 0.144 * k) for k in range(8)
    ]
    return _thing("pallet_stack", "movable", parts, "eight empty EPAL pallets, EN 13698-1", 200.0)


_RACK = "pallet rack after EN 15512: bays of 2.7 m, uprights 100 mm wide, depth 1.1 m; levels every 1.6 m"


@entry("models", source=_RACK, tags=("warehouse",))
@cache
def pallet_rack(
    levels: Annotated[int, Parameter(text="levels above the floor", low=1, high=5)] = 2,
    seed: Annotated[int, Parameter(text="which load", low=0)] = 0,
) -> Model:
    """One bay of a pallet rack along x, partly loaded."""
    rng, blue, orange = (
        stream(seed, "model", "rack"),
        stuff("steel", "furniture", (0.01, 0.06, 0.25)),
        stuff("steel", "furniture", (0.55, 0.15, 0.0)),
    )
    tall = 1.6 * levels + 1.2
    parts = []
    for x in (-1.4, 1.4):
        parts += [shapes.box((0.10, 0.08, tall), blue, (x, y, tall / 2.0)) for y in (-0.5, 0.5)]
        zig = [(x, -0.5 if k % 2 else 0.5, 0.2 + k * (tall - 0.4) / (2 * levels + 2)) for k in range(2 * levels + 3)]
        parts += rods(zig, 0.018, blue, 4)
        parts.append(shapes.box((0.18, 0.1, 0.4), stuff("plastic", "furniture", (0.72, 0.55, 0.0)), (x, -0.56, 0.2)))
    parts += [
        shapes.box((2.7, 0.05, 0.12), orange, (0.0, y, 1.6 * k)) for k in range(1, levels + 1) for y in (-0.5, 0.5)
    ]
    for level in range(levels + 1):
        for x in (-0.68, 0.68):
            if rng.uniform() < 0.8:
                height = float(rng.uniform(0.7, 1.15))
                z = 1.6 * level + (0.06 if level else 0.0)
                pallet = at(pallet_mesh(), yaw=np.pi / 2)
                load = shapes.box((0.78, 1.16, height), stuff("cardboard", "movable"), (0.0, 0.0, 0.144 + height / 2.0))
                wrap = shapes.box(
                    (0.80, 1.18, 0.08), stuff("tape", "movable", (0.5, 0.5, 0.5)), (0.0, 0.0, 0.144 + 0.6 * height)
                )
                parts.append(at(merge([pallet, load, wrap]), x, 0.0, z))
    return _thing("pallet_rack", "furniture", parts, _RACK, 900.0)


_FORK = f"Linde E25: 2.5 t, 2.35 m long without forks, 1.17 m wide, 2.16 m tall; {_ESTIMATED}"


@entry("models", source=_FORK, tags=("warehouse", "vehicle"))
@cache
def forklift() -> Model:
    """A counterbalance forklift truck; its forks point along x, origin below the rear axle."""
    red, dark, rubber = (
        stuff("car_paint", "robot", (0.45, 0.02, 0.01)),
        stuff("plastic", "robot"),
        stuff("rubber", "robot"),
    )
    steel = stuff("steel", "robot", (0.06, 0.06, 0.065))
    rear = prism(((-0.55, 0.30), (0.25, 0.30), (0.25, 1.05), (-0.35, 1.05), (-0.55, 0.85)), 1.05, red)
    floor = shapes.box((0.75, 1.05, 0.45), red, (0.62, 0.0, 0.42))
    wheels = [shapes.both_sides(disc(r, 0.22, rubber, (x, 0.47, r), 16)) for r, x in ((0.27, 0.0), (0.33, 1.45))]
    hubs = [
        shapes.both_sides(disc(0.15, 0.23, stuff("rim", "robot"), (x, 0.47, r), 10))
        for r, x in ((0.27, 0.0), (0.33, 1.45))
    ]
    front = shapes.box((0.7, 0.75, 0.4), red, (1.35, 0.0, 0.5))
    posts = [
        shapes.both_sides(rod(a, b, 0.035, dark))
        for a, b in (((-0.35, 0.45, 1.05), (-0.15, 0.42, 2.10)), ((1.25, 0.45, 0.7), (0.95, 0.42, 2.10)))
    ]
    roof = [shapes.box((1.25, 0.05, 0.05), dark, (0.42, y, 2.12)) for y in (-0.42, -0.14, 0.14, 0.42)]
    roof += [shapes.box((0.05, 0.9, 0.05), dark, (x, 0.0, 2.12)) for x in (-0.18, 1.02)]
    seat = [
        shapes.box((0.45, 0.48, 0.12), dark, (0.05, 0.0, 1.12)),
        at(shapes.box((0.1, 0.46, 0.5), dark), -0.2, 0.0, 1.40, pitch=-0.15),
    ]
    wheel = [
        rod((1.0, 0.0, 0.8), (0.72, 0.0, 1.20), 0.03, dark),
        at(shapes.cylinder(0.18, 0.03, dark, segments=12), 0.70, 0.0, 1.21, pitch=-0.6),
    ]
    mast = [shapes.both_sides(shapes.box((0.10, 0.08, 2.05), steel, (1.80, 0.30, 1.07)))]
    mast += [shapes.box((0.06, 0.62, 0.08), steel, (1.80, 0.0, z)) for z in (0.35, 1.2, 2.05)]
    carriage = [shapes.box((0.05, 1.0, 0.08), steel, (1.89, 0.0, z)) for z in (0.18, 0.55)]
    forks = [
        shapes.both_sides(shapes.box((0.04, 0.10, 0.60), steel, (1.92, 0.27, 0.36))),
        shapes.both_sides(shapes.box((1.15, 0.10, 0.04), steel, (2.48, 0.27, 0.06))),
    ]
    beacon = at(shapes.cylinder(0.05, 0.1, stuff("lamp_indicator_left", "robot"), segments=8), 0.0, 0.3, 2.14)
    parts = [rear, floor, *wheels, *hubs, front, *posts, *roof, *seat, *wheel, *mast, *carriage, *forks, beacon]
    return _thing("forklift", "robot", parts, _FORK, 4300.0)


_JACK = "hand pallet truck: forks 1150 x 540 mm, 1.22 m to the handle's top (EN ISO 3691-5); the rest estimated"


@entry("models", source=_JACK, tags=("warehouse",))
@cache
def pallet_jack() -> Model:
    """A hand pallet truck; its forks point along x."""
    yellow, steel, rubber = (
        stuff("steel", "movable", (0.65, 0.45, 0.0)),
        stuff("steel", "movable", (0.1, 0.1, 0.1)),
        stuff("rubber", "movable"),
    )
    forks = shapes.both_sides(prism(((0.0, 0.05), (1.10, 0.05), (1.15, 0.08), (0.0, 0.11)), 0.16, yellow, 0.19))
    body = prism(((-0.20, 0.06), (0.02, 0.06), (0.02, 0.36), (-0.12, 0.42), (-0.20, 0.2)), 0.42, yellow)
    pump = shapes.cylinder(0.05, 0.45, steel, segments=10)
    wheels = [
        disc(0.09, 0.16, rubber, (-0.24, 0.0, 0.09), 12),
        shapes.both_sides(disc(0.04, 0.08, rubber, (0.98, 0.19, 0.04), 8)),
    ]
    handle = rods(
        (
            (-0.24, 0.0, 0.40),
            (-0.34, 0.0, 1.05),
            (-0.36, -0.14, 1.12),
            (-0.37, -0.14, 1.21),
            (-0.37, 0.14, 1.21),
            (-0.36, 0.14, 1.12),
            (-0.34, 0.0, 1.05),
        ),
        0.018,
        steel,
    )
    return _thing("pallet_jack", "movable", [forks, body, at(pump, -0.24, 0.0, 0.12), *wheels, *handle], _JACK, 65.0)


_AMR = "MiR250: 800 x 580 x 300 mm, 83 kg, 2.0 m/s; driven wheels 200 mm across and 0.40 m apart, estimated"


@entry("models", source=_AMR, tags=("warehouse", "robot"))
@cache
def amr() -> Model:
    """A low mobile robot on two driven wheels, with scanners at two corners and a lit edge; it drives along x."""
    wheel = disc(0.10, 0.05, stuff("rubber", "robot"), (0.0, 0.0, 0.0), 14)
    hub = disc(0.06, 0.055, stuff("rim", "robot"), (0.0, 0.0, 0.0), 8)
    wheels = [
        Part(
            name=f"wheel_{side}",
            mesh=merge([wheel, hub]),
            parent=0,
            parent_from_part=Pose.from_xyz_rpy(0.0, y, 0.10),
            joint="wheel",
        )
        for side, y in (("left", 0.20), ("right", -0.20))
    ]
    return standing(
        name="amr",
        category="robot",
        parts=(Part(name="body", mesh=merge(_amr_body()), parent=-1), *wheels),
        dimensions={"mass_kg": 83.0, "drive_track_m": 0.40, "wheel_radius_m": 0.10, "top_mps": 2.0},
        source=_AMR,
    )


def _amr_body() -> list[Mesh]:
    grey, dark = stuff("plastic", "robot", (0.45, 0.46, 0.47)), stuff("plastic", "robot", (0.015, 0.015, 0.016))
    edge = ((0.40, 0.20), (0.33, 0.29), (-0.33, 0.29), (-0.40, 0.20))
    outline = np.array([(x, -y) for x, y in reversed(edge)] + list(edge))[::-1]
    low, gap, top = (
        shapes.extrude(outline * share, start, end, colour)
        for share, start, end, colour in ((1.0, 0.03, 0.16, grey), (0.94, 0.16, 0.20, dark), (1.0, 0.20, 0.30, grey))
    )
    glow = shapes.extrude(outline * 1.004, 0.205, 0.225, stuff("sign_face", "robot", (0.02, 0.45, 0.25)))
    castors = [shapes.both_sides(disc(0.05, 0.03, dark, (x, 0.2, 0.05), 8)) for x in (-0.3, 0.3)]
    deck = shapes.box((0.6, 0.4, 0.005), dark, (0.0, 0.0, 0.302))
    stop = at(shapes.cylinder(0.03, 0.02, stuff("bollard_red", "robot"), axis="x", segments=10), 0.40, 0.1, 0.26)
    name = facing("+y", (0.0, 0.2915, 0.095), 0.28, 0.09, words(("AMR 07",), 0.28, 0.09, BLACK, WHITE, "robot"))
    return [low, gap, top, glow, *castors, deck, stop, name]


_ROLL = "roll container 720 x 810 x 1700 mm (DIN 30790); the rest estimated"


@entry("models", source=_ROLL, tags=("warehouse", "shop"))
@cache
def roll_container() -> Model:
    """A wire roll container with cartons inside."""
    steel, rubber = stuff("steel", "movable"), stuff("rubber", "movable")
    base = shapes.box((0.80, 0.70, 0.04), steel, (0.0, 0.0, 0.19))
    wheels = [shapes.both_sides(disc(0.065, 0.035, rubber, (x, 0.28, 0.065), 10)) for x in (-0.33, 0.33)]
    forks = [shapes.both_sides(shapes.box((0.06, 0.06, 0.10), steel, (x, 0.28, 0.14))) for x in (-0.33, 0.33)]
    wires = []
    for y in (-0.34, 0.34):
        wires += rods(((-0.39, y, 0.2), (-0.39, y, 1.70), (0.39, y, 1.70), (0.39, y, 0.2)), 0.014, steel, 5)
        wires += [rod((x, y, 0.2), (x, y, 1.70), 0.005, steel, 3) for x in np.linspace(-0.30, 0.30, 7)]
        wires += [rod((-0.39, y, z), (0.39, y, z), 0.005, steel, 3) for z in (0.6, 1.0, 1.4)]
    wires += [rod((-0.39, y, 0.2), (-0.39, y, 1.70), 0.005, steel, 3) for y in np.linspace(-0.25, 0.25, 5)]
    load = [
        at(carton_mesh(size, marked=False), *place)
        for size, place in (
            ((0.55, 0.4, 0.4), (-0.05, -0.1, 0.21)),
            ((0.35, 0.25, 0.3), (0.1, 0.17, 0.21)),
            ((0.5, 0.45, 0.35), (-0.05, 0.0, 0.62)),
        )
    ]
    return _thing("roll_container", "movable", [base, *wheels, *forks, *wires, *load], _ROLL, 90.0)


_TRUCK = f"sack truck, 1.3 m tall, 0.5 m wide; {_ESTIMATED}"


@entry("models", source=_TRUCK, tags=("warehouse",))
@cache
def hand_truck() -> Model:
    """A two-wheeled hand truck with a carton on it."""
    steel, rubber = stuff("steel", "movable", (0.30, 0.02, 0.02)), stuff("rubber", "movable")
    side = rods(((0.0, 0.18, 0.03), (0.0, 0.18, 1.05), (-0.10, 0.22, 1.28)), 0.016, steel)
    cross = [disc(0.012, 0.36, steel, (0.0, 0.0, z), 5) for z in (0.3, 0.6, 0.9)]
    toe = shapes.box((0.22, 0.40, 0.012), steel, (0.11, 0.0, 0.012))
    wheels = shapes.both_sides(disc(0.13, 0.06, rubber, (-0.12, 0.22, 0.13), 14))
    axle = disc(0.012, 0.44, steel, (-0.12, 0.0, 0.13), 5)
    box = at(carton_mesh((0.30, 0.38, 0.45)), 0.17, 0.0, 0.02)
    return _thing(
        "hand_truck",
        "movable",
        [*(shapes.both_sides(bar) for bar in side), *cross, toe, wheels, axle, box],
        _TRUCK,
        22.0,
    )


_BELT = f"roller conveyor of 3.0 x 0.6 m, 0.75 m high; {_ESTIMATED}"


@entry("models", source=_BELT, tags=("warehouse",))
@cache
def conveyor() -> Model:
    """A roller conveyor along x with two cartons on it."""
    steel, grey, yellow = (
        stuff("steel", "furniture"),
        stuff("steel", "furniture", (0.15, 0.16, 0.17)),
        stuff("steel", "furniture", (0.02, 0.10, 0.30)),
    )
    rollers = [disc(0.03, 0.50, steel, (x, 0.0, 0.72), 8) for x in np.linspace(-1.44, 1.44, 22)]
    rails = shapes.both_sides(shapes.box((3.0, 0.04, 0.14), yellow, (0.0, 0.28, 0.70)))
    legs = [shapes.both_sides(shapes.box((0.07, 0.05, 0.66), grey, (x, 0.26, 0.33))) for x in (-1.2, 0.0, 1.2)]
    ties = [shapes.box((0.05, 0.5, 0.05), grey, (x, 0.0, 0.25)) for x in (-1.2, 0.0, 1.2)]
    motor = shapes.box((0.35, 0.2, 0.2), grey, (0.6, 0.0, 0.52))
    load = [
        at(carton_mesh((0.4, 0.3, 0.25)), -0.9, 0.02, 0.75, yaw=0.1),
        at(carton_mesh((0.5, 0.38, 0.35)), 0.5, 0.0, 0.75),
    ]
    return _thing("conveyor", "furniture", [*rollers, rails, *legs, *ties, motor, *load], _BELT, 160.0)


_DRUM = "steel drum of 210 l, ISO 15750: 0.585 m across, 0.88 m tall"


@entry("models", source=_DRUM, tags=("warehouse",))
@cache
def oil_drum() -> Model:
    """A blue steel drum with a hazard label."""
    blue = stuff("furniture_metal", "movable", (0.01, 0.07, 0.28))
    edges = [
        (0.29, 0.0),
        (0.2925, 0.02),
        (0.28, 0.03),
        (0.28, 0.28),
        (0.2925, 0.30),
        (0.28, 0.32),
        (0.28, 0.56),
        (0.2925, 0.58),
        (0.28, 0.60),
    ]
    shell = shapes.revolve(
        np.array([*edges, (0.28, 0.85), (0.2925, 0.86), (0.2925, 0.88), (0.27, 0.88), (0.27, 0.86)]), blue, segments=16
    )
    plug = at(shapes.cylinder(0.035, 0.02, stuff("steel", "movable"), segments=8), 0.18, 0.0, 0.86)
    mark = facing("+x", (0.285, 0.0, 0.44), 0.18, 0.18, words(("!",), 0.18, 0.18, BLACK, YELLOW, "movable"))
    return _thing("oil_drum", "movable", [shell, plug, mark], _DRUM, 22.0)


_TOTE = "KLT 6428 small load carrier (VDA 4500): 600 x 400 x 280 mm"


@entry("models", source=_TOTE, tags=("warehouse",))
@cache
def tote_stack() -> Model:
    """Three blue plastic boxes on each other."""
    blue, parts = stuff("plastic", "movable", (0.02, 0.10, 0.32)), []
    for k in range(3):
        z = 0.275 * k
        parts += [
            shapes.box((0.56, 0.36, 0.25), blue, (0.0, 0.0, z + 0.125)),
            shapes.box((0.60, 0.40, 0.04), blue, (0.0, 0.0, z + 0.26)),
        ]
        parts += [
            shapes.both_sides(shapes.box((0.02, 0.03, 0.22), blue, (x, 0.19, z + 0.12))) for x in (-0.2, 0.0, 0.2)
        ]
    parts.append(shapes.box((0.54, 0.34, 0.01), stuff("underbody", "movable"), (0.0, 0.0, 0.832)))
    return _thing("tote_stack", "movable", parts, _TOTE, 6.0)


_STEP = f"platform step ladder of five steps, EN 131-7; {_ESTIMATED}"


@entry("models", source=_STEP, tags=("warehouse", "shop"))
@cache
def step_ladder() -> Model:
    """A standing step ladder."""
    metal, dark = stuff("aluminium", "movable"), stuff("plastic", "movable")
    front = [
        shapes.both_sides(rod((0.45, 0.27, 0.0), (0.0, 0.20, 1.30), 0.02, metal, 5)),
        shapes.both_sides(rod((-0.45, 0.25, 0.0), (-0.1, 0.18, 1.25), 0.018, metal, 5)),
    ]
    steps = [
        shapes.box((0.10, 0.46 - 0.02 * k, 0.025), metal, (0.45 - 0.45 * (k + 1) / 5.2, 0.0, 0.25 * (k + 1)))
        for k in range(4)
    ]
    top = shapes.box((0.30, 0.42, 0.03), dark, (-0.06, 0.0, 1.28))
    rail = rods(((-0.18, 0.18, 1.28), (-0.22, 0.16, 1.85), (-0.22, -0.16, 1.85), (-0.18, -0.18, 1.28)), 0.015, metal)
    return _thing("step_ladder", "movable", [*front, *steps, top, *rail], _STEP, 9.0)


_GUARD = f"rack and column guard, black and yellow, 1.0 x 0.4 m; {_ESTIMATED}"


@entry("models", source=_GUARD, tags=("warehouse",))
@cache
def rack_guard() -> Model:
    """A black and yellow guard rail along y."""
    art = drawn("guard_stripes", 1.2, 0.4, striped("guard", (BLACK, YELLOW), 12, 1.0), stuff("plastic", "barrier"))
    plate = shapes.box((0.04, 1.2, 0.4), stuff("plastic", "barrier", (0.6, 0.42, 0.0)), (0.0, 0.0, 0.26))
    faces = [facing(axis, (x, 0.0, 0.26), 1.2, 0.4, art) for axis, x in (("+x", 0.0215), ("-x", -0.0215))]
    posts = shapes.both_sides(
        shapes.box((0.1, 0.1, 0.5), stuff("steel", "barrier", (0.65, 0.45, 0.0)), (0.0, 0.62, 0.25))
    )
    return _thing("rack_guard", "barrier", [plate, *faces, posts], _GUARD, 25.0)
