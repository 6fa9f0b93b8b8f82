"""Who plays: the models of a concrete scenario's entities, the ego first."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from simgen import library
from simgen.motion import Actor, Cast
from simgen.scenario.scenario import ConcreteScenario, Entity
from simgen.world.model import Model

WALKING = ("pedestrian", "child", "animal")
"""Classes that go on legs."""


def cast_of(concrete: ConcreteScenario) -> Cast:
    """The cast, in the order ego, actors.

    Raises:
        InputError: a model that the library does not have.
    """
    actors = []
    for index, entity in enumerate((concrete.ego, *concrete.actors)):
        model = model_of(entity)
        actors.append(
            Actor(
                id=index + 1,
                name=entity.name,
                model=model,
                category=entity.category or model.category,
                is_ego=index == 0,
                is_static=index > 0 and entity.controller == "static",
                paint=_paint(entity),
            )
        )
    return Cast.of(actors)


def _paint(entity: Entity) -> tuple[float, float, float] | None:
    if entity.paint is None:
        return None
    red, green, blue = (float(value) for value in entity.paint)  # type: ignore[arg-type]
    return red, green, blue


def model_of(entity: Entity) -> Model:
    """The entity's model: a Model as it is, else the library's of that name, built with those parameters that it
    takes.
    """
    if isinstance(entity.model, Model):
        return entity.model
    known = _known(str(entity.model))
    chosen = {key: value for key, value in entity.parameters.items() if key in known}
    named = (str(entity.model), *(value for _, value in sorted(chosen.items()) if isinstance(value, str)))
    return _built(str(entity.model), tuple(sorted(chosen.items())), tuple(map(_stamp, named)))


def _stamp(name: str) -> tuple[int, int]:
    """Tells a file that was changed from what it was; zeros for what is no file."""
    path = Path(name)
    if not path.suffix or not path.is_file():
        return 0, 0
    status = path.stat()
    return status.st_mtime_ns, status.st_size


@lru_cache(maxsize=256)
def _known(name: str) -> frozenset[str]:
    """Parameters of a model of the library; looking one up goes through every installed distribution."""
    return frozenset(library.parameters(library.find("models", name)))


@lru_cache(maxsize=256)
def _built(name: str, parameters: tuple[tuple[str, Any], ...], stamps: tuple[tuple[int, int], ...]) -> Model:
    """Once for the same files: `stamps` tell them."""
    del stamps
    arguments: Mapping[str, Any] = dict(parameters)
    model: Model = library.find("models", name).build(**arguments)
    return model
