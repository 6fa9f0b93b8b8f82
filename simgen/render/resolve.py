"""From triangle ids to labels: depth, class, instance, normal and flow of every pixel, along runs of one triangle.

A pixel's ray meets the plane of its triangle, n . p = d (in the camera's frame), at 1/z = n . K^-1 (u, v, 1) / d:
linear in the image. A surface point that moves with its link by the rigid (R, t) projects, seen from the camera at
another time, to K (R K^-1 (u, v, 1) + t / z) up to scale: linear as well. Pixels cost three divisions, eight at once.
Source: R. Hartley, A. Zisserman, Multiple View Geometry, 2nd ed., sections 8.1 and 13.1.
"""

from typing import NamedTuple, no_type_check

import numpy as np
from jaxtyping import Float, Int, Shaped, UInt8, UInt16, UInt32
from numba import njit
from numpy import ndarray

from simgen.render.heaven import SKY
from simgen.render.lanes import LANES, fill, fill_triples, quotients, reciprocal

_ONE, _ZERO, _NOTHING = np.float32(1.0), np.float32(0.0), np.float32(np.nan)
_SLOTS, _NUMBERS, _FLOW = 512, 23, 5
"""Triangles that are remembered from row to row, numbers of each, and where those of flow begin."""


class FaceTable(NamedTuple):
    """What is known of each triangle id; see `Geometry` and `Drawer`."""

    owner: Int[ndarray, " ids"]
    face_minus_id: Int[ndarray, " links"]
    normal: Float[ndarray, "f 3"]
    centre: Float[ndarray, "f 3"]
    radius_m: Float[ndarray, " f"]
    material: Int[ndarray, " f"]
    semantic: UInt8[ndarray, "links m"]
    actor: UInt32[ndarray, " links"]


class Motion(NamedTuple):
    """How each link is seen now, and moves in the image until the next reading and back to the one before."""

    inverse_k: Float[ndarray, "3 3"]
    camera_from_link: Float[ndarray, "links 4 4"]
    flow: Float[ndarray, "2 links 3 4"]


class Labels(NamedTuple):
    """What is written; arrays of size 0 are not wanted. Normals are the bits of half floats."""

    depth: Shaped[ndarray, "h w"]
    semantic: Shaped[ndarray, "h w"]
    instance: Shaped[ndarray, "h w"]
    normal: Shaped[ndarray, "h w 3"]
    flow_forward: Shaped[ndarray, "h w 2"]
    flow_backward: Shaped[ndarray, "h w 2"]


class Tally(NamedTuple):
    """Pixels of each actor's instance mask, and its first and last-plus-one column and row (x1 y1 x2 y2)."""

    pixels: Int[ndarray, " a"]
    bounds: Int[ndarray, "a 4"]


@njit(cache=True, nogil=True, error_model="numpy")
@no_type_check
def resolve_rows(
    start: int, stop: int, drawn: UInt32[ndarray, "h w 2"], faces: FaceTable, motion: Motion, to: Labels, tally: Tally
) -> None:
    """Labels of the rows start..stop."""
    # Taken out of their tuples once, and written by address: numba counts references at each look at an array.
    owner, face_minus_id, normals, centre, radius_m, material, semantic_of, actor_of = faces
    inverse_k, camera_from_link, flow = motion
    pixels, bounds = tally
    ids, width = drawn.reshape((-1, 2)), drawn.shape[1]
    where, stop_at = _addresses(to), stop * width
    any_wanted = np.max(np.array(where)) > 0
    planes, looks = np.empty((_SLOTS, _NUMBERS)), np.empty((_SLOTS, 4), np.uint16)
    known = np.full(_SLOTS, SKY, np.uint32)
    for row in range(start, stop):
        first = end = row * width
        row_end = first + width
        while end < row_end:
            at, triangle = end, ids[end, 0]
            end = at + 1
            while end < row_end and ids[end, 0] == triangle:
                end += 1
            if triangle == SKY:
                if any_wanted:
                    _write_sky(to, row, at - first, end - first)
                continue
            link = owner[triangle]
            actor = actor_of[link]
            if actor:
                _count(pixels, bounds, actor, row, at - first, end - first)
            if any_wanted:
                slot = triangle & np.uint32(_SLOTS - 1)
                if known[slot] != triangle:
                    known[slot] = triangle
                    face = np.int64(triangle) + face_minus_id[link]
                    looks[slot, 0] = semantic_of[link, material[face]]
                    _learn(
                        planes, looks, slot, camera_from_link, link, normals, centre, face, radius_m[face],
                        inverse_k, flow, where,
                    )  # fmt: skip
                done = _write(where, at, end, stop_at, planes, looks, slot, actor, at - first + 0.5, row + 0.5)
                if done < 0:
                    _write_singly(to, row, at - first, end - first, planes, looks, slot, actor, flow, link)
                elif done < end:
                    _write_last(to, row, at - first, done - first, end - first, planes, looks, slot, actor)


