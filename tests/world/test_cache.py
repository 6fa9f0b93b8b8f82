"""Worlds on disk: what is read is what was built; damage is noticed; keys tell worlds apart."""

import multiprocessing
from pathlib import Path

import numpy as np
import pytest
from roads import two_lane_road, world_of

from simgen.geometry import Pose
from simgen.world import cache, shapes
from simgen.world.material import Material, Texture
from simgen.world.precedence import Precedence
from simgen.world.weather import Weather
from simgen.world.world import Resident, Signal, Surface, World

PICTURE = Texture(name="noise", pixels=np.arange(256 * 256 * 3, dtype=np.uint8).reshape(256, 256, 3), metres=3.0)
STONE = Material(name="stone", semantic="building", texture=PICTURE, source="a test")


def a_world() -> World:
    """Something of every kind that a world may hold."""
    plain = world_of(two_lane_road())
    return World(
        name="made",
        surfaces=(
            Surface(name="box", mesh=shapes.box((1.0, 2.0, 3.0), STONE)),
            Surface(name="ball", mesh=shapes.ellipsoid((1.0, 1.0, 1.0), STONE), collide=False, signal=0),
        ),
        lanes=plain.lanes,
        signals=(Signal(id="s", pose=Pose.from_xyz_rpy(1.0, 2.0, 3.0), lanes=("1/0/-1",), stop_s_m=(4.0,)),),
        precedence=Precedence(rank={"1/0/-1": -1}, over=frozenset({("a", "b"), ("b", "c")})),
        origin_m=np.array([10.0, 20.0, 0.0]),
        weather=Weather(cloudiness=0.25),
        residents=(Resident(model="suv", x_m=1.0, y_m=2.0, paint=(0.1, 0.2, 0.3)),),
        parameters={"seed": 3, "share": float("inf"), "names": ["a", "b"], "none": None},
    )


def assert_equal(one: World, two: World) -> None:
    """Everything but identity."""
    assert one.name == two.name
    assert [(s.name, s.collide, s.signal) for s in one.surfaces] == [
        (s.name, s.collide, s.signal) for s in two.surfaces
    ]
    for a, b in zip(one.surfaces, two.surfaces, strict=True):
        for name in ("vertices", "faces", "normals", "uvs", "material"):
            left, right = getattr(a.mesh, name), getattr(b.mesh, name)
            assert left.dtype == right.dtype
            assert left.shape == right.shape
            assert left.tobytes() == right.tobytes()
        assert [m.name for m in a.mesh.materials] == [m.name for m in b.mesh.materials]
    assert list(one.lanes.lanes) == list(two.lanes.lanes)
    for a, b in zip(one.lanes.lanes.values(), two.lanes.lanes.values(), strict=True):
        assert a.centre.tobytes() == b.centre.tobytes()
        assert (a.successors, a.left_id, a.kind, a.index) == (b.successors, b.left_id, b.kind, b.index)
        assert np.array_equal(a.speed_limit_mps, b.speed_limit_mps, equal_nan=True)
    for a, b in zip(one.signals, two.signals, strict=True):
        assert (a.id, a.lanes, a.stop_s_m, a.group, a.groups) == (b.id, b.lanes, b.stop_s_m, b.group, b.groups)
        assert np.array_equal(a.pose.array(), b.pose.array())
    assert (one.precedence, one.weather, one.residents) == (two.precedence, two.weather, two.residents)
    assert one.parameters == two.parameters
    assert np.array_equal(one.origin_m, two.origin_m)


def test_what_is_read_is_what_was_written(tmp_path: Path) -> None:
    world, path = a_world(), tmp_path / "a.world"
    cache.write_world(path, world)
    read = cache.read_world(path)
    assert read is not None
    assert_equal(world, read)
    first, second = (one.mesh.materials[0] for one in read.surfaces)
    assert first == second
    assert first.texture is not None
    assert first.texture is second.texture
    assert first.texture.pixels.tobytes() == PICTURE.pixels.tobytes()
    read.surfaces[0].mesh.vertices[0] += 1.0  # writable, as those of a world that was built


def test_equal_worlds_make_equal_files(tmp_path: Path) -> None:
    for name in ("a", "b"):
        cache.write_world(tmp_path / name, a_world())
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


@pytest.mark.parametrize("harm", ["short", "empty", "flipped", "other"])
def test_a_damaged_file_is_ignored_and_written_anew(harm: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIMGEN_CACHE", str(tmp_path))
    monkeypatch.setattr(cache, "PAYS_S", -1.0)
    world = cache.cached_world("made", {"seed": 1}, a_world)
    (path,) = (tmp_path / "worlds").iterdir()
    whole = path.read_bytes()
    middle = len(whole) // 2
    flipped = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
    path.write_bytes({"short": whole[:-100], "empty": b"", "flipped": flipped, "other": b"not a world" * 99}[harm])
    assert cache.read_world(path) is None
    assert_equal(world, cache.cached_world("made", {"seed": 1}, a_world))
    assert path.read_bytes() == whole


def test_the_second_time_nothing_is_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIMGEN_CACHE", str(tmp_path))
    monkeypatch.setattr(cache, "PAYS_S", -1.0)
    built: list[int] = []

    def build() -> World:
        built.append(1)
        return a_world()

    for parameters, text in (({"seed": 1}, b""), ({"seed": 1}, b""), ({"seed": 2}, b""), ({"seed": 1}, b"<map/>")):
        cache.cached_world("made", parameters, build, text)
    assert len(built) == 3
    monkeypatch.setenv("SIMGEN_CACHE", "")
    cache.cached_world("made", {"seed": 1}, build)
    assert len(built) == 4


def test_what_is_built_at_once_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIMGEN_CACHE", str(tmp_path))
    cache.cached_world("made", {}, a_world)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_costs_time_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("SIMGEN_CACHE", str(tmp_path / "file"))
    monkeypatch.setattr(cache, "PAYS_S", -1.0)
    assert_equal(a_world(), cache.cached_world("made", {}, a_world))


def test_old_files_make_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIMGEN_CACHE", str(tmp_path))
    monkeypatch.setattr(cache, "PAYS_S", -1.0)
    monkeypatch.setattr(cache, "KEPT", 3)
    for seed in range(5):
        cache.cached_world("made", {"seed": seed}, a_world)
    assert len(list((tmp_path / "worlds").iterdir())) == 3


def _write(path: Path) -> None:
    for _ in range(5):
        cache.write_world(path, a_world())


def test_two_processes_do_not_disturb_each_other(tmp_path: Path) -> None:
    path = tmp_path / "a.world"
    cache.write_world(path, a_world())
    context = multiprocessing.get_context("fork")
    others = [context.Process(target=_write, args=(path,)) for _ in range(2)]
    for other in others:
        other.start()
    while any(other.is_alive() for other in others):
        assert cache.read_world(path) is not None
    for other in others:
        other.join()
        assert other.exitcode == 0
    assert [one.name for one in tmp_path.iterdir()] == ["a.world"]


def test_where_worlds_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIMGEN_CACHE", "/a/b")
    assert cache.folder() == Path("/a/b")
    monkeypatch.setenv("SIMGEN_CACHE", "")
    assert cache.folder() is None
    monkeypatch.delenv("SIMGEN_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", "/x")
    assert cache.folder() == Path("/x/simgen")
