"""Makes a scenario concrete: numbers drawn, places found on the map, traffic turned into entities."""

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.geometry import yaw_of
from simgen.scenario.default_ego import with_ego
from simgen.scenario.distractors import place_distractors
from simgen.scenario.draws import fix
from simgen.scenario.lane_walk import centre_at
from simgen.scenario.places import Placer, resolve_inside
from simgen.scenario.position import OnLane
from simgen.scenario.randomised import drawn_values, painted, randomised
from simgen.scenario.residents import place_residents
from simgen.scenario.scatter import Taken, scattered
from simgen.scenario.scenario import ConcreteScenario, Entity, Event, Fault, Scenario
from simgen.scenario.traffic import CLEAR_AHEAD_M, CLEAR_AHEAD_S, Ground, box_of, place_cars, speed_limit_mps
from simgen.scenario.validate import place_of, validate
from simgen.scenario.walkers import place_people
from simgen.scenario.weather import fixed_weather
from simgen.world.world import Resident, World


def sample(scenario: Scenario, seed: int, world: World) -> ConcreteScenario:
    """One concrete scenario out of a logical one; the same seed and world give the same one.

    Every number has a random stream that is named by its entity and field, and what an injection added is placed last,
    so neither changes anything else. Ids follow the order ego, actors, background cars, background people, residents,
    injected.

    Raises:
        InputError: the scenario is not valid, or the map has no place for it.
    """
    scenario = with_ego(scenario)
    validate(scenario)
    scenario = randomised(scenario, seed)
    ego, *actors = _with_speeds([fix(entity, seed, entity.name) for entity in (scenario.ego, *scenario.actors)])
    events = tuple(fix(event, seed, "event", event.name) for event in scenario.events)
    entities = {entity.name: entity for entity in (ego, *actors)}
    placer = Placer(
        place=place_of(scenario),
        lanes=world.lanes,
        seed=seed,
        duration_s=scenario.duration_s,
        starts={name: entity.start for name, entity in entities.items()},
        speeds_mps={name: _float(entity.speed_mps) for name, entity in entities.items()},
        routes={name: entity.route for name, entity in entities.items()},
    )
    placed = {name: _placed(entity, placer) for name, entity in entities.items()}
    own = tuple(placed[actor.name] for actor in actors if not actor.injected)
    injected = tuple(placed[actor.name] for actor in actors if actor.injected)
    background = _background(scenario, (placed[ego.name], *own), placer, world.residents)
    cast = (placed[ego.name], *own, *background, *_scatter(scenario, placer), *injected)
    ego, *others = painted(cast, scenario, seed)
    shared = {field.name: getattr(scenario, field.name) for field in dataclasses.fields(Scenario)}
    concrete = {
        "ego": ego,
        "actors": tuple(others),
        "events": tuple(_event(event, placer) for event in events),
        "weather": fixed_weather(scenario.weather, world, seed, float(yaw_of(placer.pose(ego.name).rotation))),
        "faults": _faults(scenario, seed),
        "cases": tuple(fix(case, seed, "case", case.case) for case in scenario.cases),
    }
    drawn = drawn_values(scenario, (ego, *others), seed)
    result = ConcreteScenario(**{**shared, **concrete}, seed=seed, placed=placer.placed, drawn=drawn)
    validate(result)
    return result


def _with_speeds(entities: list[Entity]) -> list[Entity]:
    """Speeds that refer to another entity's as numbers (the references form no circle)."""
    named = {entity.name: entity for entity in entities}

    def speed(entity: Entity) -> float:
        base = speed(named[entity.speed_like]) if entity.speed_like else 0.0
        return max(base + _float(entity.speed_mps), 0.0)

    return [
        dataclasses.replace(entity, speed_mps=speed(entity), speed_like="") if entity.speed_like else entity
        for entity in entities
    ]


def _placed(entity: Entity, placer: Placer) -> Entity:
    """An entity with its place, its route and the speed that it likes."""
    start = placer.start(entity.name)
    drives = entity.controller in ("driver", "none") and isinstance(start, OnLane)
    route = placer.route(entity.name) if drives else entity.route
    parameters: Mapping[str, object] = entity.parameters
    if entity.controller == "driver" and "desired_speed_mps" not in parameters:
        limit = speed_limit_mps(placer.lanes.lanes[start.lane]) if isinstance(start, OnLane) else 0.0
        parameters = {**parameters, "desired_speed_mps": _float(entity.speed_mps) or limit}
    return dataclasses.replace(entity, start=placer.grounded(start), route=route, parameters=parameters)


