"""Scenario and ConcreteScenario."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simgen.sampling import Number
from simgen.scenario.actions import Action
from simgen.scenario.position import Position, Somewhere
from simgen.scenario.randomisation import CameraDraw, Distractors, MaterialDraw
from simgen.scenario.triggers import Trigger


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """An actor to be.

    Attributes:
        model: name in the library of models; a Choice draws one. "" is for the ego: the vehicle that the rig is mounted
            on.
        category: "" takes the model's own.
        controller: "driver" (IDM and lane keeping), "none" (does what events say, otherwise keeps speed and lane),
            "walker", "static".
        route: lane ids; filled when the scenario is made concrete, () lets the driver choose.
        speed_like: name of another entity; `speed_mps` is then how much faster than that one it begins.
        present: False until an Appear action.
        paint: linear RGB.
        parameters: of its controller (desired_speed_mps, time_gap_s, brakes_for, ...) or its model. A walker without a
            Walk event goes along `path_m` (pairs of x and y) at its speed, to and fro.
        injected: added by an injection; such entities come last, so that the ids of all others stay as they are.
    """

    name: str
    model: Any = "hatchback"
    category: str = ""
    start: Position = field(default_factory=Somewhere)
    speed_mps: Number = 0.0
    controller: str = "driver"
    route: tuple[str, ...] = ()
    present: bool = True
    paint: tuple[Number, Number, Number] | None = None
    lamps: tuple[str, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    injected: bool = False
    speed_like: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """Random cars and people, placed where the map has room for them.

    Attributes:
        radius_m: around the ego.
        car_models, people_models: a Choice of names in place of those that are common.
    """

    cars: int = 0
    people: int = 0
    speed_factor: Number = 1.0
    radius_m: float = 150.0
    car_models: Any = None
    people_models: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scatter:
    """Many things on a level surface, at random and without overlap; each becomes a static actor NAME_0001, ...

    Attributes:
        model: name in the library of models, or a mesh file; a Choice draws one for each thing, or each column.
        count: how many; fewer where no more fit.
        area_m: lowest x and y, highest x and y, in the world.
        levels_m: heights of the surfaces, of which one is drawn for each thing; rows fill them in turn.
        rest: "upright" turns things about the vertical alone, "any" lays them on any face on which they rest, "rows"
            sets them in columns behind each other, as on shelves.
        gap_m: least distance between two.
        facing_deg: where the fronts of rows look, counter-clockwise from x.
        layers: how many of a row stand on each other, at most.
        missing: share of places in rows that are empty.
        category: "" takes the model's own.
        parameters: of the model; distributions are drawn for each thing.
    """

    name: str
    model: Any
    count: int
    area_m: tuple[float, float, float, float]
    levels_m: tuple[float, ...] = (0.0,)
    rest: str = "any"
    gap_m: float = 0.01
    facing_deg: float = 0.0
    layers: int = 1
    missing: float = 0.1
    category: str = ""
    paint: tuple[Number, Number, Number] | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """When the trigger first holds, the entities do the action."""

    name: str
    when: Trigger
    do: Action
    entities: tuple[str, ...]
    case: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something is wrong with a sensor.

    Attributes:
        kind: name from `readings.FAULTS` ("dropped", "dead_beams", ...).
        sensors: names of mounts, or kinds ("camera", "lidar"), or "*".
        start_s, end_s: when.
        parameters: probability, beams, ... as the kind needs.
    """

    kind: str
    sensors: tuple[str, ...]
    start_s: Number = 0.0
    end_s: Number = float("inf")
    parameters: Mapping[str, Any] = field(default_factory=dict)
    case: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CornerCase:
    """A corner case that was injected, or that the scenario is: a row of `/events`.

    Attributes:
        level: "hardware", "physical", "domain", "object", "scene" or "scenario" (Heidecker et al. 2021).
        severity: 0..1.
        entities, sensors: whom it concerns, by name.
        trigger: name of the event that starts it; "" lasts from the first reading on.
    """

    case: str
    version: int = 1
    level: str
    tags: tuple[str, ...] = ()
    severity: float
    entities: tuple[str, ...] = ()
    sensors: tuple[str, ...] = ()
    trigger: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    injected: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class WeatherSpec:
    """Weather whose numbers may be distributions; None takes the world's own.

    Attributes:
        sun_bearing_deg: where the sun stands as the ego sees it at the start, counter-clockwise from straight ahead; in
            place of `sun_azimuth_deg`.
        time: of which the sun's place is worked out where no angle is given: "2024-06-21T18:30+02:00", or "18:30" or a
            number of hours on `date`. Without an offset it is zone time (UTC + longitude / 15, rounded to hours).
        date: "2024-06-21".
    """

    sun_azimuth_deg: Number | None = None
    sun_elevation_deg: Number | None = None
    cloudiness: Number | None = None
    fog: Number | None = None
    rain_mm_h: Number | None = None
    snow_mm_h: Number | None = None
    wetness: Number | None = None
    temperature_c: Number | None = None
    snow_cover: Number | None = None
    cloud_seed: Number | None = None
    exposure_ev: Number | None = None
    sun_bearing_deg: Number | None = None
    time: Any = ""
    date: Any = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Randomisation:
    """What is drawn beyond what the scenario is about; by default nothing.

    What a scenario or its injections say themselves is never drawn over.

    Attributes:
        name: of the preset that it comes from.
        weather: light and air where the scenario says nothing.
        materials: the first whose `which` has a material counts.
        paints, clothes: linear RGB of vehicles and of people: a Choice of colours, or three Numbers.
        camera: pose of each camera.
        cars, people: how many of the background, in place of the scenario's.
        car_models, people_models: a Choice of names.
    """

    name: str = ""
    weather: WeatherSpec = field(default_factory=WeatherSpec)
    materials: tuple[MaterialDraw, ...] = ()
    paints: Any = None
    clothes: Any = None
    camera: CameraDraw = field(default_factory=CameraDraw)
    distractors: Distractors = field(default_factory=Distractors)
    cars: Number | None = None
    people: Number | None = None
    car_models: Any = None
    people_models: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A logical scenario (ISO 34501): numbers may be distributions, places may be searched for.

    Attributes:
        world: name in the library, or path of an .xodr file.
        world_parameters: for the world's builder.
        ego: the entity that carries the sensors.
        sources: standard or protocol that it follows.
        randomise: what varies beyond what the scenario is about.
    """

    name: str
    world: str = "town"
    world_parameters: Mapping[str, Any] = field(default_factory=dict)
    duration_s: float = 10.0
    weather: WeatherSpec = field(default_factory=WeatherSpec)
    ego: Entity
    actors: tuple[Entity, ...] = ()
    traffic: Traffic = field(default_factory=Traffic)
    scatter: tuple[Scatter, ...] = ()
    events: tuple[Event, ...] = ()
    faults: tuple[Fault, ...] = ()
    cases: tuple[CornerCase, ...] = ()
    randomise: Randomisation = field(default_factory=Randomisation)
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcreteScenario(Scenario):
    """A concrete scenario: numbers fixed, every place an `OnLane` or a `WorldPosition`, traffic turned into entities.

    `ego`, `actors` and `events` hold only floats; `weather` has no None; `traffic` still says what was asked for.

    Attributes:
        seed: that it was drawn with.
        placed: what traffic asked for and what fitted, for example {"cars": [20, 14], "people": [10, 3]}.
        drawn: every value that came from a distribution, by its path: {"ego.speed_mps": 11.2, "weather.fog": 0.1,
            "camera.front.pitch_deg": 0.4, "material.asphalt.brightness": 0.93}.
    """

    seed: int
    placed: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    drawn: Mapping[str, Any] = field(default_factory=dict)
