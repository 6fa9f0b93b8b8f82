"""What the surfaces of other people's meshes look like: colours, pictures, colours at corners."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import trimesh
from jaxtyping import Float, UInt8
from numpy import ndarray

from simgen.errors import InputError
from simgen.world.material import SIDES, Texture
from simgen.world.mesh_files import MOST_PIXELS

CLEAR_BELOW = 0.6
"""Surfaces that blend with less than this alpha become panes (set by us)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Look:
    """What a camera sees of a surface.

    Attributes:
        colour: linear RGB that multiplies the picture.
        picture: sRGB, square, row 0 at v = 0; None for none.
        corner_colours: linear RGB of each face's corners; None where the colour is the same everywhere.
    """

    colour: tuple[float, float, float] = (0.5, 0.5, 0.5)
    roughness: float = 0.8
    metallic: float = 0.0
    emission: tuple[float, float, float] = (0.0, 0.0, 0.0)
    transparent: bool = False
    picture: UInt8[ndarray, "side side 3"] | None = None
    corner_colours: Float[ndarray, "f 3 3"] | None = None

    def mean_colour(self) -> Float[ndarray, "3"]:
        """Linear RGB, picture and corners included."""
        mean = np.asarray(self.colour, np.float64)
        if self.picture is not None:
            mean = mean * linear(self.picture).mean(axis=(0, 1))
        return mean if self.corner_colours is None else mean * self.corner_colours.mean(axis=(0, 1))


def linear(srgb: UInt8[ndarray, "*n"]) -> Float[ndarray, "*n"]:
    """Light of sRGB numbers, 0..1. Source: IEC 61966-2-1."""
    share = np.arange(256) / 255.0
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)[srgb]


def encoded(light: Float[ndarray, "*n"]) -> UInt8[ndarray, "*n"]:
    """SRGB numbers of light in 0..1. Source: IEC 61966-2-1."""
    light = np.clip(light, 0.0, 1.0)
    srgb = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.rint(srgb * 255.0).astype(np.uint8)


def squared(picture: UInt8[ndarray, "h w 3"], most_px: int) -> UInt8[ndarray, "side side 3"]:
    """A picture as wide as high, with as many pixels a side as it has, at most `most_px`; row 0 becomes the lowest."""
    longest = max(picture.shape[:2])
    side = next((side for side in SIDES if side >= min(longest, most_px)), SIDES[-1])
    shrinks = side < longest
    resized = cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    return np.ascontiguousarray(resized[::-1])


def look_of(mesh: trimesh.Trimesh, most_px: int, place: str) -> Look:
    """The look of one mesh of a file.

    Args:
        mesh: as trimesh read it.
        most_px: pixels a side that its picture may keep.
        place: how messages call the file.

    Raises:
        InputError: a picture that cannot be read.
    """
    visual = mesh.visual
    if visual.kind in ("vertex", "face"):
        return _coloured(mesh)
    material = getattr(visual, "material", None)
    if material is None:
        return Look()
    mapped = getattr(visual, "uv", None) is not None
    if isinstance(material, trimesh.visual.material.PBRMaterial):
        return _pbr(material, mapped, most_px, place)
    return _simple(material, mapped, most_px, place)


def _coloured(mesh: trimesh.Trimesh) -> Look:
    """Colours at corners; alike everywhere they are one colour."""
    if mesh.visual.kind == "face":
        corners = np.repeat(np.asarray(mesh.visual.face_colors)[:, None, :3], 3, axis=1)
    else:
        corners = np.asarray(mesh.visual.vertex_colors)[mesh.faces][..., :3]
    if np.all(corners == corners[0, 0]):
        red, green, blue = linear(corners[0, 0]).tolist()
        return Look(colour=(red, green, blue))
    return Look(colour=(1.0, 1.0, 1.0), corner_colours=linear(corners))


