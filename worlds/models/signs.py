"""Traffic signs one by one, for lists and for placing by name; `sign` builds any of them."""

from dataclasses import replace
from functools import cache

from simgen.library import entry
from simgen.world.model import Model

from .furniture import sign

_SOURCE = "StVO signs on a 76 mm post, lower edge 2.0 m (VwV-StVO)"


def _named(kind: str) -> Model:
    return replace(sign(kind=kind), name=f"sign_{kind}")


@entry("models", source=_SOURCE, tags=("furniture", "sign"))
@cache
def sign_yield() -> Model:
    """The sign to give way, facing along x."""
    return _named("yield")


@entry("models", source=_SOURCE, tags=("furniture", "sign"))
@cache
def sign_speed_30() -> Model:
    """The sign for a speed limit of 30, facing along x."""
    return _named("speed_30")


@entry("models", source=_SOURCE, tags=("furniture", "sign"))
@cache
def sign_speed_50() -> Model:
    """The sign for a speed limit of 50, facing along x."""
    return _named("speed_50")


@entry("models", source=_SOURCE, tags=("furniture", "sign"))
@cache
def sign_priority() -> Model:
    """The sign for a priority road, facing along x."""
    return _named("priority")


@entry("models", source=_SOURCE, tags=("furniture", "sign"))
@cache
def sign_no_entry() -> Model:
    """The sign for no entry, facing along x."""
    return _named("no_entry")


@entry("models", source=_SOURCE, tags=("furniture", "sign"))
@cache
def sign_crossing() -> Model:
    """The sign for a pedestrian crossing, facing along x."""
    return _named("crossing")


@entry("models", source=_SOURCE, tags=("furniture", "sign"))
@cache
def sign_children() -> Model:
    """The sign for children, facing along x."""
    return _named("children")


@entry("models", source=_SOURCE, tags=("furniture", "sign"))
@cache
def sign_no_parking() -> Model:
    """The sign for no parking, facing along x."""
    return _named("no_parking")


@entry("models", source=_SOURCE, tags=("furniture", "sign"))
@cache
def sign_no_stopping() -> Model:
    """The sign for no stopping, facing along x."""
    return _named("no_stopping")


@entry("models", source=_SOURCE, tags=("furniture", "sign"))
@cache
def sign_roundabout() -> Model:
    """The sign for a roundabout, facing along x."""
    return _named("roundabout")


@entry("models", source=_SOURCE, tags=("furniture", "sign"))
@cache
def sign_no_overtaking() -> Model:
    """The sign for no overtaking, facing along x."""
    return _named("no_overtaking")


@entry("models", source=_SOURCE, tags=("furniture", "sign"))
@cache
def sign_cycle_path() -> Model:
    """The sign for a cycle path, facing along x."""
    return _named("cycle_path")


@entry("models", source=_SOURCE, tags=("furniture", "sign"))
@cache
def sign_bend() -> Model:
    """The sign for a bend, facing along x."""
    return _named("bend")


@entry("models", source=_SOURCE, tags=("furniture", "sign"))
@cache
def sign_works() -> Model:
    """The sign for roadworks, facing along x."""
    return _named("works")


@entry("models", source=_SOURCE, tags=("furniture", "sign"))
@cache
def sign_deer() -> Model:
    """The sign for deer crossing, facing along x."""
    return _named("deer")


@entry("models", source=_SOURCE, tags=("furniture", "sign"))
@cache
def sign_parking() -> Model:
    """The sign for parking, facing along x."""
    return _named("parking")


@entry("models", source=_SOURCE, tags=("furniture", "sign"))
@cache
def sign_one_way() -> Model:
    """The sign for a one-way street, facing along x."""
    return _named("one_way")


@entry("models", source=_SOURCE, tags=("furniture", "sign"))
@cache
def sign_dead_end() -> Model:
    """The sign for a dead end, facing along x."""
    return _named("dead_end")
