"""The worlds for robots: their ways lead on, are free of things, lie inside the room, and are as many as asked for."""

from functools import cache

import numpy as np
import pytest
import shapely

from simgen import library
from simgen.geometry import Pose
from simgen.library import find
from simgen.world.lanes import Lane
from simgen.world.world import World

NAMES = ("warehouse", "factory", "shop", "office", "field")
FLAT = {"road", "markings", "terrain", "paint", "ceiling", "lamps", "structures"}
ROBOT_HALF_M, ROBOT_M = 0.29 + 0.05, 0.31
"""Half a MiR250's width and some play, and its height."""


@cache
def world(name: str) -> World:
    built: World = find("worlds", name).build()
    return built


def driving(name: str) -> list[Lane]:
    return [lane for lane in world(name).lanes.lanes.values() if lane.kind == "driving"]


@pytest.mark.parametrize("name", NAMES)
def test_every_way_leads_on(name: str) -> None:
    lanes = driving(name)
    known = {lane.id for lane in lanes}
    assert lanes
    for lane in lanes:
        assert set(lane.successors) & known, lane.id
        assert lane.speed_limit_mps < 2.0


@pytest.mark.parametrize("name", NAMES)
def test_nothing_stands_in_the_robots_way(name: str) -> None:
    """Triangles below the robot's top, and residents' boxes, against the lanes' middle strips, from above."""
    ways = shapely.union_all(
        [shapely.LineString(lane.centre[:, :2]).buffer(ROBOT_HALF_M, cap_style="flat") for lane in driving(name)]
    )
    shapely.prepare(ways)
    for one in world(name).surfaces:
        if one.name in FLAT or one.name.startswith("land"):
            continue
        corners = one.mesh.vertices[one.mesh.faces].astype(float)
        ground = np.median([lane.centre[:, 2].mean() for lane in driving(name)])
        low = corners[..., 2].min(axis=1) - ground < ROBOT_M
        rings = np.concatenate([corners[low][:, :, :2], corners[low][:, :1, :2]], axis=1)
        lines = shapely.linestrings(rings)
        assert not shapely.intersects(ways, lines).any(), one.name
    for resident in world(name).residents:
        model = find("models", resident.model).build()
        half = np.array(model.extent_m[:2]) / 2.0
        box = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half + np.array(model.centre_m[:2])
        pose = Pose.from_xyz_rpy(resident.x_m, resident.y_m, 0.0, yaw=resident.yaw_rad)
        points = pose.apply(np.column_stack([box, np.zeros(4)]))[:, :2]
        assert not ways.intersects(shapely.Polygon(points)), resident.model


@pytest.mark.parametrize("name", [name for name in NAMES if name != "field"])
def test_ways_lie_inside_walls_under_a_roof(name: str) -> None:
    surfaces = {one.name: one.mesh for one in world(name).surfaces}
    low, high = surfaces["walls"].bounds()
    roof_low, roof_high = surfaces["ceiling"].bounds()
    for lane in driving(name):
        assert (lane.centre[:, :2] > low[:2] + ROBOT_HALF_M).all()
        assert (lane.centre[:, :2] < high[:2] - ROBOT_HALF_M).all()
    assert (roof_low[:2] <= low[:2] + 0.01).all()
    assert (roof_high[:2] >= high[:2] - 0.01).all()


def test_as_many_aisles_and_bays_as_asked_for() -> None:
    small = find("worlds", "warehouse").build(aisles=2, bays=4, levels=2)
    large = find("worlds", "warehouse").build(aisles=5, bays=10, levels=3)
    for made, aisles, bays in ((small, 2, 4), (large, 5, 10)):
        lengths = [lane.length_m for lane in made.lanes.lanes.values() if lane.kind == "driving" and not lane.junction]
        long = [length for length in lengths if length > 2.8 * bays - 2.0]
        assert len(long) == 2 * aisles
        assert max(long) == pytest.approx(2.8 * bays + 5.0 - 2.0 * 2.9)
    assert find("worlds", "shop").build(aisles=3).parameters["aisles"] == 3


def test_the_field_is_as_uneven_as_asked_for() -> None:
    flat = find("worlds", "field").build(bumps_m=0.0, length_m=20.0, rows=2)
    rough = find("worlds", "field").build(bumps_m=0.3, length_m=20.0, rows=2)
    heights = [np.concatenate([lane.centre[:, 2] for lane in made.lanes.lanes.values()]) for made in (flat, rough)]
    assert np.ptp(heights[0]) == 0.0
    assert 0.2 < np.ptp(heights[1]) < 0.7


@pytest.mark.parametrize("crop", ["apples", "maize", "lettuce", "mixed"])
def test_every_crop_grows(crop: str) -> None:
    made: World = find("worlds", "field").build(crop=crop, rows=2, length_m=15.0)
    rows = next(one for one in made.surfaces if one.name == "crop").mesh
    low, high = rows.bounds()
    assert high[0] - low[0] > 12.0
    assert any(material.semantic == "vegetation" for material in rows.materials)


@pytest.mark.parametrize(
    "name", ["epoxy", "floor_tiles", "carpet", "ceiling", "tilled_soil", "trapezoid", "stretch_film", "carton_stack"]
)
def test_textures_tile_without_a_seam(name: str) -> None:
    """Across the tile's border pixels differ hardly more than the most different neighbours inside."""
    textures = pytest.importorskip("simgen.worlds.textures")
    pixels = textures.by_name(name).pixels.astype(float)
    for axis in (0, 1):
        inside = np.abs(np.diff(pixels, axis=axis)).mean(axis=(1 - axis, 2))
        border = np.abs(np.take(pixels, 0, axis) - np.take(pixels, -1, axis)).mean()
        assert border <= inside.max() * 1.25 + 1.0


def test_what_they_are_made_of_is_known_to_every_sensor() -> None:
    materials = {m for name in NAMES for one in world(name).surfaces for m in one.mesh.materials}
    for material in materials:
        assert material.source, material.name
        assert 0.0 < material.reflectivity_905nm <= 1.0
        assert 0.0 < material.radar_reflectivity <= 1.0


def test_the_library_lists_them_as_places_for_robots() -> None:
    offered = {entry.name: entry for entry in library.entries("worlds")}
    for name in NAMES:
        assert "robot" in offered[name].tags
