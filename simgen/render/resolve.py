"""From triangle ids to labels: depth, class, instance, normal and flow of every pixel, along runs of one triangle.

A pixel's ray meets the plane of its triangle, n . p = d (in the camera's frame), at 1/z = n . K^-1 (u, v, 1) / d:
linear along a row. A surface point that moves with its link by the rigid (R, t) projects, seen from the camera at
another time, to K (R K^-1 (u, v, 1) + t / z) up to scale: linear along a row as well. So pixels cost three divisions.
Source: R. Hartley, A. Zisserman, Multiple View Geometry, 2nd ed., sections 8.1 and 13.1.
"""

from typing import NamedTuple, no_type_check

import numpy as np
from jaxtyping import Float, Int, Shaped, UInt8, UInt32
from numba import njit
from numpy import ndarray

from simgen.render.heaven import SKY

_ONE, _ZERO, _NOTHING = np.float32(1.0), np.float32(0.0), np.float32(np.nan)


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


@njit(cache=True, nogil=True, inline="always")
@no_type_check
def half_bits(value: float) -> int:
    """IEEE half precision of a number in [-1, 1], rounded to nearest even."""
    sign = 0
    if value < 0.0:
        sign, value = 0x8000, -value
    if value < 2.0**-14:
        return sign | int(np.rint(value * 2.0**24))
    exponent = 0
    while value < 1.0:
        value *= 2.0
        exponent -= 1
    mantissa = int(np.rint((value - 1.0) * 1024.0))
    return sign | (((exponent + 15) << 10) + mantissa)


@njit(cache=True, nogil=True, error_model="numpy")
@no_type_check
def resolve_rows(
    start: int, stop: int, drawn: UInt32[ndarray, "h w 2"], faces: FaceTable, motion: Motion, to: Labels, tally: Tally
) -> None:
    """Labels of the rows start..stop."""
    # Taken out of their tuples once: numba counts references at each look into one.
    owner, face_minus_id, normal, centre, radius_m, material, semantic_of, actor_of = faces
    inverse_k, camera_from_link, flow = motion
    depth, semantic, instance, normals, forward, backward = to
    pixels, bounds = tally
    width = drawn.shape[1]
    for row in range(start, stop):
        column, end = 0, 0
        while column < width:
            triangle = drawn[row, column, 0]
            end = column + 1
            while end < width and drawn[row, end, 0] == triangle:
                end += 1
            link = owner[triangle] if triangle != SKY else 0
            face = np.int64(triangle) + face_minus_id[link] if triangle != SKY else -1
            actor = actor_of[link]
            if semantic.size:
                semantic[row, column:end] = semantic_of[link, material[face]] if face >= 0 else 0
            if instance.size:
                instance[row, column:end] = actor
            if actor:
                pixels[actor] += end - column
                _widen(bounds, actor, row, column, end)
            if face < 0:
                plane = (_ZERO, _ZERO, _ZERO, _ZERO, _ZERO, _ZERO, _ZERO)
            else:
                plane = _plane(
                    camera_from_link, link, normal, centre, face, radius_m[face], inverse_k, column + 0.5, row + 0.5
                )
            within = _within(plane, end - column)
            if depth.size:
                _write_depth(depth[row, column:end], plane, within)
            if normals.size:
                _write_normal(normals[row, column:end], plane)
            if forward.size:
                _write_flow(forward[row, column:end], plane, within, column + 0.5, row + 0.5, flow, 0, link)
            if backward.size:
                _write_flow(backward[row, column:end], plane, within, column + 0.5, row + 0.5, flow, 1, link)
            column = end


@njit(cache=True, nogil=True, inline="always")
@no_type_check
def _widen(bounds: Int[ndarray, "a 4"], actor: int, row: int, column: int, end: int) -> None:
    bounds[actor, 0] = min(bounds[actor, 0], column)
    bounds[actor, 1] = min(bounds[actor, 1], row)
    bounds[actor, 2] = max(bounds[actor, 2], end)
    bounds[actor, 3] = max(bounds[actor, 3], row + 1)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
