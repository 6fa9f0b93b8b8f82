"""What every world of the library keeps."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from simgen.library import entries, find
from simgen.world.taxonomy import BY_NAME
from simgen.world.world import World

NAMES = [entry.name for entry in entries("worlds")]
MAP = Path(__file__).resolve().parents[2] / "worlds" / "maps" / "town.xodr"
ROOMS = {"studio"}
"""Nothing drives there."""

TRIANGLES = 250_000
"""llvmpipe pays for each that is in view."""


def build(name: str) -> World:
    more = {"map": str(MAP)} if name == "opendrive" else {}
    return find("worlds", name).build(**more)


world_of = cache(build)


def test_the_library_has_its_worlds() -> None:
    assert {"town", "highway", "proving_ground", "opendrive"} <= set(NAMES)
    assert {"rural", "roundabout", "motorway", "tunnel", "car_park", "roadworks"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_meshes_are_sound(name: str) -> None:
    world = world_of(name)
    assert sum(len(one.mesh.faces) for one in world.surfaces) < TRIANGLES
    for one in world.surfaces:
        mesh = one.mesh
        assert len(mesh.faces)
        assert np.isfinite(mesh.vertices).all()
        assert np.isfinite(mesh.uvs).all()
        assert mesh.faces.min() >= 0
        assert mesh.faces.max() < len(mesh.vertices)
        assert np.allclose(np.linalg.norm(mesh.normals, axis=1), 1.0, atol=1e-3)
        assert set(np.unique(mesh.material)) <= set(range(len(mesh.materials)))
        assert all(material.semantic in BY_NAME for material in mesh.materials)
        assert -1 <= one.signal < len(world.signals)


@pytest.mark.parametrize("name", NAMES)
def test_materials_have_unique_names(name: str) -> None:
    materials = {material for one in world_of(name).surfaces for material in one.mesh.materials}
    assert len({material.name for material in materials}) == len(materials)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_world_twice(name: str) -> None:
    one, two = world_of(name), build(name)
    assert [surface.name for surface in one.surfaces] == [surface.name for surface in two.surfaces]
    for a, b in zip(one.surfaces, two.surfaces, strict=True):
        assert a.mesh.vertices.tobytes() == b.mesh.vertices.tobytes()
        assert a.mesh.faces.tobytes() == b.mesh.faces.tobytes()


@pytest.mark.parametrize("name", NAMES)
def test_lanes_and_signals_belong_together(name: str) -> None:
    world = world_of(name)
    assert name in ROOMS or any(lane.kind == "driving" for lane in world.lanes.lanes.values())
    for signal in world.signals:
        assert 0 <= signal.group < signal.groups
        for lane, stop in zip(signal.lanes, signal.stop_s_m, strict=True):
            assert 0.0 <= stop <= world.lanes.lanes[lane].length_m
