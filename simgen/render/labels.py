"""Labels of an image from its triangle ids: per pixel in bands of rows, per actor from the instance mask and alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int64, Shaped, UInt32
from numpy import ndarray

from simgen.render.buffers import Pool
from simgen.render.camera_view import CameraView, Moment, link_matrices
from simgen.render.drawing import Drawer
from simgen.render.geometry import Geometry
from simgen.render.parallel import bands, begin
from simgen.render.resolve import FaceTable, Labels, Motion, Tally, flow_matrices, resolve_rows
from simgen.render.scene import Scene
from simgen.render.silhouettes import Alone, Outlines, Silhouettes

_LABELS: dict[str, tuple[tuple[int, ...], str]] = {
    "depth": ((), "f4"),
    "semantic": ((), "u1"),
    "instance": ((), "u4"),
    "normal": ((3,), "u2"),
    "flow_forward": ((2,), "f4"),
    "flow_backward": ((2,), "f4"),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rendering:
    """Channels of a camera image, as `readings.Image` has them, and what is known of each actor in it.

    One more channel, `light` (H,W,3) f4, is what a picture is made from: exposed radiance, white in the sun about 1.
    """

    channels: Mapping[str, Shaped[ndarray, "..."]]
    outlines: Outlines | None


class Labeller:
    """Turns what OpenGL drew of a scene into channels and outlines."""

    def __init__(self, scene: Scene, geometry: Geometry, drawer: Drawer) -> None:
        self._scene = scene
        self._faces = FaceTable(
            owner=drawer.owner,
            face_minus_id=drawer.face_minus_id,
            normal=geometry.normal,
            centre=geometry.centre,
            radius_m=geometry.radius_m,
            material=geometry.material,
            semantic=scene.semantic,
            actor=scene.actor_of_link,
        )
        self._silhouettes = Silhouettes(scene)
        self._pool = Pool()

    def begin(self, view: CameraView) -> Callable[[], Alone]:
        """Starts to find what each actor alone would cover, beside what draws."""
        return self._silhouettes.begin(view)

    def label(
        self,
        drawn: UInt32[ndarray, "h w 2"],
        view: CameraView,
        channels: Sequence[str],
        *,
        before: Moment | None,
        after: Moment | None,
        alone: Callable[[], Alone] | None,
    ) -> Callable[[], tuple[dict[str, Shaped[ndarray, "..."]], Outlines | None]]:
        """Starts on the channels that are wanted, and on the outlines of actors if what `begin` found is given.

        Returns:
            A function that waits for them.
        """
        size = view.camera.height, view.camera.width
        arrays = {
            name: self._pool.take((*size, *_LABELS[name][0]), _LABELS[name][1]) for name in channels if name in _LABELS
        }
        if alone is None and not arrays:
            return lambda: ({}, None)
        flow = self._flow(view, (after, before))
        wait = self._resolve(drawn, view, arrays, flow)

        def found() -> tuple[dict[str, Shaped[ndarray, "..."]], Outlines | None]:
            parts = wait()
            given = {name: arr.view(np.float16) if name == "normal" else arr for name, arr in arrays.items()}
            return given, None if alone is None else _outlines(parts, *alone())

        return found

    def _resolve(
        self,
        drawn: UInt32[ndarray, "h w 2"],
        view: CameraView,
        arrays: dict[str, Shaped[ndarray, "..."]],
        flow: Float[ndarray, "2 links 3 4"],
    ) -> Callable[[], list[Tally]]:
        empty = {name: np.empty((0,) * (2 + len(shape)), kind) for name, (shape, kind) in _LABELS.items()}
        to = Labels(**(empty | arrays))
        motion = Motion(np.linalg.inv(view.camera.K), view.camera_from_link, flow)
        actors = len(self._scene.cast.actors) + 1

        def resolve(band: tuple[int, int]) -> Tally:
            bounds = np.tile(np.array([drawn.shape[1], drawn.shape[0], 0, 0], np.int64), (actors, 1))
            tally = Tally(np.zeros(actors, np.int64), bounds)
            resolve_rows(*band, drawn, self._faces, motion, to, tally)
            return tally

        return begin(resolve, bands(drawn.shape[0]))

    def _flow(self, view: CameraView, others: Sequence[Moment | None]) -> Float[ndarray, "2 links 3 4"]:
        result = np.full((len(others), len(view.camera_from_link), 3, 4), np.nan)
        if any(other is not None for other in others):
            link_from_camera = np.linalg.inv(view.camera_from_link)
            for flow, other in zip(result, others, strict=True):
                if other is not None:
                    then = np.linalg.inv(other.world_from_camera) @ link_matrices(other.link_pose)
                    with np.errstate(invalid="ignore"):
                        flow[:] = flow_matrices(view.camera.K, then @ link_from_camera)
        return result


def _outlines(parts: Sequence[Tally], alone_pixels: Int64[ndarray, " a"], amodal: Float[ndarray, "a 4"]) -> Outlines:
    pixels = np.sum([part.pixels for part in parts], axis=0)
    low = np.min([part.bounds[:, :2] for part in parts], axis=0)
    high = np.max([part.bounds[:, 2:] for part in parts], axis=0)
    visible = np.where(pixels[:, None] > 0, np.concatenate([low, high], axis=1), np.nan)
    return Outlines(visible_pixels=pixels, visible=visible, alone_pixels=alone_pixels, amodal=amodal)
