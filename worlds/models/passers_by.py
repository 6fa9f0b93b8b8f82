"""People on foot in all sorts of clothes, with what they carry or push."""

from dataclasses import replace
from functools import cache

from simgen.geometry import Pose
from simgen.library import entry
from simgen.world.mesh import Mesh
from simgen.world.model import Model, Part

from . import _worn
from ._body import build_person
from .people import CLOTHED, GREY, MAN, SEGMENTS, WOMAN

_PUSHING = (("upper_arm_left", -0.45), ("upper_arm_right", -0.45), ("forearm_left", -0.85), ("forearm_right", -0.85))


def _pushed(name: str, mesh: Mesh, ahead_m: float) -> Part:
    """Something on wheels ahead of the person, fixed to the root."""
    return Part(name=name, mesh=mesh, parent=0, parent_from_part=Pose.from_xyz_rpy(ahead_m, 0.0, 0.0))


@entry("models", source=CLOTHED, tags=("person", "pedestrian"))
@cache
def heavy_man() -> Model:
    """A heavy man of 120 kg."""
    return build_person(
        replace(
            MAN,
            name="heavy_man",
            mass_kg=120.0,
            girth=1.32,
            waist=1.35,
            hips=1.12,
            shoulders=1.04,
            shoulder_half=0.125,
            shirt=(0.30, 0.30, 0.28),
            trousers=(0.12, 0.11, 0.10),
            source=CLOTHED,
        )
    )


@entry("models", source=CLOTHED, tags=("person", "pedestrian"))
@cache
def slim_woman() -> Model:
    """A tall slim woman in a knee-length dress."""
    return build_person(
        replace(
            WOMAN,
            name="slim_woman",
            stature_m=1.76,
            mass_kg=58.0,
            girth=0.86,
            shorts=True,
            shirt=(0.55, 0.40, 0.05),
            trousers=(0.52, 0.31, 0.22),
            hair=(0.35, 0.22, 0.08),
            source=CLOTHED,
        ),
        {"pelvis": _worn.skirt(1.76, 0.22, (0.55, 0.40, 0.05))},
    )


@entry("models", source=CLOTHED, tags=("person", "pedestrian"))
@cache
def businessman() -> Model:
    """A man in a dark suit with a briefcase."""
    return build_person(
        replace(
            MAN,
            name="businessman",
            shirt=(0.025, 0.028, 0.04),
            trousers=(0.025, 0.028, 0.04),
            shoes=(0.012, 0.01, 0.01),
            uniform=True,
            source=CLOTHED,
        ),
        {"torso": _worn.suit_front(1.78), "hand_right": _worn.briefcase((0.035, 0.02, 0.012))},
    )


@entry("models", source=CLOTHED, tags=("person", "pedestrian"))
@cache
def shopper() -> Model:
    """A woman with a shopping bag in each hand."""
    return build_person(
        replace(WOMAN, name="shopper", shirt=(0.08, 0.20, 0.18), source=CLOTHED),
        {"hand_left": _worn.carrier_bag((0.7, 0.68, 0.62)), "hand_right": _worn.carrier_bag((0.5, 0.05, 0.05))},
    )


@entry("models", source=CLOTHED, tags=("person", "pedestrian"))
@cache
def backpacker() -> Model:
    """A man with a large rucksack and a hat."""
    return build_person(
        replace(
            MAN, name="backpacker", shirt=(0.15, 0.16, 0.07), shorts=True, trousers=(0.25, 0.20, 0.12), source=CLOTHED
        ),
        {"torso": _worn.rucksack(1.78, (0.02, 0.12, 0.16)), "head": _worn.brimmed_hat(1.78, (0.30, 0.24, 0.13))},
    )


@entry("models", source=CLOTHED, tags=("person", "pedestrian"))
@cache
def umbrella_man() -> Model:
    """A man under a black umbrella."""
    return build_person(
        replace(
            MAN,
            name="umbrella_man",
            shirt=(0.20, 0.16, 0.09),
            bends=(("upper_arm_right", -0.35), ("forearm_right", -1.75)),
            source=CLOTHED,
        ),
        {"torso": _worn.umbrella(1.78, -1.0, (0.015, 0.015, 0.018))},
    )


