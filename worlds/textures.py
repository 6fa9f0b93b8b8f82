"""Pictures made by code that tile without a seam: grain, cracks, slabs, bricks, windows, leaves.

Each is linear light in 0..1 that multiplies a material's colour, stored as sRGB. Row 0 is the bottom (v = 0). All noise
is made in the frequency domain, so it is periodic by construction; cells and lines divide the tile evenly.
"""

from functools import cache

import cv2
import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.errors import InputError
from simgen.sampling import stream
from simgen.world.material import Texture

SIZE = 256

_Grey = Float[ndarray, "256 256"]
_Tint = tuple[float, float, float] | Float[ndarray, "256 256 3"]


def _noise(rng: np.random.Generator, power: float, stretch: float = 1.0) -> _Grey:
    """Periodic noise of unit deviation; amplitude falls as frequency to `power`; `stretch` > 1 draws it out in v."""
    spectrum = np.fft.rfft2(rng.standard_normal((SIZE, SIZE)))
    v = np.fft.fftfreq(SIZE)[:, None] * SIZE * stretch
    u = np.fft.rfftfreq(SIZE)[None, :] * SIZE
    frequency = np.hypot(u, v)
    frequency[0, 0] = 1.0
    spectrum *= frequency**-power
    spectrum[0, 0] = 0.0
    field = np.fft.irfft2(spectrum, (SIZE, SIZE))
    return np.asarray(field / field.std())


def _band(rng: np.random.Generator, low: float, high: float) -> _Grey:
    """Periodic noise of unit deviation with between `low` and `high` waves a tile."""
    spectrum = np.fft.rfft2(rng.standard_normal((SIZE, SIZE)))
    frequency = np.hypot(np.fft.fftfreq(SIZE)[:, None] * SIZE, np.fft.rfftfreq(SIZE)[None, :] * SIZE)
    field = np.fft.irfft2(np.where((frequency >= low) & (frequency <= high), spectrum, 0.0), (SIZE, SIZE))
    return np.asarray(field / field.std())


def _cells(columns: int, rows: int, shift: float = 0.0) -> tuple[ndarray, ndarray, ndarray, ndarray]:
    """For each pixel: column and row of its cell, and where in the cell it lies (0..1); odd rows are shifted."""
    v, u = np.mgrid[0:SIZE, 0:SIZE] / SIZE
    row = (v * rows).astype(int)
    across = (u * columns + shift * (row % 2)) % columns
    return across.astype(int), row, across % 1.0, (v * rows) % 1.0


def _joint(across: _Grey, up: _Grey, width_u: float, width_v: float) -> _Grey:
    """1 on a cell, falling to 0 over its rim."""
    u = np.minimum(across, 1.0 - across) / width_u
    v = np.minimum(up, 1.0 - up) / width_v
    return np.asarray(np.clip(np.minimum(u, v), 0.0, 1.0))


def _rgb(grey: _Grey) -> Float[ndarray, "256 256 3"]:
    return np.repeat(grey[..., None], 3, axis=-1)


def _mix(a: _Tint, b: _Tint, share: _Grey) -> Float[ndarray, "256 256 3"]:
    mixed: ndarray = np.asarray(a) * (1.0 - share[..., None]) + np.asarray(b) * share[..., None]
    return mixed


def _texture(name: str, linear: Float[ndarray, "256 256 3"], metres: float, mean: float = 0.0) -> Texture:
    """Encodes linear light as sRGB; where `mean` is given, the picture is scaled to it first."""
    if mean:
        linear = linear * (mean / linear.mean())
    linear = np.clip(linear, 0.0, 1.0)
    srgb = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    pixels = np.rint(srgb * 255.0).astype(np.uint8)
    pixels.setflags(write=False)
    return Texture(name=name, pixels=pixels, metres=metres)


def _asphalt(seed: int, cracks: float) -> Float[ndarray, "256 256 3"]:
    rng = stream(seed, "texture", "asphalt")
    grain = _band(rng, 40, 128)
    stone = np.clip(_band(rng, 40, 100) - 1.6, 0.0, None)
    grey = 0.84 + 0.055 * grain + 0.09 * stone + 0.03 * _noise(rng, 1.2)
    if cracks:
        line = np.exp(-((_noise(rng, 1.9) / 0.025) ** 2)) * (_noise(rng, 1.6) > 0.2)
        grey = grey * (1.0 - cracks * line) + 0.02 * _noise(rng, 1.8)
    return _rgb(grey)


