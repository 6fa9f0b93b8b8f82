"""Shades what rays hit: surfaces are uploaded some rows at a time, and one pass gives them the rasteriser's look."""

import moderngl
import numpy as np
from jaxtyping import UInt32
from numpy import ndarray

from simgen.render.camera_view import CameraView, State
from simgen.render.context import context
from simgen.render.parallel import bands, each
from simgen.render.programs import assign
from simgen.render.raster import Rasteriser
from simgen.render.ray_camera_pixels import Found
from simgen.render.ray_camera_surface import WORDS, Corners, Gaze, surface_rows
from simgen.render.raycast import Hits
from simgen.render.scene import Scene
from simgen.world.lamps import signal_mask

_PIXELS_AT_ONCE = 1 << 19
"""What is uploaded for them fits into the buffers of any driver."""


class RayShader:
    """The shading pass of one scene; for the thread that made its rasteriser."""

    def __init__(self, scene: Scene, rasteriser: Rasteriser) -> None:
        self._scene, self._look = scene, rasteriser.look
        self._graphics = context()
        self._gl = self._graphics.gl
        self._corners = Corners.of(scene)
        self._buffers: dict[tuple[int, int], tuple[moderngl.Framebuffer, moderngl.Buffer]] = {}
        paint = np.zeros((len(scene.paint), 4), np.float32)
        has_paint = ~np.isnan(scene.paint[:, 0])
        paint[:, :3] = np.where(has_paint[:, None], scene.paint, 0.0)
        paint[:, 3] = has_paint
        with self._gl:
            self._paints = self._gl.buffer(paint.tobytes())

    def shade(
        self, hits: Hits, found: Found, gaze: Gaze, view: CameraView, state: State, out: UInt32[ndarray, "h w 2"]
    ) -> None:
        """Fills in the coded light of every pixel, as the rasteriser's shaders store it."""
        self._graphics.check()
        height, width = gaze.is_seen.shape
        rows = min(height, max(_PIXELS_AT_ONCE // width, 1))
        lit_of_link, lit_of_signal = self._lit(state)
        surfaces = np.empty((rows, width, WORDS), np.float32)
        tags = surfaces.view(np.uint32)
        with self._gl:
            array = self._look.prepare_rays(view, state)
            frame, buffer = self._room(width, rows)
            assign(array.program, width=width)
            for first in range(0, height, rows):
                count = min(rows, height - first)

                def fill(band: tuple[int, int], first: int = first) -> None:
                    surface_rows(
                        first + band[0], first + band[1], found, hits.face, self._corners, gaze, lit_of_link,
                        lit_of_signal, first, surfaces, tags,
                    )  # fmt: skip

                each(fill, bands(count))
                buffer.write(surfaces[:count])
                buffer.bind_to_storage_buffer(1)
                self._paints.bind_to_storage_buffer(2)
                frame.use()
                frame.scissor = frame.viewport = (0, 0, width, count)
                self._gl.enable_only(moderngl.NOTHING)
                array.render(moderngl.TRIANGLES, vertices=3)
                frame.read_into(out[first : first + count], (0, 0, width, count), components=2, dtype="u4", alignment=4)

    def close(self) -> None:
        """Frees what OpenGL holds for this."""
        self._buffers.clear()

    def _room(self, width: int, rows: int) -> tuple[moderngl.Framebuffer, moderngl.Buffer]:
        if (width, rows) not in self._buffers:
            frame = self._gl.framebuffer([self._gl.texture((width, rows), 2, dtype="u4")])
            self._buffers[width, rows] = frame, self._gl.buffer(reserve=rows * width * WORDS * 4)
        return self._buffers[width, rows]

    def _lit(self, state: State) -> tuple[UInt32[ndarray, " links"], UInt32[ndarray, " s"]]:
        """Lit lamps of each link and of each traffic light."""
        actor = self._scene.actor_of_link.astype(np.int64)
        none = np.zeros(int(actor.max(initial=0)) + 1, np.uint32)
        lamps = none if state.lamps is None else np.concatenate([none[:1], np.asarray(state.lamps, np.uint32)])
        count = max((signal for signal, _ in self._scene.signals), default=-1) + 1
        shown = [signal_mask(int(state.signals[k])) if k < len(state.signals) else 0 for k in range(count)]
        return lamps[actor], np.array(shown, dtype=np.uint32)