@njit(cache=True, nogil=True)
@no_type_check
def _addresses(to: Labels) -> tuple[int, ...]:
    """Where each label is written, 0 where it is not wanted."""
    return (
        _address(to.depth), _address(to.semantic), _address(to.instance), _address(to.normal),
        _address(to.flow_forward), _address(to.flow_backward),
    )  # fmt: skip


@njit(cache=True, nogil=True)
@no_type_check
def _address(label: Shaped[ndarray, "..."]) -> int:
    return np.int64(label.ctypes.data) if label.size > 0 else np.int64(0)


@njit(cache=True, nogil=True)
@no_type_check
def _count(
    pixels: Int[ndarray, " a"], bounds: Int[ndarray, "a 4"], actor: int, row: int, column: int, end: int
) -> None:
    pixels[actor] += end - column
    bounds[actor, 0] = min(bounds[actor, 0], column)
    bounds[actor, 1] = min(bounds[actor, 1], row)
    bounds[actor, 2] = max(bounds[actor, 2], end)
    bounds[actor, 3] = max(bounds[actor, 3], row + 1)


@njit(cache=True, nogil=True)
@no_type_check
def _write_sky(to: Labels, row: int, start: int, end: int) -> None:
    depth, semantic, instance, normal, forward, backward = to
    if depth.size:
        depth[row, start:end] = np.float32(np.inf)
    if semantic.size:
        semantic[row, start:end] = 0
    if instance.size:
        instance[row, start:end] = 0
    if normal.size:
        normal[row, start:end] = 0
    if forward.size:
        forward[row, start:end] = _NOTHING
    if backward.size:
        backward[row, start:end] = _NOTHING


@njit(cache=True, nogil=True, error_model="numpy")
@no_type_check
def _learn(
    planes: Float[ndarray, "s n"],
    looks: UInt16[ndarray, "s 4"],
    slot: int,
    m: Float[ndarray, "links 4 4"],
    link: int,
    n: Float[ndarray, "f 3"],
    c: Float[ndarray, "f 3"],
    f: int,
    radius_m: float,
    k: Float[ndarray, "3 3"],
    flow: Float[ndarray, "2 links 3 4"],
    where: tuple[int, ...],
) -> None:
    """What the runs of a triangle share.

    1/z as a linear function of the image, its bounds within the triangle, where its points are seen at the other times
    (up to scale) as such functions; half floats of the normal.
    """
    nx = m[link, 0, 0] * n[f, 0] + m[link, 0, 1] * n[f, 1] + m[link, 0, 2] * n[f, 2]
    ny = m[link, 1, 0] * n[f, 0] + m[link, 1, 1] * n[f, 1] + m[link, 1, 2] * n[f, 2]
    nz = m[link, 2, 0] * n[f, 0] + m[link, 2, 1] * n[f, 1] + m[link, 2, 2] * n[f, 2]
    cx = m[link, 0, 0] * c[f, 0] + m[link, 0, 1] * c[f, 1] + m[link, 0, 2] * c[f, 2] + m[link, 0, 3]
    cy = m[link, 1, 0] * c[f, 0] + m[link, 1, 1] * c[f, 1] + m[link, 1, 2] * c[f, 2] + m[link, 1, 3]
    cz = m[link, 2, 0] * c[f, 0] + m[link, 2, 1] * c[f, 1] + m[link, 2, 2] * c[f, 2] + m[link, 2, 3]
    d = nx * cx + ny * cy + nz * cz
    if d > 0.0:
        nx, ny, nz, d = -nx, -ny, -nz, -d
    share = 1.0 / min(d, -1e-12)
    q0, q1 = nx * k[0, 0] * share, (nx * k[0, 1] + ny * k[1, 1]) * share
    q2 = (nx * k[0, 2] + ny * k[1, 2] + nz) * share
    planes[slot, 0], planes[slot, 1], planes[slot, 2] = q0, q1, q2
    # Seen edge-on, a plane is ill-defined at a pixel's centre: stay within the triangle.
    planes[slot, 3], planes[slot, 4] = 1.0 / max(cz + radius_m, 1e-6), 1.0 / max(cz - radius_m, 0.05)
    if where[3]:
        looks[slot, 1], looks[slot, 2], looks[slot, 3] = half_bits(nx), half_bits(ny), half_bits(nz)
    for way in range(2):
        if where[4 + way]:
            for r in range(3):
                of_q = flow[way, link, r, 3]
                planes[slot, _FLOW + 9 * way + 3 * r] = flow[way, link, r, 0] + of_q * q0
                planes[slot, _FLOW + 9 * way + 3 * r + 1] = flow[way, link, r, 1] + of_q * q1
                planes[slot, _FLOW + 9 * way + 3 * r + 2] = flow[way, link, r, 2] + of_q * q2


