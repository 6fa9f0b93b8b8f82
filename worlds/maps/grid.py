"""Draws towns of any size: a street grid with seeded blocks, bends, dead ends, rounded corners, signalised junctions.

What towns there are stands in `grid_plans`.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from simgen.sampling import stream

from .crossing import Arm, arms_at, crossing
from .pen import Pen
from .sheet import Element, RoadDraft, document
from .streets import (
    Ending,
    Profile,
    Street,
    arms_of,
    bay_row,
    controllers,
    furnish_end,
    lamp,
    limits,
    road_of,
)

CORNER_RADIUS_M, CORNER_SPIRAL_M = 24.0, 12.0
_LEAST_BLOCK_M = 78.0
"""Shorter streets would have no room between two rounded corners."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a grid is like.

    Attributes:
        size_m: side of the square that streets and the buildings around them fill.
        block_m: from street to street, about.
        margin_m: outside the outermost streets.
        jitter: how far a junction strays, as a share of a block.
        bows: share of streets that swing out on their way.
        gaps: share of the inner streets that are missing.
        dead_ends: share of the inner streets that end half way.
        lights: "all" junctions are signalised, those of the "main" street, or "none".
        rise_m: highest ground above the lowest, about.
        lamp_apart_m, lamp_height_m: of the street lamps.
    """

    name: str
    profile: Profile
    size_m: float
    block_m: float
    margin_m: float = 38.0
    jitter: float = 0.0
    bows: float = 0.0
    gaps: float = 0.0
    dead_ends: float = 0.0
    lights: str = "main"
    rise_m: float = 2.0
    lamp_apart_m: float = 30.0
    lamp_height_m: float = 7.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Nodes:
    """Junctions in rows and columns."""

    xy_m: np.ndarray
    z_m: dict[int, float]

    @property
    def rows(self) -> int:
        return int(self.xy_m.shape[0])

    @property
    def columns(self) -> int:
        return int(self.xy_m.shape[1])

    def at(self, node: int) -> tuple[float, float]:
        x, y = self.xy_m[divmod(node, self.columns)]
        return float(x), float(y)

    def is_corner(self, node: int) -> bool:
        row, column = divmod(node, self.columns)
        return row in (0, self.rows - 1) and column in (0, self.columns - 1)

    def is_inner(self, node: int) -> bool:
        row, column = divmod(node, self.columns)
        return 0 < row < self.rows - 1 and 0 < column < self.columns - 1


def draw(plan: Plan, seed: int) -> bytes:
    """The file."""
    nodes = _nodes(plan, seed)
    streets = _streets(plan, nodes, seed)
    ends = arms_of(streets, plan.profile)
    lit = {node for node, arms in ends.items() if _is_lit(plan, nodes, node, len(arms))}
    roads = [_road(plan, street, ends, lit, nodes, seed) for street in streets]
    rest: list[Element] = []
    junctions: list[Element] = []
    for node in sorted(ends):
        lights = _controllers(node, ends[node]) if node in lit else []
        made = crossing(
            100 + node, f"node {node}", arms_at(ends, node), nodes.z_m[node], [one.get("id") for one in lights]
        )
        roads.extend(made.roads)
        rest.extend(lights)
        junctions.append(made.junction)
    return document(plan.name, roads, [*rest, *junctions])


def _nodes(plan: Plan, seed: int) -> _Nodes:
    rng = stream(seed, "map", plan.name, "nodes")
    span = plan.size_m - 2.0 * plan.margin_m
    count = max(2, min(round(span / plan.block_m), int(span / _LEAST_BLOCK_M))) + 1
    even = np.linspace(-span / 2.0, span / 2.0, count)
    x, y = (even + rng.uniform(-0.08, 0.08, count) * span / (count - 1) for _ in range(2))
    x[[0, -1]] = y[[0, -1]] = even[[0, -1]]
    xy = np.stack(np.meshgrid(x, y), axis=-1)
    stray = rng.uniform(-plan.jitter, plan.jitter, xy.shape) * plan.block_m
    stray[[0, -1], :, :] = 0.0
    stray[:, [0, -1], :] = 0.0
    phase, wave = rng.uniform(0.0, 2.0 * math.pi, 2), 2.0 * math.pi / max(span, 300.0)
    height = plan.rise_m / 4.0 * (2.0 + np.sin(wave * xy[..., 0] + phase[0]) + np.sin(wave * xy[..., 1] + phase[1]))
    z = {k: round(float(value), 3) for k, value in enumerate(height.ravel())}
    return _Nodes(xy_m=xy + stray, z_m=z)


def _streets(plan: Plan, nodes: _Nodes, seed: int) -> list[Street]:
    """Every street: along the rows, along the columns, then those round the corners."""
    rng = stream(seed, "map", plan.name, "streets")
    dead, missing = _cut(plan, nodes, rng)
    main = nodes.rows // 2
    streets: list[Street] = []
    for start, end in _edges(nodes):
        swing, side = rng.uniform(0.0, 1.0, 2)
        if (start, end) in missing:
            continue
        from_, to = (end, start) if (start, end) in dead and not nodes.is_inner(start) else (start, end)
        stub = (start, end) in dead
        bow = 0.24 * math.copysign(1.0, side - 0.5) if swing < plan.bows and not stub else 0.0
        pen = _between(nodes.at(from_), nodes.at(to), plan.profile.setback_m, bow, 0.7 if stub else 1.0)
        on_main = start // nodes.columns == end // nodes.columns == main
        name = "Main Street" if on_main else f"{_NAMES[len(streets) % len(_NAMES)]} Street"
        streets.append(_street(plan, str(len(streets) + 1), name, from_, -1 if stub else to, pen))
    for start, corner, end in _corners(nodes):
        streets.append(_round(plan, nodes, str(len(streets) + 1), start, corner, end))
    return streets


def _cut(plan: Plan, nodes: _Nodes, rng: np.random.Generator) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """Which streets end half way, and which are missing: every junction keeps two arms, inner ones three."""
    main, edges = nodes.rows // 2, list(_edges(nodes))
    arms = {node: 4 if nodes.is_inner(node) else 3 for edge in edges for node in edge}
    free = [
        (a, b)
        for a, b in edges
        if (nodes.is_inner(a) or nodes.is_inner(b)) and not (a // nodes.columns == b // nodes.columns == main)
    ]
    dead: set[tuple[int, int]] = set()
    missing: set[tuple[int, int]] = set()
    for k in rng.permutation(len(free)).tolist():
        a, b = free[k]
        far = a if not nodes.is_inner(a) else b
        if len(dead) < math.ceil(plan.dead_ends * len(free)) and arms[far] > 2:
            dead.add((a, b))
            arms[far] -= 1
        elif len(missing) < round(plan.gaps * len(free)) and min(arms[a], arms[b]) > 3:
            missing.add((a, b))
            arms[a] -= 1
            arms[b] -= 1
    return dead, missing


_NAMES = (
    "Church",
    "School",
    "Mill",
    "Garden",
    "Hill",
    "Station",
    "Bridge",
    "Park",
    "Castle",
    "Forest",
    "River",
    "Lime",
)


def _edges(nodes: _Nodes) -> Iterator[tuple[int, int]]:
    """Neighbours, but for those at the outermost corners."""
    columns = nodes.columns
    for row in range(nodes.rows):
        for column in range(columns):
            here = row * columns + column
            for there in ([here + 1] if column + 1 < columns else []) + (
                [here + columns] if row + 1 < nodes.rows else []
            ):
                if not nodes.is_corner(here) and not nodes.is_corner(there):
                    yield here, there


def _corners(nodes: _Nodes) -> list[tuple[int, int, int]]:
    """Before, at and after each outermost corner."""
    columns, last = nodes.columns, nodes.rows * nodes.columns - 1
    return [
        (1, 0, columns),
        (2 * columns - 1, columns - 1, columns - 2),
        (last - 2 * columns + 1, last - columns + 1, last - columns + 2),
        (last - 1, last, last - columns),
    ]


def _leave(start: tuple[float, float], towards: tuple[float, float], setback_m: float) -> Pen:
    heading = math.atan2(towards[1] - start[1], towards[0] - start[0])
    x, y = start[0] + setback_m * math.cos(heading), start[1] + setback_m * math.sin(heading)
    return Pen(x_m=x, y_m=y, heading_rad=heading)


def _between(
    start: tuple[float, float], end: tuple[float, float], setback_m: float, bow_rad: float, share: float
) -> Pen:
    """Straight, or out to one side and back: left, right twice as much, left, which scales to any length."""
    pen, length = _leave(start, end, setback_m), math.dist(start, end) - 2.0 * setback_m
    if not bow_rad:
        return pen.line(share * length)
    unit = _swing(Pen(x_m=0.0, y_m=0.0, heading_rad=0.0), bow_rad, 1.0)
    return _swing(pen, bow_rad, length / math.hypot(unit.x_m, unit.y_m))


def _swing(pen: Pen, angle_rad: float, scale: float) -> Pen:
    radius, spiral = 60.0 * scale, 8.0 * scale
    pen.line(10.0 * scale).bend(angle_rad, radius, spiral).bend(-2.0 * angle_rad, radius, spiral)
    return pen.bend(angle_rad, radius, spiral).line(10.0 * scale)


def _street(plan: Plan, id_: str, name: str, start: int, end: int, pen: Pen) -> Street:
    ending = plan.profile.end_m
    parking = ((ending, pen.length_m - ending),) if plan.profile.bay and end >= 0 else ()
    return Street(id=id_, name=name, start=start, end=end, pen=pen, parking=parking)


def _round(plan: Plan, nodes: _Nodes, id_: str, start: int, corner: int, end: int) -> Street:
    """From a node round the corner to the next one."""
    a, b, c = nodes.at(start), nodes.at(corner), nodes.at(end)
    profile = plan.profile
    pen = _leave(a, b, profile.setback_m)
    turn = math.remainder(math.atan2(c[1] - b[1], c[0] - b[0]) - pen.heading_rad, 2.0 * math.pi)
    probe = Pen(x_m=0.0, y_m=0.0, heading_rad=0.0).bend(turn, CORNER_RADIUS_M, CORNER_SPIRAL_M)
    # Where the two legs meet, seen from the bend's start: its end lies `side` beside the first leg.
    side = abs(probe.y_m) / math.sin(abs(turn))
    ahead = probe.x_m - side * math.cos(turn)
    pen.line(math.dist(a, b) - profile.setback_m - ahead)
    first = pen.length_m
    pen.bend(turn, CORNER_RADIUS_M, CORNER_SPIRAL_M)
    second = pen.length_m
    pen.line(math.dist(b, c) - profile.setback_m - side)
    ending = profile.end_m
    stretches = ((ending, first), (second, pen.length_m - ending))
    parking = tuple(one for one in stretches if one[1] - one[0] > 14.0) if profile.bay else ()
    return Street(id=id_, name="Ring Road", start=start, end=end, pen=pen, parking=parking)


def _is_lit(plan: Plan, nodes: _Nodes, node: int, arms: int) -> bool:
    on_main = node // nodes.columns == nodes.rows // 2
    return arms > 2 and (plan.lights == "all" or (plan.lights == "main" and on_main and nodes.is_inner(node)))


def _road(
    plan: Plan, street: Street, ends: Mapping[int, Sequence[Arm]], lit: set[int], nodes: _Nodes, seed: int
) -> RoadDraft:
    profile = plan.profile
    road = road_of(street, profile, nodes.z_m)
    for node, at_start in ((street.start, True), (street.end, False)):
        if node >= 0:
            rule = "light" if node in lit else _rule(plan, street, ends[node])
            ending = Ending(street=street, at_start=at_start, rule=rule, zebra=rule in ("light", "yield"))
            furnish_end(road, ending, profile)
    for k in range(len(street.parking)):
        road.objects.extend(bay_row(street, profile, k, side) for side in (-1.0, 1.0))
    length, kerb = street.pen.length_m, profile.edge.height_m
    apart, first = plan.lamp_apart_m, 8.0 + float(stream(seed, "map", plan.name, "lamps", street.id).uniform(0.0, 8.0))
    for n in range(max(1, int((length - first) / apart) + 1)):
        side = 1.0 if n % 2 else -1.0
        t_m = profile.drive_m + (profile.edge.width_m if profile.bay else 0.0) + 0.5
        road.objects.append(lamp(f"{street.id}n{n}", first + n * apart, side, t_m, plan.lamp_height_m, kerb))
    limits(road, street, profile)
    return road


def _rule(plan: Plan, street: Street, arms: Sequence[Arm]) -> str:
    """Who comes from a side street gives way; where there are no lights at all, right goes before left."""
    if plan.lights == "none" or len(arms) < 3:
        return ""
    own = next(arm for arm in arms if arm.road == street.id)
    if len(arms) == 3:
        opposite = min(math.cos(other.out_rad - own.out_rad) for other in arms if other is not own)
        return "yield" if opposite > -0.8 else "priority"
    return "priority" if abs(math.cos(own.out_rad)) > 0.7 else "yield"


def _controllers(node: int, arms: Sequence[Arm]) -> list[Element]:
    """Lights of opposite arms switch together."""
    groups: dict[str, list[str]] = {"along": [], "across": []}
    for arm in arms:
        axis = "along" if abs(math.cos(arm.out_rad)) > 0.7 else "across"
        groups[axis].append(f"light{arm.road}{'a' if arm.contact == 'start' else 'b'}")
    return controllers(node, {name: lights for name, lights in groups.items() if lights})
