"""Materials that are drawn: in range, the same for a name, and what must not change does not."""

import colorsys
from dataclasses import replace

import numpy as np
import staging

from simgen.render.patterns import VARIANTS, pattern
from simgen.render.redressed import _turned, redressed
from simgen.render.scene import Scene
from simgen.sampling import Uniform
from simgen.scenario.randomisation import MaterialDraw
from simgen.scenario.randomise_presets import PRESETS
from simgen.scenario.scenario import ConcreteScenario, Entity, Randomisation


def concrete(randomise: Randomisation, seed: int = 1) -> ConcreteScenario:
    return ConcreteScenario(name="s", ego=Entity(name="ego"), seed=seed, randomise=randomise)


def scene() -> Scene:
    return Scene.of(staging.world(), staging.cast(2))


def test_nothing_is_drawn_by_default() -> None:
    plain = scene()
    assert redressed(plain, concrete(Randomisation()))[0] is plain


def test_draws_are_by_name_and_come_back_from_what_was_recorded() -> None:
    plain = scene()
    dressed, told = redressed(plain, concrete(PRESETS["strong"]))
    again, same = redressed(plain, told)
    assert dressed.materials == again.materials
    assert told == same
    # What an episode has recorded counts, not what would be drawn today.
    other, _ = redressed(plain, replace(told, seed=99))
    assert other.materials == dressed.materials
    assert redressed(plain, concrete(PRESETS["strong"], seed=2))[0].materials != dressed.materials
    # Another material in the scene changes nothing for those that were there.
    fewer = replace(plain, materials=plain.materials[1:])
    assert redressed(fewer, concrete(PRESETS["strong"]))[0].materials == dressed.materials[1:]
    # Meshes have the scene's table, and the arrays that they had.
    for before, after in zip(
        (plain.surfaces, *plain.link_meshes), (dressed.surfaces, *dressed.link_meshes), strict=True
    ):
        assert after.materials is dressed.materials
        assert (after.vertices is before.vertices, after.faces is before.faces) == (True, True)


def test_ranges_and_what_stays() -> None:
    rule = MaterialDraw(
        brightness=Uniform(low=0.5, high=0.7),
        roughness=Uniform(low=0.2, high=0.3),
        reflectivity=Uniform(low=0.4, high=0.6),
    )
    plain = scene()
    dressed, told = redressed(plain, concrete(Randomisation(materials=(rule,))))
    assert [m.semantic for m in dressed.materials] == [m.semantic for m in plain.materials]
    changed = 0
    for before, after in zip(plain.materials, dressed.materials, strict=True):
        if before.transparent or before.lamp or max(before.emission) > 0.0:
            assert after == before
            continue
        changed += 1
        share = told.drawn[f"material.{before.name}.brightness"]
        assert 0.5 <= share <= 0.7
        np.testing.assert_allclose(after.base_colour, np.array(before.base_colour) * share, atol=1e-9)
        assert 0.2 <= after.roughness <= 0.3
        scale = told.drawn[f"material.{before.name}.reflectivity"]
        for name in ("reflectivity_905nm", "reflectivity_1550nm", "radar_reflectivity"):
            assert getattr(after, name) == getattr(before, name) * scale
        assert after.retroreflective == before.retroreflective
    assert changed > 1


def test_a_turned_hue_is_as_bright_and_turned() -> None:
    colour = np.array([0.30, 0.22, 0.20])
    turned = _turned(colour, 120.0, 1.0)
    weights = np.array([0.2126, 0.7152, 0.0722])
    np.testing.assert_allclose(turned @ weights, colour @ weights, rtol=0.05)
    hues = [colorsys.rgb_to_hsv(*one)[0] * 360.0 for one in (colour, turned)]
    assert abs((hues[1] - hues[0]) % 360.0 - 120.0) < 12.0
    np.testing.assert_allclose(_turned(colour, 0.0, 1.0), colour, atol=1e-12)
    np.testing.assert_allclose(np.ptp(_turned(colour, 40.0, 0.0)), 0.0, atol=1e-12)


def test_patterns_repeat_without_seams_and_differ() -> None:
    for kind in ("checker", "stripes", "noise", "dots", "gradient"):
        pictures = [pattern(kind, variant, 1.0).pixels for variant in range(VARIANTS)]
        assert pictures[0] is pattern(kind, 0, 2.0).pixels
        assert len({picture.tobytes() for picture in pictures}) == VARIANTS
        for picture in pictures:
            # The step over the edge is one that occurs inside as well.
            rows = np.abs(np.diff(picture.astype(int), axis=0)).sum(axis=(1, 2))
            assert np.abs(picture[0].astype(int) - picture[-1]).sum() <= rows.max()
