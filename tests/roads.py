"""Small road networks whose geometry is known by construction."""

from dataclasses import replace

import numpy as np

from simgen.world.lanes import Lane, LaneNetwork
from simgen.world.world import World


def straight_lane(name: str, start: tuple[float, float], end: tuple[float, float], **others: object) -> Lane:
    """A flat lane, 3.5 m wide, from start to end."""
    a, b = np.array([*start, 0.0]), np.array([*end, 0.0])
    length = float(np.linalg.norm(b - a))
    station = np.linspace(0.0, length, max(int(length / 5.0), 1) + 1)
    centre = a + (b - a) * (station / length)[:, None]
    left = np.array([-(b - a)[1], (b - a)[0], 0.0]) / length
    road, section, index = name.split("/")
    defaults: dict[str, object] = {"kind": "driving", "width_m": 3.5}
    values = {**defaults, **others}
    width = float(values.pop("width_m"))  # type: ignore[arg-type]
    return Lane(
        id=name,
        road=road,
        section=int(section),
        index=int(index),
        centre=centre,
        left=centre + left * width / 2.0,
        right=centre - left * width / 2.0,
        station_m=station,
        **values,  # type: ignore[arg-type]
    )


def two_lane_road(sidewalk: bool = True, length_m: float = 400.0, onward_m: float = 200.0) -> LaneNetwork:
    """Two lanes eastwards in two road pieces end to end (1 then 2), one lane back, a sidewalk on the right."""
    lanes = [
        straight_lane("1/0/-1", (0, 0), (length_m, 0), right_id="1/0/-2", opposite_id="1/0/1", successors=("2/0/-1",)),
        straight_lane("1/0/-2", (0, -3.5), (length_m, -3.5), left_id="1/0/-1", successors=("2/0/-2",)),
        straight_lane("1/0/1", (length_m, 3.5), (0, 3.5), opposite_id="1/0/-1"),
        straight_lane(
            "2/0/-1", (length_m, 0), (length_m + (onward_m or 1.0), 0), right_id="2/0/-2", predecessors=("1/0/-1",)
        ),
        straight_lane(
            "2/0/-2", (length_m, -3.5), (length_m + (onward_m or 1.0), -3.5), left_id="2/0/-1", predecessors=("1/0/-2",)
        ),
    ]
    if not onward_m:
        lanes = [replace(lane, successors=()) for lane in lanes if lane.road == "1"]
    if sidewalk:
        lanes.append(straight_lane("1/0/-3", (0, -6.75), (length_m, -6.75), kind="sidewalk", width_m=3.0))
    return LaneNetwork({lane.id: lane for lane in lanes})


def world_of(lanes: LaneNetwork) -> World:
    """A world with these lanes and nothing else."""
    return World(name="roads", surfaces=(), lanes=lanes, origin_m=np.zeros(3))