@njit(cache=True, nogil=True, error_model="numpy")
@no_type_check
def _write(
    where: tuple[int, ...],
    at: int,
    end: int,
    stop: int,
    planes: Float[ndarray, "s n"],
    looks: UInt16[ndarray, "s 4"],
    slot: int,
    actor: int,
    u: float,
    v: float,
) -> int:
    """Pixels at..end, a run, and garbage after it, but not beyond `stop`.

    Returns:
        Where it stopped; -1 where 1/z leaves its bounds or a point is behind the camera at another time.
    """
    base = np.float32(planes[slot, 0] * u + planes[slot, 1] * v + planes[slot, 2])
    slope, low, high = np.float32(planes[slot, 0]), np.float32(planes[slot, 3]), np.float32(planes[slot, 4])
    last = base + slope * np.float32(end - at - 1)
    if not (low <= base <= high and low <= last <= high):
        return -1
    ahead = back = (_ZERO, _ZERO, _ZERO, _ZERO, _ZERO, _ZERO, _ZERO)
    if where[4]:
        ahead, seen = _quotients(planes, slot, _FLOW, u, v, end - at - 1)
        if not seen:
            return -1
    if where[5]:
        back, seen = _quotients(planes, slot, _FLOW + 9, u, v, end - at - 1)
        if not seen:
            return -1
    semantic, x, y, z = np.uint8(looks[slot, 0]), looks[slot, 1], looks[slot, 2], looks[slot, 3]
    stop = end if at + ((end - at + LANES - 1) & -LANES) <= stop else at + ((end - at) & -LANES)
    for i in range(at, stop, LANES):
        k = np.float32(i - at)
        if where[0]:
            reciprocal(where[0], i, k, base, slope)
        if where[1]:
            fill(where[1], i, semantic)
        if where[2]:
            fill(where[2], i, actor)
        if where[3]:
            fill_triples(where[3], i, x, y, z)
        if where[4]:
            quotients(where[4], i, k, ahead[0], ahead[1], ahead[2], ahead[3], ahead[4], ahead[5], ahead[6])
        if where[5]:
            quotients(where[5], i, k, back[0], back[1], back[2], back[3], back[4], back[5], back[6])
    return stop


@njit(cache=True, nogil=True, error_model="numpy")
@no_type_check
def _quotients(
    planes: Float[ndarray, "s n"], slot: int, o: int, u: float, v: float, last: int
) -> tuple[tuple[float, ...], bool]:
    """Coefficients of the displacement for `lanes.quotients`, relative to a run's first pixel, so that 32 bits are
    enough; and whether all is in front of the camera then.
    """
    w0, w1 = planes[slot, o + 6] * u + planes[slot, o + 7] * v + planes[slot, o + 8], planes[slot, o + 6]
    x0 = planes[slot, o] * u + planes[slot, o + 1] * v + planes[slot, o + 2] - u * w0
    y0 = planes[slot, o + 3] * u + planes[slot, o + 4] * v + planes[slot, o + 5] - v * w0
    x1, y1 = planes[slot, o] - w0 - u * w1, planes[slot, o + 3] - v * w1
    coefficients = (
        np.float32(x0), np.float32(x1), np.float32(-w1), np.float32(y0), np.float32(y1), np.float32(w0), np.float32(w1)
    )  # fmt: skip
    return coefficients, w0 > 0.0 and w0 + w1 * last > 0.0


