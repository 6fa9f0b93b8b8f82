"""More street furniture: what stands on sidewalks and beside roads."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from simgen.worlds import materials

from simgen.library import entry
from simgen.world import shapes
from simgen.world.material import Material
from simgen.world.mesh import Mesh, merge
from simgen.world.model import Model

from ._lettering import BLACK, BLUE, GREEN, RED, WHITE, YELLOW, Picture, drawn, facing, words, write
from ._pieces import at, disc, prism, rod, rods, stuff
from ._standing import single

_ESTIMATED = "estimated from proportions"


def _thing(name: str, category: str, meshes: Sequence[Mesh], source: str) -> Model:
    return single(name, category, merge(meshes), source)


def _metal(colour: tuple[float, float, float] = (0.05, 0.065, 0.06)) -> Material:
    return stuff("furniture_metal", "furniture", colour)


def _glass() -> Material:
    return stuff("car_glass", "furniture", (0.10, 0.13, 0.13))


_WHEELIE = "EN 840-1 two-wheeled waste container of 240 l: 1.07 x 0.58 x 0.74 m"


@entry("models", source=_WHEELIE, tags=("furniture", "street"))
@cache
def wheelie_bin() -> Model:
    """A wheeled dustbin; its front looks along x."""
    body, rubber = stuff("plastic", "furniture", (0.035, 0.05, 0.04)), stuff("rubber", "furniture")
    rings = [
        [(-0.22, -0.21), (0.22, -0.21), (0.22, 0.21), (-0.22, 0.21)],
        [(-0.30, -0.27), (0.30, -0.27), (0.30, 0.27), (-0.30, 0.27)],
    ]
    box = shapes.loft(
        np.array([[(x, y, z) for x, y in ring] for ring, z in zip(rings, (0.05, 0.98), strict=True)]), body
    )
    lid = prism(((-0.36, 0.98), (0.35, 0.98), (0.33, 1.03), (-0.20, 1.07), (-0.36, 1.05)), 0.58, body)
    wheel = shapes.both_sides(disc(0.10, 0.05, rubber, (-0.22, 0.25, 0.10), 12))
    return _thing(
        "wheelie_bin", "furniture", [box, lid, wheel, shapes.box((0.12, 0.42, 0.06), body, (0.1, 0.0, 0.03))], _WHEELIE
    )


_BANK = f"glass recycling bank of 3 m3, 1.6 m tall; {_ESTIMATED}"


@entry("models", source=_BANK, tags=("furniture", "street"))
@cache
def bottle_bank() -> Model:
    """A bell-shaped container for glass."""
    green, dark = stuff("plastic", "furniture", (0.01, 0.16, 0.06)), stuff("plastic", "furniture", (0.01, 0.01, 0.01))
    profile = np.array([[0.62, 0.0], [0.70, 0.08], [0.72, 0.9], [0.62, 1.30], [0.35, 1.52], [0.10, 1.58]])
    bell = shapes.revolve(profile, green, segments=14)
    hole = at(shapes.cylinder(0.11, 0.08, dark, axis="x", segments=10), 0.60, 0.0, 1.12)
    hook = rods(((0.0, -0.1, 1.55), (0.0, -0.08, 1.70), (0.0, 0.08, 1.70), (0.0, 0.1, 1.55)), 0.015, _metal())
    return _thing("bottle_bank", "furniture", [bell, hole, *hook], _BANK)


_SKIP = "DIN 30720 skip of 7 m3: 3.2 x 1.8 x 1.4 m; proportions estimated"


@entry("models", source=_SKIP, tags=("furniture", "street", "debris"))
@cache
def skip_container() -> Model:
    """A skip full of rubble."""
    steel = stuff("steel", "furniture", (0.40, 0.13, 0.01))
    side = prism(((-1.0, 0.0), (1.0, 0.0), (1.6, 1.0), (1.6, 1.3), (-1.6, 1.3), (-1.6, 1.0)), 1.74, steel)
    rim = [shapes.both_sides(shapes.box((3.2, 0.08, 0.08), steel, (0.0, 0.87, 1.30)))]
    pins = [shapes.both_sides(disc(0.05, 0.12, steel, (x, 0.92, 0.95), 8)) for x in (-1.1, 1.1)]
    heap = at(shapes.ellipsoid((1.3, 0.75, 0.25), stuff("concrete", "furniture"), rings=5, segments=9), 0.0, 0.0, 1.30)
    return _thing("skip_container", "furniture", [side, *rim, *pins, heap], _SKIP)


_HYDRANT = f"above-ground hydrant after DIN EN 14384, 0.9 m tall; {_ESTIMATED}"


@entry("models", source=_HYDRANT, tags=("furniture", "street"))
@cache
def hydrant() -> Model:
    """A red fire hydrant with two side outlets."""
    red, cap = _metal((0.42, 0.012, 0.01)), _metal((0.30, 0.30, 0.30))
    profile = [
        [0.15, 0.0],
        [0.15, 0.05],
        [0.09, 0.07],
        [0.085, 0.55],
        [0.12, 0.57],
        [0.12, 0.63],
        [0.11, 0.72],
        [0.06, 0.82],
        [0.03, 0.90],
    ]
    barrel = shapes.revolve(np.array(profile), red, segments=12)
    outlets = [disc(0.05, 0.32, red, (0.0, 0.0, 0.50), 8), disc(0.06, 0.36, cap, (0.0, 0.0, 0.50), 6)]
    front = [
        at(shapes.cylinder(0.065, 0.16, red, axis="x", segments=8), 0.0, 0.0, 0.46),
        at(shapes.cylinder(0.075, 0.04, cap, axis="x", segments=6), 0.16, 0.0, 0.46),
    ]
    return _thing("hydrant", "furniture", [barrel, *outlets, *front], _HYDRANT)


_POST = f"wall-high letter box on two posts, 1.3 m; {_ESTIMATED}"


@entry("models", source=_POST, tags=("furniture", "street"))
@cache
def letter_box() -> Model:
    """A yellow letter box, its front towards x."""
    yellow, dark = _metal((0.72, 0.48, 0.0)), _metal((0.01, 0.01, 0.01))
    box = prism(((-0.22, 0.62), (0.22, 0.62), (0.22, 1.25), (0.0, 1.34), (-0.22, 1.25)), 0.62, yellow)
    slot = shapes.box((0.02, 0.44, 0.04), dark, (0.222, 0.0, 1.14))
    label = facing("+x", (0.226, 0.0, 0.90), 0.36, 0.20, words(("POST",), 0.36, 0.20, BLACK, YELLOW, "furniture"))
    legs = shapes.both_sides(shapes.box((0.06, 0.06, 0.64), dark, (0.0, 0.22, 0.32)))
    return _thing("letter_box", "furniture", [box, slot, label, legs], _POST)


_METER = f"pay-and-display machine, 1.6 m; {_ESTIMATED}"


@entry("models", source=_METER, tags=("furniture", "street"))
@cache
def parking_meter() -> Model:
    """A ticket machine with a blue P, its front towards x."""
    grey = _metal((0.10, 0.11, 0.12))
    box = prism(((-0.14, 0.02), (0.14, 0.02), (0.14, 1.05), (0.08, 1.32), (-0.14, 1.32)), 0.34, grey)
    foot = shapes.box((0.4, 0.45, 0.03), grey, (0.0, 0.0, 0.015))
    post = rod((-0.1, 0.0, 1.3), (-0.1, 0.0, 1.95), 0.03, grey)
    face = words(("P",), 0.34, 0.34, WHITE, BLUE, "traffic_sign", "sign_face")
    plate = shapes.box((0.02, 0.34, 0.34), stuff("sign_back", "traffic_sign"), (-0.06, 0.0, 1.78))
    screen = shapes.box((0.02, 0.18, 0.12), stuff("car_glass", "furniture"), (0.135, 0.0, 0.95))
    return _thing(
        "parking_meter",
        "furniture",
        [box, foot, post, plate, facing("+x", (-0.048, 0.0, 1.78), 0.34, 0.34, face), screen],
        _METER,
    )


_SHELTER = f"bus shelter of 4.2 x 1.5 m, clear height 2.3 m; {_ESTIMATED}"


def _timetable(picture: Picture) -> None:
    picture[:] = (225, 205, 60)
    picture[: picture.shape[0] // 6] = (30, 60, 120)
    for row in range(picture.shape[0] // 4, picture.shape[0] - 8, 9):
        picture[row : row + 3, 16:240] = (70, 70, 70)


@entry("models", source=_SHELTER, tags=("furniture", "street"))
@cache
def bus_shelter() -> Model:
    """A glazed bus shelter that opens towards x, with a bench and a lit poster."""
    frame, glass = _metal((0.06, 0.065, 0.07)), _glass()
    posts = [
        shapes.both_sides(shapes.box((0.08, 0.08, 2.4), frame, (x, y, 1.2))) for x, y in ((-0.6, 2.0), (-0.6, 0.68))
    ]
    roof = prism(((-0.75, 2.40), (0.80, 2.52), (0.80, 2.60), (-0.75, 2.48)), 4.3, frame)
    back = [shapes.box((0.02, 1.26, 1.9), glass, (-0.6, y, 1.25)) for y in (-1.34, 0.0, 1.34)]
    side = shapes.box((1.0, 0.02, 1.9), glass, (-0.08, 2.0, 1.25))
    poster = shapes.box((1.1, 0.16, 1.9), frame, (-0.05, -2.0, 1.25))
    art = drawn("poster_shelter", 1.0, 1.0, _poster, stuff("sign_face", "furniture"))
    boards = [facing(axis, (-0.05, y, 1.4), 1.0, 1.0, art) for axis, y in (("+y", -1.918), ("-y", -2.082))]
    bench = [
        shapes.box((0.36, 2.2, 0.05), stuff("furniture_wood", "furniture"), (-0.32, 0.0, 0.46)),
        *(shapes.box((0.3, 0.06, 0.44), frame, (-0.32, y, 0.22)) for y in (-0.8, 0.8)),
    ]
    times = shapes.box((0.02, 0.5, 0.7), frame, (-0.575, 0.0, 1.5))
    table = facing(
        "+x",
        (-0.562, 0.0, 1.5),
        0.48,
        0.48,
        drawn("timetable", 0.48, 0.48, _timetable, stuff("sign_face", "furniture")),
    )
    return _thing(
        "bus_shelter", "furniture", [*posts, roof, *back, side, poster, *boards, *bench, times, table], _SHELTER
    )


def _poster(picture: Picture) -> None:
    """A sunset over hills, with words."""
    rows = picture.shape[0]
    shade = np.linspace(0.0, 1.0, rows)[:, None, None]
    picture[:] = (np.array([60, 90, 190]) * (1 - shade) + np.array([250, 160, 70]) * shade).astype(np.uint8)
    v, u = np.mgrid[0:rows, 0:256]
    picture[(u - 170) ** 2 + (v - 0.55 * rows) ** 2 < 900] = (255, 235, 150)
    picture[v > rows * (0.72 + 0.06 * np.sin(u / 28.0))] = (30, 90, 50)
    write(picture, "HOLIDAY", WHITE, row=0.18, size=0.2)


_STOP = f"bus stop sign 224 (StVO) on a 2.9 m post; {_ESTIMATED}"


def _stop_disc(picture: Picture) -> None:
    v, u = np.mgrid[0:256, 0:256]
    far = np.hypot(u - 127.5, v - 127.5)
    picture[:] = (250, 210, 20)
    picture[far > 104] = (0, 110, 70)
    write(picture, "H", (0, 110, 70), row=0.5, size=0.6)


@entry("models", source=_STOP, tags=("furniture", "street", "sign"))
@cache
def bus_stop() -> Model:
    """A bus stop's sign with its timetable."""
    post = shapes.cylinder(0.04, 2.9, materials.by_name("steel"), segments=8)
    back = at(shapes.cylinder(0.225, 0.02, stuff("sign_back", "traffic_sign"), axis="x", segments=20), 0.03, 0.0, 2.62)
    art = drawn("stop_disc", 0.45, 0.45, _stop_disc, stuff("sign_face", "traffic_sign"))
    square = np.linspace(0.0, 2.0 * np.pi, 20, endpoint=False)
    ring = np.column_stack([np.full(20, 0.052), 0.225 * np.cos(square), 2.62 + 0.225 * np.sin(square)])
    fan = np.array([[0, k, k + 1] for k in range(1, 19)])
    uv = ring[fan][..., 1:] - np.array([-0.225, 2.395])
    face = shapes.assemble(ring, fan, art, corner_uvs=uv)
    times = shapes.box((0.05, 0.42, 0.62), _metal(), (0.03, 0.0, 1.5))
    sheet = drawn("timetable", 0.40, 0.40, _timetable, stuff("sign_face", "furniture"))
    foot = shapes.box((0.5, 0.5, 0.06), stuff("concrete", "furniture"), (0.0, 0.0, 0.03))
    return _thing(
        "bus_stop",
        "traffic_sign",
        [post, back, face, times, facing("+x", (0.058, 0.0, 1.5), 0.40, 0.40, sheet), foot],
        _STOP,
    )


