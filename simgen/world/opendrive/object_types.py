"""Objects and signals beside or on an OpenDRIVE road, as data.

Source: ASAM OpenDRIVE 1.4 to 1.8, chapters "Objects" and "Signals".
"""

from dataclasses import dataclass
from typing import Literal

NAN = float("nan")


@dataclass(frozen=True, slots=True, kw_only=True)
class CornerRoad:
    """A corner in road coordinates; `dz_m` above the road surface, `height_m` of the object there."""

    id: str = ""
    s_m: float
    t_m: float
    dz_m: float
    height_m: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CornerLocal:
    """A corner in the object's own axes; `height_m` of the object there."""

    id: str = ""
    u_m: float
    v_m: float
    z_m: float
    height_m: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A polygon (closed) or a chain (open) of corners, all road or all local."""

    id: str = ""
    corners: tuple[CornerRoad, ...] | tuple[CornerLocal, ...]
    closed: bool = True
    outer: bool = True
    fill: str = ""
    lane_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """An object again and again along the road.

    Pairs are (at the start, at the end), linear between; NaN where the file leaves it to the object.

    Attributes:
        distance_m: between two of them; 0: one continuous object.
        detach: t counts from where the tangent at `s_m` leads, not from the curving reference line
            (`detachFromReferenceLine`).
    """

    s_m: float
    length_m: float
    distance_m: float
    t_m: tuple[float, float]
    z_offset_m: tuple[float, float] = (0.0, 0.0)
    height_m: tuple[float, float] = (NAN, NAN)
    width_m: tuple[float, float] = (NAN, NAN)
    object_length_m: tuple[float, float] = (NAN, NAN)
    radius_m: tuple[float, float] = (NAN, NAN)
    detach: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Marking:
    """Paint along an object's edge.

    Attributes:
        side: "front", "rear", "left" or "right" of the bounding box; "" where `corners` are named.
        corners: ids of outline corners, in order.
        line_m, space_m: painted and free, in turn.
        start_offset_m, stop_offset_m: unpainted at both ends.
    """

    side: str = ""
    corners: tuple[str, ...] = ()
    colour: str = "white"
    weight: str = "standard"
    width_m: float = NAN
    z_offset_m: float = 0.0
    line_m: float
    space_m: float
    start_offset_m: float = 0.0
    stop_offset_m: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Border:
    """A border along an object's outline (`concrete`, `curb`, `paint`)."""

    outline: str
    kind: str
    width_m: float
    complete: bool = False
    corners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """Lanes that something is for."""

    from_lane: int
    to_lane: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadObject:
    """An object: what stands beside the road or is painted on it.

    Attributes:
        kind: `type`: "crosswalk", "parkingSpace", "pole", "tree", "barrier", "building", "roadMark", ...
        orientation: "+", "-" or "none"; heading_rad counts from the road's direction (turned round for "-").
        length_m, width_m, radius_m, height_m: bounding box or cylinder; NaN where the file says none.
        valid_length_m: along s, 0 for a point.
        perpendicular: stands perpendicular to the road surface (else pitch and roll count from the horizon).
        parking_access: of a parking space, "" otherwise.
        materials: surfaces named by the file.
    """

    id: str
    kind: str
    subtype: str = ""
    name: str = ""
    s_m: float
    t_m: float
    z_offset_m: float = 0.0
    orientation: str = "none"
    heading_rad: float = 0.0
    pitch_rad: float = 0.0
    roll_rad: float = 0.0
    length_m: float = NAN
    width_m: float = NAN
    radius_m: float = NAN
    height_m: float = NAN
    valid_length_m: float = 0.0
    dynamic: bool = False
    perpendicular: bool = False
    outlines: tuple[Outline, ...] = ()
    repeats: tuple[Repeat, ...] = ()
    markings: tuple[Marking, ...] = ()
    borders: tuple[Border, ...] = ()
    validities: tuple[Validity, ...] = ()
    materials: tuple[str, ...] = ()
    parking_access: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """A bridge or a tunnel over a stretch of road."""

    id: str
    element: Literal["bridge", "tunnel"]
    name: str = ""
    kind: str = ""
    s_m: float
    length_m: float
    lighting: float = 0.0
    daylight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class InertialPosition:
    """Where a signal really stands, in the map's coordinates, if not at its s and t."""

    x_m: float
    y_m: float
    z_m: float
    heading_rad: float = 0.0
    pitch_rad: float = 0.0
    roll_rad: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadPosition:
    """Where a signal really stands, in another road's coordinates, if not at its s and t."""

    road: str
    s_m: float
    t_m: float
    z_offset_m: float = 0.0
    heading_rad: float = 0.0
    pitch_rad: float = 0.0
    roll_rad: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadSignal:
    """A sign (or a light, where `dynamic`).

    Attributes:
        z_offset_m: of its lower edge above the road.
        orientation: valid in "+" or "-" direction of s, or "none" for both.
        heading_rad: `hOffset`, relative to the direction that `orientation` gives.
        kind, subtype, country: code of the sign in its country's catalogue.
        value: NaN where the file says none; in `unit`.
        dependencies: ids of other signals.
    """

    id: str
    name: str = ""
    kind: str
    subtype: str = ""
    country: str = ""
    country_revision: str = ""
    value: float = NAN
    unit: str = ""
    text: str = ""
    s_m: float
    t_m: float
    z_offset_m: float = 0.0
    orientation: str = "none"
    heading_rad: float = 0.0
    pitch_rad: float = 0.0
    roll_rad: float = 0.0
    height_m: float = NAN
    width_m: float = NAN
    dynamic: bool = False
    validities: tuple[Validity, ...] = ()
    dependencies: tuple[str, ...] = ()
    position: InertialPosition | RoadPosition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalReference:
    """A signal of another road that holds on this one too."""

    id: str
    s_m: float
    t_m: float
    orientation: str = "none"
    validities: tuple[Validity, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Controller:
    """Signals that one controller switches together: ids in `signals`."""

    id: str
    name: str = ""
    signals: tuple[str, ...] = ()
