"""Animals that walk into roads, and pets."""

from functools import cache

from simgen.library import entry
from simgen.world.model import Model

from ._beast import Beast, build_beast

_PROPORTIONS = "other proportions estimated"
_DOG = f"Labrador retriever, FCI standard 122: dogs 56 to 57 cm at the withers; {_PROPORTIONS}"
_CAT = f"European shorthair, FIFe standard; 25 cm at the shoulder; {_PROPORTIONS}"
_ROE = f"Capreolus capreolus, 63 to 75 cm at the shoulder: Danilkin, European Roe Deer, 1996; {_PROPORTIONS}"
_RED = f"Cervus elaphus stag, 105 to 130 cm at the shoulder: Clutton-Brock et al., Red Deer, 1982; {_PROPORTIONS}"
_COW = f"Holstein-Friesian cow, 147 cm at the rump, 680 kg: World Holstein Friesian Federation; {_PROPORTIONS}"
_BOAR = f"Sus scrofa, 55 to 110 cm at the shoulder: Heptner et al., Mammals of the Soviet Union I, 1988; {_PROPORTIONS}"
_HORSE = f"warmblood, 165 cm at the withers; {_PROPORTIONS}"
_SHEEP = f"Texel ewe, 70 cm at the withers; {_PROPORTIONS}"
_FOX = f"Vulpes vulpes, 35 to 50 cm at the shoulder: Mammalian Species 537, 1996; {_PROPORTIONS}"


@entry("models", source=_DOG, tags=("animal",))
@cache
def dog() -> Model:
    """A yellow Labrador, standing."""
    return build_beast(
        Beast(
            name="dog",
            source=_DOG,
            withers_m=0.565,
            mass_kg=32.0,
            trunk=(
                (-0.5, 0.8, 0.12, 0.12),
                (-0.4, 0.8, 0.2, 0.17),
                (-0.1, 0.77, 0.2, 0.16),
                (0.2, 0.73, 0.26, 0.19),
                (0.4, 0.76, 0.25, 0.18),
                (0.5, 0.82, 0.14, 0.12),
            ),
            neck=((0.38, 0.9), (0.58, 1.17), 0.16, 0.13),
            head=(0.42, 0.15, 0.085, 0.25),
            legs=(-0.36, 0.34, 0.13, 0.11, 0.05),
            tail=(-0.5, 0.035),
            coat=(0.42, 0.28, 0.13),
            ear=0.17,
            flop=True,
            hoof=(0.36, 0.24, 0.11),
        )
    )


@entry("models", source=_CAT, tags=("animal",))
@cache
def cat() -> Model:
    """A grey tabby cat, standing, tail up."""
    return build_beast(
        Beast(
            name="cat",
            source=_CAT,
            withers_m=0.25,
            mass_kg=4.5,
            trunk=(
                (-0.72, 0.78, 0.15, 0.14),
                (-0.55, 0.8, 0.24, 0.22),
                (-0.1, 0.78, 0.22, 0.21),
                (0.35, 0.78, 0.24, 0.2),
                (0.55, 0.82, 0.18, 0.15),
            ),
            neck=((0.45, 0.92), (0.68, 1.15), 0.17, 0.15),
            head=(0.42, 0.21, 0.12, 0.1),
            legs=(-0.5, 0.42, 0.13, 0.12, 0.055),
            tail=(-0.95, 0.045),
            coat=(0.16, 0.145, 0.13),
            ear=0.2,
            hoof=(0.5, 0.48, 0.45),
            socks=(0.5, 0.48, 0.45),
        )
    )


@entry("models", source=_ROE, tags=("animal",))
@cache
def deer_roe() -> Model:
    """A roe deer, the deer that cars meet most."""
    return build_beast(
        Beast(
            name="deer_roe",
            source=_ROE,
            withers_m=0.7,
            mass_kg=24.0,
            trunk=(
                (-0.58, 0.85, 0.1, 0.1),
                (-0.48, 0.84, 0.19, 0.15),
                (-0.1, 0.78, 0.19, 0.15),
                (0.25, 0.77, 0.21, 0.15),
                (0.42, 0.8, 0.17, 0.12),
                (0.5, 0.85, 0.1, 0.08),
            ),
            neck=((0.4, 0.88), (0.66, 1.35), 0.13, 0.075),
            head=(0.34, 0.1, 0.05, 0.4),
            legs=(-0.42, 0.34, 0.1, 0.09, 0.028),
            tail=(0.08, 0.03),
            coat=(0.3, 0.14, 0.05),
            ear=0.2,
            horn=0.28,
            branched=True,
        )
    )


@entry("models", source=_RED, tags=("animal",))
@cache
def deer_stag() -> Model:
    """A red deer stag with antlers."""
    return build_beast(
        Beast(
            name="deer_stag",
            source=_RED,
            withers_m=1.2,
            mass_kg=180.0,
            trunk=(
                (-0.58, 0.83, 0.12, 0.1),
                (-0.48, 0.82, 0.21, 0.15),
                (-0.1, 0.76, 0.21, 0.16),
                (0.25, 0.74, 0.25, 0.16),
                (0.42, 0.78, 0.22, 0.13),
                (0.52, 0.85, 0.12, 0.09),
            ),
            neck=((0.4, 0.85), (0.66, 1.25), 0.19, 0.1),
            head=(0.38, 0.1, 0.055, 0.4),
            legs=(-0.42, 0.34, 0.1, 0.1, 0.03),
            tail=(0.12, 0.03),
            coat=(0.2, 0.095, 0.04),
            ear=0.15,
            horn=0.72,
            branched=True,
        )
    )