@entry("models", source=CLOTHED, tags=("person", "pedestrian"))
@cache
def umbrella_woman() -> Model:
    """A woman in a coat under a red umbrella."""
    return build_person(
        replace(
            WOMAN,
            name="umbrella_woman",
            shirt=(0.35, 0.27, 0.16),
            bends=(("upper_arm_left", -0.35), ("forearm_left", -1.75)),
            source=CLOTHED,
        ),
        {"torso": _worn.umbrella(1.66, 1.0, (0.5, 0.02, 0.03)), "pelvis": _worn.skirt(1.66, 0.16, (0.35, 0.27, 0.16))},
    )


@entry("models", source=f"EN ISO 20471 class 3; {SEGMENTS}", tags=("person", "pedestrian"))
@cache
def road_worker() -> Model:
    """A worker in high-visibility clothing and a helmet."""
    return build_person(
        replace(
            MAN,
            name="road_worker",
            shirt=(0.72, 0.22, 0.0),
            trousers=(0.72, 0.22, 0.0),
            uniform=True,
            source=f"EN ISO 20471 class 3; {SEGMENTS}",
        ),
        {"torso": _worn.bands(1.78), "head": _worn.helmet(1.78, (0.75, 0.75, 0.72)), **_worn.leg_bands(1.78)},
    )


@entry("models", source=f"EN ISO 20471 class 2; {SEGMENTS}", tags=("person", "pedestrian"))
@cache
def vest_woman() -> Model:
    """A woman in a yellow high-visibility vest."""
    return build_person(
        replace(
            WOMAN,
            name="vest_woman",
            shirt=(0.62, 0.75, 0.02),
            uniform=True,
            source=f"EN ISO 20471 class 2; {SEGMENTS}",
        ),
        {"torso": _worn.bands(1.66)},
    )


@entry("models", source=CLOTHED, tags=("person", "pedestrian"))
@cache
def police_officer() -> Model:
    """A police officer in dark blue with a peaked cap."""
    return build_person(
        replace(
            MAN,
            name="police_officer",
            stature_m=1.82,
            mass_kg=85.0,
            shirt=(0.012, 0.018, 0.045),
            trousers=(0.012, 0.016, 0.035),
            uniform=True,
            source=CLOTHED,
        ),
        {"head": _worn.peaked_cap(1.82, (0.012, 0.018, 0.045)), "torso": _worn.back_words(1.82, "POLICE")},
    )


@entry("models", source=CLOTHED, tags=("person", "pedestrian"))
@cache
def jogger() -> Model:
    """A woman running in shorts and a light top."""
    return build_person(
        replace(
            WOMAN,
            name="jogger",
            stature_m=1.70,
            mass_kg=59.0,
            girth=0.9,
            shorts=True,
            shirt=(0.05, 0.55, 0.50),
            trousers=(0.012, 0.012, 0.015),
            shoes=(0.6, 0.15, 0.02),
            source=CLOTHED,
        ),
        {"head": _worn.band(1.70, (0.7, 0.7, 0.7))},
    )


@entry("models", source=CLOTHED, tags=("person", "pedestrian"))
@cache
def stroller_woman() -> Model:
    """A woman who pushes a stroller."""
    return build_person(
        replace(WOMAN, name="stroller_woman", shirt=(0.10, 0.22, 0.36), bends=_PUSHING, source=CLOTHED),
        beside=(_pushed("stroller", _worn.stroller(), 0.66),),
    )


@entry("models", source=CLOTHED, tags=("person", "pedestrian"))
@cache
def walker_man() -> Model:
    """An old man with a wheeled walker."""
    return build_person(
        replace(
            MAN,
            name="walker_man",
            stature_m=1.69,
            mass_kg=74.0,
            hair=GREY,
            shirt=(0.25, 0.22, 0.14),
            bends=(("torso", 0.2), ("head", -0.1), *_PUSHING),
            source=CLOTHED,
        ),
        beside=(_pushed("walker", _worn.walker(), 0.45),),
    )
