"""People on foot, from two to eighty years."""

from dataclasses import replace
from functools import cache

from simgen.library import entry
from simgen.world.model import Model

from . import _worn
from ._body import Build, build_person

SEGMENTS = "segments: Drillis and Contini 1966, as in Winter, Biomechanics and Motor Control, 4th ed., fig. 4.1"
_CHILDREN = "stature: WHO growth reference 2007, median; head and leg shares: Snyder et al. 1977, UM-HSRI-77-17"
CLOTHED = f"{SEGMENTS}; clothes and what is carried: estimated"
GREY = (0.42, 0.41, 0.40)

MAN = Build(
    name="adult_man",
    category="pedestrian",
    stature_m=1.78,
    mass_kg=80.0,
    source=f"stature: NCD-RisC 2016, men of central Europe; {SEGMENTS}",
)
WOMAN = Build(
    name="adult_woman",
    category="pedestrian",
    stature_m=1.66,
    mass_kg=66.0,
    source=f"stature: NCD-RisC 2016, women of central Europe; {SEGMENTS}",
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
CHILD = Build(
    name="child",
    category="child",
    stature_m=1.22,
    mass_kg=23.0,
    source=(
        "stature: WHO growth reference 2007, seven years, median; head and leg shares: Snyder et al. 1977, "
        f"UM-HSRI-77-17; limbs: {SEGMENTS}"
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


@entry("models", source=SEGMENTS, tags=("person", "pedestrian"))
@cache
def adult_man() -> Model:
    """A man of 1.78 m in shirt and trousers."""
    return build_person(MAN)


@entry("models", source=SEGMENTS, tags=("person", "pedestrian"))
@cache
def adult_woman() -> Model:
    """A woman of 1.66 m with long hair."""
    return build_person(WOMAN)


@entry("models", source=f"WHO growth reference 2007; {SEGMENTS}", tags=("person", "pedestrian", "child"))
@cache
def child() -> Model:
    """A child of seven years, 1.22 m, in shorts; the size of Euro NCAP's child target's age group."""
    return build_person(CHILD)


@entry("models", source=_CHILDREN, tags=("person", "pedestrian", "child"))
@cache
def toddler() -> Model:
    """A child of two and a half years, 0.91 m."""
    return build_person(
        replace(
            CHILD,
            name="toddler",
            stature_m=0.91,
            mass_kg=13.5,
            chin=0.80,
            shoulder=0.755,
            hip=0.45,
            knee=0.235,
            head=1.62,
            girth=1.2,
            shoulder_half=0.115,
            hip_half=0.062,
            waist=1.15,
            shorts=False,
            shirt=(0.55, 0.08, 0.25),
            trousers=(0.10, 0.16, 0.35),
            source=f"{_CHILDREN}; {SEGMENTS}",
        )
    )


@entry("models", source=_CHILDREN, tags=("person", "pedestrian", "child"))
@cache
def schoolchild() -> Model:
    """A child of ten years, 1.38 m, with a satchel."""
    return build_person(
        replace(
            CHILD,
            name="schoolchild",
            stature_m=1.38,
            mass_kg=32.0,
            chin=0.845,
            head=1.25,
            shorts=False,
            long_hair=True,
            shirt=(0.50, 0.10, 0.30),
            trousers=(0.05, 0.07, 0.16),
            source=f"{_CHILDREN}; {SEGMENTS}",
        ),
        {"torso": _worn.backpack(1.38, (0.55, 0.25, 0.02), 1.15)},
    )


@entry("models", source=_CHILDREN, tags=("person", "pedestrian"))
@cache
def teenager() -> Model:
    """A boy of fourteen years, 1.63 m, in a hooded jumper with a backpack."""
    return build_person(
        replace(
            MAN,
            name="teenager",
            stature_m=1.63,
            mass_kg=51.0,
            girth=0.88,
            chin=0.862,
            head=1.08,
            shirt=(0.16, 0.17, 0.18),
            trousers=(0.02, 0.02, 0.025),
            shoes=(0.7, 0.7, 0.7),
            source=f"{_CHILDREN}; {SEGMENTS}",
        ),
        {"torso": [*_worn.backpack(1.63, (0.03, 0.05, 0.03)), *_worn.hood(1.63, (0.16, 0.17, 0.18))]},
    )


@entry("models", source=CLOTHED, tags=("person", "pedestrian"))
@cache
def elderly_man() -> Model:
    """An old man, bent, with grey hair and a flat cap."""
    return build_person(
        replace(
            MAN,
            name="elderly_man",
            stature_m=1.70,
            mass_kg=76.0,
            girth=1.05,
            waist=1.18,
            hair=GREY,
            shirt=(0.22, 0.17, 0.12),
            trousers=(0.10, 0.085, 0.07),
            bends=(("torso", 0.28), ("head", -0.2)),
            source=CLOTHED,
        ),
        {"head": _worn.flat_cap(1.70, (0.10, 0.085, 0.07))},
    )


@entry("models", source=CLOTHED, tags=("person", "pedestrian"))
@cache
def elderly_woman() -> Model:
    """An old woman, bent, in a long skirt, with a handbag."""
    return build_person(
        replace(
            WOMAN,
            name="elderly_woman",
            stature_m=1.57,
            mass_kg=66.0,
            girth=1.12,
            waist=1.15,
            long_hair=False,
            hair=(0.62, 0.61, 0.60),
            shirt=(0.25, 0.12, 0.28),
            bends=(("torso", 0.22), ("head", -0.15)),
            source=CLOTHED,
        ),
        {"pelvis": _worn.skirt(1.57, 0.30, (0.06, 0.055, 0.09)), "hand_left": _worn.handbag((0.10, 0.04, 0.025))},
    )
