"""A place: surfaces, lanes, traffic lights, light and air."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from jaxtyping import Float
from numpy import ndarray

from simgen.geometry import Pose
from simgen.world.lanes import LaneNetwork
from simgen.world.mesh import Mesh
from simgen.world.precedence import Precedence
from simgen.world.weather import Weather


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Surface:
    """A named piece of what does not move, in world coordinates.

    Attributes:
        collide: wheels and feet stand on it, bodies hit it.
        signal: index in `World.signals` of the traffic light whose lamps it carries, -1 otherwise.
    """

    name: str
    mesh: Mesh
    collide: bool = True
    signal: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """A traffic light.

    Attributes:
        id: the map's own id.
        lanes: lane ids that obey it.
        stop_s_m: where on each of those lanes to stop.
        group: index of the group that has green at the same time (of one junction), 0-based.
        groups: how many groups share the cycle.
    """

    id: str
    pose: Pose
    lanes: tuple[str, ...] = ()
    stop_s_m: tuple[float, ...] = ()
    group: int = 0
    groups: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Resident:
    """Something that stands at a place and is labelled like any actor: a parked car, a digger, a worker.

    Attributes:
        model: name of the library's model.
        x_m, y_m, z_m, yaw_rad: of its origin.
        paint: of what takes paint, linear RGB.
    """

    model: str
    x_m: float
    y_m: float
    z_m: float = 0.0
    yaw_rad: float = 0.0
    paint: tuple[float, float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Roof:
    """A covered stretch, such as a tunnel, that daylight enters at its two ends alone.

    Attributes:
        line: points along the middle of its floor, metres.
        half_width_m, height_m: of what is covered.
        lamps: light of its lamps on a white surface, as a share of a white surface in the sun.
    """

    line: tuple[tuple[float, float, float], ...]
    half_width_m: float
    height_m: float
    lamps: float = 0.02


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class World:
    """A place.

    Attributes:
        surfaces: everything that stands still.
        precedence: who goes first in its junctions, as far as the map says.
        origin_m: the map's own coordinates of this world's (0, 0, 0), chosen so that float32 stays exact to 0.1 mm.
        geo_reference: PROJ string of the map's coordinates, "" where it has none.
        latitude_deg, longitude_deg, altitude_m: of the world's origin.
        north_deg: where north is, counter-clockwise from the x axis.
        residents: who and what stands there in every episode; those near the ego become actors.
        roofs: stretches that daylight does not reach.
        opendrive: the text of the map, "" where there is none.
        parameters: what it was built with.
    """

    name: str
    surfaces: tuple[Surface, ...]
    lanes: LaneNetwork
    signals: tuple[Signal, ...] = ()
    precedence: Precedence = field(default_factory=Precedence)
    origin_m: Float[ndarray, "3"]
    geo_reference: str = ""
    latitude_deg: float = 48.2
    longitude_deg: float = 16.37
    altitude_m: float = 170.0
    north_deg: float = 90.0
    weather: Weather = field(default_factory=Weather)
    residents: tuple[Resident, ...] = ()
    roofs: tuple[Roof, ...] = ()
    opendrive: str = ""
    parameters: Mapping[str, object] = field(default_factory=dict)
