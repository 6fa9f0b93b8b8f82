"""Keeps built worlds on disk, so that a large one is built once a machine and not once a process.

A file holds one world: a JSON tree and the arrays that it names, end to end, with a checksum; none of it is executed.
Its name is a digest of everything that decides about the world, the program's own source text included, so no file is
ever out of date. A damaged file is ignored and written anew; writing is atomic: processes do not disturb each other.
"""

import dataclasses
import functools
import hashlib
import importlib.util
import json
import math
import os
import struct
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy import ndarray

from simgen.geometry import Pose
from simgen.version import VERSION
from simgen.world.lanes import Lane, LaneNetwork
from simgen.world.material import Material, Texture
from simgen.world.mesh import Mesh
from simgen.world.precedence import Precedence
from simgen.world.weather import Weather
from simgen.world.world import Resident, Roof, Signal, Surface, World

PAYS_S = 0.5
"""Worlds that are built faster than this (processor time) are not kept."""

KEPT = 24
"""Files that the folder keeps; older ones make room."""

_MAGIC = b"simgenW1"
_HEAD = struct.Struct("<8s32sQ")
_ALIGN = 64
_CLASSES = {
    kind.__name__: kind
    for kind in (World, Surface, Mesh, Material, Texture, Lane, Signal, Precedence, Pose, Weather, Resident, Roof)
}
_SHARED = (Material, Texture)
"""Kinds of which one object stands in many places, and is one object again."""


def folder() -> Path | None:
    """Where worlds are kept: `SIMGEN_CACHE` (empty: nowhere, None), else `simgen` in the XDG cache folder."""
    own = os.environ.get("SIMGEN_CACHE")
    if own is not None:
        return Path(own) if own else None
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if base else Path.home() / ".cache") / "simgen"


def cached_world(name: str, parameters: Mapping[str, object], build: Callable[[], World], text: bytes = b"") -> World:
    """The world from disk if it is there, else built, and kept if that took long.

    Args:
        name: of the library's entry.
        parameters: it is called with.
        build: makes the world.
        text: of the map, where that is not the library's own.
    """
    place = folder()
    if place is None:
        return build()
    path = place / "worlds" / f"{_key(name, parameters, text)}.world"
    found = read_world(path)
    if found is not None:
        return found
    start = time.process_time()
    world = build()
    if time.process_time() - start > PAYS_S:
        try:
            write_world(path, world)
            _make_room(path.parent)
        except OSError:
            # A full or read-only disk costs time, not the episode.
            return world
    return world


def _key(name: str, parameters: Mapping[str, object], text: bytes) -> str:
    asked = json.dumps(
        [name, VERSION, np.__version__, shapely.__version__, dict(parameters)], sort_keys=True, default=str
    )
    return hashlib.sha256(b"\0".join([asked.encode(), _source(), text])).hexdigest()


@functools.cache
def _source() -> bytes:
    """Digest of all code and maps that worlds are made by."""
    digest = hashlib.sha256()
    for name in ("simgen.worlds", "simgen.world", "simgen.geometry", "simgen.sampling"):
        spec = importlib.util.find_spec(name)
        places = spec.submodule_search_locations or [spec.origin or ""] if spec is not None else []
        for root in map(Path, places):
            for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
                if path.suffix in (".py", ".xodr"):
                    digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.digest()


def write_world(path: Path, world: World) -> None:
    """Writes a world, whole or not at all.

    Raises:
        OSError: the disk is full or not writable.
    """
    writer = _Writer()
    tree = writer.tree(world)
    places, blobs, offset = [], [], 0
    for array in writer.arrays:
        data = array.tobytes()
        places.append([array.dtype.str, array.shape, offset])
        padded = data + bytes(-len(data) % _ALIGN)
        blobs.append(padded)
        offset += len(padded)
    header = json.dumps({"tree": tree, "shared": writer.shared, "arrays": places}).encode()
    header += b" " * (-(len(header) + _HEAD.size) % _ALIGN)
    body = b"".join([header, *blobs])
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
        try:
            file.write(_HEAD.pack(_MAGIC, hashlib.sha256(body).digest(), len(header)))
            file.write(body)
            file.close()
            Path(file.name).replace(path)
        except OSError:
            Path(file.name).unlink(missing_ok=True)
            raise


