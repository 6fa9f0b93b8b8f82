"""Materials and textures as OpenGL holds them."""

import moderngl
import numpy as np
from jaxtyping import Float32, UInt8
from numpy import ndarray

from simgen.render.scene import Scene
from simgen.world.material import Material, Texture
from simgen.world.snow import BARE, COVERS

_SIDE = 256
"""Pixels a side of every texture, unless the scene has larger ones."""
_RECORD = np.dtype([("colour", "f4", 4), ("emission", "f4", 4), ("texture", "f4", 4), ("lamp", "u4", 4)])
_WATER_DARKENS = {
    "road": 1.0, "sidewalk": 1.0, "kerb": 0.9, "shoulder": 1.0, "parking": 1.0, "bicycle_lane": 0.9, "ground": 1.0,
    "terrain": 0.6, "marking": 0.5, "crosswalk": 0.5, "stop_line": 0.5,
}  # fmt: skip


def material_records(scene: Scene, *, dark: bool = False) -> bytes:
    """The table that the vertex shader reads; street lamps glow while it is dark."""
    layers = {id(texture): layer for layer, texture in enumerate(_textures(scene), start=1)}
    side = _side(scene)
    records = np.zeros(max(len(scene.materials), 1), _RECORD)
    for row, material in enumerate(scene.materials):
        layer = layers[id(material.texture)] if material.texture is not None else 0
        tile = 1.0 / (material.texture.metres * _copies(side, material.texture)) if material.texture else 1.0
        water = _WATER_DARKENS.get(material.semantic, 0.0)
        records[row]["colour"] = (*_colour(material), _roughness(material))
        street = material.lamp == "street"
        emission = (0.0, 0.0, 0.0) if street and not dark else material.emission
        records[row]["emission"] = (*emission, material.metallic)
        records[row]["texture"] = (layer, tile, float(material.paint), water)
        records[row]["lamp"][0] = 0 if street else scene.lamp_of_material[row]
        snow = COVERS.get(material.semantic, BARE)
        records[row]["lamp"][1:3] = np.array([snow.share, snow.albedo], np.float32).view(np.uint32)
    return records.tobytes()


def texture_array(gl: moderngl.Context, scene: Scene) -> moderngl.TextureArray:
    """All textures, linear light, with mip-maps; layer 0 is white.

    All layers are as large as the largest texture; a smaller one stands in its layer several times, at its own size.
    """
    side, textures = _side(scene), _textures(scene)
    array = gl.texture_array((side, side, len(textures) + 1), 4)
    array.write(np.full((side, side, 4), 255, np.uint8), viewport=(0, 0, 0, side, side, 1))
    for layer, texture in enumerate(textures, start=1):
        copies = _copies(side, texture)
        array.write(np.tile(_linear(texture.pixels), (copies, copies, 1)), viewport=(0, 0, layer, side, side, 1))
    array.build_mipmaps()
    array.filter = (moderngl.LINEAR_MIPMAP_LINEAR, moderngl.LINEAR)
    array.repeat_x = array.repeat_y = True
    return array


def _textures(scene: Scene) -> list[Texture]:
    unique = {id(m.texture): m.texture for m in scene.materials if m.texture is not None}
    return list(unique.values())


def _side(scene: Scene) -> int:
    return max((len(texture.pixels) for texture in _textures(scene)), default=_SIDE)


def _copies(side: int, texture: Texture) -> int:
    """How many times a texture stands in its layer, each way."""
    return side // len(texture.pixels)


def _colour(material: Material) -> tuple[float, float, float]:
    # Panes show the dark inside of cars and houses: one sees little but what they mirror.
    r, g, b = material.base_colour
    return (0.35 * r, 0.35 * g, 0.35 * b) if material.transparent else (r, g, b)


def _roughness(material: Material) -> float:
    return min(material.roughness, 0.08) if material.transparent else material.roughness


def _linear(pixels: UInt8[ndarray, "side side 3"]) -> UInt8[ndarray, "side side 4"]:
    share: Float32[ndarray, " n"] = np.arange(256, dtype=np.float32) / np.float32(255.0)
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    result = np.full((*pixels.shape[:2], 4), 255, np.uint8)
    result[..., :3] = np.rint(linear * 255.0).astype(np.uint8)[pixels]
    return result