def asphalt(seed: int = 0) -> Texture:
    """Sound asphalt: grain and bright stones."""
    return _texture("asphalt", _asphalt(seed, 0.0), 2.0, 0.85)


def asphalt_cracked(seed: int = 0) -> Texture:
    """Old asphalt: grain, stains and cracks."""
    return _texture("asphalt_cracked", _asphalt(seed, 0.65), 4.0, 0.85)


def concrete(seed: int = 0) -> Texture:
    """Cast concrete: clouds and pores."""
    rng = stream(seed, "texture", "concrete")
    pores = np.clip(_band(rng, 30, 90) - 2.2, 0.0, 1.0)
    return _texture("concrete", _rgb(0.88 + 0.035 * _noise(rng, 1.3) - 0.35 * pores), 2.0, 0.88)


def paving(seed: int = 0) -> Texture:
    """Slabs of 40 cm in a bond, with joints."""
    rng = stream(seed, "texture", "paving")
    column, row, across, up = _cells(4, 4, 0.5)
    shade = 0.9 + 0.05 * rng.standard_normal((4, 4))
    joint = _joint(across, up, 0.035, 0.035)
    grey = (shade[row, column] + 0.03 * _noise(rng, 0.8)) * (0.55 + 0.45 * joint)
    return _texture("paving", _rgb(grey), 1.6, 0.86)


def grass(seed: int = 0) -> Texture:
    """Short grass: blades, and patches of dry ground."""
    rng = stream(seed, "texture", "grass")
    blades = _band(rng, 25, 110)
    patch = np.clip(0.5 + 0.35 * _noise(rng, 1.5), 0.0, 1.0)
    grey = 0.72 + 0.13 * blades + 0.07 * _band(rng, 6, 30)
    return _texture("grass", grey[..., None] * _mix((0.88, 1.0, 0.8), (1.08, 1.0, 1.05), patch), 3.0, 0.74)


def gravel(seed: int = 0) -> Texture:
    """Loose stones."""
    rng = stream(seed, "texture", "gravel")
    grey = 0.8 + 0.13 * np.tanh(1.5 * _band(rng, 14, 60)) + 0.05 * _band(rng, 60, 128)
    tone = np.clip(0.5 + 0.3 * _band(rng, 14, 50), 0.0, 1.0)
    return _texture("gravel", grey[..., None] * _mix((1.0, 0.97, 0.92), (0.95, 0.97, 1.0), tone), 1.5, 0.8)


def road_paint(seed: int = 0) -> Texture:
    """Paint that traffic has worn off the high stones."""
    rng = stream(seed, "texture", "road_paint")
    worn = np.clip((_noise(rng, 1.1) + 0.6 * _band(rng, 60, 128) - 1.7) * 1.2, 0.0, 0.65)
    return _texture("road_paint", _rgb((0.95 + 0.02 * _band(rng, 40, 128)) * (1.0 - worn)), 1.0, 0.9)


def _bricks(rng: np.random.Generator) -> Float[ndarray, "256 256 3"]:
    column, row, across, up = _cells(4, 12, 0.5)
    shade = 0.88 + 0.09 * rng.standard_normal((12, 4))
    tone = rng.uniform(0.0, 1.0, (12, 4))
    brick = (shade[row, column] + 0.05 * _band(rng, 30, 128))[..., None] * _mix(
        (1.0, 1.0, 1.0), (0.8, 0.85, 0.95), tone[row, column]
    )
    return _mix((0.82, 1.5, 2.0), brick, _joint(across, up, 0.06, 0.16))


def brick(seed: int = 0) -> Texture:
    """Bricks of 24 x 7 cm in running bond."""
    return _texture("brick", _bricks(stream(seed, "texture", "brick")), 1.0, 0.82)


def plaster(seed: int = 0) -> Texture:
    """Rendered wall: fine grain, faint stains."""
    rng = stream(seed, "texture", "plaster")
    return _texture("plaster", _rgb(0.93 + 0.02 * _band(rng, 50, 128) + 0.02 * _noise(rng, 1.4, 2.5)), 3.0, 0.93)


