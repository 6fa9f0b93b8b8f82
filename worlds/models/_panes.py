"""Pictures of windows and doors, four variants a tile, drawn by code: frames, sky in the glass, curtains, goods."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import cv2
import numpy as np
from jaxtyping import Float
from numpy import ndarray
from simgen.worlds import materials

from simgen.sampling import stream
from simgen.world.material import Material, Texture

_TILE, _HALF = 256, 128
_Picture = Float[ndarray, "128 128 3"]
_WHITE = (0.80, 0.80, 0.77)


def _material(name: str, base: str, draw: Callable[[np.random.Generator, int], _Picture]) -> Material:
    """Four drawings in one tile of 2 x 2 metres of texture coordinates; pictures are drawn with row 0 on top."""
    rng = stream(0, "texture", name)
    tile = np.empty((_TILE, _TILE, 3))
    for k in range(4):
        row, column = divmod(k, 2)
        tile[row * _HALF : (row + 1) * _HALF, column * _HALF : (column + 1) * _HALF] = draw(rng, k)[::-1]
    linear = np.clip(tile, 0.0, 1.0)
    srgb = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    pixels = np.rint(srgb * 255.0).astype(np.uint8)
    pixels.setflags(write=False)
    texture = Texture(name=name, pixels=pixels, metres=2.0)
    plain = materials.by_name(base)
    return replace(plain, name=name, semantic="building", base_colour=(0.9, 0.9, 0.9), texture=texture, paint=False)


def _glass(rng: np.random.Generator) -> _Picture:
    """Dark below, the sky above, a slanted streak of light."""
    v, u = np.mgrid[0:_HALF, 0:_HALF] / _HALF
    light = 0.03 + 0.16 * (1.0 - v) ** 1.6 * rng.uniform(0.6, 1.3)
    streak = np.clip(1.0 - np.abs(u + 0.5 * v - rng.uniform(0.3, 1.1)) / 0.12, 0.0, 1.0)
    return np.asarray((light + 0.035 * streak)[..., None] * np.array([0.75, 0.92, 1.1]))


def _room(picture: _Picture, rng: np.random.Generator, k: int) -> None:
    """A curtain, a blind, a plant or nothing behind the glass."""
    if k == 0:
        for low, high in ((0, int(rng.uniform(22, 38))), (int(rng.uniform(90, 106)), _HALF)):
            fold = 0.42 + 0.08 * np.sin(np.arange(high - low) * 0.9)
            picture[:, low:high] = fold[None, :, None] * np.array([1.0, 0.96, 0.88])
    elif k == 1:
        drop = int(rng.uniform(45, 90))
        slats = 0.50 + 0.10 * (np.arange(drop) % 8 < 5)
        picture[:drop] = slats[:, None, None] * np.array([1.0, 0.98, 0.92])
    elif k == 2:
        for _ in range(14):
            at = (int(rng.uniform(30, 98)), int(rng.uniform(88, 118)))
            cv2.circle(picture, at, int(rng.uniform(5, 11)), (0.03, 0.10 * rng.uniform(0.5, 1.4), 0.02), -1)


def _frame(picture: _Picture, colour: tuple[float, float, float], bars: tuple[float, ...], cross: float) -> None:
    """The frame around, upright bars at these shares of the width, and a bar across."""
    thick = 9
    picture[:4] *= 0.35
    for band in (np.s_[:thick], np.s_[-thick:], np.s_[:, :thick], np.s_[:, -thick:]):
        picture[band] = colour
    for share in bars:
        at = int(share * _HALF)
        picture[:, at - 4 : at + 4] = colour
    if cross:
        at = int(cross * _HALF)
        picture[at - 3 : at + 4] = colour
    picture[:5] = np.asarray(colour) * 0.55


@cache
def window(kind: str = "casement", colour: tuple[float, float, float] = _WHITE) -> Material:
    """A window: "casement" of two wings, "sash" with bars, "wide" of three panes, "french" (a balcony), "old"."""
    bars, cross = {
        "casement": ((0.5,), 0.0),
        "sash": ((0.5,), 0.5),
        "wide": ((0.34, 0.66), 0.0),
        "french": ((0.5,), 0.62),
        "old": ((0.34, 0.66), 0.36),
        "single": ((), 0.0),
    }[kind]

    def draw(rng: np.random.Generator, k: int) -> _Picture:
        picture = _glass(rng)
        _room(picture, rng, k)
        _frame(picture, colour, bars, cross)
        return picture

    return _material(_name(f"window_{kind}", colour), "facade_glass", draw)


def _name(kind: str, colour: tuple[float, float, float]) -> str:
    red, green, blue = colour
    return f"{kind}_{red:.2f}_{green:.2f}_{blue:.2f}"


@cache
def shop_window(kind: str = "fashion") -> Material:
    """A display window: "fashion" with figures, "grocer" with crates, "cafe" with tables and lamps, "books"."""

    def draw(rng: np.random.Generator, k: int) -> _Picture:
        picture = 0.09 + 0.5 * _glass(rng)
        picture[: _HALF // 4] += np.array([0.20, 0.18, 0.13])
        {"fashion": _figures, "grocer": _crates, "cafe": _tables, "books": _books}[kind](picture, rng)
        picture += 0.35 * _glass(rng)
        _frame(picture, (0.05, 0.055, 0.06), (), 0.0)
        return picture

    return _material(f"shop_window_{kind}", "facade_glass", draw)


def _figures(picture: _Picture, rng: np.random.Generator) -> None:
    picture[112:] = 0.25
    for x in (24, 62, 100):
        colour = tuple(rng.uniform(0.03, 0.6, 3))
        cv2.ellipse(picture, (x, 76), (11, 24), 0, 0, 360, colour, -1)
        cv2.rectangle(picture, (x - 8, 90), (x + 8, 116), tuple(0.6 * np.array(colour)), -1)
        cv2.circle(picture, (x, 44), 6, (0.5, 0.38, 0.3), -1)


def _crates(picture: _Picture, rng: np.random.Generator) -> None:
    for row in range(3):
        top = 60 + 22 * row
        for x in range(6, 120, 20):
            cv2.rectangle(picture, (x, top), (x + 17, top + 16), (0.20, 0.12, 0.05), -1)
            fruit = ((0.5, 0.05, 0.03), (0.10, 0.35, 0.04), (0.6, 0.30, 0.02), (0.55, 0.48, 0.04))
            colour = fruit[int(rng.integers(4))]
            for dx in (4, 9, 14):
                cv2.circle(picture, (x + dx, top + 3), 4, colour, -1)


def _tables(picture: _Picture, rng: np.random.Generator) -> None:
    picture[:] = picture * np.array([1.5, 1.2, 0.8])
    for x in (28, 64, 100):
        cv2.circle(picture, (x, 30), 7, (0.9, 0.75, 0.4), -1)
        cv2.line(picture, (x, 0), (x, 24), (0.03, 0.03, 0.03), 1)
        cv2.rectangle(picture, (x - 14, 88), (x + 14, 92), (0.25, 0.14, 0.06), -1)
        cv2.line(picture, (x, 92), (x, 120), (0.05, 0.05, 0.05), 2)


def _books(picture: _Picture, rng: np.random.Generator) -> None:
    for top in (36, 62, 88):
        x = 12
        while x < 112:
            wide, tall = int(rng.integers(3, 8)), int(rng.integers(14, 22))
            cv2.rectangle(picture, (x, top + 22 - tall), (x + wide, top + 22), tuple(rng.uniform(0.03, 0.5, 3)), -1)
            x += wide + 1
        cv2.rectangle(picture, (10, top + 22), (118, top + 25), (0.22, 0.13, 0.06), -1)


@cache
def door(kind: str = "panel", colour: tuple[float, float, float] = (0.10, 0.05, 0.03)) -> Material:
    """A door: "panel" of wood, "glazed", "entrance" with two glass wings, "garage" of ribs, "loading" of slats."""

    def draw(rng: np.random.Generator, k: int) -> _Picture:
        picture = np.empty((_HALF, _HALF, 3))
        picture[:] = colour
        {"panel": _panels, "glazed": _glazed, "entrance": _wings, "garage": _ribs, "loading": _ribs}[kind](
            picture, rng, np.asarray(colour)
        )
        picture[:4] *= 0.4
        return picture

    base = "facade_glass" if kind == "entrance" else "box_panel" if kind in ("garage", "loading") else "furniture_wood"
    return _material(_name(f"door_{kind}", colour), base, draw)


def _panels(picture: _Picture, rng: np.random.Generator, colour: ndarray) -> None:
    for x in (16, 70):
        for top, low in ((12, 54), (64, 116)):
            cv2.rectangle(picture, (x, top), (x + 42, low), tuple(0.6 * colour), 3)
            cv2.rectangle(picture, (x + 4, top + 4), (x + 38, low - 4), tuple(1.15 * colour), -1)
    cv2.circle(picture, (112, 66), 4, (0.5, 0.42, 0.2), -1)


def _glazed(picture: _Picture, rng: np.random.Generator, colour: ndarray) -> None:
    picture[14:74, 24:104] = _glass(rng)[14:74, 24:104] + 0.04
    picture[14:74, 62:66] = colour
    cv2.rectangle(picture, (24, 84), (104, 116), tuple(0.65 * colour), 3)
    cv2.circle(picture, (114, 68), 4, (0.55, 0.55, 0.55), -1)


def _wings(picture: _Picture, rng: np.random.Generator, colour: ndarray) -> None:
    glass = _glass(rng) + 0.03
    for x in (8, 68):
        picture[10:122, x : x + 52] = glass[10:122, x : x + 52]
    picture[30:34] = colour
    for x in (57, 70):
        cv2.line(picture, (x, 62), (x, 92), (0.6, 0.6, 0.6), 2)


def _ribs(picture: _Picture, rng: np.random.Generator, colour: ndarray) -> None:
    for top in range(0, _HALF, 16):
        picture[top : top + 3] *= 0.6
        picture[top + 3 : top + 5] *= 1.15
    cv2.rectangle(picture, (58, 100), (70, 103), (0.04, 0.04, 0.04), -1)


@cache
def stripes(colour: tuple[float, float, float]) -> Material:
    """An awning's cloth: stripes of 25 cm."""

    def draw(rng: np.random.Generator, k: int) -> _Picture:
        bar = (np.arange(_HALF) // 16 % 2)[None, :, None]
        return np.broadcast_to(np.where(bar, np.asarray(colour), 0.78), (_HALF, _HALF, 3)).copy()

    return _material(_name("awning", colour), "clothes", draw)


@cache
def cladding(colour: tuple[float, float, float]) -> Material:
    """Corrugated sheet metal, a wave every 12.5 cm."""

    def draw(rng: np.random.Generator, k: int) -> _Picture:
        wave = 0.82 + 0.16 * np.sin(np.arange(_HALF) * (2.0 * np.pi / 16.0))
        wave = wave * np.where(np.arange(_HALF) % 16 == 4, 1.15, 1.0)
        return np.broadcast_to(wave[None, :, None] * np.asarray(colour), (_HALF, _HALF, 3)).copy()

    return _material(_name("cladding", colour), "box_panel", draw)


@cache
def curtain_wall(kind: str) -> Material:
    """Storeys of glass 3.6 m high, panes of 1.5 m: "blue", "bronze", "clear" or "ribbon" between white bands."""
    tint = {
        "blue": (0.55, 0.85, 1.2),
        "bronze": (1.1, 0.85, 0.6),
        "clear": (0.85, 1.0, 1.0),
        "ribbon": (0.7, 0.9, 1.1),
    }[kind]
    rng = stream(0, "texture", "curtain_wall", kind)
    tile = np.empty((_TILE, _TILE, 3))
    up = np.arange(_HALF) / _HALF
    for row in range(2):
        for column in range(4):
            glass = (0.04 + 0.15 * up[:, None] * rng.uniform(0.6, 1.3)) * np.ones((_HALF, 64))
            if rng.uniform() < 0.4:
                glass[int(rng.uniform(50, 105)) :] = rng.uniform(0.18, 0.34)
            if rng.uniform() < 0.12:
                glass[34:] += np.linspace(0.1, 0.35, _HALF - 34)[:, None]
            cell = glass[..., None] * np.asarray(tint)
            cell[:30] = (0.62, 0.61, 0.58) if kind == "ribbon" else 0.10 * np.asarray(tint)
            cell[28:32] = cell[-3:] = (0.30, 0.31, 0.32)
            if kind != "ribbon" or column % 2 == 0:
                cell[:, :2] = (0.30, 0.31, 0.32)
            tile[row * _HALF : (row + 1) * _HALF, column * 64 : (column + 1) * 64] = cell
    srgb = np.where(tile <= 0.0031308, 12.92 * tile, 1.055 * np.clip(tile, 0.0, 1.0) ** (1 / 2.4) - 0.055)
    pixels = np.rint(np.clip(srgb, 0.0, 1.0) * 255.0).astype(np.uint8)
    pixels.setflags(write=False)
    texture = Texture(name=f"curtain_wall_{kind}", pixels=pixels, metres=7.2)
    base = materials.by_name("facade_glass")
    return replace(base, name=f"curtain_wall_{kind}", base_colour=(0.9, 0.9, 0.9), texture=texture)
