"""Parts of domain randomisation: what of a scene's looks is drawn, and from what."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from simgen.errors import InputError
from simgen.sampling import Choice, Number

PATTERNS = ("keep", "plain", "checker", "stripes", "noise", "dots", "gradient")
"""Textures that a material may get: its own, none, or one made by code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialDraw:
    """How some materials vary; each of them, by its name, draws for itself, wherever it is used.

    Attributes:
        which: names of materials or of semantic classes, with wildcards.
        spare: likewise, of those that stay as they are.
        brightness: the base colour is multiplied by it.
        hue_deg: by which its hue is turned.
        saturation: by which what is not grey about it is multiplied.
        colour: linear RGB in its place.
        roughness: in place of the material's.
        texture: one of `PATTERNS`.
        texture_m: width of a tile of such a pattern.
        reflectivity: reflectances for lidar and radar are multiplied by it together.
    """

    which: tuple[str, ...] = ("*",)
    spare: tuple[str, ...] = ()
    brightness: Number = 1.0
    hue_deg: Number = 0.0
    saturation: Number = 1.0
    colour: tuple[Number, Number, Number] | None = None
    roughness: Number | None = None
    texture: Any = "keep"
    texture_m: Number = 1.0
    reflectivity: Number = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraDraw:
    """By how much each camera stands elsewhere than its rig says, in its own axes; its calibration says so too."""

    forward_m: Number = 0.0
    left_m: Number = 0.0
    up_m: Number = 0.0
    yaw_deg: Number = 0.0
    pitch_deg: Number = 0.0
    roll_deg: Number = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Distractors:
    """Things that have no part in the scenario, scattered around the ego but not on its way.

    Attributes:
        count: how many.
        models: a Choice of names in the library of models; None takes things that lie and stand about.
        kinds: of the lanes that they stand on.
        aside_m: from the middle of the lane, to its left.
        radius_m: around the ego.
    """

    count: Number = 0
    models: Any = None
    kinds: tuple[str, ...] = ("sidewalk", "shoulder", "parking", "border")
    aside_m: Number = 0.0
    radius_m: float = 60.0


def check_textures(materials: Sequence[MaterialDraw]) -> None:
    """Whether every texture that can be drawn is one.

    Raises:
        InputError: one is none.
    """
    for index, rule in enumerate(materials):
        for texture in rule.texture.values if isinstance(rule.texture, Choice) else (rule.texture,):
            if texture not in PATTERNS:
                known = ", ".join(PATTERNS)
                raise InputError(f"randomise.materials.{index}.texture: expected one of {known}, got {texture!r}")