def _window(
    wall: Float[ndarray, "256 256 3"], rng: np.random.Generator, left: float, low: float, size: tuple[float, float]
) -> None:
    """Draws one window with frame, sill, sky in the pane and perhaps a curtain into a 6 m wall, in metres."""
    scale = SIZE / 6.0
    x0, x1 = round(left * scale), round((left + size[0]) * scale)
    y0, y1 = round(low * scale), round((low + size[1]) * scale)
    wall[y0 - 5 : y0 - 2, x0 - 4 : x1 + 4] *= 0.55
    wall[y0 - 2 : y0, x0 - 4 : x1 + 4] = 0.9
    wall[y0:y1, x0:x1] = 0.95
    up = np.linspace(0.0, 1.0, y1 - y0 - 6)[:, None, None]
    pane = (0.05 + 0.16 * up**1.5) * np.array([0.75, 0.9, 1.1]) * rng.uniform(0.7, 1.3)
    wall[y0 + 3 : y1 - 3, x0 + 3 : x1 - 3] = pane
    curtain = rng.uniform(0.0, 1.0)
    if curtain > 0.45:
        height = int((y1 - y0) * rng.uniform(0.2, 0.6))
        wall[y1 - 3 - height : y1 - 3, x0 + 3 : x1 - 3] = np.array([0.5, 0.48, 0.43]) * rng.uniform(0.6, 1.0)
    middle = (x0 + x1) // 2
    wall[y0:y1, middle - 1 : middle + 2] = 0.9
    wall[y1 - 3 : y1 + 1, x0:x1] *= 0.5


def _windows(wall: Float[ndarray, "256 256 3"], rng: np.random.Generator) -> Float[ndarray, "256 256 3"]:
    for low in (0.85, 3.85):
        for left in (0.8, 3.8):
            _window(wall, rng, left, low, (1.4, 1.55))
    return wall


def facade(seed: int = 0) -> Texture:
    """A rendered wall with a window every 3 m, storeys of 3 m."""
    rng = stream(seed, "texture", "facade")
    grey = 0.93 + 0.015 * _band(rng, 50, 128) + 0.02 * _noise(rng, 1.4, 2.5)
    return _texture("facade", _windows(_rgb(grey), rng), 6.0)


def facade_brick(seed: int = 0) -> Texture:
    """A brick wall with a window every 3 m, storeys of 3 m."""
    rng = stream(seed, "texture", "facade_brick")
    column, row, across, up = _cells(24, 80, 0.5)
    shade = 0.9 + 0.11 * rng.standard_normal((80, 24))
    clay = shade[row, column][..., None] * np.array([0.44, 0.19, 0.12])
    wall = _mix((0.46, 0.40, 0.34), clay, 0.35 + 0.65 * _joint(across, up, 0.1, 0.3))
    return _texture("facade_brick", _windows(wall, rng), 6.0)


def facade_glass(seed: int = 0) -> Texture:
    """A curtain wall: panes of 1.5 x 3 m between mullions."""
    rng = stream(seed, "texture", "facade_glass")
    column, row, across, up = _cells(4, 2)
    shade = rng.uniform(0.8, 1.2, (2, 4))
    pane = (0.05 + 0.16 * up) * shade[row, column]
    pane = np.where(up < 0.24, 0.14 * shade[row, column], pane)[..., None] * np.array([0.7, 0.95, 1.15])
    frame = _joint(across, up, 0.05, 0.025) < 1.0
    return _texture("facade_glass", _mix(pane, (0.42, 0.43, 0.45), frame.astype(float)), 6.0)


def roof_tiles(seed: int = 0) -> Texture:
    """Clay tiles in courses of 33 cm, each shadowing the one below."""
    rng = stream(seed, "texture", "roof_tiles")
    column, row, across, up = _cells(8, 6, 0.5)
    shade = 0.9 + 0.08 * rng.standard_normal((6, 8))
    roll = 0.72 + 0.28 * np.sin(np.pi * across) ** 0.7
    shadow = np.clip((1.0 - up) * 6.0, 0.35, 1.0)
    return _texture("roof_tiles", _rgb(shade[row, column] * roll * shadow + 0.02 * _noise(rng, 0.8)), 2.0, 0.78)


def bark(seed: int = 0) -> Texture:
    """Ridged bark, drawn out along the trunk."""
    rng = stream(seed, "texture", "bark")
    ridge = np.abs(_noise(rng, 1.1, 5.0))
    return _texture("bark", _rgb(0.45 + 0.4 * np.tanh(1.6 * ridge) + 0.05 * _band(rng, 40, 128)), 0.8, 0.72)