@no_type_check
def _plane(
    m: Float[ndarray, "links 4 4"],
    link: int,
    n: Float[ndarray, "f 3"],
    c: Float[ndarray, "f 3"],
    f: int,
    radius_m: float,
    k: Float[ndarray, "3 3"],
    u: float,
    v: float,
) -> tuple[float, float, float, float, float, float, float]:
    """1/z at a pixel, its slope along the row, its bounds within the triangle, and the normal toward the camera."""
    nx = m[link, 0, 0] * n[f, 0] + m[link, 0, 1] * n[f, 1] + m[link, 0, 2] * n[f, 2]
    ny = m[link, 1, 0] * n[f, 0] + m[link, 1, 1] * n[f, 1] + m[link, 1, 2] * n[f, 2]
    nz = m[link, 2, 0] * n[f, 0] + m[link, 2, 1] * n[f, 1] + m[link, 2, 2] * n[f, 2]
    cx = m[link, 0, 0] * c[f, 0] + m[link, 0, 1] * c[f, 1] + m[link, 0, 2] * c[f, 2] + m[link, 0, 3]
    cy = m[link, 1, 0] * c[f, 0] + m[link, 1, 1] * c[f, 1] + m[link, 1, 2] * c[f, 2] + m[link, 1, 3]
    cz = m[link, 2, 0] * c[f, 0] + m[link, 2, 1] * c[f, 1] + m[link, 2, 2] * c[f, 2] + m[link, 2, 3]
    d = nx * cx + ny * cy + nz * cz
    if d > 0.0:
        nx, ny, nz, d = -nx, -ny, -nz, -d
    d = min(d, -1e-12)
    base = (nx * (k[0, 0] * u + k[0, 1] * v + k[0, 2]) + ny * (k[1, 1] * v + k[1, 2]) + nz) / d
    # Seen edge-on, a plane is ill-defined at a pixel's centre: stay within the triangle.
    low, high = 1.0 / max(cz + radius_m, 1e-6), 1.0 / max(cz - radius_m, 0.05)
    return (
        np.float32(base), np.float32(nx * k[0, 0] / d), np.float32(low), np.float32(high),
        np.float32(nx), np.float32(ny), np.float32(nz),
    )  # fmt: skip


@njit(cache=True, nogil=True, inline="always")
@no_type_check
def _write_normal(out: Int[ndarray, "n 3"], plane: tuple[float, ...]) -> None:
    x, y, z = half_bits(plane[4]), half_bits(plane[5]), half_bits(plane[6])
    for j in range(out.shape[0]):
        out[j, 0] = x
        out[j, 1] = y
        out[j, 2] = z


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
@no_type_check
def _within(plane: tuple[float, ...], count: int) -> bool:
    """1/z stays within its bounds over a run, so that it needs no clamping."""
    base, slope, low, high = plane[0], plane[1], plane[2], plane[3]
    last = base + slope * np.float32(count - 1)
    return low <= base <= high and low <= last <= high


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
@no_type_check
def _write_depth(out: Float[ndarray, " n"], plane: tuple[float, ...], within: bool) -> None:
    base, slope, low, high = plane[0], plane[1], plane[2], plane[3]
    if within:
        for j in range(out.shape[0]):
            out[j] = _ONE / (base + slope * np.float32(j))
        return
    for j in range(out.shape[0]):
        out[j] = _ONE / min(max(base + slope * np.float32(j), low), high)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
@no_type_check
def _write_flow(
    out: Float[ndarray, "n 2"],
    plane: tuple[float, ...],
    within: bool,
    u: float,
    v: float,
    flow: Float[ndarray, "2 links 3 4"],
    way: int,
    link: int,
) -> None:
    """The displacement, from coefficients relative to the run's first pixel, so that 32 bits are enough."""
    base, slope, low, high = plane[0], plane[1], plane[2], plane[3]
    if high == _ZERO:
        for j in range(out.shape[0]):
            out[j, 0] = _NOTHING
            out[j, 1] = _NOTHING
        return
    m = flow[way, link]
    w = m[2, 0] * u + m[2, 1] * v + m[2, 2]
    w0, w1, wq = np.float32(w), np.float32(m[2, 0]), np.float32(m[2, 3])
    x0 = np.float32(m[0, 0] * u + m[0, 1] * v + m[0, 2] - u * w)
    x1, xq = np.float32(m[0, 0] - w - u * m[2, 0]), np.float32(m[0, 3] - u * m[2, 3])
    y0 = np.float32(m[1, 0] * u + m[1, 1] * v + m[1, 2] - v * w)
    y1, yq = np.float32(m[1, 0] - v * m[2, 0]), np.float32(m[1, 3] - v * m[2, 3])
    end = np.float32(out.shape[0] - 1)
    if within and w0 + wq * base > _ZERO and w0 + w1 * end + wq * (base + slope * end) > _ZERO:
        # The common case without a branch, in vectors.
        for j in range(out.shape[0]):
            k = np.float32(j)
            q = base + slope * k
            inverse = _ONE / (w0 + w1 * k + wq * q)
            out[j, 0] = (x0 + (x1 - w1 * k) * k + (xq - wq * k) * q) * inverse
            out[j, 1] = (y0 + y1 * k + yq * q) * inverse
        return
    for j in range(out.shape[0]):
        k = np.float32(j)
        q = min(max(base + slope * k, low), high)
        scale = w0 + w1 * k + wq * q
        inverse = _ONE / scale if scale > _ZERO else _NOTHING
        out[j, 0] = (x0 + (x1 - w1 * k) * k + (xq - wq * k) * q) * inverse
        out[j, 1] = (y0 + y1 * k + yq * q) * inverse


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
