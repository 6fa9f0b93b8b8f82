"""What stands in shops and offices."""

from collections.abc import Sequence
from functools import cache
from typing import Annotated

import numpy as np

from simgen.library import Parameter, entry
from simgen.sampling import stream
from simgen.world import shapes
from simgen.world.mesh import Mesh, merge
from simgen.world.model import Model

from ._lettering import BLACK, BLUE, GREEN, RED, WHITE, YELLOW, facing, words
from ._pieces import at, disc, prism, rod, rods, stuff
from ._standing import single

_ESTIMATED = "proportions estimated"
_BRANDS = (
    ("OATS", RED, WHITE),
    ("TEA", GREEN, WHITE),
    ("RICE", YELLOW, BLACK),
    ("SOAP", BLUE, WHITE),
    ("SALT", WHITE, BLUE),
    ("COCOA", (90, 45, 20), WHITE),
)


def _thing(name: str, category: str, meshes: Sequence[Mesh], source: str, mass_kg: float) -> Model:
    return single(name, category, merge(meshes), source, {"mass_kg": mass_kg})


def _packet(brand: int, width_m: float, height_m: float) -> Mesh:
    """A packet that faces along x, its brand on the front."""
    text, ground, ink = _BRANDS[brand % len(_BRANDS)]
    colour = tuple((value / 255.0) ** 2.2 for value in ground)
    box = shapes.box(
        (0.08, width_m, height_m),
        stuff("cardboard", "movable", (colour[0], colour[1], colour[2])),
        (0.0, 0.0, height_m / 2.0),
    )
    side = min(width_m, height_m)
    face = words((text,), side, side, ink, ground, "movable", "cardboard")
    return merge([box, facing("+x", (0.0415, 0.0, height_m / 2.0), side, side, face)])


def _can(colour: tuple[float, float, float]) -> Mesh:
    """A tin with a coloured label."""
    metal, label = stuff("chrome", "movable"), stuff("cardboard", "movable", colour)
    return shapes.revolve(
        np.array([[0.036, 0.0], [0.037, 0.008], [0.037, 0.1], [0.036, 0.108]]),
        [metal, metal, label, metal, metal],
        segments=8,
    )


def _bottle(colour: tuple[float, float, float]) -> Mesh:
    """A bottle with a cap."""
    glass, cap = stuff("plastic", "movable", colour), stuff("plastic", "movable", (0.6, 0.02, 0.02))
    profile = np.array([[0.038, 0.0], [0.04, 0.17], [0.015, 0.23], [0.014, 0.26], [0.016, 0.262], [0.016, 0.28]])
    return shapes.revolve(profile, [glass, glass, glass, glass, cap, cap, cap], segments=7)


_SHELF = f"supermarket gondola, 1.0 m bay, 1.8 m tall, shelves 0.45 m deep every 0.4 m; {_ESTIMATED}"


@entry("models", source=_SHELF, tags=("shop",))
@cache
def shop_shelf(seed: Annotated[int, Parameter(text="which goods", low=0)] = 0) -> Model:
    """A stocked shelf that faces along x."""
    rng, white = stream(seed, "model", "shelf"), stuff("furniture_metal", "furniture", (0.62, 0.63, 0.63))
    parts = [
        shapes.box((0.03, 1.0, 1.8), white, (-0.235, 0.0, 0.9)),
        shapes.both_sides(shapes.box((0.45, 0.02, 1.8), white, (0.0, 0.50, 0.9))),
    ]
    for level, z in enumerate((0.12, 0.55, 0.97, 1.39)):
        parts += [
            shapes.box((0.45, 0.98, 0.03), white, (0.0, 0.0, z)),
            shapes.box((0.01, 0.98, 0.045), stuff("plate", "furniture", (0.7, 0.6, 0.05)), (0.23, 0.0, z)),
        ]
        y = -0.46
        while y < 0.40:
            kind, brand, count = int(rng.integers(3)), int(rng.integers(6)), int(rng.integers(1, 4))
            wide = (0.15, 0.082, 0.09)[kind]
            goods = _goods(kind, brand, level)
            for _ in range(count):
                if y + wide > 0.48 or rng.uniform() < 0.06:
                    break
                parts.append(at(goods, 0.15, y + wide / 2.0, z + 0.016))
                y += wide
            y += 0.012
    top = facing("+x", (0.24, 0.0, 1.74), 0.98, 0.12, words(("GROCERIES",), 0.98, 0.12, WHITE, GREEN, "furniture"))
    crown = shapes.box((0.02, 0.98, 0.12), white, (0.228, 0.0, 1.74))
    return _thing("shop_shelf", "furniture", [*parts, crown, top], _SHELF, 120.0)