_BOARD = f"18/1 billboard of 3.56 x 2.52 m (German out-of-home format); {_ESTIMATED}"


@entry("models", source=_BOARD, tags=("furniture", "street"))
@cache
def billboard() -> Model:
    """A billboard on two posts, its picture towards x."""
    frame = _metal((0.08, 0.08, 0.085))
    posts = shapes.both_sides(shapes.box((0.12, 0.12, 3.6), frame, (-0.1, 1.2, 1.8)))
    board = shapes.box((0.1, 3.76, 2.72), frame, (0.0, 0.0, 2.3))
    art = drawn("poster_board", 3.56, 2.52, _poster, stuff("sign_face", "furniture"))
    return _thing("billboard", "furniture", [posts, board, facing("+x", (0.056, 0.0, 2.3), 3.56, 2.52, art)], _BOARD)


_COLUMN = f"advertising column, 3.6 m tall, 1.4 m across; {_ESTIMATED}"


@entry("models", source=_COLUMN, tags=("furniture", "street"))
@cache
def advertising_column() -> Model:
    """A round advertising column with posters."""
    stone, roof = stuff("concrete", "furniture"), _metal((0.03, 0.10, 0.07))
    shaft = shapes.cylinder(0.60, 2.7, stuff("plaster", "furniture"), segments=20)
    base = shapes.cylinder(0.70, 0.35, stone, segments=20)
    top = shapes.revolve(
        np.array([[0.70, 2.9], [0.78, 3.0], [0.70, 3.08], [0.35, 3.35], [0.08, 3.6]]), roof, segments=16
    )
    posters = []
    for k, (ground, text) in enumerate(((RED, "THEATRE"), (BLUE, "CIRCUS"), (YELLOW, "MUSEUM"), (GREEN, "MARKET"))):
        turn = k * np.pi / 2.0 + 0.3
        face = words(
            (text, "NOW"), 0.44, 0.44, WHITE if ground is not YELLOW else BLACK, ground, "furniture", "sign_face"
        )
        posters.append(at(facing("+x", (0.612, 0.0, 0.0), 0.44, 0.44, face), 0.0, 0.0, 1.7, yaw=float(turn)))
    return _thing("advertising_column", "furniture", [at(shaft, z=0.3), base, top, *posters], _COLUMN)


