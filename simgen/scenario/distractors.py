"""Scatters things that have no part in a scenario around the ego."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.sampling import Choice, draw, stream
from simgen.scenario.draws import fix
from simgen.scenario.lane_walk import centre_at, heading_at, of_kind
from simgen.scenario.position import WorldPosition
from simgen.scenario.randomisation import Distractors
from simgen.scenario.scenario import Entity
from simgen.scenario.traffic import Ground, box_of
from simgen.world.lanes import Lane, LaneNetwork

STREET_THINGS = Choice(
    values=(
        "bin", "wheelie_bin", "bench", "hydrant", "bollard", "parking_meter", "letter_box", "planter", "street_cabinet",
        "cone", "traffic_drum", "barrier_board", "suitcase", "carton_large", "carton_small", "ball", "bicycle",
        "shopping_trolley", "potted_plant", "step_ladder", "oil_drum", "debris_box", "debris_bag", "debris_pallet",
        "debris_mattress", "debris_tyre",
    ),
)  # fmt: skip
"""Names in the library of models."""

_STEP_M, _TRIES = 2.0, 40


def place_distractors(
    wanted: Distractors, lanes: LaneNetwork, around_xy: Float[ndarray, "2"], ground: Ground, seed: int
) -> list[Entity]:
    """As many as are wanted and fit; each has a stream of its own, and takes its ground."""
    count = int(fix(wanted.count, seed, "distractors", "count"))  # type: ignore[arg-type]
    spots = _spots(lanes, wanted, around_xy) if count else np.zeros((0, 3))
    models = STREET_THINGS if wanted.models is None else wanted.models
    found: list[Entity] = []
    for number in range(count if len(spots) else 0):
        name = f"distractor_{number + 1:02d}"
        rng = stream(seed, "distractors", name)
        model = str(draw(models, rng)) if isinstance(models, Choice) else str(models[int(rng.integers(len(models)))])
        place = _free(spots, wanted, model, ground, rng)
        if place is not None:
            start = WorldPosition(x_m=place[0], y_m=place[1], heading_rad=place[2])
            found.append(Entity(name=name, model=model, start=start, controller="static"))
    return found


def _free(
    spots: Float[ndarray, "n 3"], wanted: Distractors, model: str, ground: Ground, rng: np.random.Generator
) -> tuple[float, float, float] | None:
    for _ in range(_TRIES):
        x, y, along = spots[int(rng.integers(len(spots)))]
        aside, turn = float(draw(wanted.aside_m, rng)), float(rng.uniform(-np.pi, np.pi))
        x, y = float(x - np.sin(along) * aside), float(y + np.cos(along) * aside)
        box = box_of((x, y), turn, model, 0.0)
        if ground.free(np.array([box]))[0]:
            ground.boxes.append(box)
            return x, y, turn
    return None


def _spots(lanes: LaneNetwork, wanted: Distractors, around_xy: Float[ndarray, "2"]) -> Float[ndarray, "n 3"]:
    """Points on the middles of lanes near the ego, with the lane's heading."""
    rows: list[Float[ndarray, "n 3"]] = []
    for lane in _lanes_of(lanes, wanted.kinds):
        s = np.arange(0.5 * _STEP_M, lane.length_m, _STEP_M)
        if len(s):
            rows.append(np.column_stack([centre_at(lane, s)[:, :2], heading_at(lane, s)]))
    points = np.concatenate(rows) if rows else np.zeros((0, 3))
    near = np.hypot(points[:, 0] - around_xy[0], points[:, 1] - around_xy[1]) <= wanted.radius_m
    return np.asarray(points[near])


def _lanes_of(lanes: LaneNetwork, kinds: Sequence[str]) -> list[Lane]:
    return [lane for kind in kinds for lane in of_kind(lanes, kind) if not lane.junction]
