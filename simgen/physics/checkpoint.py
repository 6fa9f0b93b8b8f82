"""A simulation's beginning, kept: to begin the same again without placing everybody and building the world again."""

import io
import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simgen.physics.client import Call, Client
from simgen.physics.crossings import Crossings
from simgen.physics.ground import Ground
from simgen.physics.tiles import Tiles
from simgen.physics.walkable import Walkable
from simgen.world.lanes import LaneNetwork

_SHARED = (Ground, Walkable, Tiles, Crossings, LaneNetwork)
"""What does not change with time; so is whatever is a frozen dataclass."""

_CLIENT = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Checkpoint:
    """The state of a simulation at one time.

    Attributes:
        state: what changes, pickled.
        shared: what does not, by the names that it has in `state`.
        calls: what made PyBullet's world.
    """

    state: bytes
    shared: Mapping[int, object]
    calls: tuple[Call, ...]


def frozen(values: Mapping[str, Any], calls: Sequence[Call]) -> Checkpoint:
    """A checkpoint of a simulation's attributes."""
    file = io.BytesIO()
    writer = _Writer(file, pickle.HIGHEST_PROTOCOL)
    writer.dump(dict(values))
    return Checkpoint(state=file.getvalue(), shared=writer.shared, calls=tuple(calls))


def thawed(checkpoint: Checkpoint, client: Client) -> dict[str, Any]:
    """The attributes again, sharing nothing that changes but the client, whose world becomes what it was."""
    client.replay(checkpoint.calls)
    reader = _Reader(io.BytesIO(checkpoint.state))
    reader.shared = {**checkpoint.shared, _CLIENT: client}
    values: dict[str, Any] = reader.load()
    return values


class _Writer(pickle.Pickler):
    def __init__(self, file: io.BytesIO, protocol: int) -> None:
        super().__init__(file, protocol)
        self.shared: dict[int, object] = {}

    def persistent_id(self, obj: object) -> int | None:
        if isinstance(obj, Client):
            return _CLIENT
        parameters = getattr(type(obj), "__dataclass_params__", None)
        if not isinstance(obj, _SHARED) and (parameters is None or not parameters.frozen):
            return None
        self.shared[id(obj)] = obj
        return id(obj)


class _Reader(pickle.Unpickler):
    shared: Mapping[int, object]

    def persistent_load(self, pid: int) -> object:
        return self.shared[pid]
