"""Randomises what a scenario leaves open: its weather, its background, paints; and lists what was drawn."""

import dataclasses
from collections import Counter
from collections.abc import Sequence
from typing import Any

from simgen.sampling import draw, stream
from simgen.scenario.draws import draws_of, fix
from simgen.scenario.scenario import Entity, Scenario, WeatherSpec

_SUN = ("sun_azimuth_deg", "sun_elevation_deg", "sun_bearing_deg", "time", "date")


def randomised(scenario: Scenario, seed: int) -> Scenario:
    """The scenario with its own numbers, and where it has none those of its randomisation; traffic is counted."""
    wanted = scenario.randomise
    changes: dict[str, Any] = {}
    for name in ("cars", "people"):
        number = getattr(wanted, name)
        if number is not None:
            changes[name] = int(fix(number, seed, "traffic", name))
    for name in ("car_models", "people_models"):
        if getattr(wanted, name) is not None:
            changes[name] = getattr(wanted, name)
    traffic = dataclasses.replace(scenario.traffic, **changes)
    return dataclasses.replace(scenario, traffic=traffic, weather=_merged(scenario.weather, wanted.weather))


def _merged(own: WeatherSpec, other: WeatherSpec) -> WeatherSpec:
    """What is said first counts; a time that is said leaves no sun to be drawn."""
    timed = own.time not in ("", None)
    names = [field.name for field in dataclasses.fields(WeatherSpec) if not (timed and field.name in _SUN)]
    open_ = [name for name in names if getattr(own, name) in (None, "")]
    return dataclasses.replace(own, **{name: getattr(other, name) for name in open_})


def painted(entities: Sequence[Entity], scenario: Scenario, seed: int) -> tuple[Entity, ...]:
    """Entities in drawn colours, each with a stream of its own; who has a colour in the scenario keeps it."""
    paints, clothes = scenario.randomise.paints, scenario.randomise.clothes
    kept = {entity.name for entity in (scenario.ego, *scenario.actors) if entity.paint is not None}

    def one(entity: Entity) -> Entity:
        choice = clothes if entity.controller == "walker" else paints
        if choice is None or entity.name in kept:
            return entity
        return dataclasses.replace(entity, paint=_colour(choice, seed, entity.name))

    return tuple(one(entity) for entity in entities)


def _colour(choice: Any, seed: int, name: str) -> tuple[float, float, float]:
    found = draw(choice, stream(seed, "scenario", "paint", name))
    red, green, blue = fix(tuple(found), seed, "paint", name)
    return float(red), float(green), float(blue)


def drawn_values(scenario: Scenario, entities: Sequence[Entity], seed: int) -> dict[str, Any]:
    """Every value that `sample` took from a distribution, by its path.

    Args:
        scenario: with its distributions, as `randomised` gave it.
        entities: as they are in the concrete scenario.
        seed: of the draws.
    """
    found: dict[str, Any] = {}
    for entity in (scenario.ego, *scenario.actors):
        found |= draws_of(entity, seed, entity.name)
    for event in scenario.events:
        found |= draws_of(event, seed, "event", event.name)
    found |= draws_of(scenario.weather, seed, "weather")
    count: Counter[str] = Counter()
    for fault in scenario.faults:
        label = fault.case or fault.kind
        found |= draws_of(fault, seed, "fault", label, count[label])
        count[label] += 1
    return found | _counts(scenario, seed) | _of_entities(scenario, entities)


def _counts(scenario: Scenario, seed: int) -> dict[str, Any]:
    wanted = scenario.randomise
    found: dict[str, Any] = {}
    for name in ("cars", "people"):
        found |= draws_of(getattr(wanted, name), seed, "traffic", name)
    found |= draws_of(wanted.distractors.count, seed, "distractors", "count")
    return {name: int(value) for name, value in found.items()}


def _of_entities(scenario: Scenario, entities: Sequence[Entity]) -> dict[str, Any]:
    """Colours and models that were drawn for those whom the scenario does not name."""
    wanted, named = scenario.randomise, {entity.name for entity in (scenario.ego, *scenario.actors)}
    found: dict[str, Any] = {}
    for entity in entities:
        walks = entity.controller == "walker"
        if (wanted.clothes if walks else wanted.paints) is not None and entity.paint is not None:
            found[f"paint.{entity.name}"] = entity.paint
        models = wanted.people_models if walks else wanted.car_models
        if entity.name not in named and (models is not None or entity.name.startswith("distractor_")):
            found[f"model.{entity.name}"] = entity.model
    return found
