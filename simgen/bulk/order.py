"""What a user orders: a dataset of recipes; checked before any work begins."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from simgen.errors import InputError
from simgen.generation import Job, Recipe, episode_seed, load_rig, load_scenario, load_world
from simgen.readings import CAMERA_CHANNELS, DEFAULT_CHANNELS, Rig
from simgen.record.chunks import Compression
from simgen.record.dataset import Dataset
from simgen.record.writer import jpeg_quality
from simgen.scenario.sample import sample
from simgen.version import VERSION

MAX_EPISODES = 1_000_000
"""Of one dataset: names of files have six digits."""

_RUNNERS = ("local", "ray")
_BYTES = {"rgb": 3, "depth": 4, "semantic": 1, "instance": 4, "normal": 6, "flow_forward": 8, "flow_backward": 8}
_PACKED = 0.3
"""Share of the raw size that lossless compression leaves, measured on `urban_traffic`."""
_BASE_BYTES, _STATE_BYTES_PER_S, _SWEEP_BYTES = 6e5, 2e5, 3.8e6
"""Map and tables; how everything moves; a sweep of an HDL-64E. Measured on the scenarios of the library."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A dataset to be made.

    Attributes:
        recipes: one for each scenario, equal otherwise.
        episodes: for each scenario.
        runner: "local" or "ray".
    """

    recipes: tuple[Recipe, ...]
    seed: int = 0
    episodes: int = 1
    out: Path = Path("dataset")
    workers: int = 1
    runner: str = "local"

    def document(self) -> dict[str, Any]:
        """What a dataset remembers, to refuse another recipe: all but how many episodes and by how many workers."""
        files = {name: text for recipe in self.recipes for name, text in sources(recipe, self.seed).items()}
        recipes = [asdict(recipe) for recipe in self.recipes]
        return {"recipes": recipes, "files": files, "seed": self.seed, "version": VERSION}

    def jobs(self, dataset: Dataset) -> Iterator[Job]:
        """The episodes that are missing. Scenarios alternate, so that more episodes can be asked for later."""
        for index in dataset.missing(self.episodes * len(self.recipes)):
            recipe = self.recipes[index % len(self.recipes)]
            yield Job(
                recipe=recipe,
                index=index,
                seed=episode_seed(self.seed, recipe.scenario, index // len(self.recipes)),
                path=dataset.episode_path(index),
                pair_path=dataset.episode_path(index, pair=True) if recipe.paired else None,
                threads=2 if self.workers == 1 else 1,
            )


def check(order: Order) -> int:
    """Everything of an order that can be checked before work begins; returns an estimate of its bytes on disk.

    Raises:
        InputError: the first thing that cannot be used.
    """
    _numbers(order)
    if order.runner not in _RUNNERS:
        raise InputError(f"--runner: expected {' or '.join(_RUNNERS)}, got {order.runner!r}")
    try:
        if order.out.exists() and not order.out.is_dir():
            raise InputError(f"--out {order.out}: expected a folder, got a file")
    except OSError as error:
        raise InputError(f"--out {order.out}: expected the path of a folder, got: {error.strerror}") from error
    total = 0
    for recipe in order.recipes:
        jpeg_quality(recipe.rgb)
        Compression(name=recipe.compression)
        unknown = [channel for channel in recipe.channels if channel not in CAMERA_CHANNELS]
        if unknown:
            raise InputError(f"--channels: expected some of {', '.join(CAMERA_CHANNELS)}, got {unknown[0]!r}")
        rig = load_rig(recipe.rig)
        scenario, _ = load_scenario(recipe, order.seed)
        if recipe.paired and not scenario.cases:
            raise InputError(f"{recipe.scenario}: --paired: expected a corner case (use --inject), got none")
        sample(scenario, order.seed, load_world(scenario))
        total += order.episodes * (1 + recipe.paired) * estimate_bytes(recipe, rig, scenario.duration_s)
    return total


def sources(recipe: Recipe, seed: int) -> dict[str, str]:
    """The user's own files that a recipe names, each with the digest of what is in it."""
    scenario, _ = load_scenario(recipe, seed)
    injections = (text.rpartition(":")[0] or text for text in recipe.injections)
    names = (recipe.scenario, recipe.rig, scenario.world, *injections)
    files = [name for name in names if Path(name).suffix and Path(name).is_file()]
    return {name: hashlib.sha256(Path(name).read_bytes()).hexdigest() for name in files}


def _numbers(order: Order) -> None:
    total, most = order.episodes * len(order.recipes), 4 * max(os.cpu_count() or 1, 4)
    if order.episodes < 1:
        raise InputError(f"--episodes: expected 1 or more, got {order.episodes}")
    if total > MAX_EPISODES:
        raise InputError(f"--episodes: expected at most {MAX_EPISODES} of all scenarios together, got {total}")
    if order.workers < 1 or (order.runner == "local" and order.workers > most):
        raise InputError(f"--workers: expected 1..{most}, got {order.workers}")
    if not 0 <= order.seed < 1 << 63:
        raise InputError(f"--seed: expected 0 or more, below 2^63, got {order.seed}")


def estimate_bytes(recipe: Recipe, rig: Rig, duration_s: float) -> int:
    """About how large an episode becomes."""
    total = _BASE_BYTES + _STATE_BYTES_PER_S * duration_s
    for mount in rig.mounts.values():
        count = mount.count(duration_s)
        if mount.sensor == "camera":
            channels = recipe.channels or mount.parameters.get("channels", DEFAULT_CHANNELS)
            width, height = mount.parameters.get("width"), mount.parameters.get("height")
            pixels = width * height if isinstance(width, int) and isinstance(height, int) else 640 * 480
            total += count * pixels * sum(_BYTES.get(channel, 0) for channel in channels) * _PACKED
        elif mount.sensor == "lidar":
            total += count * _SWEEP_BYTES
    return int(total)