_RACK = f"five hoops of 0.8 m, 0.75 m apart; {_ESTIMATED}"


@entry("models", source=_RACK, tags=("furniture", "street"))
@cache
def bike_rack() -> Model:
    """A row of steel hoops to lock bicycles to."""
    steel = materials.by_name("steel")
    hoops = []
    for y in np.linspace(-1.5, 1.5, 5):
        hoops += rods(
            ((-0.4, y, 0.0), (-0.4, y, 0.68), (-0.3, y, 0.80), (0.3, y, 0.80), (0.4, y, 0.68), (0.4, y, 0.0)),
            0.024,
            steel,
        )
    return _thing("bike_rack", "furniture", hoops, _RACK)


_PLANTER = f"concrete planter, 1.2 m across; {_ESTIMATED}"


@entry("models", source=_PLANTER, tags=("furniture", "street", "vegetation"))
@cache
def planter() -> Model:
    """A concrete planter with a bush and flowers."""
    pot = shapes.revolve(
        np.array([[0.48, 0.0], [0.62, 0.10], [0.66, 0.52], [0.58, 0.55], [0.55, 0.46]]),
        stuff("concrete", "furniture"),
        segments=12,
    )
    bush = at(shapes.ellipsoid((0.5, 0.5, 0.4), materials.by_name("leaves"), rings=5, segments=9), z=0.68)
    colours = ((0.6, 0.02, 0.10), (0.75, 0.55, 0.02), (0.7, 0.65, 0.7))
    blooms = []
    for k in range(12):
        ball = shapes.ellipsoid((0.05, 0.05, 0.04), stuff("leaves", "vegetation", colours[k % 3]), rings=3, segments=5)
        turn, far = k * 2.4, 0.15 + 0.025 * k
        blooms.append(at(ball, far * np.cos(turn), far * np.sin(turn), 0.68 + 0.4 * np.sqrt(1 - (far / 0.52) ** 2)))
    return _thing("planter", "furniture", [pot, bush, *blooms], _PLANTER)


