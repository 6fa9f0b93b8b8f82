"""Lays things on a level surface, at random and without overlap, as static actors."""

import math
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from jaxtyping import Float
from numpy import ndarray
from scipy.spatial import ConvexHull
from scipy.spatial.transform import Rotation

from simgen.errors import InputError
from simgen.geometry import Pose
from simgen.library import Entry, call, find, parameters
from simgen.sampling import draw, stream
from simgen.scenario.draws import fix
from simgen.scenario.position import WorldPosition
from simgen.scenario.scenario import ConcreteScenario, Entity, Scatter
from simgen.world.model import Model

_TRIES = 60
_FLAT = 1.0 - 1e-4
"""Faces of a hull whose normals agree so well are one face."""

_TIPS = 0.05
"""How far inside the face that it rests on the middle of mass must lie, as a share of its height above it: a thing that
a push of 3 degrees tips over does not stand."""

_SKEW_DEG = 4.0
"""Things in rows are turned by up to this (set by us)."""


def scattered(scatter: Scatter, seed: int, taken: "Taken") -> tuple[Entity, ...]:
    """The things, as many as fit; thing k is drawn from a stream of its own.

    Args:
        scatter: what and where.
        seed: of the scenario.
        taken: by what was laid before; takes what is laid now.

    Raises:
        InputError: an unknown model, or one that cannot be built.
    """
    if scatter.rest == "rows":
        return tuple(_in_rows(scatter, seed))
    return tuple(_at_random(scatter, seed, taken))


def surroundings(
    concrete: ConcreteScenario,
) -> tuple[tuple[float, float, float], tuple[float, float, float], float]:
    """The box that the things of the last `Scatter` lie in, and the diagonal of the largest; metres.

    Raises:
        InputError: nothing is scattered.
    """
    main = concrete.scatter[-1].name if concrete.scatter else ""
    things = [actor for actor in concrete.actors if main and actor.name.startswith(f"{main}_")]
    poses = [actor.start for actor in things if isinstance(actor.start, WorldPosition)]
    if not poses:
        raise InputError(f"{concrete.name}: an orbiting camera needs something that is scattered, got nothing")
    size_m = max(float(np.linalg.norm(_model(str(one.model), one.parameters).extent_m)) for one in things[:50])
    points = np.array([[one.x_m, one.y_m, one.z_m or 0.0] for one in poses], dtype=np.float64)
    low, high = points.min(axis=0), points.max(axis=0) + np.array([0.0, 0.0, 0.3 * size_m])
    return (float(low[0]), float(low[1]), float(low[2])), (float(high[0]), float(high[1]), float(high[2])), size_m


@lru_cache(maxsize=256)
def resting(model: Model) -> list[tuple[Float[ndarray, "3 3"], float]]:
    """Rotations in which a thing of even density rests on a face of its convex hull, each with that face's area."""
    hull = ConvexHull(_points(model))
    middle = _centroid(hull)
    left = np.ones(len(hull.simplices), dtype=bool)
    found = []
    for face in range(len(hull.simplices)):
        if not left[face]:
            continue
        normal = hull.equations[face, :3]
        alike = (hull.equations[:, :3] @ normal > _FLAT) & (
            np.abs(hull.equations[:, 3] - hull.equations[face, 3]) < 1e-4
        )
        left &= ~alike
        turn, _ = Rotation.align_vectors([[0.0, 0.0, -1.0]], [normal])
        rotation = turn.as_matrix()
        flat = shapely.MultiPoint((hull.points[np.unique(hull.simplices[alike])] @ rotation.T)[:, :2]).convex_hull
        spare = _TIPS * float(-hull.equations[face, 3] - normal @ middle)
        if flat.area > 0.0 and flat.buffer(-spare).contains(shapely.Point((rotation @ middle)[:2])):
            found.append((rotation, float(flat.area)))
    return found or [(np.eye(3), 1.0)]


def _centroid(hull: ConvexHull) -> Float[ndarray, "3"]:
    """Of the volume: tetrahedra to an inner point."""
    inner = hull.points.mean(axis=0)
    a, b, c = (hull.points[hull.simplices[:, k]] - inner for k in range(3))
    volume = np.abs(np.einsum("fi,fi->f", a, np.cross(b, c)))
    centre = inner + (volume[:, None] * (a + b + c) / 4.0).sum(axis=0) / volume.sum()
    return np.asarray(centre)


