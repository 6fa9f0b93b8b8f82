"""Road surfaces measured on a curved regular grid: reads OpenCRG files, plain text and binary.

Source: ASAM OpenCRG 1.2, clause 5 (file format): sections of a clear-text header, `$KD_DEFINITION` with the channels,
and records after `$$$$`; formats K (compact) and L (records in lines of 80 characters), R (4 bytes or 10 characters a
value) and D (8 or 20), B (binary, big-endian) and F (text), I (channel by channel in each record).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.errors import InputError

_LINE = 80
_LARGEST_BYTES = 1 << 28
_POSITION = re.compile(r"long section at v\s*=\s*([-+0-9.eE]+)")
_NUMBER = re.compile(r"long section\s+(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CrgGrid:
    """Heights over a grid along a reference line.

    Attributes:
        u_m: along the line, ascending, evenly spaced.
        v_m: to its left, ascending.
        height_m: by u and v, slope and banking of the line included; NaN where nothing was measured.
        xy_m, heading_rad: the line itself, at each u.
    """

    u_m: Float[ndarray, " n"]
    v_m: Float[ndarray, " m"]
    height_m: Float[ndarray, "n m"]
    xy_m: Float[ndarray, "n 2"]
    heading_rad: Float[ndarray, " n"]

    def height(self, u_m: Float[ndarray, " k"], v_m: Float[ndarray, " k"]) -> Float[ndarray, " k"]:
        """Bilinear between the grid's points; NaN beside the grid."""
        i = np.clip(np.searchsorted(self.u_m, u_m, side="right") - 1, 0, len(self.u_m) - 2)
        j = np.clip(np.searchsorted(self.v_m, v_m, side="right") - 1, 0, len(self.v_m) - 2)
        a = (u_m - self.u_m[i]) / (self.u_m[i + 1] - self.u_m[i])
        b = (v_m - self.v_m[j]) / (self.v_m[j + 1] - self.v_m[j])
        z = self.height_m
        low = (1.0 - b) * z[i, j] + b * z[i, j + 1]
        high = (1.0 - b) * z[i + 1, j] + b * z[i + 1, j + 1]
        slack = 1e-6
        inside = (a >= -slack) & (a <= 1.0 + slack) & (b >= -slack) & (b <= 1.0 + slack)
        return np.asarray(np.where(inside, (1.0 - a) * low + a * high, np.nan))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CrgSurface:
    """Measured heights laid on a stretch of road (`surface/CRG`).

    Attributes:
        file: as the map names it.
        mode: "attached" (added to the road's height), "attached0", "genuine" or "global" (instead of it).
        opposite: the grid runs against the road.
        purpose: "elevation" or "friction".
        grid: what the file holds; None where it is not there, and then nothing is laid.
    """

    file: str
    s_start_m: float
    s_end_m: float
    mode: str = "attached"
    opposite: bool = False
    purpose: str = "elevation"
    s_offset_m: float = 0.0
    t_offset_m: float = 0.0
    z_offset_m: float = 0.0
    z_scale: float = 1.0
    heading_rad: float = 0.0
    grid: CrgGrid | None = None


def read_crg(path: Path) -> CrgGrid:
    """The grid of a file.

    Raises:
        InputError: the file cannot be read, or is no OpenCRG file; one line.
    """
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise InputError(f"{path.name}: expected an OpenCRG file of at most 256 MiB")
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path.name}: {error.strerror}") from error
    mark = raw.find(b"\n$$$$")
    start = raw.find(b"\n", mark + 1) + 1
    if mark < 0 or start == 0:
        raise InputError(f"{path.name}: $$$$: missing (expected the end of an OpenCRG header)")
    header = raw[:mark].decode("latin-1").splitlines()
    names, code = _channels(header, path.name)
    return _grid(_numbers(header), names, _records(raw[start:], len(names), code, path.name), path.name)


def _numbers(header: Sequence[str]) -> dict[str, float]:
    """Keys and values of the header, keys in lower case."""
    found: dict[str, float] = {}
    for line in header:
        key, mark, value = line.split("!")[0].partition("=")
        try:
            found[key.strip().lower()] = float(value) if mark else np.nan
        except ValueError:
            continue
    return found


