"""What a camera's mount says about exposure, noise, lens, blur, rain and dirt."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from simgen.errors import InputError
from simgen.imaging.exposure import Exposure, ExposureControl
from simgen.imaging.tone import Curve, gamma, linear, srgb
from simgen.render.develop import tone_curve

NAMES = (
    "noise", "exposure", "white_balance", "tone", "f_number", "transmission", "vignetting", "glare", "flare",
    "chromatic_aberration", "motion_blur", "focus_m", "precipitation", "soiling",
)  # fmt: skip

FILMIC_HEADROOM, HEADROOM = 4.0, 2.0**0.5
"""Light of a full well, where 1 is white: two stops for a film-like curve that rolls off; ISO 12232's half stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """How a camera departs from the ideal one.

    Attributes:
        exposure: fixed, automatic, or as the ideal camera has it (None).
        white_balance: factors of red, green, blue; "ideal" (as the scene's light is), or "auto".
        tone: from light to the share of full scale.
        headroom: light of a full well, where 1 is white.
        vignetting: "" (none), "natural", or terms of a polynomial.
        samples: pictures over an exposure; 1 without motion blur.
        focus_m: distance of what is sharp; 0 for everything.
        dirt, drops, crack: what is on the glass.
    """

    noise: bool = False
    exposure: Exposure | ExposureControl | None = None
    white_balance: str | tuple[float, float, float] = "ideal"
    tone: Curve = tone_curve
    headroom: float = FILMIC_HEADROOM
    f_number: float = 2.0
    transmission: float = 0.9
    vignetting: str | tuple[float, ...] = ""
    glare: float = 0.0
    flare: float = 0.0
    chromatic_aberration: float = 0.0
    samples: int = 1
    focus_m: float = 0.0
    precipitation: bool = False
    dirt: float = 0.0
    drops: int = 0
    crack: bool = False

    @property
    def soils(self) -> bool:
        """Something is on the glass."""
        return self.dirt > 0.0 or self.drops > 0 or self.crack

    @property
    def longest_s(self) -> float:
        """The longest exposure that there can be."""
        if isinstance(self.exposure, Exposure):
            return self.exposure.time_s
        control = self.exposure if isinstance(self.exposure, ExposureControl) else ExposureControl()
        return control.max_time_s


def effects(name: str, given: Mapping[str, Any]) -> Effects | None:
    """The effects that a mount asks for; None if it asks for none, and the camera is ideal.

    Args:
        name: of the mount, for messages.
        given: its parameters; others than `NAMES` are not looked at.

    Raises:
        InputError: one of them cannot be used.
    """
    if not any(key in given for key in NAMES):
        return None
    found: dict[str, Any] = {}
    for key in NAMES:
        if key in given:
            found |= _READERS[key](f"rig: {name}.{key}", given[key])
    return Effects(**found)


def _number(place: str, value: Any, low: float, high: float, unit: str = "") -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise InputError(f"{place}: expected {low:g}..{high:g}{unit and ' ' + unit}, got {value!r:.60}")
    return float(value)


def _ranged(key: str, low: float, high: float, unit: str = "") -> Callable[[str, Any], dict[str, Any]]:
    return lambda place, value: {key: _number(place, value, low, high, unit)}


def _switch(key: str) -> Callable[[str, Any], dict[str, Any]]:
    def read(place: str, value: Any) -> dict[str, Any]:
        if not isinstance(value, bool):
            raise InputError(f"{place}: expected true or false, got {value!r:.60}")
        return {key: value}

    return read


_FIXED = {"time_s": (1e-6, 1.0, "s"), "gain_db": (0.0, 48.0, "dB")}
_AUTO = {
    "min_time_s": (1e-6, 0.1, "s"), "max_time_s": (1e-5, 0.1, "s"), "max_gain_db": (0.0, 48.0, "dB"),
    "bias_ev": (-4.0, 4.0, "stops"), "speed": (0.05, 1.0, ""),
}  # fmt: skip


def _exposure(place: str, value: Any) -> dict[str, Any]:
    if value == "ideal":
        return {"exposure": None}
    if value == "auto":
        return {"exposure": ExposureControl()}
    if not isinstance(value, Mapping):
        raise InputError(f"{place}: expected ideal, auto or a table of numbers, got {value!r:.60}")
    if "time_s" in value:
        numbers = _table(place, value, _FIXED)
        return {"exposure": Exposure(time_s=numbers["time_s"], gain=10.0 ** (numbers.get("gain_db", 0.0) / 20.0))}
    centre = value.get("metering", "average")
    if centre not in ("average", "centre"):
        raise InputError(f"{place}.metering: expected average or centre, got {centre!r:.60}")
    numbers = _table(place, {key: item for key, item in value.items() if key != "metering"}, _AUTO)
    if "max_gain_db" in numbers:
        numbers["max_gain"] = 10.0 ** (numbers.pop("max_gain_db") / 20.0)
    plain: dict[str, Any] = dict(numbers)
    control = replace(ExposureControl(centre=centre == "centre"), **plain)
    if control.min_time_s > control.max_time_s:
        raise InputError(
            f"{place}: expected min_time_s <= max_time_s, got {control.min_time_s} and {control.max_time_s}"
        )
    return {"exposure": control}


def _table(place: str, given: Mapping[str, Any], known: Mapping[str, tuple[float, float, str]]) -> dict[str, float]:
    for key in given:
        if key not in known:
            raise InputError(f"{place}: expected some of {', '.join(known)}, got {key!r:.60}")
    return {key: _number(f"{place}.{key}", item, *known[key]) for key, item in given.items()}


def _white_balance(place: str, value: Any) -> dict[str, Any]:
    if value in ("ideal", "auto"):
        return {"white_balance": value}
    if not isinstance(value, list | tuple) or len(value) != 3:
        raise InputError(f"{place}: expected ideal, auto or three gains, got {value!r:.60}")
    return {"white_balance": tuple(_number(place, gain, 0.1, 10.0) for gain in value)}


def _tone(place: str, value: Any) -> dict[str, Any]:
    curves: dict[str, tuple[Curve, float]] = {
        "filmic": (tone_curve, FILMIC_HEADROOM), "srgb": (srgb, HEADROOM), "linear": (linear, 1.0),
    }  # fmt: skip
    if isinstance(value, str) and value in curves:
        curve, headroom = curves[value]
        return {"tone": curve, "headroom": headroom}
    if isinstance(value, str | bool) or not isinstance(value, int | float):
        raise InputError(f"{place}: expected {', '.join(curves)} or a gamma of 1..4, got {value!r:.60}")
    return {"tone": gamma(_number(place, value, 1.0, 4.0)), "headroom": HEADROOM}


def _vignetting(place: str, value: Any) -> dict[str, Any]:
    if value == "natural":
        return {"vignetting": value}
    if not isinstance(value, list | tuple) or not 1 <= len(value) <= 4:
        raise InputError(f"{place}: expected natural or 1 to 4 terms of r^2, r^4, ..., got {value!r:.60}")
    return {"vignetting": tuple(_number(place, term, -2.0, 2.0) for term in value)}


def _motion_blur(place: str, value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"samples": 9 if value else 1}
    if not isinstance(value, int) or not 1 <= value <= 65 or value % 2 == 0:
        raise InputError(f"{place}: expected true, false or an odd number of samples 1..65, got {value!r:.60}")
    return {"samples": value}


def _soiling(place: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise InputError(f"{place}: expected a table with dirt, drops or crack, got {value!r:.60}")
    found: dict[str, Any] = {}
    for key, item in value.items():
        if key == "dirt":
            found[key] = _number(f"{place}.dirt", item, 0.0, 1.0)
        elif key == "drops":
            if not isinstance(item, int) or isinstance(item, bool) or not 0 <= item <= 500:
                raise InputError(f"{place}.drops: expected a whole number 0..500, got {item!r:.60}")
            found[key] = item
        elif key == "crack":
            found |= _switch("crack")(f"{place}.crack", item)
        else:
            raise InputError(f"{place}: expected some of dirt, drops, crack, got {key!r:.60}")
    return found


_READERS: dict[str, Callable[[str, Any], dict[str, Any]]] = {
    "noise": _switch("noise"),
    "exposure": _exposure,
    "white_balance": _white_balance,
    "tone": _tone,
    "f_number": _ranged("f_number", 0.7, 32.0),
    "transmission": _ranged("transmission", 1e-4, 1.0),
    "vignetting": _vignetting,
    "glare": _ranged("glare", 0.0, 0.5),
    "flare": _ranged("flare", 0.0, 0.2),
    "chromatic_aberration": _ranged("chromatic_aberration", -0.02, 0.02),
    "motion_blur": _motion_blur,
    "focus_m": _ranged("focus_m", 0.1, 1e4, "m"),
    "precipitation": _switch("precipitation"),
    "soiling": _soiling,
}