_CABINET = f"street cabinet for telephone lines, 1.3 x 0.45 x 1.35 m; {_ESTIMATED}"


@entry("models", source=_CABINET, tags=("furniture", "street"))
@cache
def street_cabinet() -> Model:
    """A grey cabinet with two doors, its front towards x."""
    grey, dark = _metal((0.28, 0.29, 0.28)), materials.by_name("seam")
    box = shapes.box((0.42, 1.3, 1.2), grey, (0.0, 0.0, 0.72))
    roof = prism(((-0.25, 1.32), (0.25, 1.32), (0.22, 1.37), (-0.22, 1.37)), 1.38, grey)
    base = shapes.box((0.40, 1.24, 0.14), stuff("concrete", "furniture"), (0.0, 0.0, 0.07))
    lines = [
        shapes.box((0.006, 0.012, 1.1), dark, (0.212, 0.0, 0.74)),
        *(shapes.box((0.02, 0.03, 0.14), dark, (0.215, y, 0.75)) for y in (-0.08, 0.08)),
    ]
    return _thing("street_cabinet", "furniture", [box, roof, base, *lines], _CABINET)


_CHARGER = f"charging column for two cars, 1.6 m; {_ESTIMATED}"


@entry("models", source=_CHARGER, tags=("furniture", "street"))
@cache
def charging_station() -> Model:
    """A charging column with two cables, its front towards x."""
    white, dark = _metal((0.7, 0.7, 0.7)), stuff("plastic", "furniture", (0.01, 0.01, 0.01))
    box = prism(((-0.15, 0.0), (0.15, 0.0), (0.15, 1.45), (0.02, 1.62), (-0.15, 1.62)), 0.42, white)
    screen = shapes.box((0.01, 0.22, 0.16), dark, (0.152, 0.0, 1.22))
    band = shapes.box((0.005, 0.42, 0.06), stuff("sign_face", "furniture", (0.02, 0.35, 0.12)), (0.152, 0.0, 1.0))
    cables = rods(((0.10, 0.21, 0.9), (0.16, 0.34, 0.45), (0.14, 0.30, 0.30), (0.12, 0.24, 0.75)), 0.018, dark)
    plug = rod((0.12, 0.23, 0.72), (0.12, 0.22, 0.92), 0.035, dark)
    both = [shapes.both_sides(mesh) for mesh in (*cables, plug)]
    return _thing("charging_station", "furniture", [box, screen, band, *both], _CHARGER)