def _goods(kind: int, brand: int, level: int) -> Mesh:
    colours = (
        (0.5, 0.02, 0.02),
        (0.02, 0.3, 0.08),
        (0.6, 0.4, 0.02),
        (0.02, 0.08, 0.4),
        (0.4, 0.2, 0.05),
        (0.5, 0.5, 0.5),
    )
    if kind == 0:
        return _packet(brand, 0.145, 0.22 + 0.02 * (brand % 4))
    if kind == 1:
        can = _can(colours[brand])
        return merge([can, at(can, z=0.108)])
    return _bottle(colours[(brand + level) % 6])


_TROLLEY = f"shopping trolley of 100 l, 0.95 x 0.56 x 1.0 m (EN 1929-1); {_ESTIMATED}"


@entry("models", source=_TROLLEY, tags=("shop",))
@cache
def shopping_trolley() -> Model:
    """A wire shopping trolley; it is pushed along x."""
    wire, red = stuff("chrome", "movable"), stuff("plastic", "movable", (0.5, 0.01, 0.01))
    low = ((-0.28, 0.18, 0.48), (0.42, 0.15, 0.56))
    high = ((-0.36, 0.27, 0.92), (0.50, 0.21, 0.86))
    bars = [
        rod(low[0], low[1], 0.008, wire, 4),
        rod(high[0], high[1], 0.009, wire, 4),
        rod(low[0], high[0], 0.009, wire, 4),
        rod(low[1], high[1], 0.008, wire, 4),
    ]
    for share in np.linspace(0.1, 0.9, 9):
        foot = tuple(a + (b - a) * share for a, b in zip(*low, strict=True))
        top = tuple(a + (b - a) * share for a, b in zip(*high, strict=True))
        bars.append(rod((foot[0], foot[1], foot[2]), (top[0], top[1], top[2]), 0.004, wire, 3))
    for share in (0.33, 0.66):
        ends = [tuple(a + (b - a) * share for a, b in zip(low[k], high[k], strict=True)) for k in (0, 1)]
        bars.append(rod((ends[0][0], ends[0][1], ends[0][2]), (ends[1][0], ends[1][1], ends[1][2]), 0.004, wire, 3))
    across = [
        rod((x, -y, z), (x, y, z), 0.005, wire, 3)
        for x, y, z in (
            (0.42, 0.15, 0.56),
            (0.45, 0.17, 0.66),
            (0.48, 0.19, 0.76),
            (0.50, 0.21, 0.86),
            (-0.28, 0.18, 0.48),
        )
    ]
    across += [
        rod((x, -0.17, 0.49 + 0.1 * (x + 0.28)), (x, 0.17, 0.49 + 0.1 * (x + 0.28)), 0.004, wire, 3)
        for x in np.linspace(-0.2, 0.36, 8)
    ]
    frame = rods(((-0.40, 0.25, 0.14), (0.38, 0.16, 0.16), (-0.22, 0.20, 0.45), (-0.42, 0.26, 0.98)), 0.013, wire, 5)
    wheels = [
        shapes.both_sides(disc(0.06, 0.03, stuff("rubber", "movable"), (x, y, 0.06), 10))
        for x, y in ((-0.40, 0.25), (0.38, 0.16))
    ]
    forks = [
        shapes.both_sides(shapes.box((0.03, 0.05, 0.1), wire, (x, y, 0.11))) for x, y in ((-0.40, 0.25), (0.38, 0.16))
    ]
    grip = disc(0.018, 0.54, red, (-0.43, 0.0, 0.98), 8)
    return _thing(
        "shopping_trolley",
        "movable",
        [*(shapes.both_sides(bar) for bar in (*bars, *frame)), *across, *wheels, *forks, grip],
        _TROLLEY,
        22.0,
    )


