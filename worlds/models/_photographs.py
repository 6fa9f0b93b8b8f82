"""Photographs of a product's sides, cut out and laid flat, as textures."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from jaxtyping import Float, UInt8
from numpy import ndarray

from simgen.errors import InputError
from simgen.world import shapes
from simgen.world.material import Material, Texture
from simgen.world.mesh import Mesh
from simgen.world.mesh_files import MOST_PIXELS, sized

from ._pieces import stuff

Photo = UInt8[ndarray, "_ _ 3"]
PAPER = 0.85
"""Albedo of the white of printed paper (ISO 2846-1 offset paper, lightness 95): what white in a photograph becomes."""

_EDGE = 64
"""One part in so many of a texture is a margin that repeats the picture's edge, so that its mirror side never shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Album:
    """The photographs of one thing.

    Attributes:
        digest: SHA-256 of all of them, "" where there are none.
    """

    photos: Mapping[str, Photo]
    digest: str


def album(paths: Mapping[str, str]) -> Album:
    """The photographs of the sides that have one.

    Args:
        paths: side -> "" or "PATH" or "PATH#x,y,x,y,x,y,x,y": the picture's corners upper left, upper right, lower
            right, lower left, in pixels; what they enclose is laid flat.

    Raises:
        InputError: no such file, no picture, bad corners.
    """
    photos, total = {}, hashlib.sha256()
    for side, named in paths.items():
        if not named:
            continue
        path, _, corners = named.partition("#")
        data = sized(Path(path))
        total.update(side.encode() + b"\0" + corners.encode() + b"\0" + hashlib.sha256(data).digest())
        photos[side] = _read(path, data, corners)
    return Album(photos=photos, digest=total.hexdigest() if photos else "")


def _read(path: str, data: bytes, corners: str) -> Photo:
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if picture is None or min(picture.shape[:2]) < 2:
        raise InputError(f"{path}: expected a photograph (JPEG, PNG, WebP), got other bytes")
    if picture.shape[0] * picture.shape[1] > MOST_PIXELS:
        raise InputError(f"{path}: expected at most {MOST_PIXELS >> 20} megapixels, got {picture.shape[1::-1]}")
    flat: Photo = np.ascontiguousarray(picture[..., ::-1])
    return _rectified(path, flat, corners) if corners else flat


def _rectified(path: str, picture: Photo, corners: str) -> Photo:
    """What four corners enclose, seen straight on. Source: Hartley and Zisserman, 2nd ed., section 2.3."""
    try:
        places = np.array([float(word) for word in corners.split(",")]).reshape(4, 2)
    except ValueError as error:
        raise InputError(f"{path}#{corners}: expected eight numbers: x,y of four corners") from error
    sides = np.roll(places, -1, axis=0) - places
    turns = sides[:, 0] * np.roll(sides[:, 1], -1) - sides[:, 1] * np.roll(sides[:, 0], -1)
    if not (turns > 0.0).all():
        raise InputError(
            f"{path}#{corners}: expected corners in the order upper left, upper right, lower right, lower left"
        )
    length = np.linalg.norm(sides, axis=1)
    width, height = (max(round(float(pair.mean())), 2) for pair in (length[::2], length[1::2]))
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    view = cv2.getPerspectiveTransform(places.astype(np.float32), flat)
    return np.asarray(cv2.warpPerspective(picture, view, (width, height), flags=cv2.INTER_AREA), np.uint8)


def mean_of(photos: Mapping[str, Photo]) -> Photo:
    """A plain picture in the mean colour."""
    mean = np.mean([photo.reshape(-1, 3).mean(axis=0) for photo in photos.values()], axis=0)
    return np.full((8, 8, 3), np.rint(mean), np.uint8)


def printed(name: str, photo: Photo, texture_px: int, base: str) -> Material:
    """A material that shows a photograph over coordinates in 0..1."""
    margin = texture_px // _EDGE
    inner = texture_px - 2 * margin
    shrinks = max(photo.shape[:2]) > inner
    small = cv2.resize(photo, (inner, inner), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    framed = cv2.copyMakeBorder(small, margin, margin, margin, margin, cv2.BORDER_REPLICATE)
    pixels = np.ascontiguousarray(framed[::-1])
    pixels.setflags(write=False)
    return replace(
        stuff(base, "product"),
        name=name,
        base_colour=(PAPER, PAPER, PAPER),
        roughness=0.55,
        texture=Texture(name=name, pixels=pixels),
    )


def face(corners: Float[ndarray, "4 3"], material: Material) -> Mesh:
    """A rectangle that shows the whole photograph; corners from its lower left on, counter-clockwise seen from it."""
    low, high = 1.0 / _EDGE, 1.0 - 1.0 / _EDGE
    uv = np.array([[low, low], [high, low], [high, high], [low, high]])
    faces = np.array([[0, 1, 2], [0, 2, 3]])
    return shapes.assemble(corners, faces, material, corner_uvs=uv[faces])