def _at_random(scatter: Scatter, seed: int, taken: "Taken") -> list[Entity]:
    x0, y0, x1, y1 = scatter.area_m
    entities: list[Entity] = []
    for k in range(scatter.count):
        rng = stream(seed, "scatter", scatter.name, k)
        model, given = _drawn(scatter, seed, k, rng)
        rests = resting(model) if scatter.rest == "any" else [(np.eye(3), 1.0)]
        level = scatter.levels_m[int(rng.integers(len(scatter.levels_m)))]
        weights = np.array([area for _, area in rests])
        for _ in range(_TRIES):
            rotation = rests[int(rng.choice(len(rests), p=weights / weights.sum()))][0]
            turn = Rotation.from_euler("z", float(rng.uniform(-math.pi, math.pi))).as_matrix() @ rotation
            points = _points(model) @ turn.T
            low, high = points.min(axis=0), points.max(axis=0)
            room = np.array([x1 - x0, y1 - y0]) - (high - low)[:2]
            if (room < 0.0).any():
                continue
            place = np.array([x0, y0]) - low[:2] + rng.uniform(size=2) * room
            if taken.take(level, points[:, :2] + place, scatter.gap_m):
                at = np.array([place[0], place[1], level - low[2]])
                entities.append(_entity(scatter, len(entities), given, Pose.from_matrix(_matrix(turn, at))))
                break
    return entities


def _in_rows(scatter: Scatter, seed: int) -> list[Entity]:
    """Columns side by side, each of one model from the front to the back; fronts look along `facing_deg`."""
    x0, y0, x1, y1 = scatter.area_m
    facing = math.radians(scatter.facing_deg)
    axes = np.array([[math.cos(facing), -math.sin(facing)], [math.sin(facing), math.cos(facing)]])
    corners = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]]) @ axes
    low, high = corners.min(axis=0), corners.max(axis=0)
    entities: list[Entity] = []
    column = 0
    for level in scatter.levels_m:
        across = float(low[1])
        while len(entities) < scatter.count:
            rng = stream(seed, "scatter", scatter.name, column)
            model, given = _drawn(scatter, seed, column, rng)
            column += 1
            if across + model.extent_m[1] > high[1]:
                break
            middles = np.arange(high[0] - model.extent_m[0] / 2.0, low[0] + 0.499 * model.extent_m[0],
                                -(model.extent_m[0] + scatter.gap_m))  # fmt: skip
            for pose in _column(scatter, model, middles, across + model.extent_m[1] / 2.0, axes, level, rng):
                if len(entities) < scatter.count:
                    entities.append(_entity(scatter, len(entities), given, pose))
            across += model.extent_m[1] + scatter.gap_m
    return entities


def _column(
    scatter: Scatter,
    model: Model,
    middles: Float[ndarray, " n"],
    across_m: float,
    axes: Float[ndarray, "2 2"],
    level_m: float,
    rng: np.random.Generator,
) -> Iterator[Pose]:
    """Things behind each other, some on each other; nothing floats: what is missing is missing from the top."""
    deep, wide, tall = model.extent_m
    skew = math.radians(_SKEW_DEG) * min(1.0, scatter.gap_m / max(wide, deep))
    for along in middles.tolist():
        for layer in range(scatter.layers):
            if rng.uniform() < scatter.missing:
                break
            middle = axes @ (np.array([along, across_m]) + rng.uniform(-0.3, 0.3, 2) * scatter.gap_m)
            turn = math.radians(scatter.facing_deg) + float(rng.uniform(-skew, skew))
            rotation = Rotation.from_euler("z", turn).as_matrix()
            offset = rotation @ np.array([model.centre_m[0], model.centre_m[1], 0.0])
            at = np.array([middle[0], middle[1], level_m + layer * tall]) - offset
            yield Pose.from_matrix(_matrix(rotation, at))