@entry("models", source=_COW, tags=("animal",))
@cache
def cow() -> Model:
    """A black and white cow."""
    return build_beast(
        Beast(
            name="cow",
            source=_COW,
            withers_m=1.45,
            mass_kg=680.0,
            trunk=(
                (-0.68, 0.86, 0.12, 0.14),
                (-0.6, 0.8, 0.22, 0.2),
                (-0.2, 0.7, 0.28, 0.24),
                (0.15, 0.7, 0.28, 0.23),
                (0.42, 0.72, 0.26, 0.18),
                (0.55, 0.76, 0.16, 0.12),
            ),
            neck=((0.45, 0.82), (0.78, 0.98), 0.18, 0.12),
            head=(0.4, 0.11, 0.075, 0.7),
            legs=(-0.52, 0.36, 0.14, 0.1, 0.04),
            tail=(0.5, 0.02),
            coat=(0.72, 0.7, 0.66),
            ear=0.13,
            horn=0.1,
            patches=(0.02, 0.018, 0.016),
            face=(0.03, 0.026, 0.024),
        )
    )


@entry("models", source=_BOAR, tags=("animal",))
@cache
def wild_boar() -> Model:
    """A wild boar with tusks."""
    return build_beast(
        Beast(
            name="wild_boar",
            source=_BOAR,
            withers_m=0.9,
            mass_kg=95.0,
            trunk=(
                (-0.68, 0.72, 0.14, 0.13),
                (-0.55, 0.7, 0.24, 0.19),
                (-0.1, 0.68, 0.28, 0.21),
                (0.25, 0.72, 0.3, 0.2),
                (0.45, 0.72, 0.27, 0.17),
                (0.6, 0.68, 0.18, 0.13),
            ),
            neck=((0.45, 0.72), (0.66, 0.7), 0.25, 0.19),
            head=(0.62, 0.19, 0.07, 0.35),
            legs=(-0.46, 0.36, 0.12, 0.11, 0.04),
            tail=(0.25, 0.02),
            coat=(0.05, 0.04, 0.03),
            ear=0.16,
            tusks=True,
        )
    )


@entry("models", source=_HORSE, tags=("animal",))
@cache
def horse() -> Model:
    """A brown horse."""
    return build_beast(
        Beast(
            name="horse",
            source=_HORSE,
            withers_m=1.65,
            mass_kg=600.0,
            trunk=(
                (-0.56, 0.84, 0.13, 0.12),
                (-0.46, 0.82, 0.21, 0.17),
                (-0.1, 0.76, 0.2, 0.17),
                (0.22, 0.76, 0.23, 0.16),
                (0.38, 0.8, 0.2, 0.13),
                (0.48, 0.84, 0.12, 0.09),
            ),
            neck=((0.36, 0.9), (0.68, 1.28), 0.18, 0.1),
            head=(0.42, 0.11, 0.06, 0.75),
            legs=(-0.42, 0.3, 0.1, 0.1, 0.032),
            tail=(0.55, 0.045),
            coat=(0.14, 0.055, 0.025),
            ear=0.1,
            socks=(0.03, 0.02, 0.016),
        )
    )


@entry("models", source=_SHEEP, tags=("animal",))
@cache
def sheep() -> Model:
    """A white sheep with a dark face."""
    return build_beast(
        Beast(
            name="sheep",
            source=_SHEEP,
            withers_m=0.7,
            mass_kg=75.0,
            trunk=(
                (-0.66, 0.76, 0.2, 0.18),
                (-0.52, 0.72, 0.32, 0.28),
                (0.0, 0.7, 0.34, 0.3),
                (0.4, 0.72, 0.32, 0.27),
                (0.56, 0.76, 0.2, 0.17),
            ),
            neck=((0.45, 0.88), (0.66, 1.06), 0.2, 0.14),
            head=(0.36, 0.12, 0.07, 0.45),
            legs=(-0.4, 0.34, 0.13, 0.11, 0.045),
            tail=(0.2, 0.06),
            coat=(0.6, 0.56, 0.48),
            ear=0.17,
            socks=(0.03, 0.026, 0.024),
            face=(0.04, 0.034, 0.03),
        )
    )


@entry("models", source=_FOX, tags=("animal",))
@cache
def fox() -> Model:
    """A red fox."""
    return build_beast(
        Beast(
            name="fox",
            source=_FOX,
            withers_m=0.4,
            mass_kg=6.5,
            trunk=(
                (-0.62, 0.78, 0.12, 0.11),
                (-0.5, 0.78, 0.19, 0.16),
                (-0.1, 0.76, 0.18, 0.15),
                (0.3, 0.75, 0.21, 0.16),
                (0.48, 0.8, 0.14, 0.11),
            ),
            neck=((0.4, 0.88), (0.62, 1.1), 0.15, 0.12),
            head=(0.42, 0.15, 0.055, 0.2),
            legs=(-0.42, 0.36, 0.11, 0.09, 0.035),
            tail=(0.95, 0.1),
            coat=(0.4, 0.13, 0.03),
            ear=0.24,
            socks=(0.03, 0.02, 0.015),
        )
    )
