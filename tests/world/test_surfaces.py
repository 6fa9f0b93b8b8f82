"""Surfaces of OpenDRIVE maps: no holes, true heights, the right stuff in the right place. Rays are cast by Embree."""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from simgen.render.raycast_embree import import_open3d
from simgen.world.build import world_from_opendrive
from simgen.world.mesh import Mesh
from simgen.world.opendrive.geometry import lane_to_world
from simgen.world.opendrive.read import read_opendrive
from simgen.world.opendrive.types import OpenDrive
from simgen.world.surfaces.junctions import junction_meshes, overlapping
from simgen.world.surfaces.palette import plain_palette
from simgen.world.surfaces.plan import lane_plans
from simgen.world.surfaces.strips import section_strips
from simgen.world.world import World

ROOT = Path(__file__).resolve().parents[2]
OWN = ROOT / "worlds" / "maps"
CORPUS = ROOT / ".." / "shared" / "corpus"
MAPS = sorted(CORPUS.rglob("*.xodr"))
USUAL = {
    "Town02", "curves_elevation", "e6mini", "fabriksgatan", "parking_demo", "highway_exit", "velodrome",
    "multi_lane_3way_intersection", "straight_500_superelevation_elevation_curve", "tunnels",
}  # fmt: skip
SEMANTIC = {
    "driving": "road",
    "parking": "parking",
    "shoulder": "shoulder",
    "stop": "shoulder",
    "biking": "bicycle_lane",
}


@cache
def built(name: str) -> tuple[OpenDrive, World]:
    path = OWN / f"{name}.xodr"
    return read_opendrive(path), world_from_opendrive(path)


def surface(world: World, name: str) -> Mesh:
    return next(one.mesh for one in world.surfaces if one.name == name)


def scene_of(*meshes: Mesh) -> Any:
    scene = import_open3d().t.geometry.RaycastingScene()
    for mesh in meshes:
        scene.add_triangles(mesh.vertices, mesh.faces.astype(np.uint32))
    return scene


def below(scene: Any, points: np.ndarray, above_m: float = 0.3) -> tuple[np.ndarray, np.ndarray]:
    """Height of what lies under each point, and the triangle."""
    rays = np.zeros((len(points), 6), np.float32)
    rays[:, :3], rays[:, 5] = points, -1.0
    rays[:, 2] += above_m
    hits = scene.cast_rays(rays)
    return rays[:, 2] - hits["t_hit"].numpy(), hits["primitive_ids"].numpy()


def lane_grid(drive: OpenDrive, origin: np.ndarray, step_m: float = 0.7, *, junctions: bool = False):
    """(lane, points on its own surface by the reader's formulas) for every lane wider than 20 cm."""
    for road in drive.roads.values():
        if bool(road.junction) != junctions:
            continue
        for section in road.sections:
            for lane in section.lanes.values():
                # A raised lane leans with the road's pitch, so its end is a millimetre or two off its station.
                s = np.arange(lane.start_m + 5e-3, min(lane.end_m, road.length_m) - 5e-3, step_m)
                if lane.id == 0 or not len(s):
                    continue
                edges = [lane_to_world(road, section, lane.id, s, np.full(len(s), side)) for side in (0.0, 1.0)]
                wide = np.linalg.norm(edges[1] - edges[0], axis=1) > 0.2
                for across in (0.02, 0.3, 0.5, 0.7, 0.98):
                    points = lane_to_world(road, section, lane.id, s[wide], np.full(int(wide.sum()), across))
                    if len(points):
                        yield lane, across, points - origin


@pytest.mark.parametrize("name", ["town", "highway", "proving_ground"])
def test_the_road_lies_where_the_standard_says_without_a_hole(name: str) -> None:
    drive, world = built(name)
    scene = scene_of(surface(world, "road"))
    for _, _, points in lane_grid(drive, world.origin_m):
        height, _ = below(scene, points)
        assert np.isfinite(height).all()
        assert np.max(np.abs(height - points[:, 2])) < 0.01


def test_a_junction_lies_where_its_roads_say() -> None:
    drive, world = built("town")
    scene = scene_of(surface(world, "road"))
    for lane, _, points in lane_grid(drive, world.origin_m, junctions=True):
        height, _ = below(scene, points)
        assert np.isfinite(height).all()
        if lane.kind == "driving":
            assert np.max(np.abs(height - points[:, 2])) < 0.01


