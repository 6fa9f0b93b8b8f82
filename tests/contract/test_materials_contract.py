"""Every material of the library is known to every sensor, within what is physical; textures tile without a seam."""

import numpy as np
import pytest
from numpy import ndarray
from simgen.worlds import materials, textures

from simgen.world import taxonomy
from simgen.world.material import SIDES, Material, Texture

CHARTS = {"number_plate"}
"""Pictures of one thing, that are never tiled."""

SEAM = 1.15
"""How much stronger than the strongest edge between two rows or columns inside a texture its seam may be."""


def linear(pixels: ndarray) -> ndarray:
    """Light of sRGB numbers. Source: IEC 61966-2-1."""
    share = pixels / 255.0
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


@pytest.fixture(params=materials.names())
def material(request: pytest.FixtureRequest) -> Material:
    return materials.by_name(request.param)


def test_it_says_where_its_numbers_come_from(material: Material) -> None:
    assert len(material.source) > 10
    assert material.semantic in taxonomy.BY_NAME
    assert material.semantic != "none"


def test_cameras_lidars_and_radars_know_it(material: Material) -> None:
    # No surface on the ground is darker than the blackest paint or brighter than fresh snow or barium sulphate.
    assert all(0.003 <= value <= 0.95 for value in material.base_colour)
    assert 0.04 <= material.roughness <= 1.0
    assert 0.0 <= material.metallic <= 1.0
    assert all(0.0 <= value <= 100.0 for value in material.emission)
    for reflectivity in (material.reflectivity_905nm, material.reflectivity_1550nm):
        assert 0.02 <= reflectivity <= 0.98
    # A permittivity of 1.4 (loose foliage, foam) reflects 0.7 %; nothing reflects more than all.
    assert 0.005 <= material.radar_reflectivity <= 1.0


def test_metals_mirror_radar_and_what_is_wet_inside_absorbs_1550_nm(material: Material) -> None:
    if material.metallic >= 0.5:
        assert material.radar_reflectivity >= 0.9
    if material.semantic == "vegetation" or material.name in {"grass", "skin"}:
        # Water absorbs at 1550 nm what leaves and skin reflect at 905 nm.
        assert material.reflectivity_1550nm < 0.75 * material.reflectivity_905nm


def test_plants_shine_beyond_the_red_edge(material: Material) -> None:
    if material.name in {"grass", "leaves", "leaves_dark"}:
        assert material.reflectivity_905nm > 2.0 * max(material.base_colour)


def test_retroreflectors_return_more_than_paper(material: Material) -> None:
    if material.retroreflective and not material.lamp:
        assert min(material.reflectivity_905nm, material.reflectivity_1550nm) >= 0.5


def test_panes_let_light_through(material: Material) -> None:
    if material.transparent:
        assert material.roughness < 0.1
        assert material.reflectivity_905nm < 0.15
        assert material.metallic == 0.0


@pytest.fixture(params=textures.names())
def texture(request: pytest.FixtureRequest) -> Texture:
    return textures.by_name(request.param)


def test_a_texture_is_a_square_that_fits_and_a_tint_that_keeps_its_colour(texture: Texture) -> None:
    assert texture.pixels.shape in {(side, side, 3) for side in SIDES}
    assert not texture.pixels.flags.writeable
    assert 0.01 <= texture.metres <= 50.0
    assert linear(texture.pixels).mean() > 0.1


@pytest.mark.parametrize("axis", [0, 1])
def test_a_texture_tiles_without_a_seam(texture: Texture, axis: int) -> None:
    if texture.name in CHARTS:
        pytest.skip("it is never tiled")
    light = np.moveaxis(linear(texture.pixels), axis, 0)
    steps = np.abs(np.diff(light, axis=0, append=light[:1])).mean(axis=(1, 2))
    inside, seam = steps[:-1], steps[-1]
    assert seam <= SEAM * inside.max() + 1e-3
    # Grain without lines has no strong edge inside to hide behind: the seam lies among its steps.
    spread = inside.std()
    if inside.max() < inside.mean() + 4.0 * spread:
        assert abs(seam - inside.mean()) < 5.0 * spread + 1e-3
