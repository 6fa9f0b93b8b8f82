"""A scene in other materials: what each of them draws, and the scene that follows from what was drawn."""

from collections.abc import Mapping
from dataclasses import fields, replace
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.render.patterns import VARIANTS, pattern
from simgen.render.scene import Scene
from simgen.sampling import stream
from simgen.scenario.draws import fix
from simgen.scenario.randomisation import MaterialDraw
from simgen.scenario.scenario import ConcreteScenario
from simgen.world.material import Material, Texture
from simgen.world.mesh import Mesh

_PREFIX = "material."
_FIXED = ("which", "spare")
_PLAIN = MaterialDraw()
_GREY = np.array([0.2126, 0.7152, 0.0722])
_BRIGHTEST = 1.5
"""A texture's mean is darker than white, so what multiplies it may be brighter."""


def redressed(scene: Scene, concrete: ConcreteScenario) -> tuple[Scene, ConcreteScenario]:
    """The scene in the materials that the scenario's randomisation gives it, and the scenario with what was drawn.

    What was drawn before, as it stands in an episode, is used again as it is. Semantic classes, lamps, panes and what
    retroreflects stay what they are.
    """
    rules = concrete.randomise.materials
    drawn = {key: value for key, value in concrete.drawn.items() if key.startswith(_PREFIX)}
    if not drawn and rules:
        for material in scene.materials:
            drawn |= _drawn(material, rules, concrete.seed)
    if not drawn:
        return scene, concrete
    changes: dict[str, dict[str, Any]] = {}
    for key, value in drawn.items():
        name, _, field = key.removeprefix(_PREFIX).rpartition(".")
        changes.setdefault(name, {})[field] = value
    materials = tuple(_changed(material, changes.get(material.name, {})) for material in scene.materials)
    return _with(scene, materials), replace(concrete, drawn={**concrete.drawn, **drawn})


def _with(scene: Scene, materials: tuple[Material, ...]) -> Scene:
    """The scene with another table; meshes that were one stay one, and keep their arrays, which others know them by."""
    known: dict[int, Mesh] = {}

    def one(mesh: Mesh) -> Mesh:
        if id(mesh) not in known:
            known[id(mesh)] = replace(mesh, materials=materials)
        return known[id(mesh)]

    return replace(
        scene,
        materials=materials,
        surfaces=one(scene.surfaces),
        signals=tuple((signal, one(mesh)) for signal, mesh in scene.signals),
        link_meshes=tuple(one(mesh) for mesh in scene.link_meshes),
    )


def _drawn(material: Material, rules: tuple[MaterialDraw, ...], seed: int) -> dict[str, Any]:
    rule = next((one for one in rules if _holds(one.which, material) and not _holds(one.spare, material)), None)
    if rule is None or material.transparent or material.lamp or max(material.emission) > 0.0:
        return {}
    found = fix(replace(rule, which=(), spare=()), seed, "material", material.name)
    values = {field.name: getattr(found, field.name) for field in fields(MaterialDraw) if field.name not in _FIXED}
    if values["texture"] not in ("keep", "plain"):
        values["texture_variant"] = int(stream(seed, "texture", material.name).integers(VARIANTS))
    changed = {name: value for name, value in values.items() if value != getattr(_PLAIN, name, None)}
    return {f"{_PREFIX}{material.name}.{name}": value for name, value in changed.items()}


def _holds(patterns: tuple[str, ...], material: Material) -> bool:
    return any(fnmatchcase(material.name, one) or fnmatchcase(material.semantic, one) for one in patterns)


def _changed(material: Material, values: Mapping[str, Any]) -> Material:
    if not values:
        return material
    texture = _texture(material.texture, values)
    scale = float(values.get("reflectivity", 1.0))
    return replace(
        material,
        base_colour=_colour(material, values, texture),
        texture=texture,
        roughness=float(values.get("roughness", material.roughness)),
        reflectivity_905nm=min(material.reflectivity_905nm * scale, 1.0),
        reflectivity_1550nm=min(material.reflectivity_1550nm * scale, 1.0),
        radar_reflectivity=min(material.radar_reflectivity * scale, 1.0),
    )


def _texture(own: Texture | None, values: Mapping[str, Any]) -> Texture | None:
    kind = values.get("texture", "keep")
    if kind == "keep":
        return own
    if kind == "plain":
        return None
    return pattern(kind, int(values["texture_variant"]), float(values.get("texture_m", 1.0)))


def _colour(material: Material, values: Mapping[str, Any], texture: Texture | None) -> tuple[float, float, float]:
    if "colour" in values:
        red, green, blue = (float(value) for value in values["colour"])
        return red, green, blue
    mean = _mean(material.texture) if texture is material.texture else np.ones(3)
    seen = np.array(material.base_colour) * _mean(material.texture)
    wanted = _turned(seen, float(values.get("hue_deg", 0.0)), float(values.get("saturation", 1.0)))
    wanted = wanted * float(values.get("brightness", 1.0))
    most = _BRIGHTEST if texture is not None else 1.0
    red, green, blue = np.clip(wanted / np.maximum(mean, 0.02), 0.0, most).tolist()
    return red, green, blue


def _turned(colour: Float[ndarray, "3"], hue_deg: float, saturation: float) -> Float[ndarray, "3"]:
    """A colour turned about the grey axis, as bright as before.

    Source: O. Rodrigues' rotation about (1, 1, 1); luminance ITU-R BT.709.
    """
    grey = float(colour @ _GREY)
    off, axis, angle = colour - grey, np.full(3, 3.0**-0.5), np.radians(hue_deg)
    turned = off * np.cos(angle) + np.cross(axis, off) * np.sin(angle) + axis * float(axis @ off) * (1 - np.cos(angle))
    result = grey + saturation * (turned - float(turned @ _GREY))
    return np.asarray(np.clip(result, 0.0, None))


def _mean(texture: Texture | None) -> Float[ndarray, "3"]:
    """Of a texture's linear light."""
    if texture is None:
        return np.ones(3)
    share = np.asarray(texture.pixels[::4, ::4].reshape(-1, 3), np.float64) / 255.0
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear.mean(axis=0))