_PED = "EN 12368 pedestrian signal of two 200 mm lenses, lower edge 2.1 m (RiLSA)"


@entry("models", source=_PED, tags=("furniture", "signal"))
@cache
def pedestrian_signal() -> Model:
    """A pedestrian signal with its push button, facing along x."""
    housing, steel = materials.by_name("signal_housing"), materials.by_name("steel")
    post = shapes.cylinder(0.06, 2.85, steel, segments=8)
    head = shapes.box((0.18, 0.30, 0.60), housing, (0.18, 0.0, 2.45))
    lenses = [
        at(shapes.cylinder(0.10, 0.015, materials.by_name(name), axis="x", segments=14), 0.27, 0.0, z)
        for name, z in (("lamp_red", 2.60), ("lamp_green", 2.30))
    ]
    hoods = [shapes.box((0.14, 0.26, 0.012), housing, (0.34, 0.0, z)) for z in (2.725, 2.425)]
    button = shapes.box((0.09, 0.11, 0.2), stuff("plastic", "furniture", (0.72, 0.48, 0.0)), (0.09, 0.0, 1.05))
    arms = shapes.box((0.1, 0.05, 0.04), steel, (0.08, 0.0, 2.45))
    return _thing("pedestrian_signal", "traffic_light", [post, head, *lenses, *hoods, button, arms], _PED)
