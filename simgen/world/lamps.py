"""Lamps of vehicles and states of traffic lights, as stored bits and codes."""

LAMPS = (
    "low_beam", "high_beam", "brake", "indicator_left", "indicator_right", "reverse", "fog", "warning",
    "red", "amber", "green", "position", "street",
)  # fmt: skip
"""Bit i of an actor's `lamps` is `LAMPS[i]`; a material with that `lamp` glows while the bit is set.

"street" is never in an actor's field: street lamps are lit while it is dark."""

SIGNAL_STATES = ("off", "red", "red_amber", "green", "amber", "flashing_amber")
"""Code of a traffic light's state in `/state/signals`."""

_LIT = {"red": ("red",), "red_amber": ("red", "amber"), "green": ("green",), "amber": ("amber",)}


def bit(lamp: str) -> int:
    """The bit of one lamp."""
    return 1 << LAMPS.index(lamp)


def mask(*lamps: str) -> int:
    """The bit field with these lamps lit."""
    return sum(bit(lamp) for lamp in lamps)


def signal_mask(state: int) -> int:
    """The lamp bits that a traffic light in this state has lit (flashing counts as lit)."""
    name = SIGNAL_STATES[state]
    return mask("amber") if name == "flashing_amber" else mask(*_LIT.get(name, ()))