@njit(cache=True, nogil=True, error_model="numpy")
@no_type_check
def _write_singly(
    to: Labels,
    row: int,
    first: int,
    end: int,
    planes: Float[ndarray, "s n"],
    looks: UInt16[ndarray, "s 4"],
    slot: int,
    actor: int,
    flow: Float[ndarray, "2 links 3 4"],
    link: int,
) -> None:
    """The columns first..end, a run, one by one."""
    depth, semantic, instance, normal, forward, backward = to
    base = np.float32(planes[slot, 0] * (first + 0.5) + planes[slot, 1] * (row + 0.5) + planes[slot, 2])
    slope, low, high = np.float32(planes[slot, 0]), np.float32(planes[slot, 3]), np.float32(planes[slot, 4])
    for column in range(first, end):
        q = min(max(base + slope * np.float32(column - first), low), high)
        if depth.size:
            depth[row, column] = _ONE / q
        if semantic.size:
            semantic[row, column] = looks[slot, 0]
        if instance.size:
            instance[row, column] = actor
        if normal.size:
            normal[row, column] = looks[slot, 1:]
        if forward.size:
            _displace(forward[row, column], flow[0, link], column + 0.5, row + 0.5, q)
        if backward.size:
            _displace(backward[row, column], flow[1, link], column + 0.5, row + 0.5, q)


@njit(cache=True, nogil=True, error_model="numpy")
@no_type_check
def _write_last(
    to: Labels,
    row: int,
    first: int,
    start: int,
    end: int,
    planes: Float[ndarray, "s n"],
    looks: UInt16[ndarray, "s 4"],
    slot: int,
    actor: int,
) -> None:
    """The columns start..end of a run that begins at `first`, where eight more would be another's: the same numbers."""
    depth, semantic, instance, normal, forward, backward = to
    u, v = first + 0.5, row + 0.5
    base = np.float32(planes[slot, 0] * u + planes[slot, 1] * v + planes[slot, 2])
    slope = np.float32(planes[slot, 0])
    for column in range(start, end):
        t = np.float32(column - first)
        if depth.size:
            depth[row, column] = _ONE / (base + slope * t)
        if semantic.size:
            semantic[row, column] = looks[slot, 0]
        if instance.size:
            instance[row, column] = actor
        if normal.size:
            normal[row, column] = looks[slot, 1:]
        if forward.size:
            _quotient(forward[row, column], _quotients(planes, slot, _FLOW, u, v, 0)[0], t)
        if backward.size:
            _quotient(backward[row, column], _quotients(planes, slot, _FLOW + 9, u, v, 0)[0], t)


@njit(cache=True, nogil=True, error_model="numpy")
@no_type_check
def _quotient(to: Float[ndarray, "2"], of: tuple[float, ...], t: float) -> None:
    """One of `lanes.quotients`."""
    inverse = _ONE / (of[5] + of[6] * t)
    to[0] = (of[0] + (of[1] + of[2] * t) * t) * inverse
    to[1] = (of[3] + of[4] * t) * inverse


@njit(cache=True, nogil=True, error_model="numpy")
@no_type_check
def _displace(to: Float[ndarray, "2"], m: Float[ndarray, "3 4"], u: float, v: float, q: float) -> None:
    w = m[2, 0] * u + m[2, 1] * v + m[2, 2] + m[2, 3] * q
    inverse = 1.0 / w if w > 0.0 else np.nan
    to[0] = (m[0, 0] * u + m[0, 1] * v + m[0, 2] + m[0, 3] * q - u * w) * inverse
    to[1] = (m[1, 0] * u + m[1, 1] * v + m[1, 2] + m[1, 3] * q - v * w) * inverse


@njit(cache=True, nogil=True, inline="always")
@no_type_check
def half_bits(value: float) -> int:
    """IEEE half precision of a number in [-1, 1] (to single precision first), rounded to nearest even."""
    single = np.float32(value)
    bits = np.int64(single.view(np.int32))
    sign = (bits >> 16) & 0x8000
    bits &= 0x7FFFFFFF
    if bits < 0x38800000:  # 2^-14: half's numbers are evenly spaced below
        return sign | np.int64(np.rint(abs(single) * np.float32(2.0**24)))
    return sign | (((bits + 0xFFF + ((bits >> 13) & 1)) >> 13) - (112 << 10))


def flow_matrices(
    k: Float[ndarray, "3 3"], other_from_camera: Float[ndarray, "links 4 4"]
) -> Float[ndarray, "links 3 4"]:
    """[K R K^-1 | K t] of each link's motion as the camera sees it, NaN where the link is absent then.

    Args:
        k: intrinsics.
        other_from_camera: where a point of the link, given in the camera's frame now, is in the camera's frame then.
    """
    result = np.empty((len(other_from_camera), 3, 4))
    result[:, :, :3] = k @ other_from_camera[:, :3, :3] @ np.linalg.inv(k)
    result[:, :, 3] = other_from_camera[:, :3, 3] @ k.T
    return result
