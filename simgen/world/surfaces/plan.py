"""Lanes seen from above: their outlines, and how high they are at any point."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from jaxtyping import Float
from numpy import ndarray

from simgen.world.opendrive.types import Road
from simgen.world.surfaces.sheets import valid_area
from simgen.world.surfaces.strips import SectionStrips, Strip


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LanePlan:
    """One lane from above.

    Attributes:
        outline: its polygon.
        corners: its triangles in space.
        across: of each triangle corner, 0 and 1 on the side borders.
    """

    road: Road
    strip: Strip
    outline: shapely.Polygon
    corners: Float[ndarray, "t 3 3"]
    across: Float[ndarray, "t 3"]


def lane_plans(sections: Sequence[SectionStrips]) -> list[LanePlan]:
    """Every lane that has an area."""
    plans = []
    for section in sections:
        for strip in section.strips:
            ring = np.concatenate([strip.right[:, :2], strip.left[::-1, :2]])
            outline = valid_area(ring)
            if outline.area > 1e-3:
                corners, across = _triangles(strip)
                plans.append(LanePlan(road=section.road, strip=strip, outline=outline, corners=corners, across=across))
    return plans


def _triangles(strip: Strip) -> tuple[Float[ndarray, "t 3 3"], Float[ndarray, "t 3"]]:
    right, left = strip.right, strip.left
    first = np.stack([right[:-1], right[1:], left[1:]], axis=1)
    second = np.stack([right[:-1], left[1:], left[:-1]], axis=1)
    across = np.concatenate([np.tile([0.0, 0.0, 1.0], (len(first), 1)), np.tile([0.0, 1.0, 1.0], (len(second), 1))])
    return np.concatenate([first, second]), across


def blended_height(plans: Sequence[LanePlan], xy: Float[ndarray, "n 2"], slack_m: float = 0.03) -> Float[ndarray, " n"]:
    """Height at each point: of the lanes that cover it, weighted by how far inside the lane it lies.

    Where no lane does, the height of the nearest lane's nearest corner.
    """
    total, weight = np.zeros(len(xy)), np.zeros(len(xy))
    nearest, distance = np.zeros(len(xy)), np.full(len(xy), np.inf)
    for plan in plans:
        low, high = plan.corners[:, :, :2].min(axis=(0, 1)) - slack_m, plan.corners[:, :, :2].max(axis=(0, 1)) + slack_m
        near = np.flatnonzero(np.all((xy >= low) & (xy <= high), axis=1))
        if len(near):
            z, share = _in_lane(plan, xy[near], slack_m)
            total[near] += share * z
            weight[near] += share
    bare = np.flatnonzero(weight == 0.0)
    for plan in plans if len(bare) else ():
        points = plan.corners.reshape(-1, 3)
        away = np.linalg.norm(points[None, :, :2] - xy[bare, None], axis=-1)
        best = np.argmin(away, axis=1)
        gap = away[np.arange(len(bare)), best]
        closer = gap < distance[bare]
        nearest[bare[closer]], distance[bare[closer]] = points[best[closer], 2], gap[closer]
    return np.asarray(np.where(weight > 0.0, total / np.where(weight > 0.0, weight, 1.0), nearest))


def _in_lane(
    plan: LanePlan, xy: Float[ndarray, "n 2"], slack_m: float
) -> tuple[Float[ndarray, " n"], Float[ndarray, " n"]]:
    """Height and weight of one lane at points; weight 0 outside it."""
    a, b, c = plan.corners[:, 0], plan.corners[:, 1], plan.corners[:, 2]
    ab, ac = (b - a)[:, :2], (c - a)[:, :2]
    area = ab[:, 0] * ac[:, 1] - ab[:, 1] * ac[:, 0]
    solid = np.abs(area) > 1e-7
    area = np.where(solid, area, 1.0)
    way = xy[:, None] - a[None, :, :2]
    u = (way[..., 0] * ac[:, 1] - way[..., 1] * ac[:, 0]) / area
    v = (ab[:, 0] * way[..., 1] - ab[:, 1] * way[..., 0]) / area
    # How far outside, in metres: barycentric coordinates times the triangle's heights over its sides.
    sides = np.stack([np.linalg.norm((c - b)[:, :2], axis=1), np.linalg.norm(ac, axis=1), np.linalg.norm(ab, axis=1)])
    reach = np.abs(area) / np.maximum(sides, 1e-9)
    inside = np.minimum(np.minimum((1.0 - u - v) * reach[0], u * reach[1]), v * reach[2])
    inside = np.where(solid, inside, -np.inf)
    best = np.argmax(inside, axis=1)
    rows = np.arange(len(xy))
    u, v = u[rows, best], v[rows, best]
    z = a[best, 2] + u * (b - a)[best, 2] + v * (c - a)[best, 2]
    share = plan.across[best] * np.stack([1.0 - u - v, u, v], axis=-1)
    across = np.clip(share.sum(axis=1), 0.0, 1.0)
    weight = np.where(inside[rows, best] >= -slack_m, across * (1.0 - across) + 1e-3, 0.0)
    return z, weight