@pytest.mark.parametrize("name", ["town", "highway"])
def test_joints_are_closed(name: str) -> None:
    _, world = built(name)
    scene = scene_of(surface(world, "road"))
    rng = np.random.default_rng(0)
    for lane in world.lanes.lanes.values():
        if not lane.successors or lane.kind not in ("driving", "sidewalk"):
            continue
        end = lane.left[-1] + rng.uniform(0.02, 0.98, (60, 1)) * (lane.right[-1] - lane.left[-1])
        ahead = lane.centre[-1] - lane.centre[-2]
        points = end + rng.uniform(-0.02, 0.02, (60, 1)) * ahead / np.linalg.norm(ahead)
        height, _ = below(scene, points)
        assert np.isfinite(height).all()
        assert np.max(np.abs(height - points[:, 2])) < 0.01


@pytest.mark.parametrize("name", ["town", "highway", "proving_ground"])
def test_every_lane_shows_its_class(name: str) -> None:
    drive, world = built(name)
    road = surface(world, "road")
    scene = scene_of(road)
    for lane, across, points in lane_grid(drive, world.origin_m, 2.0):
        if across != 0.5 or lane.kind not in {*SEMANTIC, "sidewalk"}:
            continue
        _, triangle = below(scene, points)
        seen = {road.materials[k].semantic for k in np.unique(road.material[triangle])}
        assert seen == {SEMANTIC.get(lane.kind, lane.kind)}


def test_a_junction_is_one_surface_without_overlap() -> None:
    drive, world = built("town")
    inside: dict[str, list] = {}
    for road in drive.roads.values():
        if road.junction:
            inside.setdefault(road.junction, []).extend(
                strips for section in road.sections for strips in section_strips(road, section, world.origin_m)
            )
    assert len(inside) == 8
    for members in inside.values():
        groups, _ = overlapping(members)
        assert len(groups) == 1
        union = shapely.union_all([plan.outline for plan in lane_plans(groups[0])])
        filled = shapely.union_all([shapely.Polygon(union.exterior)])
        area = 0.0
        for mesh in junction_meshes(groups[0], plain_palette()):
            corners = mesh.vertices[mesh.faces].astype(np.float64)
            a, b = (corners[:, 1] - corners[:, 0])[:, :2], (corners[:, 2] - corners[:, 0])[:, :2]
            area += float(np.sum(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])) / 2.0
        assert area == pytest.approx(filled.area, abs=0.05)
        assert area >= union.area - 0.01


def test_broken_lines_have_the_lengths_that_the_map_gives() -> None:
    _, world = built("proving_ground")
    scene = scene_of(surface(world, "markings"))
    s = np.arange(0.005, 200.0, 0.01)
    height, _ = below(scene, np.column_stack([s, np.full(len(s), -3.5), np.zeros(len(s))]))
    painted = np.isfinite(height)
    # No stop line, crosswalk or bay line lies there: dashes of 3 m, gaps of 6 m, from s = 0 on.
    assert np.array_equal(painted, (s % 9.0) < 3.0)
    assert np.allclose(height[painted], 0.005, atol=1e-6)


def test_double_lines_and_edges_lie_where_they_should() -> None:
    _, world = built("proving_ground")
    scene = scene_of(surface(world, "markings"))
    t = np.arange(-7.5, 7.5, 0.005) + 0.0025
    height, _ = below(scene, np.column_stack([np.full(len(t), 100.5), t, np.zeros(len(t))]))
    edges = np.flatnonzero(np.diff(np.isfinite(height).astype(int)))
    expected = [-7.06, -6.94, -3.56, -3.44, -0.18, -0.06, 0.06, 0.18, 3.44, 3.56, 6.94, 7.06]
    assert np.allclose(t[edges] + 0.0025, expected, atol=0.006)


@pytest.mark.parametrize("name", ["town", "highway", "proving_ground"])
def test_surfaces_face_upwards(name: str) -> None:
    _, world = built(name)
    for what in ("road", "markings", "terrain"):
        mesh = surface(world, what)
        corners = mesh.vertices[mesh.faces].astype(np.float64)
        normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        length = np.linalg.norm(normal, axis=1)
        # Kerb faces stand square to a road that slopes; nothing hangs over by more.
        assert (normal[:, 2] > -0.03 * length).all()
        assert np.allclose(np.linalg.norm(mesh.normals, axis=1), 1.0, atol=1e-3)


