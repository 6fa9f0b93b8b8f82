"""Products from photographs: cartons and cards."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.errors import InputError
from simgen.library import Parameter, entry
from simgen.world.material import SIDES as PIXELS
from simgen.world.mesh import merge
from simgen.world.model import Model

from ._lettering import BLACK, BLUE, RED, WHITE, YELLOW, Picture, write
from ._photographs import Photo, album, face, mean_of, printed
from ._standing import single

SIDES = ("front", "back", "left", "right", "top", "bottom")
_OPPOSITE = {"front": "back", "back": "front", "left": "right", "right": "left", "top": "bottom", "bottom": "top"}
_SOURCE = "the user's photographs; without any, a packet of breakfast cereal drawn by code (0.19 x 0.07 x 0.29 m)"
_PHOTO = "photograph (JPEG or PNG); PATH#x,y,x,y,x,y,x,y cuts out and flattens what four corners enclose"
_PACKED_KG_M3 = 250.0
"""Usual for dry food in cartons (set by us)."""

_PhotoPath = Annotated[str, Parameter(text=_PHOTO)]
_Pixels = Annotated[int, Parameter(text="pixels a side of each picture: 256, 512, 1024 or 2048", unit="px")]
_Category = Annotated[str, Parameter(text="class from the taxonomy")]


@entry("models", source=_SOURCE, tags=("product", "shop", "user"))
def product_carton(
    front: _PhotoPath = "",
    back: _PhotoPath = "",
    left: _PhotoPath = "",
    right: _PhotoPath = "",
    top: _PhotoPath = "",
    bottom: _PhotoPath = "",
    size_m: Annotated[tuple[float, float, float], Parameter(text="depth, width, height", unit="m")] = (
        0.07,
        0.19,
        0.29,
    ),
    texture_px: _Pixels = 512,
) -> Model:
    """A carton whose sides show photographs; its front looks along x. A side without one shows its opposite, or the
    mean colour of all.
    """
    paths = dict(zip(SIDES, (front, back, left, right, top, bottom), strict=True))
    size = _size(size_m)
    return _carton(tuple(paths.items()), size, _pixels(texture_px), _stamps(paths))


@entry("models", source=_SOURCE, tags=("product", "shop", "user"))
def product_card(
    front: _PhotoPath = "",
    back: _PhotoPath = "",
    size_m: Annotated[tuple[float, float], Parameter(text="width, height", unit="m")] = (0.063, 0.088),
    thickness_m: Annotated[float, Parameter(text="of the card", unit="m", low=2e-4, high=0.02)] = 0.001,
    texture_px: _Pixels = 512,
) -> Model:
    """A card that lies on its back, its front up and the front's upper edge along x; both show photographs."""
    paths = {"front": front, "back": back}
    width, height, thick = _size((*size_m, thickness_m))
    return _card(tuple(paths.items()), (width, height, thick), _pixels(texture_px), _stamps(paths))


@lru_cache(maxsize=64)
def _carton(
    paths: tuple[tuple[str, str], ...],
    size_m: tuple[float, float, float],
    texture_px: int,
    stamps: tuple[tuple[int, int], ...],
) -> Model:
    """Once for the same photographs: `stamps` tell them."""
    del stamps
    book = album(dict(paths))
    photos = _filled(book.photos or _drawn_carton())
    name = _named("product_carton", book.digest)
    sides = _sides(size_m)
    meshes = [face(sides[side], printed(f"{name}-{side}", photos[side], texture_px, "cardboard")) for side in SIDES]
    mass_kg = _PACKED_KG_M3 * size_m[0] * size_m[1] * size_m[2]
    return single(name, "product", merge(meshes), _told(book.digest), {"mass_kg": mass_kg})


@lru_cache(maxsize=64)
def _card(
    paths: tuple[tuple[str, str], ...],
    size_m: tuple[float, float, float],
    texture_px: int,
    stamps: tuple[tuple[int, int], ...],
) -> Model:
    """Once for the same photographs: `stamps` tell them."""
    del stamps
    book = album(dict(paths))
    photos = dict(book.photos) or {"front": _drawn_card(RED), "back": _drawn_card(BLUE)}
    photos = {side: photos.get(side, photos.get(_OPPOSITE[side], mean_of(photos))) for side in ("front", "back")}
    name = _named("product_card", book.digest)
    width, height, thick = size_m
    # A thin carton that lies on its back.
    lying = {
        side: np.stack([corners[:, 2] - height / 2.0, -corners[:, 1], corners[:, 0] + thick / 2.0], axis=1)
        for side, corners in _sides((thick, width, height)).items()
    }
    edge = printed(f"{name}-edge", np.full((8, 8, 3), 235, np.uint8), 256, "cardboard")
    shown = {side: printed(f"{name}-{side}", photo, texture_px, "cardboard") for side, photo in photos.items()}
    meshes = [face(lying[side], shown.get(side, edge)) for side in SIDES]
    mass_kg = 800.0 * width * height * thick
    return single(name, "product", merge(meshes), _told(book.digest), {"mass_kg": mass_kg})


