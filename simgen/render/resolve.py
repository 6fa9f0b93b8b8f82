"""From triangle ids to labels: depth, class, instance, normal and flow of every pixel, along runs of one triangle.

A pixel's ray meets the plane of its triangle, n . p = d (in the camera's frame), at 1/z = n . K^-1 (u, v, 1) / d: linear
along a row. A surface point that moves with its link by the rigid (R, t), seen from the camera at another time, projects
to K (R K^-1 (u, v, 1) + t / z) up to scale: linear along a row as well. So a run of pixels costs three divisions each.
Source: R. Hartley, A. Zisserman, Multiple View Geometry, 2nd ed., sections 8.1 and 13.1.
"""

from typing import no_type_check

import numpy as np
from jaxtyping import Float, Int, UInt8, UInt32
from numba import njit
from numpy import ndarray

SKY = np.uint32(0xFFFFFFFF)


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
    start: int,
    stop: int,
    drawn: UInt32[ndarray, "h w 2"],
    owner: Int[ndarray, " ids"],
    face_minus_id: Int[ndarray, " links"],
    normal: Float[ndarray, "f 3"],
    centre: Float[ndarray, "f 3"],
    radius: Float[ndarray, " f"],
    material: Int[ndarray, " f"],
    semantic_of: UInt8[ndarray, "links m"],
    actor_of: UInt32[ndarray, " links"],
    camera_from_link: Float[ndarray, "links 4 4"],
    inverse_k: Float[ndarray, "3 3"],
    flow_matrix: Float[ndarray, "2 links 3 4"],
    depth: Float[ndarray, "h w"],
    semantic: UInt8[ndarray, "h w"],
    instance: UInt32[ndarray, "h w"],
    normals: Int[ndarray, "h w 3"],
    forward: Float[ndarray, "h w 2"],
    backward: Float[ndarray, "h w 2"],
    pixels: Int[ndarray, " a"],
    bounds: Int[ndarray, "a 4"],
) -> None:
    """Labels of the rows start..stop; outputs of size 0 are not wanted. `pixels` and `bounds` gather the instances."""
    width = drawn.shape[1]
    for row in range(start, stop):
        v = row + 0.5
        column = 0
        while column < width:
            triangle = drawn[row, column, 0]
            end = column + 1
            while end < width and drawn[row, end, 0] == triangle:
                end += 1
            if triangle == SKY:
                if depth.size:
                    depth[row, column:end] = np.inf
                if semantic.size:
                    semantic[row, column:end] = 0
                if instance.size:
                    instance[row, column:end] = 0
                if normals.size:
                    normals[row, column:end] = 0
                if forward.size:
                    forward[row, column:end] = np.nan
                if backward.size:
                    backward[row, column:end] = np.nan
                column = end
                continue
            link = owner[triangle]
            face = np.int64(triangle) + face_minus_id[link]
            actor = actor_of[link]
            if semantic.size:
                semantic[row, column:end] = semantic_of[link, material[face]]
            if instance.size:
                instance[row, column:end] = actor
            if actor:
                pixels[actor] += end - column
                bounds[actor, 0] = min(bounds[actor, 0], column)
                bounds[actor, 1] = min(bounds[actor, 1], row)
                bounds[actor, 2] = max(bounds[actor, 2], end)
                bounds[actor, 3] = max(bounds[actor, 3], row + 1)
            m = camera_from_link[link]
            nx = m[0, 0] * normal[face, 0] + m[0, 1] * normal[face, 1] + m[0, 2] * normal[face, 2]
            ny = m[1, 0] * normal[face, 0] + m[1, 1] * normal[face, 1] + m[1, 2] * normal[face, 2]
            nz = m[2, 0] * normal[face, 0] + m[2, 1] * normal[face, 1] + m[2, 2] * normal[face, 2]
            cx = m[0, 0] * centre[face, 0] + m[0, 1] * centre[face, 1] + m[0, 2] * centre[face, 2] + m[0, 3]
            cy = m[1, 0] * centre[face, 0] + m[1, 1] * centre[face, 1] + m[1, 2] * centre[face, 2] + m[1, 3]
            cz = m[2, 0] * centre[face, 0] + m[2, 1] * centre[face, 1] + m[2, 2] * centre[face, 2] + m[2, 3]
            d = nx * cx + ny * cy + nz * cz
            if normals.size:
                turn = -1.0 if d > 0.0 else 1.0
                hx, hy, hz = half_bits(turn * nx), half_bits(turn * ny), half_bits(turn * nz)
                for j in range(column, end):
                    normals[row, j, 0] = hx
                    normals[row, j, 1] = hy
                    normals[row, j, 2] = hz
            if abs(d) < 1e-12:
                d = 1e-12
            u = column + 0.5
            slope = nx * inverse_k[0, 0] / d
            base = (nx * (inverse_k[0, 0] * u + inverse_k[0, 1] * v + inverse_k[0, 2])
                    + ny * (inverse_k[1, 1] * v + inverse_k[1, 2]) + nz) / d  # fmt: skip
            # Seen edge-on, a plane is ill-defined at a pixel's centre: stay within the triangle.
            low = np.float32(1.0 / max(cz + radius[face], 1e-6))
            high = np.float32(1.0 / max(cz - radius[face], 0.05))
            base4, slope4, one = np.float32(base), np.float32(slope), np.float32(1.0)
            if depth.size:
                to = depth[row, column:end]
                for j in range(to.shape[0]):
                    to[j] = one / min(max(base4 + slope4 * np.float32(j), low), high)
            for way in range(2):
                flow = forward if way == 0 else backward
                if flow.size == 0:
                    continue
                # The displacement times w: see `flow_matrices`; all of it relative to the run's first pixel.
                m = flow_matrix[way, link]
                w0 = m[2, 0] * u + m[2, 1] * v + m[2, 2]
                x0 = np.float32(m[0, 0] * u + m[0, 1] * v + m[0, 2] - u * w0)
                x1 = np.float32(m[0, 0] - w0 - u * m[2, 0])
                y0 = np.float32(m[1, 0] * u + m[1, 1] * v + m[1, 2] - v * w0)
                y1 = np.float32(m[1, 0] - v * m[2, 0])
                w1, wq = np.float32(m[2, 0]), np.float32(m[2, 3])
                xq, yq = np.float32(m[0, 3] - u * m[2, 3]), np.float32(m[1, 3] - v * m[2, 3])
                w4 = np.float32(w0)
                out = flow[row, column:end]
                for j in range(out.shape[0]):
                    k = np.float32(j)
                    q = min(max(base4 + slope4 * k, low), high)
                    w = w4 + w1 * k + wq * q
                    inverse = one / w if w > np.float32(0.0) else np.float32(np.nan)
                    out[j, 0] = (x0 + (x1 - w1 * k) * k + (xq - wq * k) * q) * inverse
                    out[j, 1] = (y0 + y1 * k + yq * q) * inverse
            column = end


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
