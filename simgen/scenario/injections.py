"""Corner cases that can befall any scenario, as pure functions on it.

An injection is a library entry `def fog(scenario, severity, rng) -> Scenario`. It may add entities (marked
`injected`), events, faults and weather, and appends its `CornerCase`; all else stays as it is, so that the twin without
it is equal in everything else.
"""

import math

import numpy as np

from simgen.errors import InputError
from simgen.library import call, find
from simgen.scenario.scenario import Scenario
from simgen.scenario.validate import validate

DEFAULT_SEVERITY = 0.5


def parse_injection(text: str) -> tuple[str, float]:
    """Name and severity of CASE or CASE:SEVERITY.

    Raises:
        InputError: the severity is no number in 0..1.
    """
    name, colon, severity = text.rpartition(":") if ":" in text else (text, "", "")
    if not colon:
        return name, DEFAULT_SEVERITY
    try:
        value = float(severity)
    except ValueError:
        value = math.nan
    if not name or not 0.0 <= value <= 1.0:
        raise InputError(f"inject {text}: severity: expected CASE or CASE:SEVERITY with 0..1, got {severity!r}")
    return name, value


def inject(scenario: Scenario, name: str, severity: float, rng: np.random.Generator) -> Scenario:
    """The scenario with a corner case in it.

    Args:
        scenario: without it.
        name: of the injection in the library, or path of a .py file.
        severity: 0..1; what the ends mean is told by the injection.
        rng: for whatever the injection draws itself.

    Raises:
        InputError: unknown injection, severity out of range, the case is there already, or the result is not valid.
    """
    offered = find("injections", name)
    if not 0.0 <= severity <= 1.0:
        raise InputError(f"injections/{offered.name}: severity: expected 0..1, got {severity:g}")
    if any(case.case == offered.name for case in scenario.cases):
        raise InputError(f"injections/{offered.name}: scenarios/{scenario.name} has this case already")
    result = call(offered, scenario, severity, rng)
    if not isinstance(result, Scenario):
        raise InputError(f"injections/{offered.name}: expected it to return a Scenario, got {type(result).__name__}")
    validate(result)
    return result