_FRIDGE = f"glass-door merchandiser, 0.7 x 0.7 x 2.0 m; {_ESTIMATED}"


@entry("models", source=_FRIDGE, tags=("shop",))
@cache
def drinks_fridge() -> Model:
    """A drinks refrigerator with bottles behind its door; it faces along x."""
    red, white = (
        stuff("furniture_metal", "furniture", (0.45, 0.01, 0.01)),
        stuff("furniture_metal", "furniture", (0.7, 0.7, 0.7)),
    )
    parts = [
        shapes.box((0.68, 0.7, 0.22), red, (0.0, 0.0, 0.13)),
        shapes.box((0.68, 0.7, 0.26), red, (0.0, 0.0, 1.87)),
        shapes.box((0.05, 0.69, 1.5), white, (-0.31, 0.0, 0.99)),
    ]
    parts += [
        shapes.both_sides(shapes.box((0.68, 0.04, 1.5), red, (0.0, 0.33, 0.99))),
        shapes.box((0.5, 0.5, 0.02), stuff("plastic", "furniture"), (0.0, 0.0, 0.01)),
    ]
    colours = ((0.15, 0.06, 0.01), (0.55, 0.25, 0.0), (0.02, 0.35, 0.05), (0.5, 0.5, 0.55))
    for level, z in enumerate((0.26, 0.62, 0.98, 1.34)):
        parts.append(shapes.box((0.58, 0.62, 0.015), white, (-0.02, 0.0, z)))
        parts += [
            at(_bottle(colours[(level + k // 3) % 4]), 0.16, y, z + 0.01)
            for k, y in enumerate(np.linspace(-0.26, 0.26, 6))
        ]
    door = [
        shapes.both_sides(shapes.box((0.04, 0.05, 1.5), stuff("plastic", "furniture"), (0.33, 0.30, 0.99))),
        shapes.box((0.04, 0.03, 0.5), stuff("chrome", "furniture"), (0.37, -0.28, 1.0)),
    ]
    sign = facing("+x", (0.3415, 0.0, 1.87), 0.6, 0.2, words(("COLD DRINKS",), 0.6, 0.2, WHITE, RED, "furniture"))
    return _thing("drinks_fridge", "furniture", [*parts, *door, sign], _FRIDGE, 110.0)


_TILL = f"checkout of 2.4 x 1.0 m with belt and till; {_ESTIMATED}"


@entry("models", source=_TILL, tags=("shop",))
@cache
def checkout() -> Model:
    """A supermarket checkout; its belt runs along x."""
    grey, black, wood = (
        stuff("furniture_metal", "furniture", (0.30, 0.31, 0.32)),
        stuff("rubber", "furniture"),
        stuff("furniture_wood", "furniture", (0.45, 0.30, 0.16)),
    )
    desk = shapes.box((2.4, 0.6, 0.80), grey, (0.0, 0.0, 0.40))
    belt = shapes.box((1.3, 0.44, 0.03), black, (-0.45, 0.0, 0.815))
    rim = shapes.both_sides(shapes.box((2.4, 0.05, 0.06), wood, (0.0, 0.29, 0.83)))
    till = [
        prism(((0.55, 0.80), (0.85, 0.80), (0.80, 0.98), (0.60, 0.98)), 0.35, black, 0.45),
        shapes.box((0.04, 0.32, 0.24), black, (0.62, 0.45, 1.14)),
    ]
    stand = shapes.box((0.9, 0.5, 0.78), grey, (0.65, 0.52, 0.39))
    light = [
        rod((1.1, -0.25, 0.8), (1.1, -0.25, 2.0), 0.02, grey),
        shapes.box((0.25, 0.08, 0.25), stuff("sign_face", "furniture", (0.02, 0.35, 0.05)), (1.1, -0.25, 2.05)),
    ]
    number = [
        facing(axis, (1.1, y, 2.05), 0.24, 0.24, words(("3",), 0.24, 0.24, WHITE, GREEN, "furniture"))
        for axis, y in (("+y", -0.2085), ("-y", -0.2915))
    ]
    bar = shapes.box((0.03, 0.40, 0.04), stuff("plastic", "movable", (0.6, 0.02, 0.02)), (-0.1, 0.0, 0.85))
    goods = [at(_packet(k, 0.12, 0.2), x, 0.05, 0.83, yaw=0.4 * k) for k, x in ((0, -0.35), (2, -0.55), (3, -0.8))]
    return _thing("checkout", "furniture", [desk, belt, rim, *till, stand, *light, *number, bar, *goods], _TILL, 180.0)


_BASKET = f"shopping basket of 22 l, 0.43 x 0.30 x 0.22 m; {_ESTIMATED}"


@entry("models", source=_BASKET, tags=("shop",))
@cache
def shopping_basket() -> Model:
    """A red shopping basket with its handle up."""
    red = stuff("plastic", "movable", (0.5, 0.01, 0.015))
    rings = [
        [(-0.18, -0.12), (0.18, -0.12), (0.18, 0.12), (-0.18, 0.12)],
        [(-0.215, -0.15), (0.215, -0.15), (0.215, 0.15), (-0.215, 0.15)],
    ]
    tub = shapes.loft(np.array([[(x, y, z) for x, y in ring] for ring, z in zip(rings, (0.0, 0.21), strict=True)]), red)
    inside = shapes.box((0.39, 0.26, 0.01), stuff("underbody", "movable"), (0.0, 0.0, 0.211))
    handle = rods(
        ((0.0, -0.15, 0.2), (0.0, -0.14, 0.40), (0.0, 0.14, 0.40), (0.0, 0.15, 0.2)), 0.012, stuff("plastic", "movable")
    )
    return _thing("shopping_basket", "movable", [tub, inside, *handle], _BASKET, 0.8)


_DESK = "office desk of 1.6 x 0.8 m, 0.74 m high (EN 527-1); the rest estimated"


@entry("models", source=_DESK, tags=("office",))
@cache
def office_desk() -> Model:
    """A desk with a screen, a keyboard and drawers; its user looks along x."""
    wood, steel, black = (
        stuff("furniture_wood", "furniture", (0.50, 0.36, 0.20)),
        stuff("steel", "furniture"),
        stuff("plastic", "furniture"),
    )
    top = shapes.box((0.8, 1.6, 0.03), wood, (0.0, 0.0, 0.725))
    legs = [
        shapes.both_sides(shapes.box((0.7, 0.05, 0.05), steel, (0.0, 0.72, 0.03))),
        shapes.both_sides(shapes.box((0.06, 0.05, 0.66), steel, (0.0, 0.72, 0.38))),
    ]
    drawers = [
        shapes.box((0.55, 0.42, 0.55), stuff("furniture_metal", "furniture", (0.5, 0.5, 0.5)), (0.05, -0.48, 0.32)),
        *(shapes.box((0.01, 0.16, 0.02), black, (-0.23, -0.48, z)) for z in (0.2, 0.36, 0.52)),
    ]
    screen = [
        shapes.box((0.03, 0.60, 0.35), black, (0.18, 0.0, 1.05)),
        shapes.box((0.04, 0.06, 0.2), black, (0.21, 0.0, 0.84)),
        shapes.box((0.2, 0.24, 0.015), black, (0.2, 0.0, 0.745)),
    ]
    keys = [
        shapes.box((0.14, 0.44, 0.02), black, (-0.15, 0.0, 0.75)),
        shapes.box((0.10, 0.06, 0.03), black, (-0.15, -0.32, 0.753)),
    ]
    return _thing("office_desk", "furniture", [top, *legs, *drawers, *screen, *keys], _DESK, 55.0)


_CHAIR = "office swivel chair, seat at 0.48 m (EN 1335-1); the rest estimated"


@entry("models", source=_CHAIR, tags=("office",))
@cache
def office_chair() -> Model:
    """A swivel chair on five castors; one who sits looks along x."""
    black, cloth = stuff("plastic", "furniture"), stuff("trousers", "furniture", (0.03, 0.05, 0.10))
    parts = [rod((0.0, 0.0, 0.12), (0.0, 0.0, 0.45), 0.03, stuff("chrome", "furniture"))]
    for k in range(5):
        x, y = 0.30 * np.cos(k * 1.2566), 0.30 * np.sin(k * 1.2566)
        parts += [
            rod((0.0, 0.0, 0.12), (float(x), float(y), 0.08), 0.022, black, 5),
            disc(0.03, 0.05, black, (float(x), float(y), 0.03), 8),
        ]
    parts += [
        shapes.box((0.48, 0.48, 0.09), cloth, (0.02, 0.0, 0.48)),
        at(shapes.box((0.07, 0.44, 0.58), cloth), -0.25, 0.0, 0.88, pitch=-0.15),
    ]
    parts += [
        at(shapes.box((0.03, 0.08, 0.3), black), -0.22, 0.0, 0.55, pitch=-0.15),
        shapes.both_sides(shapes.box((0.26, 0.06, 0.03), black, (0.0, 0.27, 0.70))),
    ]
    parts.append(shapes.both_sides(shapes.box((0.04, 0.04, 0.24), black, (0.0, 0.27, 0.58))))
    return _thing("office_chair", "furniture", parts, _CHAIR, 14.0)


_WET = f"folding wet-floor sign, 0.62 m; {_ESTIMATED}"


@entry("models", source=_WET, tags=("shop", "office", "debris"))
@cache
def wet_floor_sign() -> Model:
    """A yellow folding sign that warns of a wet floor."""
    yellow = stuff("plastic", "movable", (0.75, 0.52, 0.0))
    board = shapes.box((0.015, 0.28, 0.62), yellow)
    face = words(("CAUTION", "WET", "FLOOR"), 0.26, 0.26, BLACK, YELLOW, "movable")
    front = merge([board, facing("+x", (0.0085, 0.0, 0.08), 0.26, 0.26, face)])
    both = [at(front, 0.10, 0.0, 0.312, pitch=-0.30), at(front, -0.10, 0.0, 0.312, pitch=-0.30, yaw=np.pi)]
    mesh = merge(both)
    return single("wet_floor_sign", "movable", at(mesh, z=-float(mesh.bounds()[0, 2])), _WET, {"mass_kg": 0.9})


_PLANT = f"potted plant of 1.5 m; {_ESTIMATED}"


@entry("models", source=_PLANT, tags=("office", "vegetation"))
@cache
def potted_plant() -> Model:
    """A large plant in a white pot."""
    pot = shapes.revolve(
        np.array([[0.16, 0.0], [0.20, 0.34], [0.21, 0.36], [0.18, 0.34]]),
        stuff("plaster", "furniture", (0.75, 0.75, 0.74)),
        segments=12,
    )
    leaf, parts = (
        stuff("leaves", "vegetation"),
        [pot, rod((0.0, 0.0, 0.3), (0.02, 0.0, 0.95), 0.02, stuff("bark", "vegetation"))],
    )
    for k in range(14):
        turn, rise = k * 2.4, 0.3 + 0.055 * k
        blade = shapes.ellipsoid((0.30, 0.085, 0.015), leaf, rings=4, segments=6)
        tilted = at(blade, 0.26, 0.0, 0.0)
        parts.append(at(at(tilted, pitch=-rise), 0.0, 0.0, 0.62 + 0.035 * k, yaw=turn))
    return _thing("potted_plant", "furniture", parts, _PLANT, 18.0)
