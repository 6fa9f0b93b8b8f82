"""People on foot."""

from functools import cache

from simgen.library import entry
from simgen.world.model import Model

from . import _body

_SEGMENTS = "segments: Drillis and Contini 1966, as in Winter, Biomechanics and Motor Control, 4th ed., fig. 4.1"


@entry("models", source=_SEGMENTS, tags=("person", "pedestrian"))
@cache
def adult_man() -> Model:
    """A man of 1.78 m in shirt and trousers."""
    return _body.build_person(
        _body.Build(
            name="adult_man",
            category="pedestrian",
            stature_m=1.78,
            mass_kg=80.0,
            source=f"stature: NCD-RisC 2016, men of central Europe; {_SEGMENTS}",
        )
    )


@entry("models", source=_SEGMENTS, tags=("person", "pedestrian"))
@cache
def adult_woman() -> Model:
    """A woman of 1.66 m with long hair."""
    return _body.build_person(
        _body.Build(
            name="adult_woman",
            category="pedestrian",
            stature_m=1.66,
            mass_kg=66.0,
            source=f"stature: NCD-RisC 2016, women of central Europe; {_SEGMENTS}",
            girth=0.95,
            shoulders=0.92,
            waist=0.88,
            hips=1.07,
            shoulder_half=0.102,
            hip_half=0.052,
            head=0.97,
            long_hair=True,
            shirt=(0.42, 0.06, 0.09),
            trousers=(0.10, 0.09, 0.085),
            hair=(0.10, 0.05, 0.022),
            skin=(0.56, 0.35, 0.26),
        )
    )


@entry("models", source=f"WHO growth reference 2007; {_SEGMENTS}", tags=("person", "pedestrian", "child"))
@cache
def child() -> Model:
    """A child of seven years, 1.22 m, in shorts; the size of Euro NCAP's child target's age group."""
    return _body.build_person(
        _body.Build(
            name="child",
            category="child",
            stature_m=1.22,
            mass_kg=23.0,
            source=(
                "stature: WHO growth reference 2007, seven years, median; head and leg shares: Snyder et al. 1977, "
                f"UM-HSRI-77-17; limbs: {_SEGMENTS}"
            ),
            chin=0.836,
            shoulder=0.780,
            hip=0.505,
            knee=0.270,
            upper_arm=0.180,
            forearm=0.142,
            hand=0.105,
            head=1.36,
            girth=0.98,
            shoulder_half=0.104,
            shoulders=0.95,
            waist=1.06,
            shorts=True,
            shirt=(0.75, 0.30, 0.03),
            trousers=(0.06, 0.10, 0.22),
            shoes=(0.6, 0.6, 0.6),
            hair=(0.13, 0.065, 0.025),
        )
    )
