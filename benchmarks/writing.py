"""Raw camera channels to disk, beside h5py without a filter and h5py with hdf5plugin's Blosc, in the same run."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import hdf5plugin
import numpy as np
from numpy import ndarray

from simgen.readings import CAMERA_CHANNELS, Image
from simgen.record.chunks import ChunkQueue, Compression
from simgen.record.columns import Store
from simgen.record.streams import CAMERA_DTYPES, CameraStream

_HEIGHT, _WIDTH = 900, 1600
_FRAMES = 8
_REPEATS = 3


def rows() -> list[dict[str, Any]]:
    """A row for each reference: MB of raw channels a second, all seven channels at 1600x900."""
    images = [_image(k) for k in range(_FRAMES)]
    megabytes = sum(channel.nbytes for image in images for channel in image.channels.values()) / 1e6
    blosc = dict(hdf5plugin.Blosc(cname="lz4", clevel=5, shuffle=hdf5plugin.Blosc.BITSHUFFLE))
    ours = megabytes / _fastest(lambda path: _write(path, images))
    others = {
        "h5py without filter": megabytes / _fastest(lambda path: _write_h5py(path, images, {})),
        "h5py + hdf5plugin Blosc lz4": megabytes / _fastest(lambda path: _write_h5py(path, images, blosc)),
    }
    return [
        {
            "name": "writing",
            "value": round(ours, 1),
            "unit": "MB/s",
            "reference": name,
            "reference_value": round(other, 1),
            "ratio": round(ours / other, 3),
        }
        for name, other in others.items()
    ]


def _fastest(write: Callable[[Path], None]) -> float:
    times = []
    for _ in range(_REPEATS):
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            write(Path(folder) / "a.h5")
            times.append(time.perf_counter() - start)
    return min(times)


def _write(path: Path, images: list[Image]) -> None:
    with h5py.File(path, "w", libver=("earliest", "v110")) as file:
        queue = ChunkQueue()
        stream = CameraStream(Store(queue, Compression()), file, (_HEIGHT, _WIDTH), CAMERA_CHANNELS, None)
        for image in images:
            stream.append(image)
        stream.close()
        queue.flush()
        queue.close()


def _write_h5py(path: Path, images: list[Image], options: dict[str, Any]) -> None:
    with h5py.File(path, "w") as file:
        for name in CAMERA_CHANNELS:
            dtype, pixel = CAMERA_DTYPES[name]
            shape = (_HEIGHT, _WIDTH, *pixel)
            file.create_dataset(name, shape=(len(images), *shape), chunks=(1, *shape), dtype=dtype, **options)
        for k, image in enumerate(images):
            for name, channel in image.channels.items():
                file[name][k] = channel


def _image(k: int) -> Image:
    """A street of sorts: a textured road, a plain sky, blocks that move."""
    rng = np.random.default_rng(k)
    row, column = np.mgrid[0:_HEIGHT, 0:_WIDTH].astype(np.float32)
    ground = row > _HEIGHT / 2
    with np.errstate(divide="ignore"):
        depth = np.where(ground, 1.5 * 1200 / (row - _HEIGHT / 2), np.inf).astype(np.float32)
    instance = np.zeros((_HEIGHT, _WIDTH), np.uint32)
    for block in range(12):
        left, top, size = 120 * block + 3 * k, 380 + 11 * block % 60, 60 + 7 * block
        instance[top : top + size, left : left + size] = block + 2
    depth = np.where(instance > 0, 5.0 + instance, depth).astype(np.float32)
    shade = np.where(ground, 90, 180) + 12 * np.sin(column / 40 + k) + rng.integers(0, 4, row.shape)
    normal = np.zeros((_HEIGHT, _WIDTH, 3), np.float16)
    normal[..., 1] = -1.0 * ground
    normal[instance > 0] = (0.0, 0.0, -1.0)
    flow = np.stack([(column - _WIDTH / 2) / depth, (row - _HEIGHT / 2) / depth], axis=-1).astype(np.float32)
    channels: dict[str, ndarray] = {
        "rgb": np.stack([shade, shade + 10, shade + 20 + 8 * (instance % 9)], axis=-1).astype(np.uint8),
        "depth": depth,
        "semantic": np.where(instance > 0, 40, ground).astype(np.uint8),
        "instance": instance,
        "normal": normal,
        "flow_forward": flow,
        "flow_backward": -flow,
    }
    return Image(k=k, time_ns=k, reported_time_ns=k, world_from_sensor=np.eye(4), channels=channels)
