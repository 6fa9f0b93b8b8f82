"""A folder of episodes made from one recipe: what is there, what is missing, what failed."""

import contextlib
import errno
import json
import os
from collections.abc import Iterator, Mapping
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Any

from simgen.errors import InputError
from simgen.record.catalog import write_catalog
from simgen.record.lock import FolderLock
from simgen.record.writer import DiskFullError, is_full, sync

FORMAT = "simgen-dataset"
FORMAT_VERSION = 1


class Dataset:
    """A dataset that is being written; a context, which holds the folder's lock.

    Attributes:
        folder: dataset.json, episodes/, failed/, catalog.parquet, draws.parquet.
    """

    def __init__(self, folder: Path, lock: FolderLock, made: tuple[Path, ...] = ()) -> None:
        self.folder, self._lock, self._made = folder, lock, made

    @classmethod
    def create_or_resume(cls, folder: str | PathLike[str], recipe: Mapping[str, Any]) -> "Dataset":
        """The dataset in a folder: a new one, or an earlier one made from the same recipe.

        Args:
            folder: is made where it does not exist.
            recipe: everything that the episodes are made from (plain JSON values).

        Raises:
            InputError: the folder cannot be written, has another writer, holds something else or another recipe.
        """
        folder = Path(folder)
        with _writable(folder):
            made = tuple(place for place in (folder, *folder.parents) if not place.exists())
            folder.mkdir(parents=True, exist_ok=True)
            dataset = cls(folder, FolderLock(folder), made)
            try:
                dataset._claim(json.loads(json.dumps(recipe)))
            except BaseException:
                dataset.close()
                dataset._unmake()
                raise
        return dataset

    def __enter__(self) -> "Dataset":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Gives the lock back."""
        self._lock.release()

    def episode_path(self, index: int, pair: bool = False) -> Path:
        """Where an episode goes, or its twin."""
        return self.folder / "episodes" / f"{index:06d}{'.pair' if pair else ''}.h5"

    def missing(self, count: int, paired: bool | None = None) -> tuple[int, ...]:
        """Which of the first `count` episodes are not there yet.

        Args:
            count: how many there are to be.
            paired: a twin belongs to an episode; by default as its recipe says.
        """
        recipes = json.loads((self.folder / "dataset.json").read_text())["recipe"].get("recipes", [])

        def whole(index: int) -> bool:
            twins = bool(recipes and recipes[index % len(recipes)].get("paired")) if paired is None else paired
            return self.episode_path(index).exists() and (not twins or self.episode_path(index, pair=True).exists())

        return tuple(index for index in range(count) if not whole(index))

    def record_failure(self, index: int, report: Mapping[str, Any]) -> None:
        """Keeps the report of an episode that could not be made; on a full disk it is only told."""
        folder = self.folder / "failed"
        try:
            folder.mkdir(exist_ok=True)
            write_json(folder / f"{index:06d}.json", report)
        except OSError as error:
            if not is_full(error):
                raise

    def finish(self) -> None:
        """Writes the catalog; drops the reports of failures that have been made good.

        Raises:
            DiskFullError: no room for the catalog.
        """
        for report in sorted((self.folder / "failed").glob("*.json")):
            if self.episode_path(int(report.stem)).exists():
                report.unlink()
        with _writable(self.folder):
            write_catalog(self.folder)

    def discard(self) -> None:
        """Leaves no trace of a dataset without episodes, so that the recipe can be mended; others are kept."""
        episodes = self.folder / "episodes"
        if any(episodes.glob("*.h5")):
            return
        for item in (*episodes.glob("*.partial"), *(self.folder / "failed").glob("*.json")):
            item.unlink()
        for name in ("dataset.json", "catalog.parquet", "draws.parquet"):
            (self.folder / name).unlink(missing_ok=True)
        self.close()
        self._unmake()

    def _unmake(self) -> None:
        """Removes the folders that this call made, as far as they are empty."""
        for place in (self.folder / "episodes", self.folder / "failed", *self._made):
            with contextlib.suppress(OSError):  # not there, or with something of somebody else's in it
                place.rmdir()

    def _claim(self, recipe: Mapping[str, Any]) -> None:
        manifest = self.folder / "dataset.json"
        if manifest.exists():
            _compare(manifest, {"recipe": recipe, "versions": versions()})
        else:
            _refuse_strangers(self.folder)
            content = {"format": FORMAT, "version": FORMAT_VERSION, "recipe": recipe, "versions": versions()}
            write_json(manifest, content)
        (self.folder / "episodes").mkdir(exist_ok=True)
        for partial in sorted(self.folder.glob("**/*.partial")):
            partial.unlink()


def episode_paths(path: str | PathLike[str]) -> tuple[Path, ...]:
    """The episodes of a dataset (twins among them), or the one episode that the path names.

    Raises:
        InputError: neither an episode nor a dataset, or a dataset without episodes.
    """
    path = Path(path)
    if path.is_file():
        return (path,)
    if not path.is_dir():
        raise InputError(f"{path}: expected an episode (.h5) or a dataset's folder, got nothing")
    if not (path / "dataset.json").is_file():
        raise InputError(f"{path}: expected a dataset's folder, got one without dataset.json")
    found = tuple(sorted((path / "episodes").glob("*.h5")))
    if not found:
        raise InputError(f"{path}: expected a dataset with episodes, got none")
    return found


def versions() -> dict[str, str]:
    """The libraries whose versions decide about the bytes."""
    from importlib.metadata import PackageNotFoundError, version

    result = {}
    for name in ("simgen-data", "numpy", "scipy", "pybullet", "moderngl", "open3d-cpu", "h5py", "numcodecs", "numba"):
        try:
            result[name] = version(name)
        except PackageNotFoundError:
            result[name] = ""
    return result


@contextlib.contextmanager
def _writable(folder: Path) -> Iterator[None]:
    """What the system says of a folder, in one line: the user's mistake, or a full disk."""
    try:
        yield
    except DiskFullError:
        raise
    except OSError as error:
        if is_full(error):
            raise DiskFullError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder)) from error
        raise InputError(f"{folder}: expected a folder that can be written, got: {error.strerror}") from error


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Writes a JSON file so that it is whole or not there."""
    partial = path.with_name(path.name + ".partial")
    try:
        partial.write_text(json.dumps(content, indent=1, sort_keys=True, default=str) + "\n", encoding="utf-8")
        sync(partial)
        os.replace(partial, path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise
    sync(path.parent)


def _refuse_strangers(folder: Path) -> None:
    strangers = [item.name for item in sorted(folder.iterdir()) if item.name not in (".lock", "dataset.json.partial")]
    if strangers:
        raise InputError(f"{folder}: expected an empty folder or a dataset, got a folder with {strangers[0]!r}")


def _compare(manifest: Path, wanted: Mapping[str, Any]) -> None:
    try:
        document = json.loads(manifest.read_text(encoding="utf-8"))
        stored = {part: dict(document[part]) for part in wanted}
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{manifest}: expected the description of a dataset, got something else") from error
    for place, old, new in _differences(stored, wanted):
        where = place.removeprefix("recipe.")
        raise InputError(f"{manifest.parent}: {where}: expected {old!r} as in this dataset, got {new!r}")


def _differences(old: Any, new: Any, place: str = "") -> Iterator[tuple[str, Any, Any]]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in sorted({*old, *new}):
            yield from _differences(old.get(key), new.get(key), f"{place}.{key}" if place else key)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (left, right) in enumerate(zip(old, new, strict=True)):
            yield from _differences(left, right, f"{place}[{index}]")
    elif old != new:
        yield place, old, new