def _pbr(material: Any, mapped: bool, most_px: int, place: str) -> Look:
    """GlTF's metallic-roughness model; factors are linear. Source: Khronos, glTF 2.0, 3.9.2."""
    factor = [1.0] * 4 if material.baseColorFactor is None else (np.asarray(material.baseColorFactor) / 255.0).tolist()
    metallic = 1.0 if material.metallicFactor is None else float(material.metallicFactor)
    roughness = 1.0 if material.roughnessFactor is None else float(material.roughnessFactor)
    packed = material.metallicRoughnessTexture
    if packed is not None and mapped:
        _, rough, metal = (_pixels(packed, place).mean(axis=(0, 1)) / 255.0).tolist()
        metallic, roughness = metallic * metal, roughness * rough
    emission = (0.0, 0.0, 0.0) if material.emissiveFactor is None else tuple(map(float, material.emissiveFactor))
    if material.emissiveTexture is not None and mapped:
        emission = tuple(np.array(emission) * linear(_pixels(material.emissiveTexture, place)).mean(axis=(0, 1)))
    return Look(
        colour=_rgb(factor),
        roughness=float(np.clip(roughness, 0.04, 1.0)),
        metallic=float(np.clip(metallic, 0.0, 1.0)),
        emission=_rgb(emission),
        transparent=material.alphaMode == "BLEND" and factor[3] < CLEAR_BELOW,
        picture=_picture(material.baseColorTexture, mapped, most_px, place),
    )


def _simple(material: Any, mapped: bool, most_px: int, place: str) -> Look:
    """A Wavefront material; its numbers are sRGB, and a picture takes the place of the colour.

    Source: Ns to roughness: B. Karis, Specular BRDF Reference, 2013 (alpha^2 = 2 / (Ns + 2), alpha = roughness^2).
    """
    diffuse = np.asarray(material.diffuse)
    picture = _picture(getattr(material, "image", None), mapped, most_px, place)
    shine = float(getattr(material, "glossiness", 0.0) or 0.0)
    return Look(
        colour=(1.0, 1.0, 1.0) if picture is not None else _rgb(linear(diffuse[:3]).tolist()),
        roughness=float(np.clip((2.0 / (max(shine, 0.0) + 2.0)) ** 0.25, 0.04, 1.0)),
        transparent=_opacity(material) < CLEAR_BELOW,
        picture=picture,
    )


def _opacity(material: Any) -> float:
    """Of a Wavefront material: `d`, or one minus `Tr`."""
    words = {key.lower(): np.ravel(value) for key, value in (material.kwargs or {}).items()}
    try:
        if "d" in words:
            return float(words["d"][-1])
        return 1.0 - float(words["tr"][-1]) if "tr" in words else 1.0
    except (ValueError, IndexError):
        return 1.0


def _rgb(values: Sequence[float]) -> tuple[float, float, float]:
    red, green, blue = (float(max(value, 0.0)) for value in values[:3])
    return red, green, blue


def _picture(image: Any, mapped: bool, most_px: int, place: str) -> UInt8[ndarray, "side side 3"] | None:
    return squared(_pixels(image, place), most_px) if image is not None and mapped else None


def _pixels(image: Any, place: str) -> UInt8[ndarray, "h w 3"]:
    """Of a PIL image, which decodes now."""
    if math.prod(image.size) > MOST_PIXELS:
        raise InputError(f"{place}: expected pictures of at most {MOST_PIXELS >> 20} megapixels, got {image.size}")
    try:
        return np.asarray(image.convert("RGB"))
    except Exception as error:  # a broken picture in a stranger's file
        raise InputError(f"{place}: expected readable pictures: {error}") from error


def baked(corners: Float[ndarray, "f 3 3"], name: str) -> tuple[Texture, Float[ndarray, "f 3 2"]]:
    """A picture in which every face has a cell of its own, whose colours run from corner to corner; and where it is.

    Light between the texels of a cell is interpolated, so that the colours on the face are those between its corners.

    Raises:
        InputError: more faces than cells.
    """
    side, cell = next(
        ((side, cell) for cell in (8, 4) for side in SIDES if (side // cell) ** 2 >= len(corners)), (0, 0)
    )
    if not side:
        raise InputError(f"{name}: expected at most {(SIDES[-1] // 4) ** 2} faces with colours, got {len(corners)}")
    margin = 1.5 if cell == 8 else 1.0
    across = (np.arange(cell) + 0.5 - margin) / (cell - 2.0 * margin)
    u, v = np.meshgrid(across, across)
    weights = np.stack([1.0 - u - v, u, v], axis=-1)
    row, column = np.divmod(np.arange(len(corners)), side // cell)
    light = np.zeros((side // cell, side // cell, cell, cell, 3))
    light[row, column] = np.clip(np.einsum("vuk,fkc->fvuc", weights, corners), 0.0, 1.0)
    pixels = encoded(light.transpose(0, 2, 1, 3, 4).reshape(side, side, 3))
    pixels.setflags(write=False)
    low = np.stack([column, row], axis=-1)[:, None] * cell + margin
    far = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]) * (cell - 2.0 * margin)
    return Texture(name=name, pixels=pixels), (low + far) / side