def read_world(path: Path) -> World | None:
    """The world that a file holds; None where there is no file, or a damaged one."""
    try:
        data = bytearray(path.read_bytes())
    except OSError:
        return None
    if len(data) < _HEAD.size:
        return None
    magic, checksum, length = _HEAD.unpack_from(data)
    if magic != _MAGIC or hashlib.sha256(memoryview(data)[_HEAD.size :]).digest() != checksum:
        return None
    header = json.loads(data[_HEAD.size : _HEAD.size + length])
    world = _Reader(header, data, _HEAD.size + length).value(header["tree"])
    return world if isinstance(world, World) else None


def _make_room(place: Path) -> None:
    """Removes the oldest files beyond `KEPT`."""
    files = sorted(place.glob("*.world"), key=lambda path: (path.stat().st_mtime_ns, path.name))
    for path in files[:-KEPT]:
        path.unlink(missing_ok=True)


class _Writer:
    """Turns a world into plain JSON values, and collects its arrays and what is shared."""

    def __init__(self) -> None:
        self.arrays: list[ndarray] = []
        self.shared: list[Any] = []
        self._rows: dict[int, int] = {}

    def tree(self, value: object) -> Any:
        """Plain values; everything else is an object of one key that says what it is."""
        if value is None or isinstance(value, bool | int | str):
            return value
        if isinstance(value, float):
            return float(value) if math.isfinite(value) else {"f": str(value)}
        if isinstance(value, ndarray):
            self.arrays.append(np.ascontiguousarray(value))
            return {"a": len(self.arrays) - 1}
        if isinstance(value, list):
            return [self.tree(item) for item in value]
        return self._compound(value)

    def _compound(self, value: object) -> dict[str, Any]:
        if isinstance(value, tuple):
            return {"t": [self.tree(item) for item in value]}
        if isinstance(value, Mapping):
            return {"d": [[self.tree(key), self.tree(item)] for key, item in value.items()]}
        if isinstance(value, frozenset):
            return {"s": [self.tree(item) for item in sorted(value)]}
        if isinstance(value, LaneNetwork):
            return {"lanes": self.tree(value.lanes)}
        return {"#": self._row(value)} if isinstance(value, _SHARED) else self._object(value)

    def _row(self, value: Material | Texture) -> int:
        if id(value) not in self._rows:
            made = self._object(value)
            self.shared.append(made)
            self._rows[id(value)] = len(self.shared) - 1
        return self._rows[id(value)]

    def _object(self, value: Any) -> dict[str, Any]:
        kind = type(value).__name__
        if kind not in _CLASSES:
            raise TypeError(f"a world holds no {kind}")
        fields = {field.name: self.tree(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return {"c": kind, "v": fields}


class _Reader:
    """The way back."""

    def __init__(self, header: dict[str, Any], data: bytearray, start: int) -> None:
        self._arrays = [
            np.frombuffer(data, np.dtype(kind), math.prod(shape), start + offset).reshape(shape)
            for kind, shape, offset in header["arrays"]
        ]
        self._shared: list[Any] = []
        for item in header["shared"]:
            self._shared.append(self.value(item))

    def value(self, tree: Any) -> Any:
        """What a tree stands for."""
        if isinstance(tree, list):
            return [self.value(item) for item in tree]
        if not isinstance(tree, dict):
            return tree
        if "c" in tree:
            return _CLASSES[tree["c"]](**{name: self.value(item) for name, item in tree["v"].items()})
        ((mark, inner),) = tree.items()
        return self._made(mark, inner)

    def _made(self, mark: str, inner: Any) -> Any:
        makers: dict[str, Callable[[], Any]] = {
            "a": lambda: self._arrays[inner],
            "#": lambda: self._shared[inner],
            "t": lambda: tuple(self.value(item) for item in inner),
            "d": lambda: {self.value(key): self.value(item) for key, item in inner},
            "s": lambda: frozenset(self.value(item) for item in inner),
            "f": lambda: float(inner),
            "lanes": lambda: LaneNetwork(self.value(inner)),
        }
        return makers[mark]()