def leaves(seed: int = 0) -> Texture:
    """A crown from outside: lit leaves over dark gaps."""
    rng = stream(seed, "texture", "leaves")
    lit = 1.0 / (1.0 + np.exp(-1.5 * (_band(rng, 14, 56) + 0.35)))
    grey = 0.18 + 0.66 * lit + 0.09 * _band(rng, 40, 110)
    tone = np.clip(0.5 + 0.4 * _band(rng, 4, 24), 0.0, 1.0)
    return _texture("leaves", grey[..., None] * _mix((0.85, 1.0, 0.7), (1.1, 1.0, 1.0), tone), 2.0, 0.62)


def fabric(seed: int = 0) -> Texture:
    """Woven cloth with soft folds."""
    rng = stream(seed, "texture", "fabric")
    v, u = np.mgrid[0:SIZE, 0:SIZE] * (2.0 * np.pi / SIZE)
    weave = 0.03 * np.sin(64 * u) * np.sin(64 * v)
    return _texture("fabric", _rgb(0.88 + weave + 0.055 * _noise(rng, 1.5, 2.5)), 0.4, 0.88)


def wood(seed: int = 0) -> Texture:
    """Sawn planks with grain along u."""
    rng = stream(seed, "texture", "wood")
    _, row, _, up = _cells(1, 4)
    shade = 0.9 + 0.06 * rng.standard_normal(4)
    grain = np.tanh(_noise(rng, 1.0, 0.08))
    gap = np.clip(np.minimum(up, 1.0 - up) / 0.05, 0.4, 1.0)
    return _texture("wood", _rgb((shade[row] + 0.1 * grain) * gap), 0.6, 0.82)


def carton_stack(seed: int = 0) -> Texture:
    """Cartons of 40 x 30 cm on each other, with tape: the side of a loaded pallet."""
    rng = stream(seed, "texture", "carton_stack")
    column, row, across, up = _cells(3, 4)
    shade = 0.9 + 0.09 * rng.standard_normal((4, 3))
    joint = 0.35 + 0.65 * _joint(across, up, 0.03, 0.04)
    tape = np.where(np.abs(across - 0.5) < 0.06, 0.78, 1.0) * np.where(np.abs(up - 0.5) < 0.012, 0.85, 1.0)
    label = (np.abs(across - 0.76) < 0.13) & (np.abs(up - 0.3) < 0.13) & (rng.random((4, 3))[row, column] < 0.5)
    board = (shade[row, column] * joint * tape + 0.02 * _noise(rng, 1.3))[..., None] * np.ones(3)
    return _texture("carton_stack", np.where(label[..., None], np.array([1.0, 1.5, 2.4]) * 0.9, board), 1.2)


def stretch_film(seed: int = 0) -> Texture:
    """Film wound round a load: slanted creases over what it holds."""
    rng = stream(seed, "texture", "stretch_film")
    v, u = np.mgrid[0:SIZE, 0:SIZE] * (2.0 * np.pi / SIZE)
    crease = np.tanh(1.5 * np.sin(7 * v + u + 0.8 * _noise(rng, 1.6)))
    return _texture("stretch_film", _rgb(0.8 + 0.1 * crease + 0.06 * _noise(rng, 1.0, 3.0)), 1.0, 0.8)


def epoxy(seed: int = 0) -> Texture:
    """A poured floor: faint clouds, fine grain, scuffs of tyres."""
    rng = stream(seed, "texture", "epoxy")
    scuff = np.exp(-((_noise(rng, 1.9) / 0.03) ** 2)) * (_noise(rng, 1.6) > 0.6)
    grey = 0.93 + 0.012 * _band(rng, 50, 128) + 0.025 * _noise(rng, 1.4)
    return _texture("epoxy", _rgb(grey * (1.0 - 0.16 * scuff)), 4.0, 0.92)


def floor_tiles(seed: int = 0) -> Texture:
    """Stoneware tiles of 60 cm with joints."""
    rng = stream(seed, "texture", "floor_tiles")
    column, row, across, up = _cells(2, 2)
    shade = 0.93 + 0.025 * rng.standard_normal((2, 2))
    grey = (shade[row, column] + 0.015 * _noise(rng, 1.2) + 0.01 * _band(rng, 40, 128)) * (
        0.6 + 0.4 * _joint(across, up, 0.016, 0.016)
    )
    return _texture("floor_tiles", _rgb(grey), 1.2, 0.9)


def carpet(seed: int = 0) -> Texture:
    """Carpet tiles of 50 cm whose pile lies in turn along and across."""
    rng = stream(seed, "texture", "carpet")
    column, row, across, up = _cells(2, 2)
    pile = 0.10 * _band(rng, 60, 128) + 0.05 * _band(rng, 20, 60)
    grey = 0.8 + 0.05 * np.where((column + row) % 2, 1.0, -1.0) + pile
    return _texture("carpet", _rgb(grey * (0.9 + 0.1 * _joint(across, up, 0.02, 0.02))), 1.0, 0.82)


