"""Draws the ways inside a building or a field: straight aisles between nodes, a lane each way, perhaps walkways.

Aisle widths after DIN 18225 and ASR A1.8 (ways for two vehicles: both widths and 0.4 m beside and between them).
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .crossing import Arm, crossing
from .pen import Pen
from .sheet import LaneDraft, Mark, RoadDraft, SectionDraft, document

_HEIGHT_STEP_M = 4.0
_FIRST_JUNCTION = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Aisles:
    """A net of aisles.

    Attributes:
        nodes: number -> x and y in metres.
        edges: pairs of nodes that a straight aisle joins.
        lane_m, walk_m: width of the lane of each direction and of the walkway on either side (0: none).
        setback_m: from a node to where its junction begins.
        speed_kmh: limit.
        height: of the floor at x and y; level by default.
        lines: whether the walkway is marked off by a line, and the directions by a broken one.
        colour: of the lines.
    """

    name: str
    nodes: Mapping[int, tuple[float, float]]
    edges: Sequence[tuple[int, int]]
    lane_m: float = 1.5
    walk_m: float = 0.7
    setback_m: float = 4.0
    speed_kmh: float = 6.0
    height: Callable[[float, float], float] | None = None
    lines: bool = True
    colour: str = "yellow"

    def height_m(self, x_m: float, y_m: float) -> float:
        """Of the floor."""
        return 0.0 if self.height is None else self.height(x_m, y_m)

    @property
    def width_m(self) -> float:
        """Of an aisle, walkways included."""
        return 2.0 * (self.lane_m + self.walk_m)


def draw(plan: Aisles) -> str:
    """The text of the map."""
    arms: dict[int, list[Arm]] = {node: [] for node in plan.nodes}
    degree = {node: sum(node in edge for edge in plan.edges) for node in plan.nodes}
    drafts = [_aisle(plan, str(k + 1), edge, degree, arms) for k, edge in enumerate(plan.edges)]
    roads, junctions = list(drafts), []
    for node in sorted(plan.nodes):
        if degree[node] > 1:
            z = plan.height_m(*plan.nodes[node])
            made = crossing(_FIRST_JUNCTION + node, f"node {node}", arms[node], z)
            for road in made.roads:
                road.speed_kmh = plan.speed_kmh
            roads.extend(made.roads)
            junctions.append(made.junction)
    return document(plan.name, roads, junctions).decode()


def _aisle(
    plan: Aisles, id_: str, edge: tuple[int, int], degree: Mapping[int, int], arms: dict[int, list[Arm]]
) -> RoadDraft:
    """The road of one edge; tells both nodes about its ends."""
    (x0, y0), (x1, y1) = plan.nodes[edge[0]], plan.nodes[edge[1]]
    heading = math.atan2(y1 - y0, x1 - x0)
    first, last = (plan.setback_m if degree[node] > 1 else 0.0 for node in edge)
    pen = Pen(x_m=x0 + first * math.cos(heading), y_m=y0 + first * math.sin(heading), heading_rad=heading)
    start = (pen.x_m, pen.y_m)
    pen.line(math.dist((x0, y0), (x1, y1)) - first - last)
    walk = _walk(plan)
    drive = (LaneDraft(kind="driving", width_m=plan.lane_m, speed_kmh=plan.speed_kmh),)
    ends = ((edge[0], "start", start, heading), (edge[1], "end", (pen.x_m, pen.y_m), heading + math.pi))
    for node, contact, (x, y), out in ends:
        arms[node].append(Arm(road=id_, contact=contact, x_m=x, y_m=y, out_rad=out, walk=walk, drive=drive))
    lanes = (
        LaneDraft(kind="driving", width_m=plan.lane_m, speed_kmh=plan.speed_kmh, marks=_edge_line(plan)),
        *walk,
    )
    dash = (Mark(kind="broken", width_m=0.06, dash_m=0.5, gap_m=1.0, colour=plan.colour),) if plan.lines else ()
    linked = [("junction", str(_FIRST_JUNCTION + node), "") if degree[node] > 1 else None for node in edge]
    return RoadDraft(
        id=id_,
        name=f"aisle {id_}",
        pieces=pen.pieces,
        sections=(SectionDraft(s_m=0.0, left=lanes, right=lanes, centre=dash),),
        predecessor=linked[0],
        successor=linked[1],
        speed_kmh=plan.speed_kmh,
        elevation=_elevation(plan, edge, pen, degree),
    )


def _walk(plan: Aisles) -> tuple[LaneDraft, ...]:
    return (LaneDraft(kind="sidewalk", width_m=plan.walk_m),) if plan.walk_m else ()


def _edge_line(plan: Aisles) -> tuple[Mark, ...]:
    return (Mark(kind="solid", width_m=0.08, colour=plan.colour),) if plan.lines and plan.walk_m else ()


def _elevation(
    plan: Aisles, edge: tuple[int, int], pen: Pen, degree: Mapping[int, int]
) -> tuple[tuple[float, float, float, float, float], ...]:
    """Cubic pieces through the floor's height, level with the junctions at its ends."""
    if plan.height is None:
        return ((0.0, 0.0, 0.0, 0.0, 0.0),)
    piece, length = pen.pieces[0], pen.length_m
    s = np.linspace(0.0, length, max(2, round(length / _HEIGHT_STEP_M)) + 1)
    x, y = piece.x_m + s * math.cos(piece.heading_rad), piece.y_m + s * math.sin(piece.heading_rad)
    z = np.array([plan.height_m(float(a), float(b)) for a, b in zip(x, y, strict=True)])
    slope = np.gradient(z, s)
    for node, index in zip(edge, (0, -1), strict=True):
        if degree[node] > 1:
            z[index], slope[index] = plan.height_m(*plan.nodes[node]), 0.0
    step = np.diff(s)
    rise = np.diff(z) / step
    c = (3.0 * rise - 2.0 * slope[:-1] - slope[1:]) / step
    d = (slope[:-1] + slope[1:] - 2.0 * rise) / step**2
    return tuple(zip(s[:-1].tolist(), z[:-1].tolist(), slope[:-1].tolist(), c.tolist(), d.tolist(), strict=True))


def ladder(x_m: Sequence[float], y_m: Sequence[float]) -> tuple[dict[int, tuple[float, float]], list[tuple[int, int]]]:
    """Nodes and edges of a net of aisles along x at every y that cross aisles along y at every x join."""
    columns = len(x_m)
    nodes = {row * columns + k: (x, y) for row, y in enumerate(y_m) for k, x in enumerate(x_m)}
    edges = [(row * columns + k, row * columns + k + 1) for row in range(len(y_m)) for k in range(columns - 1)]
    edges += [(row * columns + k, (row + 1) * columns + k) for row in range(len(y_m) - 1) for k in range(columns)]
    return nodes, edges
