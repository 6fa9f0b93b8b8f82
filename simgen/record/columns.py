"""Datasets that grow by rows, so that an episode never has to fit into memory."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import h5py
import numpy as np
from jaxtyping import Shaped, UInt8
from numpy import ndarray

from simgen.record.chunks import ChunkQueue, Compression

RAGGED_CHUNK_BYTES = 1 << 20
TABLE_CHUNK_BYTES = 1 << 16

_TEXTS = 1024
STRING = h5py.string_dtype("utf-8")


class Store:
    """Where columns live: the queue that orders everything, and how chunks are compressed."""

    def __init__(self, queue: ChunkQueue, compression: Compression) -> None:
        self.queue, self.compression = queue, compression


class Column:
    """One dataset of numbers; whole chunks are compressed and handed over as they fill.

    Args:
        row: shape of one row.
        chunk_rows: rows in one chunk, by default about `chunk_bytes` of them.
    """

    def __init__(
        self,
        store: Store,
        group: h5py.Group,
        name: str,
        dtype: Any,
        row: tuple[int, ...] = (),
        *,
        chunk_rows: int = 0,
        chunk_bytes: int = TABLE_CHUNK_BYTES,
        attributes: Mapping[str, Any] | None = None,
    ) -> None:
        self._store, self._dtype, self._row = store, np.dtype(dtype), row
        store.queue.flush()  # creating a dataset is an operation on the file, too: it must keep its turn
        self.rows = 0
        self._committed = 0
        self._fill = 0
        row_bytes = max(int(np.prod(row, dtype=np.int64)) * self._dtype.itemsize, 1)
        self._chunk_rows = chunk_rows or max(chunk_bytes // row_bytes, 1)
        self._empty_row = 0 in row
        # HDF5 has no chunks of zero size: such a dataset holds nothing but its shape.
        layout: dict[str, Any] = {"maxshape": (None, *row), "chunks": (self._chunk_rows, *(size or 1 for size in row))}
        if self._empty_row:
            layout = {"maxshape": (None, *(None for _ in row)), "chunks": (1, *(size or 1 for size in row))}
        self._dataset = group.create_dataset(
            name, shape=(0, *row), dtype=self._dtype, **layout, **store.compression.filter(), track_times=False
        )
        write_attributes(self._dataset, attributes or {})
        self._buffer: ndarray | None = None

    def append(self, rows: Shaped[ndarray, "n ..."]) -> None:
        """Adds rows; they may be kept for a while, so they must not change afterwards."""
        rows = np.asarray(rows)
        if rows.shape[1:] != self._row:
            raise ValueError(f"{self._dataset.name}: expected rows of shape {self._row}, got {rows.shape[1:]}")
        rows = rows.astype(self._dtype, copy=False)
        self.rows += len(rows)
        if self._empty_row:
            return
        if self._chunk_rows == 1:
            for index in range(len(rows)):
                self._hand_over(np.ascontiguousarray(rows[index : index + 1]))
            return
        start = 0
        while start < len(rows):
            start += self._take(rows[start:])

    def close(self) -> None:
        """Hands over what is left (HDF5 chunks are always whole) and fixes the length."""
        if self._buffer is not None and self._fill:
            self._buffer[self._fill :] = 0
            self._hand_over(self._buffer)
        self._buffer = None
        self._store.queue.then(lambda: self._resize(self.rows))

    def _take(self, rows: ndarray) -> int:
        if self._buffer is None:
            self._buffer, self._fill = np.empty((self._chunk_rows, *self._row), self._dtype), 0
        count = min(len(rows), self._chunk_rows - self._fill)
        self._buffer[self._fill : self._fill + count] = rows[:count]
        self._fill += count
        if self._fill == self._chunk_rows:
            self._hand_over(self._buffer)
            self._buffer, self._fill = None, 0
        return count

    def _hand_over(self, chunk: ndarray) -> None:
        start, self._committed = self._committed, self._committed + len(chunk)

        def commit(encoded: bytes) -> None:
            self._resize(start + len(chunk))
            self._dataset.id.write_direct_chunk((start,) + (0,) * len(self._row), encoded)

        self._store.queue.submit(lambda: self._store.compression.encode(chunk), commit, chunk.nbytes)

    def _resize(self, rows: int) -> None:
        if self._dataset.shape[0] != rows:
            self._dataset.resize((rows, *self._row))


class TextColumn:
    """One dataset of variable-length strings."""

    def __init__(self, store: Store, group: h5py.Group, name: str) -> None:
        self._store = store
        store.queue.flush()
        self._rows = 0
        self._waiting: list[str] = []
        self._dataset = group.create_dataset(
            name, shape=(0,), maxshape=(None,), chunks=(_TEXTS,), dtype=STRING, track_times=False
        )

    def append(self, values: Sequence[str]) -> None:
        """Adds values."""
        self._waiting.extend(values)
        if len(self._waiting) >= _TEXTS:
            self.close()

    def close(self) -> None:
        """Hands over what waits."""
        start, values, self._waiting = self._rows, self._waiting, []
        self._rows += len(values)

        def commit() -> None:
            self._dataset.resize((start + len(values),))
            self._dataset[start:] = np.array(values, dtype=object)

        if values:
            self._store.queue.then(commit)


class BlobColumn:
    """One dataset of byte arrays that vary in length, each made by a thread."""

    def __init__(self, store: Store, group: h5py.Group, name: str, attributes: Mapping[str, Any]) -> None:
        self._store = store
        store.queue.flush()
        self._rows = 0
        self._dataset = group.create_dataset(
            name, shape=(0,), maxshape=(None,), chunks=(64,), dtype=h5py.vlen_dtype(np.uint8), track_times=False
        )
        write_attributes(self._dataset, attributes)

    def append(self, work: Callable[[], UInt8[ndarray, " n"]], size: int) -> None:
        """Adds what `work` will give; `size` bytes are held until then."""
        index, self._rows = self._rows, self._rows + 1

        def commit(value: ndarray) -> None:
            self._dataset.resize((index + 1,))
            self._dataset[index] = value

        self._store.queue.submit(work, commit, size)


def write_attributes(target: h5py.Group | h5py.Dataset, attributes: Mapping[str, Any]) -> None:
    """Attributes in the order given: text, numbers and arrays as they are, everything else as JSON."""
    for name, value in attributes.items():
        plain = isinstance(value, str | bool | int | float | np.ndarray | np.generic)
        target.attrs[name] = value if plain else json.dumps(value)
