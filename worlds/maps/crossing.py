"""Junctions: connecting roads between the arms that meet at a node."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .pen import Pen
from .sheet import Element, LaneDraft, RoadDraft, SectionDraft, element, sub

_TURN_RAD = 0.6
"""Who changes direction by more, turns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """A road's end at a junction.

    Attributes:
        contact: "start" or "end" of the road.
        x_m, y_m: of that end.
        out_rad: direction away from the junction.
        walk: the sidewalk lanes of a connecting road that runs round the corner, from the kerb outwards.
        drive: its driving lanes each way, from the middle outwards.
    """

    road: str
    contact: str
    x_m: float
    y_m: float
    out_rad: float
    walk: tuple[LaneDraft, ...]
    drive: tuple[LaneDraft, ...] = (LaneDraft(kind="driving", width_m=3.25),)

    @property
    def incoming_lane(self) -> int:
        """Lane 1 or -1: the one that leads into the junction."""
        return -1 if self.contact == "end" else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """A finished junction."""

    roads: tuple[RoadDraft, ...]
    junction: Element


def crossing(id_: int, name: str, arms: Sequence[Arm], z_m: float, controllers: Sequence[str] = ()) -> Crossing:
    """Connects every arm with every other one.

    The way to the next arm on the right also carries the sidewalk round that corner.
    """
    ordered = sorted(arms, key=lambda arm: arm.out_rad % (2.0 * math.pi))
    junction = element("junction", id=str(id_), name=name, type="default")
    roads: list[RoadDraft] = []
    for i, arm in enumerate(ordered):
        for step in range(1, len(ordered)):
            other = ordered[(i + step) % len(ordered)]
            road = _connect(f"{id_}{len(roads):02d}", id_, arm, other, z_m, rightmost=step == 1)
            roads.append(road)
            connection = sub(
                junction,
                "connection",
                id=str(len(roads) - 1),
                incomingRoad=arm.road,
                connectingRoad=road.id,
                contactPoint="start",
            )
            for lane, (before, _) in road.lane_links.items():
                sub(connection, "laneLink", from_=str(before), to=str(lane))
    for sequence, controller in enumerate(controllers):
        sub(junction, "controller", id=controller, type="0", sequence=str(sequence))
    return Crossing(roads=tuple(roads), junction=junction)


def _connect(id_: str, junction: int, arm: Arm, other: Arm, z_m: float, *, rightmost: bool) -> RoadDraft:
    heading = arm.out_rad + math.pi
    turn = math.remainder(other.out_rad - heading, 2.0 * math.pi)
    pen = Pen(x_m=arm.x_m, y_m=arm.y_m, heading_rad=heading)
    distance = math.hypot(other.x_m - arm.x_m, other.y_m - arm.y_m)
    if abs(turn) < 1e-6:
        pen.line(distance)
    else:
        radius = distance / (2.0 * math.sin(abs(turn) / 2.0))
        pen.arc(radius * abs(turn), math.copysign(1.0 / radius, turn))
    lanes = (*_driven(arm, turn), *(arm.walk if rightmost else ()))
    links: dict[int, tuple[int | None, int | None]] = {
        -(k + 1): (arm.incoming_lane * (k + 1), -other.incoming_lane * (k + 1)) for k in range(len(lanes))
    }
    return RoadDraft(
        id=id_,
        name="",
        junction=str(junction),
        pieces=pen.pieces,
        sections=(SectionDraft(s_m=0.0, right=lanes),),
        predecessor=("road", arm.road, arm.contact),
        successor=("road", other.road, other.contact),
        lane_links=links,
        elevation=((0.0, z_m, 0.0, 0.0, 0.0),),
        speed_kmh=30.0,
    )


def _driven(arm: Arm, turn_rad: float) -> tuple[LaneDraft, ...]:
    """The lanes that may go this way: all of them, but to the left only the innermost."""
    return arm.drive[:1] if turn_rad > _TURN_RAD else arm.drive


def controller(id_: str, name: str, signals: Sequence[str]) -> Element:
    """Signals that switch together."""
    made = element("controller", id=id_, name=name, sequence="0")
    for signal in signals:
        sub(made, "control", signalId=signal, type="0")
    return made


def arms_at(ends: Mapping[int, Sequence[Arm]], node: int) -> Sequence[Arm]:
    """Arms of one node, in a stable order."""
    return sorted(ends[node], key=lambda arm: (arm.road, arm.contact))