def _channels(header: Sequence[str], name: str) -> tuple[list[str], str]:
    names, code = [], ""
    for line in header:
        text = line.split("!")[0].strip()
        if text.startswith("#:"):
            code = text[2:].strip().upper()
        elif text.upper().startswith("D:"):
            names.append(text[2:].split(",")[0].strip().lower())
    known = len(code) == 4 and code[0] in "KL" and code[1] in "RD" and code[2] in "BF" and code[3] == "I"
    if not known or not names:
        raise InputError(f"{name}: $KD_DEFINITION: expected a format such as LRFI and channels, got '{code}'")
    return names, code


def _records(data: bytes, width: int, code: str, name: str) -> Float[ndarray, "n c"]:
    if code[2] == "B":
        size = 4 if code[1] == "R" else 8
        record = width * size
        stride = -(-record // _LINE) * _LINE if code[0] == "L" else record
        whole = np.frombuffer(data[: len(data) // stride * stride], np.uint8).reshape(-1, stride)[:, :record]
        values = np.ascontiguousarray(whole).view(">f4" if size == 4 else ">f8").astype(np.float64)
    else:
        values = _text_records(data.decode("latin-1").splitlines(), width, 10 if code[1] == "R" else 20, name)
    if len(values) < 2:
        raise InputError(f"{name}: expected at least two records, got {len(values)}")
    return values


def _text_records(lines: Sequence[str], width: int, size: int, name: str) -> Float[ndarray, "n c"]:
    values: list[float] = []
    for line in lines:
        text = line.rstrip("\r")
        for k in range(0, len(text.rstrip()), size):
            word = text[k : k + size].strip()
            try:
                values.append(np.nan if set(word) <= {"*"} else float(word))
            except ValueError:
                raise InputError(f"{name}: expected numbers of {size} characters, got '{word[:20]}'") from None
    count = len(values) // width
    return np.array(values[: count * width]).reshape(count, width)


def _grid(head: Mapping[str, float], names: Sequence[str], values: Float[ndarray, "n c"], name: str) -> CrgGrid:
    columns = {one: values[:, k] for k, one in enumerate(names)}
    step = head.get("reference_line_increment", 0.01)
    n = len(values)
    u = head.get("reference_line_start_u", 0.0) + step * np.arange(n)
    sections = [k for k, one in enumerate(names) if one.startswith("long section")]
    v = _across(head, [names[k] for k in sections])
    if len(v) < 2 or step <= 0.0 or np.any(np.diff(v) == 0.0):
        raise InputError(f"{name}: long section: expected at least two, at different places")
    order = np.argsort(v)
    z = values[:, sections][:, order]
    phi = _along(columns, head, "phi", n)
    slope, bank = _along(columns, head, "slope", n), _along(columns, head, "banking", n)
    line = head.get("reference_line_start_z", 0.0) + np.concatenate([[0.0], np.cumsum(slope[1:] * step)])
    height = z + line[:, None] + bank[:, None] * v[order][None, :]
    # The heading of a point is that of the stretch that leads to it.
    ahead = np.concatenate([[0.0j], np.cumsum(step * np.exp(1j * phi[1:]))])
    place = complex(head.get("reference_line_start_x", 0.0), head.get("reference_line_start_y", 0.0)) + ahead
    xy = np.column_stack([place.real, place.imag])
    return CrgGrid(u_m=u, v_m=v[order], height_m=height, xy_m=xy, heading_rad=phi)


def _across(head: Mapping[str, float], names: Sequence[str]) -> Float[ndarray, " m"]:
    """Where the long sections lie: each says so itself, or by its number."""
    low, high = head.get("long_section_v_right", np.nan), head.get("long_section_v_left", np.nan)
    step = head.get("long_section_v_increment", (high - low) / max(len(names) - 1, 1))
    result = []
    for k, one in enumerate(names):
        place, number = _POSITION.match(one), _NUMBER.match(one)
        if place:
            result.append(float(place[1]))
        else:
            result.append(low + step * ((int(number[1]) - 1) if number else k))
    return np.nan_to_num(np.array(result))


def _along(columns: Mapping[str, Float[ndarray, " n"]], head: Mapping[str, float], what: str, n: int) -> ndarray:
    """A channel of the reference line, or its constant of the header."""
    key = {"phi": "reference_line_start_phi", "slope": "reference_line_start_s", "banking": "reference_line_start_b"}
    column = columns.get(f"reference line {what}")
    if column is None:
        return np.full(n, head.get(key[what], 0.0))
    # A channel's first value is unused: heading and slope belong to the stretch before a point.
    first = column[1] if np.isnan(column[0]) else column[0]
    return np.asarray(np.concatenate([[first], column[1:]]))
