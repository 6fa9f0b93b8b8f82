"""The camera: an ideal pinhole with a global shutter is drawn, any other lens or shutter is cast ray by ray."""

from collections.abc import Mapping
from typing import Any

from jaxtyping import Float
from numpy import ndarray

from simgen.errors import InputError
from simgen.library import entry
from simgen.motion import View
from simgen.readings import CAMERA_CHANNELS, Image
from simgen.render.camera_view import Moment, State
from simgen.render.labels import Rendering
from simgen.render.raster import Rasteriser
from simgen.render.ray_camera import RayCamera
from simgen.render.ray_camera_shot import Shot
from simgen.sensing.sensor import Setting
from simgen.world.weather import Weather

from ._camera_model import PARAMETERS, camera_model, line_time_ns

_PARAMETERS = (*PARAMETERS, "channels", "sees_ego")


@entry("sensors", "camera", source="R. Hartley, A. Zisserman, Multiple View Geometry, 2nd ed., section 6.1")
class Camera:
    """A camera: rasterised where it is an ideal pinhole with a global shutter, else cast, a ray a pixel.

    Parameters of its mount: `width`, `height` (pixels), `model` and `distortion` (`simgen.optics` has their equations;
    coefficients in OpenCV's order), `K` (3 x 3) or `horizontal_fov_deg` (square pixels, principal point in the middle),
    `shutter` ("global" or "rolling") with `line_time_ns` from one row to the next, `channels`, and `sees_ego`: whether
    the vehicle that carries it is in the picture (default: no, as cameras behind a windscreen would look into their own
    cabin). Boxes of actors are found when labels are wanted beside `rgb`.

    Attributes:
        model: its projection.
        line_time_ns: from one row to the next, 0 for a global shutter.
    """

    kind = "camera"

    def __init__(self, setting: Setting) -> None:
        self._mount, self._scene = setting.mount, setting.scene
        self._readings = setting.readings
        self._channels = setting.channels
        given = setting.mount.parameters
        unknown = sorted(set(given) - set(_PARAMETERS))
        if unknown:
            raise InputError(f"rig: {setting.name}: expected parameters {', '.join(_PARAMETERS)}, got {unknown[0]!r}")
        self.model = camera_model(setting.name, given)
        self.line_time_ns = line_time_ns(setting.name, given)
        unknown = sorted(set(self._channels) - set(CAMERA_CHANNELS))
        if unknown:
            raise InputError(
                f"rig: {setting.name}.channels: expected some of {', '.join(CAMERA_CHANNELS)}, got {unknown[0]!r}"
            )
        self._ego_row = setting.scene.cast.rows(setting.scene.cast.ego.id).start
        sees_ego = bool(given.get("sees_ego", False))
        self._hidden = () if sees_ego else (setting.scene.cast.ego.id,)
        if "raster" not in setting.engines:
            setting.engines["raster"] = Rasteriser(setting.scene)
        self._rasteriser: Rasteriser = setting.engines["raster"]
        self._rays: RayCamera | None = None
        if self.model.model != "pinhole" or self.line_time_ns > 0:
            self._rays = RayCamera.among(setting.engines, setting.scene)

    def window_ns(self, k: int) -> tuple[int, int]:
        """The times of all rows of the reading, and of its neighbours where flow is wanted."""
        times = [self._mount.time_ns(k)]
        if self._has_before(k):
            times.insert(0, self._mount.time_ns(k - 1))
        if self._has_after(k):
            times.append(self._mount.time_ns(k + 1))
        half = self.line_time_ns * self.model.height // 2 + 1 if self.line_time_ns else 0
        return times[0] - half, times[-1] + half

    def read(self, view: View, k: int) -> Image:
        """Image k."""
        time_ns = self._mount.time_ns(k)
        result = self._drawn(view, k) if self._rays is None else self._cast(self._rays, view, k)
        outlines = {}
        if result.outlines is not None:
            names = ("visible_pixels", "alone_pixels", "amodal", "visible")
            outlines = {name: getattr(result.outlines, name) for name in names}
        return Image(
            k=k,
            time_ns=time_ns,
            reported_time_ns=time_ns,
            world_from_sensor=self._world_from_camera(view, time_ns),
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
            "shutter": "rolling" if self.line_time_ns else "global",
            "line_time_ns": self.line_time_ns,
            "depth_kind": self.model.depth_kind,
        }

    def _has_before(self, k: int) -> bool:
        return "flow_backward" in self._channels and k > 0

    def _has_after(self, k: int) -> bool:
        last = self._readings is not None and k >= self._readings - 1
        return "flow_forward" in self._channels and not last

    def _drawn(self, view: View, k: int) -> Rendering:
        """The picture of an instant, by the rasteriser."""
        time_ns = self._mount.time_ns(k)
        return self._rasteriser.render(
            self.model,
            self._moment(view, time_ns),
            self._channels,
            state=_state(view, time_ns),
            before=self._moment(view, self._mount.time_ns(k - 1)) if self._has_before(k) else None,
            after=self._moment(view, self._mount.time_ns(k + 1)) if self._has_after(k) else None,
            hidden_actors=self._hidden,
            outlines=self._readings is not None,  # boxes are labels of episodes; an environment has none
        )

    def _cast(self, rays: RayCamera, view: View, k: int) -> Rendering:
        """The picture of a lens or shutter that the rasteriser does not know, by rays."""
        time_ns = self._mount.time_ns(k)
        return rays.render(
            self.model,
            self._shot(view, time_ns),
            self._channels,
            state=_state(view, time_ns),
            before=self._shot(view, self._mount.time_ns(k - 1)) if self._has_before(k) else None,
            after=self._shot(view, self._mount.time_ns(k + 1)) if self._has_after(k) else None,
            hidden_actors=self._hidden,
            outlines=self._readings is not None,
        )

    def _world_from_camera(self, view: View, time_ns: int) -> Float[ndarray, "4 4"]:
        return (view.pose(self._ego_row, time_ns) @ self._mount.ego_from_sensor).matrix()

    def _moment(self, view: View, time_ns: int) -> Moment:
        return Moment(world_from_camera=self._world_from_camera(view, time_ns), link_pose=view.link_poses(time_ns))

    def _shot(self, view: View, time_ns: int) -> Shot:
        return Shot(
            view=view,
            time_ns=time_ns,
            line_time_ns=self.line_time_ns,
            height=self.model.height,
            carrier_row=self._ego_row,
            carrier_from_camera=self._mount.ego_from_sensor.matrix(),
        )


def _state(view: View, time_ns: int) -> State:
    snapshot = view.nearest(time_ns)
    return State(lamps=snapshot.lamps, signals=snapshot.signals, weather=Weather.from_array(snapshot.weather))