@pytest.mark.parametrize("name", ["town", "highway", "proving_ground"])
def test_the_ground_never_pokes_through_a_road(name: str) -> None:
    drive, world = built(name)
    scene = scene_of(surface(world, "terrain"))
    for _, across, points in lane_grid(drive, world.origin_m, 3.0):
        if across in (0.3, 0.5, 0.7):
            height, _ = below(scene, points, above_m=20.0)
            assert not (np.isfinite(height) & (height > points[:, 2] - 0.05)).any()


def test_the_ground_meets_the_road_edge() -> None:
    drive, world = built("town")
    scene = scene_of(surface(world, "terrain"))
    for lane, across, points in lane_grid(drive, world.origin_m, 5.0):
        if abs(lane.id) == 3 and across == 0.98:
            out = points + 0.2 * _outward(drive, lane, points)
            height, _ = below(scene, out, above_m=3.0)
            assert np.isfinite(height).all()
            assert np.max(np.abs(height - points[:, 2])) < 0.12


def _outward(drive: OpenDrive, lane, points: np.ndarray) -> np.ndarray:
    ahead = np.gradient(points, axis=0) if len(points) > 1 else np.array([[1.0, 0.0, 0.0]])
    ahead = ahead / np.linalg.norm(ahead, axis=1, keepdims=True)
    side = 1.0 if lane.id > 0 else -1.0
    return side * np.column_stack([-ahead[:, 1], ahead[:, 0], np.zeros(len(points))])


def test_lights_hold_their_lanes_and_alternate() -> None:
    _, world = built("town")
    assert len(world.signals) == 8
    for signal in world.signals:
        assert len(signal.lanes) == 1
        lane = world.lanes.lanes[signal.lanes[0]]
        # The stop line's near edge lies 6.25 m before the junction; the last section is 15 m long.
        assert signal.stop_s_m[0] == pytest.approx(lane.length_m - 6.25, abs=0.02)
        assert signal.groups == 2
        ahead = lane.centre[-1] - lane.centre[-2]
        assert signal.group == int(abs(ahead[1]) > abs(ahead[0]))
    lit = [one for one in world.surfaces if one.signal >= 0]
    assert sorted(one.signal for one in lit) == list(range(8))
    assert {m.lamp for m in lit[0].mesh.materials if m.lamp} == {"red", "amber", "green"}


def check(path: Path) -> None:
    world = world_from_opendrive(path)
    for one in world.surfaces:
        assert np.isfinite(one.mesh.vertices).all()
        assert len(one.mesh.faces) == len(one.mesh.material)
        assert one.mesh.faces.max() < len(one.mesh.vertices)
    drive = read_opendrive(path)
    road = surface(world, "road")
    scene = scene_of(road)
    corners = road.vertices[road.faces].astype(np.float64)
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    upright = np.append(np.abs(normal[:, 2]) / np.maximum(np.linalg.norm(normal, axis=1), 1e-12), 1.0)
    missed = total = 0
    for _, across, points in lane_grid(drive, world.origin_m, 3.0):
        if across in (0.3, 0.5, 0.7):
            height, triangle = below(scene, points, above_m=0.05)
            # One map rolls to 69 degrees: distances are square to the surface, not vertical.
            steep = upright[np.minimum(triangle, len(upright) - 1)]
            missed += int(np.sum(~(np.abs(height - points[:, 2]) * steep < 0.01)))
            total += len(points)
    # Roads that overlap outside junctions at other heights (a map's own fault) hide one another.
    assert missed <= 0.002 * total


@pytest.mark.parametrize("path", [path for path in MAPS if path.stem in USUAL], ids=lambda path: path.stem)
def test_usual_maps_have_closed_roads(path: Path) -> None:
    check(path)


@pytest.mark.full
@pytest.mark.parametrize("path", [path for path in MAPS if path.stem not in USUAL], ids=lambda path: path.stem)
def test_every_map_has_closed_roads(path: Path) -> None:
    check(path)