def ceiling(seed: int = 0) -> Texture:
    """Mineral boards of 62.5 cm in a grid of rails, with pores."""
    rng = stream(seed, "texture", "ceiling")
    _, _, across, up = _cells(2, 2)
    pores = np.clip(_band(rng, 30, 110) - 1.8, 0.0, 1.0)
    rail = _joint(across, up, 0.05, 0.05) < 1.0
    return _texture("ceiling", _rgb(np.where(rail, 0.97, 0.9 - 0.3 * pores)), 1.25, 0.9)


def trapezoid(seed: int = 0) -> Texture:
    """Trapezoidal sheet steel: ribs upright, every 25 cm."""
    rng = stream(seed, "texture", "trapezoid")
    u = np.broadcast_to(np.arange(SIZE) / SIZE * 4.0 % 1.0, (SIZE, SIZE))
    flank = np.where(u < 0.1, 0.72, np.where((u > 0.4) & (u < 0.5), 1.0, np.where(u < 0.4, 0.95, 0.87)))
    return _texture("trapezoid", _rgb(flank + 0.012 * _noise(rng, 1.4, 2.5)), 1.0, 0.9)


def tilled_soil(seed: int = 0) -> Texture:
    """Tilled ground: clods, crumbs, straw."""
    rng = stream(seed, "texture", "tilled_soil")
    clods = 0.16 * np.tanh(1.3 * _band(rng, 8, 36)) + 0.08 * _band(rng, 36, 128)
    straw = np.clip(_noise(rng, 0.7, 6.0) - 2.3, 0.0, 1.0)
    tint = _mix((1.0, 1.0, 1.0), (1.6, 1.7, 1.7), np.clip(1.4 * straw, 0.0, 1.0))
    return _texture("tilled_soil", (0.66 + clods + 0.05 * _noise(rng, 1.4))[..., None] * tint, 2.0, 0.7)


def cardboard(seed: int = 0) -> Texture:
    """Corrugated board: faint flutes and stains."""
    rng = stream(seed, "texture", "cardboard")
    u = np.arange(SIZE) * (2.0 * np.pi / SIZE)
    return _texture("cardboard", _rgb(0.9 + 0.02 * np.sin(40 * u)[None, :] + 0.03 * _noise(rng, 1.3)), 0.5, 0.9)


def number_plate(seed: int = 0) -> Texture:
    """A European number plate of 52 x 11 cm at the bottom left of its tile."""
    rng = stream(seed, "texture", "number_plate")
    letters = "".join("ABCDEFGHKLMNPRSTUVWXYZ"[k] for k in rng.integers(0, 22, 3))
    text = f"{letters[0]} {letters[1:]} {rng.integers(100, 999)}"
    ink = np.zeros((54, SIZE), np.uint8)
    (width, _), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_DUPLEX, 1.15, 3)
    cv2.putText(ink, text, (22 + (234 - width) // 2, 41), cv2.FONT_HERSHEY_DUPLEX, 1.15, 255, 3)
    cv2.rectangle(ink, (0, 0), (SIZE - 1, 53), 255, 2)
    picture = np.full((SIZE, SIZE, 3), 0.9)
    picture[:54, :22] = (0.01, 0.05, 0.35)
    picture[:54] *= 1.0 - ink[::-1, :, None] / 260.0
    return _texture("number_plate", picture, 0.52)


_ALL = {
    build.__name__: build
    for build in (
        asphalt, asphalt_cracked, bark, brick, cardboard, carpet, carton_stack, ceiling, concrete, epoxy, fabric,
        facade, facade_brick, facade_glass, floor_tiles, grass, gravel, leaves, number_plate, paving, plaster,
        road_paint, roof_tiles, stretch_film, tilled_soil, trapezoid, wood,
    )
}  # fmt: skip


def names() -> tuple[str, ...]:
    """Names of all textures, sorted."""
    return tuple(sorted(_ALL))


@cache
def by_name(name: str, seed: int = 0) -> Texture:
    """A texture by the name of its function; the same object for the same name and seed.

    Raises:
        InputError: no texture has this name.
    """
    if name not in _ALL:
        raise InputError(f"textures: name: expected one of {', '.join(names())}, got {name!r}")
    return _ALL[name](seed)
