"""An OpenDRIVE road network as data, close to the file: every length in metres, every speed in m/s.

`s` runs along a road's reference line, `t` to its left, `h` up from its surface.

Source: ASAM OpenDRIVE 1.4 to 1.8; element names in the docstrings are the standard's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from simgen.world.opendrive.crg import CrgSurface
from simgen.world.opendrive.object_types import Controller, RoadObject, RoadSignal, SignalReference, Structure
from simgen.world.opendrive.polynomials import Polynomials
from simgen.world.opendrive.site_types import BoundarySegment, JunctionGroup, Station, Switch

Rule = Literal["RHT", "LHT"]
Contact = Literal["start", "end"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A straight line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arc:
    """A circular arc.

    Attributes:
        curvature: 1/m, positive to the left.
    """

    curvature: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Spiral:
    """A clothoid: curvature (1/m) linear in s."""

    curvature_start: float
    curvature_end: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Poly3:
    """v(u) = a + b u + c u² + d u³ in the local frame."""

    v: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParamPoly3:
    """u(p), v(p), both cubic, in the local frame.

    Attributes:
        normalized: p runs over 0..1 (else over 0..length).
    """

    u: tuple[float, float, float, float]
    v: tuple[float, float, float, float]
    normalized: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanGeometry:
    """One piece of the reference line (`planView/geometry`)."""

    s_m: float
    x_m: float
    y_m: float
    heading_rad: float
    length_m: float
    shape: Line | Arc | Spiral | Poly3 | ParamPoly3


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadLink:
    """What comes before or after a road.

    Attributes:
        kind: "road" or "junction".
        contact: at which end of that road, None for junctions and virtual connections.
        s_m: where on that road, for virtual connections (`elementS`); NaN otherwise.
        direction: "+" or "-" along that road, for virtual connections (`elementDir`).
    """

    kind: Literal["road", "junction"]
    id: str
    contact: Contact | None = None
    s_m: float = float("nan")
    direction: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadType:
    """The kind of road from `s_m` on (`type`).

    Attributes:
        speed_mps: limit, infinite for "no limit", NaN where the map says none.
    """

    s_m: float
    kind: str
    country: str = ""
    speed_mps: float = float("nan")


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneSpeed:
    """A lane's limit from `s_m` (of the road) on."""

    s_m: float
    speed_mps: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneMaterial:
    """What a lane is made of from `s_m` (of the road) on."""

    s_m: float
    surface: str = ""
    friction: float = float("nan")
    roughness: float = float("nan")


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkLine:
    """One painted line of a road mark's pattern.

    Attributes:
        length_m, space_m: painted and free, in turn; space 0 is a continuous line, infinite length too.
        s_offset_m: from the mark's start to the first painted piece.
        t_offset_m: of the line's middle, to the left of the lane border (positive t, on either side of the road).
        width_m: NaN where the file leaves it to the mark's.
        colour: "" where the file leaves it to the mark's.
    """

    length_m: float
    space_m: float = 0.0
    s_offset_m: float = 0.0
    t_offset_m: float = 0.0
    width_m: float = float("nan")
    rule: str = "none"
    colour: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadMark:
    """A road mark along the outer border of a lane (of the centre lane: along the lane offset).

    Attributes:
        start_m, end_m: along the road.
        kind: "solid", "broken", "solid broken", "botts dots", "grass", "curb", "none", "custom", ...
            (of two words the left one is the inner one).
        weight: "standard" or "bold".
        width_m: NaN where the file says none.
        height_m: of a physical mark above the road.
        lines: the pattern of `type`, repeated over the extent; empty where the file names only the kind.
        explicit: single lines of `explicit`: not repeated, each starts once at start_m + s_offset_m.
        sway: sideways movement of the mark, along the road's s; empty for none.
    """

    start_m: float
    end_m: float
    kind: str
    weight: str = "standard"
    colour: str = "standard"
    material: str = "standard"
    width_m: float = float("nan")
    height_m: float = 0.0
    lane_change: str = "both"
    lines: tuple[MarkLine, ...] = ()
    explicit: tuple[MarkLine, ...] = ()
    sway: Polynomials = field(default_factory=Polynomials.of)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LaneSpec:
    """One lane of a section; id 0 is the centre lane, which has no width.

    All records are along the road's s (not the section's).

    Attributes:
        id: positive to the left of the reference line, ascending with t.
        kind: lane type.
        level: stays level: superelevation and lateral shape end at its inner border.
        start_m, end_m: along the road. A section that is `singleSide` lets the other side run on, so this may differ
            from side to side.
        widths: of the lane; empty where `borders` hold.
        borders: t of the outer border (before the lane offset).
        heights: (s, inner, outer) metres above the road, linear across, linear between records.
        predecessors, successors: lane ids in the neighbouring section or road (`link`).
        direction: "standard", "reversed" or "both" (1.8).
        rules: (s, free text) of what holds on it (`rule`).
    """

    id: int
    kind: str
    level: bool = False
    start_m: float
    end_m: float
    widths: Polynomials = field(default_factory=Polynomials.of)
    borders: Polynomials = field(default_factory=Polynomials.of)
    heights: tuple[tuple[float, float, float], ...] = ()
    road_marks: tuple[RoadMark, ...] = ()
    speeds: tuple[LaneSpeed, ...] = ()
    materials: tuple[LaneMaterial, ...] = ()
    access: tuple[tuple[float, str, str], ...] = ()
    predecessors: tuple[int, ...] = ()
    successors: tuple[int, ...] = ()
    direction: str = "standard"
    rules: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LaneSection:
    """Lanes side by side from `s_m` on.

    Attributes:
        end_m: where the next section starts (of either side), or the road ends. A lane's own extent is in the lane.
        lanes: all of them, ascending ids (right to left).
    """

    index: int
    s_m: float
    end_m: float
    single_side: bool = False
    lanes: Mapping[int, LaneSpec]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LateralShape:
    """Height of the cross section over t, linear in s between the stations.

    Attributes:
        stations_m: ascending s.
        profiles: height over t at each station.
    """

    stations_m: tuple[float, ...]
    profiles: tuple[Polynomials, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SurfaceStrip:
    """A strip of a cross section surface (1.8).

    Attributes:
        id: positive to the left, ascending with t.
        relative: its heights count from the outer border of the strip inside.
        width: over s; empty for the outermost, which has no end.
        constant, linear, quadratic, cubic: coefficients over s of the height as a cubic in t from its inner border.
    """

    id: int
    relative: bool
    width: Polynomials
    constant: Polynomials
    linear: Polynomials
    quadratic: Polynomials
    cubic: Polynomials


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CrossSection:
    """Height of the cross section by strips (`crossSectionSurface`, 1.8)."""

    t_offset: Polynomials
    strips: tuple[SurfaceStrip, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Road:
    """A road.

    Attributes:
        junction: id of the junction whose connecting road it is, "" elsewhere.
        elevation: z over s. superelevation: roll in radians over s, positive: the left side is higher.
    """

    id: str
    name: str = ""
    length_m: float
    junction: str = ""
    rule: Rule = "RHT"
    predecessor: RoadLink | None = None
    successor: RoadLink | None = None
    types: tuple[RoadType, ...] = ()
    plan_view: tuple[PlanGeometry, ...]
    elevation: Polynomials = field(default_factory=Polynomials.of)
    superelevation: Polynomials = field(default_factory=Polynomials.of)
    lateral_shape: LateralShape | None = None
    cross_section: CrossSection | None = None
    lane_offset: Polynomials = field(default_factory=Polynomials.of)
    sections: tuple[LaneSection, ...]
    objects: tuple[RoadObject, ...] = ()
    structures: tuple[Structure, ...] = ()
    signals: tuple[RoadSignal, ...] = ()
    signal_references: tuple[SignalReference, ...] = ()
    surfaces: tuple[CrgSurface, ...] = ()
    railroad: tuple[Switch, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneLink:
    """A lane of the incoming road and the lane that it becomes."""

    from_lane: int
    to_lane: int
    overlap_m: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """A way into a junction.

    Attributes:
        connecting_road: the road inside; of a direct junction the road that is linked directly (`linkedRoad`).
        contact: end of that road that touches the incoming one.
        virtual: only says that one can change roads there.
        predecessor, successor: virtual connections' ends.
    """

    id: str
    incoming_road: str
    connecting_road: str
    contact: Contact = "start"
    virtual: bool = False
    lane_links: tuple[LaneLink, ...] = ()
    predecessor: RoadLink | None = None
    successor: RoadLink | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Junction:
    """A junction.

    Attributes:
        kind: "default", "direct", "virtual" or "crossing".
        main_road, s_start_m, s_end_m, orientation: where a virtual one lies.
        priorities: (road with priority, road that gives way).
        controllers: ids of the controllers of its traffic lights.
        boundary: its outline, counter-clockwise (1.8).
    """

    id: str
    name: str = ""
    kind: str = "default"
    connections: tuple[Connection, ...] = ()
    priorities: tuple[tuple[str, str], ...] = ()
    controllers: tuple[str, ...] = ()
    main_road: str = ""
    s_start_m: float = float("nan")
    s_end_m: float = float("nan")
    orientation: str = ""
    boundary: tuple[BoundarySegment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OpenDrive:
    """A road network.

    Attributes:
        version: (major, minor).
        geo_reference: PROJ string, "" where none.
        offset: x, y, z (metres) and heading (radians) to be added for the coordinates of `geo_reference`.
        roads, junctions, controllers: by id, in the file's order.
        junction_groups, stations: as the file has them.
        text: the file.
    """

    version: tuple[int, int]
    name: str = ""
    geo_reference: str = ""
    offset: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    roads: Mapping[str, Road]
    junctions: Mapping[str, Junction] = field(default_factory=dict)
    controllers: Mapping[str, Controller] = field(default_factory=dict)
    junction_groups: tuple[JunctionGroup, ...] = ()
    stations: tuple[Station, ...] = ()
    text: str = ""