def _sides(size_m: tuple[float, float, float]) -> dict[str, Float[ndarray, "4 3"]]:
    """Corners of each side of a carton on the ground, lower left first, as one sees it who looks at that side."""
    x, y, z = size_m[0] / 2.0, size_m[1] / 2.0, size_m[2]
    corners = {
        "front": [[x, -y, 0], [x, y, 0], [x, y, z], [x, -y, z]],
        "back": [[-x, y, 0], [-x, -y, 0], [-x, -y, z], [-x, y, z]],
        "left": [[x, y, 0], [-x, y, 0], [-x, y, z], [x, y, z]],
        "right": [[-x, -y, 0], [x, -y, 0], [x, -y, z], [-x, -y, z]],
        "top": [[x, -y, z], [x, y, z], [-x, y, z], [-x, -y, z]],
        "bottom": [[-x, -y, 0], [-x, y, 0], [x, y, 0], [x, -y, 0]],
    }
    return {side: np.array(places, np.float64) for side, places in corners.items()}


def _filled(photos: Mapping[str, Photo]) -> dict[str, Photo]:
    plain = mean_of(photos)
    return {side: photos.get(side, photos.get(_OPPOSITE[side], plain)) for side in SIDES}


def _named(name: str, digest: str) -> str:
    return f"{name}@{digest[:12]}" if digest else name


def _told(digest: str) -> str:
    return f"the user's photographs, SHA-256 {digest}" if digest else _SOURCE


def _size(size_m: tuple[float, ...]) -> tuple[float, float, float]:
    values = tuple(float(side) for side in size_m)
    if len(values) != 3 or not all(1e-4 <= side <= 10.0 for side in values):
        raise InputError(f"models/products: size_m: expected sides of 0.0001..10 m, got {size_m}")
    return values[0], values[1], values[2]


def _pixels(texture_px: int) -> int:
    if texture_px not in PIXELS:
        raise InputError(f"models/products: texture_px: expected one of {PIXELS}, got {texture_px!r}")
    return int(texture_px)


def _stamps(paths: Mapping[str, str]) -> tuple[tuple[int, int], ...]:
    """Tell files that were changed from what they were."""
    found = []
    for named in paths.values():
        path = Path(named.partition("#")[0])
        status = path.stat() if named and path.is_file() else None
        found.append((0, 0) if status is None else (status.st_mtime_ns, status.st_size))
    return tuple(found)


def _drawn_carton() -> dict[str, Photo]:
    """A packet of breakfast cereal."""
    front, side = np.zeros((384, 256, 3), np.uint8), np.zeros((384, 256, 3), np.uint8)
    _band(front, YELLOW, RED)
    write(front, "CRISPIES", WHITE, row=0.18, size=0.14)
    write(front, "500 g", BLACK, row=0.92, size=0.07)
    _rings(front)
    _band(side, YELLOW, RED)
    for row in range(10):
        side[150 + 20 * row : 156 + 20 * row, 30 : 226 - 11 * (row % 4)] = BLACK
    top = np.full((128, 256, 3), RED, np.uint8)
    write(top, "CRISPIES", WHITE, size=0.4)
    return {"front": front, "left": side, "top": top}


def _band(picture: Picture, ground: tuple[int, int, int], head: tuple[int, int, int]) -> None:
    picture[:] = ground
    picture[: picture.shape[0] // 3] = head


def _rings(picture: Picture) -> None:
    v, u = np.mgrid[0 : picture.shape[0], 0 : picture.shape[1]]
    for k in range(9):
        away = np.hypot(u - 60 - 65 * (k % 3), v - 180 - 55 * (k // 3))
        picture[(away < 26) & (away > 11)] = (170, 100, 30)


def _drawn_card(ground: tuple[int, int, int]) -> Photo:
    picture = np.full((352, 256, 3), WHITE, np.uint8)
    picture[16:-16, 16:-16] = ground
    write(picture, "ACE", WHITE, row=0.3, size=0.2)
    v, u = np.mgrid[0:352, 0:256]
    picture[np.hypot(u - 128, v - 230) < 60] = YELLOW
    return picture
