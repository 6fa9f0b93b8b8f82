"""Reads other people's meshes (glTF, OBJ, PLY) from disk, and nothing but the folder that they stand in."""

import hashlib
import io
import json
import math
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import PIL.Image
import trimesh

from simgen.errors import InputError

SUFFIXES = (".glb", ".gltf", ".obj", ".ply")
MOST_BYTES = 1 << 29
"""Larger files are surely not meant (set by us: half a gigabyte)."""

PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".tga", ".webp", ".tif", ".tiff")
MOST_PIXELS = 1 << 26
"""Pictures of more pixels are refused (set by us: 64 megapixels)."""

EXTENSIONS = ("KHR_materials_unlit", "KHR_materials_pbrSpecularGlossiness", "KHR_mesh_quantization")
"""glTF extensions that a file may require."""


class Folder(trimesh.resolvers.Resolver):  # type: ignore[misc]  # trimesh has no types
    """Gives the files that a mesh names, if they lie in its folder, and remembers them.

    Attributes:
        read: bytes by the name in the file.
        missing: names without a file.
        outside: names that lead out of the folder, or to the network.
        unreadable: pictures that are none, or too large.
    """

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        self.read: dict[str, bytes] = {}
        self.missing: list[str] = []
        self.outside: list[str] = []
        self.unreadable: list[str] = []

    def get(self, name: str) -> bytes:
        """The bytes of a file below the folder.

        Raises:
            FileNotFoundError: it leads outside, or there is none; both are also noted, as trimesh goes on without it.
        """
        name = str(name).strip().replace("\\", "/")
        path = (self._root / name).resolve()
        if "://" in name or not path.is_relative_to(self._root):
            self.outside.append(name)
            raise FileNotFoundError(name)
        if not path.is_file():
            self.missing.append(name)
            raise FileNotFoundError(name)
        if name not in self.read:
            self.read[name] = sized(path)
            if path.suffix.lower() in PICTURES and not _is_picture(self.read[name]):
                self.unreadable.append(name)
        return self.read[name]

    def keys(self) -> Iterator[str]:
        """Names read so far."""
        return iter(self.read)

    def write(self, name: str, data: Any) -> None:
        """Never: a mesh is only read."""
        raise PermissionError(name)

    def namespaced(self, namespace: str) -> "Folder":
        """The same folder: names stay relative to it."""
        del namespace
        return self


def sized(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        InputError: there is none, it cannot be read, or it is larger than `MOST_BYTES`.
    """
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    if path.stat().st_size > MOST_BYTES:
        raise InputError(f"{path}: expected at most {MOST_BYTES >> 20} MB, got {path.stat().st_size >> 20} MB")
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from error


def read_meshes(path: Path) -> tuple[list[trimesh.Trimesh], str]:
    """All triangle meshes of a file in its own frame, and the SHA-256 of everything that was read.

    Raises:
        InputError: no such file, another format, broken, without triangles, or it names files that are missing or lie
            outside its folder.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(f"{path}: expected one of {', '.join(SUFFIXES)}, got {path.suffix or 'no suffix'}")
    data, folder = sized(path), Folder(path.parent)
    _check_gltf(path, data)
    meshes: list[trimesh.Trimesh] = []
    broken: Exception | None = None
    try:
        scene = trimesh.load_scene(
            io.BytesIO(data), file_type=path.suffix[1:].lower(), resolver=folder, process=False, allow_remote=False
        )
        meshes = list(_placed(scene))
    except Exception as error:  # whatever a reader stumbles over in a stranger's file
        broken = error
    for names, problem in (
        (folder.outside, "lies outside the file's folder"),
        (folder.missing, "no such file"),
        (folder.unreadable, f"expected a picture of at most {MOST_PIXELS >> 20} megapixels"),
    ):
        if names:
            raise InputError(f"{path}: {names[0]!r}: {problem}")
    if broken is not None:
        line = (str(broken).splitlines() or ["unreadable"])[0]
        raise InputError(f"{path}: expected a {path.suffix[1:].upper()} file: {type(broken).__name__}: {line}")
    if not meshes:
        raise InputError(f"{path}: expected triangles, got none")
    return meshes, digest_of({path.name: data, **folder.read})


def _placed(scene: trimesh.Scene) -> Iterator[trimesh.Trimesh]:
    """Every mesh where its node puts it, in the order of the nodes' names."""
    for node in sorted(scene.graph.nodes_geometry, key=str):
        pose, name = scene.graph[node]
        mesh = scene.geometry[name]
        if isinstance(mesh, trimesh.Trimesh) and len(mesh.faces):
            yield mesh.copy().apply_transform(pose)


def _is_picture(data: bytes) -> bool:
    """Whether its head is that of a picture of a size that may be decoded."""
    try:
        with PIL.Image.open(io.BytesIO(data)) as picture:
            return math.prod(picture.size) <= MOST_PIXELS
    except Exception:  # whatever is wrong with a stranger's file: it is told as unreadable
        return False


def digest_of(files: dict[str, bytes]) -> str:
    """SHA-256 over names and contents, whatever the order."""
    total = hashlib.sha256()
    for name in sorted(files):
        total.update(name.encode() + b"\0" + hashlib.sha256(files[name]).digest())
    return total.hexdigest()


def _check_gltf(path: Path, data: bytes) -> None:
    """Extensions that must be understood: what a reader leaves out would be missing silently."""
    suffix = path.suffix.lower()
    if suffix not in (".glb", ".gltf"):
        return
    try:
        if suffix == ".glb":
            magic, _, _, length, kind = struct.unpack_from("<4sIII4s", data)
            if magic != b"glTF" or kind != b"JSON":
                raise InputError(f"{path}: expected a GLB file, got other bytes")
            data = data[20 : 20 + length]
        header = json.loads(data)
        required = header.get("extensionsRequired", [])
    except (struct.error, ValueError, AttributeError) as error:
        raise InputError(f"{path}: expected a {suffix[1:].upper()} file, got other bytes") from error
    unknown = [name for name in required if name not in EXTENSIONS]
    if unknown:
        raise InputError(f"{path}: extensionsRequired: expected none but {', '.join(EXTENSIONS)}, got {unknown[0]!r}")
