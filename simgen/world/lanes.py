"""Lanes: where one can drive or walk, lane-relative positions both ways, neighbours, routing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jaxtyping import Float
from numpy import ndarray

from simgen.geometry import Pose


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lane:
    """One lane of one lane section, in its direction of travel.

    Attributes:
        id: "road/section/lane", for example "12/0/-1".
        kind: OpenDRIVE's lane type ("driving", "sidewalk", "shoulder", "parking", "biking", ...).
        centre, left, right: polylines in the direction of travel, metres, world frame; equal lengths, finely sampled
            (deviation from the true curve at most 1 cm).
        station_m: arc length along `centre` at each of its points, from 0.
        successors, predecessors: lane ids in the direction of travel.
        left_id, right_id: neighbours with the same direction of travel, "" where none.
        opposite_id: the neighbour across the centre line with the other direction, "" where none.
        junction: id of the junction whose connecting road it is on, "" elsewhere.
        speed_limit_mps: NaN where the map says none.
    """

    id: str
    kind: str
    road: str
    section: int
    index: int
    centre: Float[ndarray, "n 3"]
    left: Float[ndarray, "n 3"]
    right: Float[ndarray, "n 3"]
    station_m: Float[ndarray, " n"]
    successors: tuple[str, ...] = ()
    predecessors: tuple[str, ...] = ()
    left_id: str = ""
    right_id: str = ""
    opposite_id: str = ""
    junction: str = ""
    speed_limit_mps: float = float("nan")

    @property
    def length_m(self) -> float:
        """Length of the centre line."""
        return float(self.station_m[-1])


@dataclass(frozen=True, slots=True, kw_only=True)
class LanePosition:
    """A place relative to a lane.

    Attributes:
        lane: lane id.
        s_m: along the centre line, in the direction of travel.
        offset_m: to the left of the centre line.
        heading_rad: relative to the direction of travel, counter-clockwise.
    """

    lane: str
    s_m: float
    offset_m: float = 0.0
    heading_rad: float = 0.0


class LaneNetwork:
    """All lanes of a world, and the questions that drivers and scenarios ask of them."""

    lanes: Mapping[str, Lane]

    def __init__(self, lanes: Mapping[str, Lane]) -> None:
        self.lanes = lanes

    def pose(self, position: LanePosition) -> Pose:
        """The pose on the surface, x along the lane (or turned by `heading_rad`), z along the surface's normal."""
        raise NotImplementedError

    def locate(
        self,
        xy: Float[ndarray, "n 2"],
        kinds: Sequence[str] = ("driving",),
        heading_rad: Float[ndarray, " n"] | None = None,
    ) -> list[LanePosition | None]:
        """The lane that each point lies in (nearest centre among those that contain it; best heading if given), or None."""
        raise NotImplementedError

    def advance(self, position: LanePosition, distance_m: float, route: Sequence[str] = ()) -> LanePosition | None:
        """The position further along, over successors (those on the route first, else the straightest); None past the end."""
        raise NotImplementedError

    def route(self, start: str, goal: str, lane_changes: bool = True) -> tuple[str, ...]:
        """Lane ids from start to goal, shortest; () where there is no way."""
        raise NotImplementedError
