"""Embree through Open3D: nearest hits of many rays on fixed triangles."""

import ctypes
import threading
from types import ModuleType
from typing import Any

import numpy as np
from jaxtyping import Float32, Int32, UInt32
from numpy import ndarray

from simgen.errors import MissingLibraryError

INVALID = 0xFFFFFFFF
"""Open3D's primitive id of a ray that hits nothing."""


class Tree:
    """A bounding volume hierarchy over triangles, for the thread that made it alone.

    Open3D's scenes are not safe to share (Open3D issue 6050). The tree is built by one thread: then its order, and so
    which of two triangles a ray through their common edge hits, does not depend on the number of cores.
    """

    def __init__(self, vertices: Float32[ndarray, "v 3"], faces: Int32[ndarray, "f 3"], threads: int = 0) -> None:
        """Builds the tree.

        Args:
            vertices: metres.
            faces: indices of vertices.
            threads: that cast rays; 0 takes all cores.

        Raises:
            MissingLibraryError: Open3D cannot be imported.
        """
        self._open3d = import_open3d()
        self._threads = threads
        self._owner = threading.get_ident()
        self._scene: Any = None
        if len(faces):
            tensor = self._open3d.core.Tensor.from_numpy
            self._scene = self._open3d.t.geometry.RaycastingScene(nthreads=1)
            triangles = np.ascontiguousarray(faces, np.uint32)
            self._scene.add_triangles(tensor(np.ascontiguousarray(vertices, np.float32)), tensor(triangles))

    def cast(self, rays: Float32[ndarray, "n 6"]) -> tuple[Float32[ndarray, " n"], UInt32[ndarray, " n"]]:
        """Distance (in lengths of the direction, inf for a miss) and face of each ray's nearest hit.

        Raises:
            RuntimeError: called from another thread than the one that built the tree.
        """
        if threading.get_ident() != self._owner:
            raise RuntimeError("a ray-casting scene belongs to the thread that made it; make one for each thread")
        if self._scene is None or len(rays) == 0:
            return np.full(len(rays), np.inf, np.float32), np.full(len(rays), INVALID, np.uint32)
        hits = self._scene.cast_rays(self._open3d.core.Tensor.from_numpy(rays), nthreads=self._threads)
        return hits["t_hit"].numpy(), hits["primitive_ids"].numpy()


def import_open3d() -> ModuleType:
    """Open3D, once libusb is loaded: its wheel links against a libusb that many machines lack.

    Raises:
        MissingLibraryError: Open3D is missing or does not load.
    """
    without_usb = _load_libusb()
    try:
        import open3d
    except (ImportError, OSError) as error:
        reasons = ". ".join(filter(None, (_first_line(error), without_usb)))
        raise MissingLibraryError(f"lidar needs Open3D ({reasons}): pip install open3d-cpu libusb-package") from error
    module: ModuleType = open3d
    return module


def _load_libusb() -> str:
    """Why the packaged libusb was not loaded, "" if it was; other wheels and many systems bring their own."""
    try:
        import libusb_package

        ctypes.CDLL(str(libusb_package.get_library_path()), mode=ctypes.RTLD_GLOBAL)
    except (ImportError, OSError) as error:
        return _first_line(error)
    return ""


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
