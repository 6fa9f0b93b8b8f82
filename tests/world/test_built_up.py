"""Towns drawn from a seed, and maps dressed: roads that connect, nothing on the lanes, the same for a seed."""

from pathlib import Path

import numpy as np
import pytest
import shapely
from lxml import etree
from simgen.worlds import _dressing
from simgen.worlds._dressing_map import kind_of
from simgen.worlds.maps import grid, town
from simgen.worlds.maps.grid_plans import downtown_plan, suburb_plan, town_plan
from simgen.worlds.maps.pen import Pen
from simgen.worlds.maps.sheet import LaneDraft, RoadDraft, SectionDraft, document

from simgen.errors import InputError
from simgen.generation import Job, Recipe, run
from simgen.library import find
from simgen.resense import Look, resense
from simgen.world.model import Model
from simgen.world.opendrive.network import lane_network
from simgen.world.opendrive.read import read_opendrive
from simgen.world.world import World

PLANS = {"town": town_plan(240.0), "suburb": suburb_plan(300.0), "downtown": downtown_plan(260.0)}


def drawn(name: str, seed: int = 0) -> str:
    return grid.draw(PLANS[name], seed).decode()


def in_lanes(world: World, names: tuple[str, ...]) -> int:
    """How many points of these surfaces that are below 2 m lie in a driving lane on the ground."""
    rings = [
        np.concatenate([lane.left, lane.right[::-1]])[:, :2]
        for lane in world.lanes.lanes.values()
        if lane.kind == "driving"
    ]
    area = shapely.union_all([shapely.make_valid(shapely.Polygon(ring)).buffer(-0.05) for ring in rings])
    points = np.concatenate([one.mesh.vertices for one in world.surfaces if one.name in names])
    shapely.prepare(area)
    return int(shapely.contains_xy(area, points[:, 0], points[:, 1]).sum())


def test_the_map_of_the_town_is_what_its_code_draws() -> None:
    assert town.draw() == (Path(town.__file__).parent / "town.xodr").read_bytes()


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("seed", [0, 1, 5])
def test_what_roads_and_junctions_refer_to_is_there(name: str, seed: int) -> None:
    tree = etree.fromstring(grid.draw(PLANS[name], seed))
    roads = {road.get("id") for road in tree.iter("road")}
    known = {"road": roads, "junction": {junction.get("id") for junction in tree.iter("junction")}}
    for link in (*tree.iter("predecessor"), *tree.iter("successor")):
        if link.get("elementId"):
            assert link.get("elementId") in known[link.get("elementType")]
    for connection in tree.iter("connection"):
        assert {connection.get("incomingRoad"), connection.get("connectingRoad")} <= roads
    lights = {signal.get("id") for signal in tree.iter("signal") if signal.get("dynamic") == "yes"}
    assert {control.get("signalId") for control in tree.iter("control")} == lights
    assert bool(lights) == (name != "suburb")
    assert len(roads) == len(list(tree.iter("road")))


@pytest.mark.full
@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("seed", [0, 5])
def test_lanes_lead_on(name: str, seed: int) -> None:
    drive = read_opendrive(drawn(name, seed))
    lanes = lane_network(drive, np.zeros(3)).lanes
    driving = [lane for lane in lanes.values() if lane.kind == "driving"]
    dead = {road.id for road in drive.roads.values() if road.successor is None}
    assert bool(dead) == (name == "suburb")
    for lane in driving:
        assert lane.successors or lane.road in dead
        for after in lane.successors:
            assert np.allclose(lane.centre[-1], lanes[after].centre[0], atol=0.02)


def test_a_seed_is_a_town() -> None:
    assert drawn("suburb", 1) == drawn("suburb", 1)
    assert drawn("suburb", 1) != drawn("suburb", 2)


def test_too_small_a_town_is_refused() -> None:
    for name, size in (("town", 100.0), ("suburb", 50.0), ("downtown", 3000.0)):
        with pytest.raises(InputError, match="size_m: expected"):
            find("worlds", name).build(size_m=size)