def _event(event: Event, placer: Placer) -> Event:
    path = f"events.{event.name}"
    owner = event.entities[0] if event.entities else ""
    when = resolve_inside(event.when, placer, owner, f"{path}.when")
    do = resolve_inside(event.do, placer, owner, f"{path}.do")
    return dataclasses.replace(event, when=when, do=do)  # type: ignore[arg-type]


def _faults(scenario: Scenario, seed: int) -> tuple[Fault, ...]:
    """Faults with their numbers drawn; those of one case are counted, so that other cases change none of them."""
    count: Counter[str] = Counter()
    result = []
    for fault in scenario.faults:
        label = fault.case or fault.kind
        result.append(fix(fault, seed, "fault", label, count[label]))
        count[label] += 1
    return tuple(result)


def _background(
    scenario: Scenario, entities: tuple[Entity, ...], placer: Placer, residents: Sequence[Resident]
) -> tuple[Entity, ...]:
    traffic, distractors = scenario.traffic, scenario.randomise.distractors
    if not traffic.cars and not traffic.people and not residents and distractors.count == 0:
        return ()
    ground = _ground(entities, placer)
    around = placer.pose(entities[0].name).translation[:2]
    standing = place_residents(residents, around, ground)
    cars = place_cars(traffic, placer.lanes, around, ground, placer.seed)
    people = place_people(traffic, placer.lanes, around, ground, placer.seed)
    if traffic.cars or traffic.people:
        placer.placed["cars"] = (traffic.cars, len(cars))
        placer.placed["people"] = (traffic.people, len(people))
    things = place_distractors(distractors, placer.lanes, around, ground, placer.seed)
    return (*(_routed(car, placer) for car in cars), *people, *standing, *things)


def _routed(car: Entity, placer: Placer) -> Entity:
    placer.starts = {**placer.starts, car.name: car.start}
    placer.speeds_mps = {**placer.speeds_mps, car.name: _float(car.speed_mps)}
    return dataclasses.replace(car, route=placer.route(car.name))


def _scatter(scenario: Scenario, placer: Placer) -> tuple[Entity, ...]:
    laid: list[Entity] = []
    taken = Taken()
    for scatter in scenario.scatter:
        things = scattered(scatter, placer.seed, taken)
        placer.placed[f"scatter.{scatter.name}"] = (scatter.count, len(things))
        laid += things
    return tuple(laid)


def _ground(entities: tuple[Entity, ...], placer: Placer) -> Ground:
    """What the entities of the scenario take, and the ego's way ahead of it up to the last of them."""
    poses = [placer.pose(entity.name) for entity in entities]
    boxes = [
        box_of(pose.translation[:2], float(yaw_of(pose.rotation)), str(entity.model), _float(entity.speed_mps))
        for entity, pose in zip(entities, poses, strict=True)
    ]
    local = np.array([poses[0].inverse().apply(pose.translation) for pose in poses])
    beside_way = local[np.abs(local[:, 1]) < 8.0, 0]
    clear = max(CLEAR_AHEAD_M, CLEAR_AHEAD_S * _float(entities[0].speed_mps), float(beside_way.max()) + 10.0)
    return Ground(clear_xy=_way(placer, entities[0], clear), boxes=boxes)


def _way(placer: Placer, ego: Entity, ahead_m: float) -> Float[ndarray, "n 2"]:
    if not isinstance(ego.start, OnLane):
        return np.zeros((0, 2))
    points, first = [], _float(ego.start.s_m)
    for name in placer.route(ego.name):
        lane = placer.lanes.lanes[name]
        stations = np.arange(first, min(lane.length_m, first + ahead_m), 1.5)
        points.append(centre_at(lane, stations)[:, :2])
        ahead_m -= lane.length_m - first
        first = 0.0
        if ahead_m <= 0.0:
            break
    return np.concatenate(points)


def _float(value: object) -> float:
    return float(value)  # type: ignore[arg-type]
