"""What surfaces are made of, for every sensor at once."""

from dataclasses import dataclass

from jaxtyping import UInt8
from numpy import ndarray

SIDES = (256, 512, 1024, 2048)
"""Pixels that a texture may have each way: each divides the next, so that all fit into layers of the largest."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Texture:
    """A picture that repeats.

    One that is laid on a thing by coordinates in 0..1, as modelling programs do, has `metres` 1.

    Attributes:
        pixels: sRGB; it multiplies the material's base colour (so a neutral texture has a mean near white). Square, one
            of `SIDES` pixels a side; row 0 is at v = 0.
        metres: width of one tile; texture coordinates of meshes are in metres.
    """

    name: str
    pixels: UInt8[ndarray, "side side 3"]
    metres: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """One material.

    Attributes:
        name: unique within a world or model.
        semantic: class of what is made of it, from the taxonomy (an actor's own class overrides it).
        base_colour: linear RGB, 0..1.
        roughness: microfacet roughness (perceptual, GGX alpha = roughness squared), 0..1.
        metallic: 0 or 1 (0..1 for blends).
        emission: linear RGB radiance relative to sunlit white = 1; 0 for most.
        lamp: name from `lamps.LAMPS`: emits only while that lamp of its actor (or its traffic light) is lit.
        paint: takes the actor's paint colour in place of `base_colour`.
        texture: multiplies the base colour.
        reflectivity_905nm, reflectivity_1550nm: Lambertian reflectance 0..1 for lidar.
        radar_reflectivity: power reflection coefficient at 77 GHz, 0..1.
        retroreflective: sends light back to its source (signs, plates).
        transparent: glass: lidar passes or drops out, camera draws it as dark and glossy.
        source: where the numbers come from.
    """

    name: str
    semantic: str = "none"
    base_colour: tuple[float, float, float] = (0.5, 0.5, 0.5)
    roughness: float = 0.8
    metallic: float = 0.0
    emission: tuple[float, float, float] = (0.0, 0.0, 0.0)
    lamp: str = ""
    paint: bool = False
    texture: Texture | None = None
    reflectivity_905nm: float = 0.3
    reflectivity_1550nm: float = 0.3
    radar_reflectivity: float = 0.2
    retroreflective: bool = False
    transparent: bool = False
    source: str = ""