class Taken:
    """What lies on the levels already: outlines, their middles and radii."""

    def __init__(self) -> None:
        self._rounds: dict[float, Float[ndarray, "n 4"]] = {}
        self._shapes: dict[float, list[shapely.Geometry]] = {}

    def take(self, level_m: float, points: Float[ndarray, "n 2"], gap_m: float) -> bool:
        """Notes a thing's outline if its place is free; says whether it was."""
        shapes = self._shapes.setdefault(level_m, [])
        rounds = self._rounds.setdefault(level_m, np.zeros((64, 4)))
        x, y = (0.5 * (points.min(axis=0) + points.max(axis=0))).tolist()
        outer = float(np.hypot(points[:, 0] - x, points[:, 1] - y).max())
        known = rounds[: len(shapes)]
        away = np.hypot(known[:, 0] - x, known[:, 1] - y)
        if (away < known[:, 3] + gap_m).any():
            return False
        shape = shapely.MultiPoint(points).convex_hull
        near = np.flatnonzero(away < known[:, 2] + outer + gap_m)
        if any(shapes[k].distance(shape) < gap_m for k in near.tolist()):
            return False
        if len(shapes) == len(rounds):
            rounds = self._rounds[level_m] = np.concatenate([rounds, np.zeros_like(rounds)])
        # A middle as near as the smallest half width lies inside the outline, if the outline holds its own middle.
        inner = float(shape.boundary.distance(shapely.Point(x, y))) if shape.contains(shapely.Point(x, y)) else 0.0
        rounds[len(shapes)] = (x, y, outer, inner)
        shapes.append(shape)
        return True


def _drawn(scatter: Scatter, seed: int, k: int, rng: np.random.Generator) -> tuple[Model, Entity]:
    """The model of thing k, and the thing without a place."""
    name = str(draw(scatter.model, rng))
    given = fix(dict(scatter.parameters), seed, "scatter", scatter.name, k)
    paint = None if scatter.paint is None else fix(scatter.paint, seed, "scatter", scatter.name, k, "paint")
    thing = Entity(name="", model=name, category=scatter.category, controller="static", paint=paint, parameters=given)
    return _model(name, given), thing


def _entity(scatter: Scatter, k: int, thing: Entity, pose: Pose) -> Entity:
    yaw, pitch, roll = _angles(pose.matrix())
    x, y, z = pose.translation.tolist()
    place = WorldPosition(x_m=x, y_m=y, z_m=z, heading_rad=yaw, pitch_rad=pitch, roll_rad=roll, grounded=False)
    return Entity(
        name=f"{scatter.name}_{k + 1:04d}",
        model=thing.model,
        category=thing.category,
        controller="static",
        start=place,
        paint=thing.paint,
        parameters=thing.parameters,
    )


def _angles(matrix: Float[ndarray, "4 4"]) -> tuple[float, float, float]:
    """Yaw, pitch and roll (ISO 8855); things often lie with a pitch of 90 degrees, where one of the others is free."""
    down = float(np.clip(-matrix[2, 0], -1.0, 1.0))
    if abs(down) > 1.0 - 1e-9:
        return math.atan2(-matrix[0, 1], matrix[1, 1]), math.copysign(math.pi / 2.0, down), 0.0
    roll = math.atan2(matrix[2, 1], matrix[2, 2])
    return math.atan2(matrix[1, 0], matrix[0, 0]), math.asin(down), roll


def _matrix(rotation: Float[ndarray, "3 3"], at: Float[ndarray, "3"]) -> Float[ndarray, "4 4"]:
    matrix = np.eye(4)
    matrix[:3, :3], matrix[:3, 3] = rotation, at
    return matrix


def _model(name: str, given: Mapping[str, Any]) -> Model:
    offered, names = _offered(name)
    known = {key: value for key, value in given.items() if key in names}
    built: Model = call(offered, **known)
    return built


@lru_cache(maxsize=256)
def _offered(name: str) -> tuple[Entry, frozenset[str]]:
    """A model of the library, and what it takes."""
    offered = find("models", name)
    return offered, frozenset(parameters(offered))


@lru_cache(maxsize=256)
def _points(model: Model) -> Float[ndarray, "n 3"]:
    """Corners of the model's convex hull in its neutral pose."""
    poses = model.link_poses(Pose.identity())
    points = np.concatenate(
        [
            Pose.from_array(poses[k]).apply(part.mesh.vertices.astype(np.float64))
            for k, part in enumerate(model.parts)
            if len(part.mesh.faces)
        ]
    )
    return np.asarray(points[ConvexHull(points).vertices])
