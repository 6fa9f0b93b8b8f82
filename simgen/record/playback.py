"""Snapshots back from an episode, so that other sensors can look at the same motion."""

import json
from collections.abc import Iterator
from itertools import pairwise

import h5py
import numpy as np
from jaxtyping import Float32, Int64
from numpy import ndarray

from simgen.geometry import Pose
from simgen.motion import Contact, EgoTrace, Happening, Snapshot, View
from simgen.world.weather import COLUMNS, Weather

_BATCH = 64
_EGO = ("time_ns", "pose", "twist", "acceleration", "controls", "lane_offset_m", "route_s_m")


def snapshots(file: h5py.File) -> Iterator[Snapshot]:
    """The snapshots of an episode as they were handed to its writer, some at a time."""
    state = file["state"]
    times = state["time_ns"][:]
    happenings = _happenings(file["events"])
    ego_end = np.searchsorted(file["ego/time_ns"][:], times, side="right")
    ego_start = np.concatenate([[0], ego_end[:-1]]) if len(times) else ego_end
    before = -(2**62)
    for first in range(0, len(times), _BATCH):
        rows = slice(first, min(first + _BATCH, len(times)))
        columns = {name: state[name][rows] for name in ("link_pose", "link_twist", "lamps", "signals")}
        columns["weather"] = _weather(state["weather"], rows)
        contacts = _contacts(state["contacts"], rows)
        for i in range(rows.stop - rows.start):
            k, time_ns = first + i, int(times[first + i])
            yield Snapshot(
                time_ns=time_ns,
                **{name: column[i] for name, column in columns.items()},
                contacts=contacts[i],
                ego=_trace(file["ego"], int(ego_start[k]), int(ego_end[k])),
                happenings=tuple(item for item in happenings if before < item.time_ns <= time_ns),
            )
            before = time_ns


def _weather(stored: h5py.Dataset, rows: slice) -> Float32[ndarray, "n w"]:
    """Today's columns; what an earlier version did not know is as if it were not there."""
    names, plain = json.loads(stored.attrs["columns"]), Weather().array()
    values = np.repeat(plain[None], rows.stop - rows.start, axis=0)
    values[:, [COLUMNS.index(name) for name in names]] = stored[rows]
    return values


def _contacts(group: h5py.Group, rows: slice) -> list[tuple[Contact, ...]]:
    offsets = group["offsets"][rows.start : rows.stop + 1]
    start, stop = int(offsets[0]), int(offsets[-1])
    columns = [group[name][start:stop].tolist() for name in ("actor_a", "actor_b", "impulse_Ns", "point_m")]
    everything = [
        Contact(actor_a=a, actor_b=b, impulse_Ns=impulse, point_m=tuple(point))
        for a, b, impulse, point in zip(*columns, strict=True)
    ]
    return [tuple(everything[a - start : b - start]) for a, b in pairwise(offsets.tolist())]


def _trace(group: h5py.Group, start: int, stop: int) -> EgoTrace | None:
    if start == stop:
        return None
    columns = {name: group[name][start:stop] for name in _EGO}
    return EgoTrace(**columns, lane_id=tuple(group["lane_id"].asstr()[start:stop]))


def _happenings(group: h5py.Group) -> list[Happening]:
    cases = group["case"].asstr()[:]
    found = []
    for phase in ("trigger", "onset", "end"):
        times = group[f"{phase}_ns"][:]
        found += [
            Happening(case=case, phase=phase, time_ns=int(t)) for case, t in zip(cases, times, strict=True) if t >= 0
        ]
    return sorted(found, key=lambda happening: happening.time_ns)


def trajectory(file: h5py.File, row: int, times_ns: Int64[ndarray, " n"]) -> Pose:
    """Where one link was at many times: n poses, interpolated as when an episode is sensed."""
    times = file["state/time_ns"][:]
    first = max(int(np.searchsorted(times, times_ns.min(), side="right")) - 1, 0)
    last = min(int(np.searchsorted(times, times_ns.max(), side="left")) + 1, len(times))
    state, span = file["state"], range(first, last)
    columns = {name: state[name][first:last] for name in ("lamps", "signals")}
    columns["weather"] = _weather(state["weather"], slice(first, last))
    poses, twists = state["link_pose"][first:last, row : row + 1], state["link_twist"][first:last, row : row + 1]
    view = View(
        [
            Snapshot(
                time_ns=int(times[k]),
                link_pose=poses[k - first],
                link_twist=twists[k - first],
                **{name: column[k - first] for name, column in columns.items()},
            )
            for k in span
        ]
    )
    return Pose.from_array(view.link_trajectory(times_ns)[:, 0])
