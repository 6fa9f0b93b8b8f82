"""The camera: an ideal pinhole with a global shutter, drawn by the rasteriser."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.errors import InputError
from simgen.library import entry
from simgen.motion import View
from simgen.readings import CAMERA_CHANNELS, CameraModel, Image
from simgen.render.camera_view import Moment, State
from simgen.render.raster import Rasteriser
from simgen.sensing.sensor import Setting
from simgen.world.weather import Weather

_PARAMETERS = ("width", "height", "K", "horizontal_fov_deg", "channels", "sees_ego")


@entry("sensors", "camera", source="R. Hartley, A. Zisserman, Multiple View Geometry, 2nd ed., section 6.1")
class Camera:
    """An ideal pinhole camera with a global shutter.

    Parameters of its mount: `width`, `height` (pixels), `K` (3 x 3) or `horizontal_fov_deg` (square pixels, principal
    point in the middle), `channels`, and `sees_ego`: whether the vehicle that carries it is in the picture (default:
    no, as cameras behind a windscreen would look into their own cabin). Boxes of actors are found when labels are
    wanted beside `rgb`.

    Attributes:
        model: its projection.
    """

    kind = "camera"

    def __init__(self, setting: Setting) -> None:
        self._mount, self._scene = setting.mount, setting.scene
        self._readings = setting.readings
        self._channels = setting.channels
        self.model = _model(setting.name, setting.mount.parameters)
        unknown = sorted(set(self._channels) - set(CAMERA_CHANNELS))
        if unknown:
            raise InputError(
                f"rig: {setting.name}.channels: expected some of {', '.join(CAMERA_CHANNELS)}, got {unknown[0]!r}"
            )
        self._ego_row = setting.scene.cast.rows(setting.scene.cast.ego.id).start
        sees_ego = bool(setting.mount.parameters.get("sees_ego", False))
        self._hidden = () if sees_ego else (setting.scene.cast.ego.id,)
        if "raster" not in setting.engines:
            setting.engines["raster"] = Rasteriser(setting.scene)
        self._rasteriser: Rasteriser = setting.engines["raster"]

    def window_ns(self, k: int) -> tuple[int, int]:
        """The reading's own time, and those of its neighbours where flow is wanted."""
        times = [self._mount.time_ns(k)]
        if self._has_before(k):
            times.insert(0, self._mount.time_ns(k - 1))
        if self._has_after(k):
            times.append(self._mount.time_ns(k + 1))
        return times[0], times[-1]

    def read(self, view: View, k: int) -> Image:
        """Image k."""
        time_ns = self._mount.time_ns(k)
        now = self._moment(view, time_ns)
        snapshot = view.nearest(time_ns)
        result = self._rasteriser.render(
            self.model,
            now,
            self._channels,
            state=State(lamps=snapshot.lamps, signals=snapshot.signals, weather=Weather.from_array(snapshot.weather)),
            before=self._moment(view, self._mount.time_ns(k - 1)) if self._has_before(k) else None,
            after=self._moment(view, self._mount.time_ns(k + 1)) if self._has_after(k) else None,
            hidden_actors=self._hidden,
            outlines=self._readings is not None,  # boxes are labels of episodes; an environment has none
        )
        outlines = {}
        if result.outlines is not None:
            names = ("visible_pixels", "alone_pixels", "amodal", "visible")
            outlines = {name: getattr(result.outlines, name) for name in names}
        return Image(
            k=k,
            time_ns=time_ns,
            reported_time_ns=time_ns,
            world_from_sensor=now.world_from_camera,
            channels=result.channels,
            **outlines,
        )

    def attributes(self) -> Mapping[str, Any]:
        """Size and projection, as an episode stores them."""
        return {
            "kind": self.kind,
            "width": self.model.width,
            "height": self.model.height,
            "model": self.model.model,
            "K": self.model.K,
            "distortion": self.model.distortion,
            "shutter": "global",
            "line_time_ns": 0,
            "depth_kind": "z",
        }

    def _has_before(self, k: int) -> bool:
        return "flow_backward" in self._channels and k > 0

    def _has_after(self, k: int) -> bool:
        last = self._readings is not None and k >= self._readings - 1
        return "flow_forward" in self._channels and not last

    def _moment(self, view: View, time_ns: int) -> Moment:
        poses = view.link_poses(time_ns)
        world_from_ego = view.pose(self._ego_row, time_ns)
        return Moment(world_from_camera=(world_from_ego @ self._mount.ego_from_sensor).matrix(), link_pose=poses)


def _model(name: str, given: Mapping[str, Any]) -> CameraModel:
    unknown = sorted(set(given) - set(_PARAMETERS))
    if unknown:
        raise InputError(f"rig: {name}: expected parameters {', '.join(_PARAMETERS)}, got {unknown[0]!r}")
    width, height = (_size(name, given, field) for field in ("width", "height"))
    if "K" in given:
        return CameraModel(width=width, height=height, K=_intrinsics(name, given["K"]))
    try:
        fov = float(given.get("horizontal_fov_deg", float("nan")))
    except (TypeError, ValueError):
        fov = float("nan")
    if not 1.0 <= fov <= 170.0:
        got = given.get("horizontal_fov_deg", "neither")
        raise InputError(f"rig: {name}.horizontal_fov_deg: expected K, or 1..170 degrees, got {got!r}")
    return CameraModel.from_fov(width, height, fov)


def _size(name: str, given: Mapping[str, Any], field: str) -> int:
    value = given.get(field)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 8192:
        raise InputError(f"rig: {name}.{field}: expected whole pixels 1..8192, got {value!r}")
    return value


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
