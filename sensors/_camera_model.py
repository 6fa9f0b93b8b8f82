"""What a camera's mount says about its projection and shutter."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.errors import InputError
from simgen.readings import CAMERA_MODELS, CameraModel

PARAMETERS = ("width", "height", "model", "K", "horizontal_fov_deg", "distortion", "shutter", "line_time_ns")
_COEFFICIENTS = {"pinhole": (0,), "brown_conrady": (4, 5, 8), "kannala_brandt": (4,), "equirectangular": (0,)}
_WIDEST_DEG = {"pinhole": 170.0, "brown_conrady": 170.0, "kannala_brandt": 220.0, "equirectangular": 360.0}
_LONGEST_LINE_NS = 1_000_000


def camera_model(name: str, given: Mapping[str, Any]) -> CameraModel:
    """The projection that a mount asks for.

    Args:
        name: of the mount, for messages.
        given: its parameters.

    Raises:
        InputError: one of them cannot be used.
    """
    width, height = (_size(name, given, field) for field in ("width", "height"))
    model = given.get("model", "pinhole")
    if model not in CAMERA_MODELS:
        raise InputError(f"rig: {name}.model: expected one of {', '.join(CAMERA_MODELS)}, got {model!r:.60}")
    distortion = _distortion(name, model, given.get("distortion", ()))
    if "K" in given:
        intrinsics = _intrinsics(name, given["K"])
        if model == "equirectangular" and intrinsics[0, 1] != 0.0:
            raise InputError(f"rig: {name}.K: expected no skew, got {intrinsics[0, 1]:g}")
        return CameraModel(width=width, height=height, K=intrinsics, model=model, distortion=distortion)
    fov_deg = _field_of_view(name, model, given)
    return CameraModel.from_fov(width, height, fov_deg, model=model, distortion=distortion)


def line_time_ns(name: str, given: Mapping[str, Any]) -> int:
    """Nanoseconds from one row to the next; 0 for a global shutter.

    Raises:
        InputError: `shutter` and `line_time_ns` do not fit together.
    """
    shutter, line_ns = given.get("shutter", "global"), given.get("line_time_ns", 0)
    if shutter not in ("global", "rolling"):
        raise InputError(f"rig: {name}.shutter: expected global or rolling, got {shutter!r:.60}")
    if not isinstance(line_ns, int) or isinstance(line_ns, bool) or not 0 <= line_ns <= _LONGEST_LINE_NS:
        raise InputError(f"rig: {name}.line_time_ns: expected 0..{_LONGEST_LINE_NS} nanoseconds, got {line_ns!r:.60}")
    if (shutter == "rolling") != (line_ns > 0):
        raise InputError(f"rig: {name}.line_time_ns: expected > 0 with a rolling shutter alone, got {line_ns}")
    return line_ns


def _size(name: str, given: Mapping[str, Any], field: str) -> int:
    value = given.get(field)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 8192:
        raise InputError(f"rig: {name}.{field}: expected whole pixels 1..8192, got {value!r}")
    return value


def _distortion(name: str, model: str, given: Any) -> Float[ndarray, " d"]:
    counts = _COEFFICIENTS[model]
    expected = f"{' or '.join(map(str, counts))} finite numbers for {model}"
    try:
        result = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError(f"rig: {name}.distortion: expected {expected}, got {given!r:.60}") from None
    if result.ndim != 1 or not np.isfinite(result).all():
        raise InputError(f"rig: {name}.distortion: expected {expected}, got {given!r:.60}")
    if len(result) == 0:
        return np.zeros(counts[0])
    if len(result) not in counts:
        raise InputError(f"rig: {name}.distortion: expected {expected}, got {len(result)}")
    return result


def _field_of_view(name: str, model: str, given: Mapping[str, Any]) -> float:
    widest = _WIDEST_DEG[model]
    missing = widest if model == "equirectangular" else float("nan")
    try:
        fov = float(given.get("horizontal_fov_deg", missing))
    except (TypeError, ValueError):
        fov = float("nan")
    if not 1.0 <= fov <= widest:
        got = given.get("horizontal_fov_deg", "neither")
        raise InputError(f"rig: {name}.horizontal_fov_deg: expected K, or 1..{widest:g} degrees, got {got!r}")
    return fov


def _intrinsics(name: str, given: Any) -> Float[ndarray, "3 3"]:
    place = f"rig: {name}.K"
    try:
        k = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError(f"{place}: expected a 3 x 3 matrix of numbers, got {given!r}") from None
    if k.shape != (3, 3) or not np.isfinite(k).all():
        raise InputError(f"{place}: expected a finite 3 x 3 matrix, got shape {k.shape}")
    if k[0, 0] <= 0 or k[1, 1] <= 0 or k[1, 0] != 0 or (k[2] != [0.0, 0.0, 1.0]).any():
        raise InputError(f"{place}: expected fx, fy > 0 above a last row 0 0 1, got {k.tolist()}")
    return k