def one_street(speed_kmh: float = 50.0, kind: str = "town", walk: bool = True) -> str:
    """A straight road of 160 m."""
    drive = LaneDraft(kind="driving", width_m=3.25, speed_kmh=speed_kmh)
    lanes = (drive, drive, *((LaneDraft(kind="sidewalk", width_m=2.5, height_m=0.12),) if walk else ()))
    line = Pen(x_m=0.0, y_m=0.0, heading_rad=0.0).line(160.0)
    section = SectionDraft(s_m=0.0, left=lanes, right=lanes)
    road = RoadDraft(id="1", name="", pieces=line.pieces, sections=(section,), kind=kind, speed_kmh=speed_kmh)
    return document("street", [road], []).decode()


def test_a_map_is_dressed_beside_its_lanes_and_the_same_for_a_seed() -> None:
    text, build = one_street(), find("worlds", "opendrive").build
    one, two, bare = build(map=text), build(map=text), build(map=text, dressed=False)
    assert {"buildings", "trees", "furniture"} <= {surface.name for surface in one.surfaces}
    assert not {"buildings", "trees", "furniture"} & {surface.name for surface in bare.surfaces}
    assert in_lanes(one, ("buildings", "furniture")) == 0
    for a, b in zip(one.surfaces, two.surfaces, strict=True):
        assert a.mesh.vertices.tobytes() == b.mesh.vertices.tobytes()
    other = build(map=text, seed=7)
    assert [len(s.mesh.faces) for s in one.surfaces] != [len(s.mesh.faces) for s in other.surfaces]


@pytest.mark.parametrize(
    ("speed_kmh", "kind", "walk", "expected"),
    [
        (50.0, "town", False, "urban"),
        (90.0, "town", True, "urban"),
        (100.0, "rural", False, "motorway"),
        (50.0, "rural", False, "rural"),
        (80.0, "motorway", False, "motorway"),
    ],
)
def test_what_stands_there_depends_on_the_road(speed_kmh: float, kind: str, walk: bool, expected: str) -> None:
    road = read_opendrive(one_street(speed_kmh, kind, walk)).roads["1"]
    assert kind_of(road) == expected


@pytest.mark.full
def test_the_map_in_an_episode_stands_in_for_a_file_that_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "mine.xodr"
    path.write_text(drawn("town"))
    recipe = Recipe(
        scenario="urban_traffic", rig="front", settings={"world": str(path), "cars": "2", "people": "1"}, duration_s=0.2
    )
    job = Job(recipe=recipe, index=0, seed=1, path=tmp_path / "e.h5", threads=1)
    assert not run(job).error
    looked = []
    for name in ("there.h5", "gone.h5"):
        resense(tmp_path / "e.h5", tmp_path / name, Look(weather={"cloudiness": 0.9}))
        looked.append((tmp_path / name).read_bytes())
        path.unlink(missing_ok=True)
    assert looked[0] == looked[1]


@pytest.mark.full
def test_a_large_town_has_all_that_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    placed: list[str] = []
    drop = _dressing.Plots.drop

    def counted(self: _dressing.Plots, model: Model, at: np.ndarray, yaw_rad: float, what: str) -> None:
        placed.append(what)
        drop(self, model, at, yaw_rad, what)

    monkeypatch.setattr(_dressing.Plots, "drop", counted)
    world = find("worlds", "town").build(size_m=400.0)
    assert placed.count("buildings") == 150
    assert placed.count("trees") == 300
    assert in_lanes(world, ("buildings", "furniture")) == 0


@pytest.mark.full
def test_every_map_of_the_corpus_is_dressed(corpus: Path) -> None:
    for path in sorted(corpus.rglob("*.xodr")):
        try:
            bare = find("worlds", "opendrive").build(map=str(path), dressed=False)
        except InputError:
            continue  # maps that break the standard are refused with or without dressing
        world = find("worlds", "opendrive").build(map=str(path))
        assert world.surfaces[: len(bare.surfaces)] or not bare.surfaces
        added = sum(len(one.mesh.faces) for one in world.surfaces) - sum(len(one.mesh.faces) for one in bare.surfaces)
        assert 0 <= added < 600_000, path
        level = [one for one in world.surfaces if one.name == "buildings"]
        if level and np.ptp(np.concatenate([lane.centre[:, 2] for lane in world.lanes.lanes.values()])) < 1.0:
            assert in_lanes(world, ("buildings",)) == 0, path
