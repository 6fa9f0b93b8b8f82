"""`simgen doctor`."""

import json as json_module
import os
import platform
import sys
from collections.abc import Callable

import tyro


def doctor(
    *, json: tyro.conf.FlagCreatePairsOff[bool] = False, compile: tyro.conf.FlagCreatePairsOff[bool] = False
) -> int:
    """Says what this machine offers: renderer, threads, and missing libraries with the command that installs each.

    Args:
        json: prints one object.
        compile: compiles the numeric kernels now, once a machine, which the first episode would do otherwise.
    """
    if compile:
        from simgen.bulk.kernels import compile_kernels

        compile_kernels()
    rows: dict[str, dict[str, object]] = {}
    for name, check in _CHECKS.items():
        try:
            rows[name] = {"ok": True, "found": check()}
        except Exception as error:  # whatever a broken driver or library raises is the finding
            rows[name] = {"ok": False, "found": " ".join(str(error).split())}
    if json:
        print(json_module.dumps(rows, indent=1))
    else:
        for name, row in rows.items():
            print(f"{'ok     ' if row['ok'] else 'MISSING'} {name}: {row['found']}")
    return 0 if all(row["ok"] or name in _OPTIONAL for name, row in rows.items()) else 1


def _python() -> str:
    if sys.version_info[:2] != (3, 11):
        raise RuntimeError(f"expected Python 3.11, found {platform.python_version()}")
    return platform.python_version()


def _processors() -> str:
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{usable} usable"


def _renderer() -> str:
    from simgen.render.context import context

    opened = context()
    return f"{opened.renderer}, OpenGL {opened.gl.info['GL_VERSION']}"


def _embree() -> str:
    from simgen.render.raycast_embree import import_open3d

    return f"Open3D {import_open3d().__version__}"


def _pybullet() -> str:
    from importlib.metadata import version

    from simgen.physics.client import Client

    Client().close()
    return f"PyBullet {version('pybullet')}"


def _filters() -> str:
    import hdf5plugin

    return f"hdf5plugin {hdf5plugin.version}"


def _worlds() -> str:
    from simgen.world.cache import folder

    place = folder()
    if place is None:
        return "not kept, as SIMGEN_CACHE is empty"
    files = list((place / "worlds").glob("*.world"))
    size = sum(path.stat().st_size for path in files) / 1e6
    return f"{place / 'worlds'}, {len(files)} kept, {size:.0f} MB (SIMGEN_CACHE says where)"


def _gymnasium() -> str:
    try:
        import gymnasium
    except ImportError:
        raise RuntimeError("install it with: pip install 'simgen-data[rl]'") from None
    return f"Gymnasium {gymnasium.__version__}"


def _ffmpeg() -> str:
    try:
        import imageio_ffmpeg
    except ImportError:
        raise RuntimeError("install it with: pip install 'simgen-data[view]'") from None
    return f"ffmpeg {imageio_ffmpeg.get_ffmpeg_version()}"


_CHECKS: dict[str, Callable[[], str]] = {
    "python": _python,
    "processors": _processors,
    "renderer": _renderer,
    "ray casting": _embree,
    "physics": _pybullet,
    "hdf5 filters": _filters,
    "world cache": _worlds,
    "gymnasium (optional)": _gymnasium,
    "video (optional)": _ffmpeg,
}
_OPTIONAL = {name for name in _CHECKS if "optional" in name}
