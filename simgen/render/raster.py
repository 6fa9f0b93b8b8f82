"""Camera images and their labels by rasterising: OpenGL finds which triangle each pixel sees and shades it."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import moderngl
from jaxtyping import UInt32
from numpy import ndarray

from simgen.readings import CameraModel
from simgen.render.buffers import Pool
from simgen.render.camera_view import CameraView, Moment, State, clip_matrix
from simgen.render.context import GraphicsContext, context
from simgen.render.darkroom import PICTURES, Darkroom
from simgen.render.drawing import Canvas, Drawer
from simgen.render.geometry import KINDS, Geometry
from simgen.render.heaven import SKY
from simgen.render.labels import Labeller, Rendering
from simgen.render.look import Look
from simgen.render.programs import assign, program
from simgen.render.scene import Scene

_SMALLEST_PX = 0.3
"""Radius of pieces that are not drawn: pixels' centres would meet them by chance alone."""

_FEW_PX = 20.0
"""Sides of triangles whose gloss is found at their corners: half of what a pixel costs, where it varies little."""


_COARSE_PX = 1.0 / 3.0
"""How far from the true shape what is drawn may be: pixels at edges alone can tell."""


class _Target:
    """The framebuffer of one image size."""

    def __init__(self, graphics: GraphicsContext, width: int, height: int, *, wide: bool) -> None:
        gl = graphics.gl
        layers = 2 if wide else 1
        self.frame = gl.framebuffer([gl.texture((width, height), 2, dtype="u4") for _ in range(layers)])
        graphics.attach_depth(self.frame)
        self.size = (height, width, 2)


class _Drawn(NamedTuple):
    """What was read back: triangle ids and coded light, and light as half floats where that was wanted."""

    pixels: UInt32[ndarray, "h w 2"]
    wide: UInt32[ndarray, "h w 2"] | None


class Rasteriser:
    """Draws one scene for any number of cameras; for the thread that made it alone.

    Attributes:
        renderer: OpenGL's own name of what draws.
        look: lighting and textures, which ray cameras share.
    """

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self._graphics = context()
        self._gl = self._graphics.gl
        self.renderer = self._graphics.renderer
        geometry = Geometry.of(scene)
        self._drawer = Drawer(scene, geometry)
        batches = len(geometry.static) + sum(len(parts) for parts in geometry.links)
        self._darkroom = Darkroom()
        self._pool = Pool()
        self._targets: dict[tuple[int, int, bool], _Target] = {}
        self._labeller = Labeller(scene, geometry, self._drawer)
        with self._gl:
            self._canvas = Canvas(self._gl, geometry, batches)
            self.look = Look(self._graphics, scene, self._drawer, self._canvas)
            self._plain = program(self._gl, "surface.vert.glsl", "surface.frag.glsl")
            self._plain_arrays = (self._canvas.array(self._plain),) * KINDS

    def render(
        self,
        camera: CameraModel,
        now: Moment,
        channels: Sequence[str],
        *,
        state: State | None = None,
        before: Moment | None = None,
        after: Moment | None = None,
        hidden_actors: Sequence[int] = (),
        outlines: bool = True,
        antialias: int = 1,
    ) -> Rendering:
        """One image; `begin` has the arguments.

        Raises:
            RuntimeError: called from another thread than the one that made this.
        """
        return self.begin(
            camera, now, channels, state=state, before=before, after=after, hidden_actors=hidden_actors,
            outlines=outlines, antialias=antialias,
        )()  # fmt: skip

    def begin(
        self,
        camera: CameraModel,
        now: Moment,
        channels: Sequence[str],
        *,
        state: State | None = None,
        before: Moment | None = None,
        after: Moment | None = None,
        hidden_actors: Sequence[int] = (),
        outlines: bool = True,
        antialias: int = 1,
    ) -> Callable[[], Rendering]:
        """Draws one image, and starts on its labels beside whatever the caller does next.

        Args:
            camera: pinhole, without distortion.
            now: where the camera and all links are.
            channels: names from `readings.CAMERA_CHANNELS`.
            state: lamps, traffic lights and weather; a clear day with nothing lit by default.
            before: where things were one reading earlier, for `flow_backward`, which is NaN without it.
            after: where they are one reading later, for `flow_forward`.
            hidden_actors: ids of actors that this camera does not see (the vehicle that carries it).
            outlines: find the visible and amodal bounds and the pixel counts of actors.
            antialias: samples a side of each pixel of the picture, blended as light; labels are of pixels' centres.

        Returns:
            A function that waits for the image.

        Raises:
            RuntimeError: called from another thread than the one that made this.
        """
        self._graphics.check()
        state = State() if state is None else state
        view = CameraView.of(camera, now, self.scene, hidden_actors)
        alone = self._labeller.begin(view) if outlines else None
        pictures = [name for name in channels if name in PICTURES]
        labelled = outlines or len(pictures) < len(channels)
        with self._gl:
            fine = view.finer(antialias) if pictures else view
            colour = self._drawn(fine, state, antialias if fine is not view else 1, pictures)
            plain = self._drawn(view, state, 1, ()) if fine is not view and labelled else colour
        wait = self._labeller.label(plain.pixels, view, channels, before=before, after=after, alone=alone)
        developed = self._darkroom.develop(
            colour.pixels, colour.wide, fine, pictures, samples=antialias, weather=state.weather
        )

        def finish() -> Rendering:
            labels, found = wait()
            arrays = {**developed(), **labels}
            return Rendering(channels={name: arrays[name] for name in channels}, outlines=found)

        return finish

    def close(self) -> None:
        """Frees what OpenGL holds for this scene."""
        self._graphics.check()
        with self._gl:
            for target in self._targets.values():
                self._graphics.detach_depth(target.frame)
            self._targets.clear()
            self._gl.gc()

    def _target(self, camera: CameraModel, wide: bool) -> _Target:
        key = camera.width, camera.height, wide
        if key not in self._targets:
            self._targets[key] = _Target(self._graphics, camera.width, camera.height, wide=wide)
        return self._targets[key]

    def _drawn(self, view: CameraView, state: State, samples: int, pictures: Sequence[str]) -> _Drawn:
        wide = "light" in pictures
        target = self._target(view.camera, wide)
        self._draw(target, view, state, samples / view.camera.K[0, 0], bool(pictures), wide)
        self._graphics.finish()
        # Of the pool, as the image before may still be worked on.
        drawn = [self._pool.take(target.size, "u4") for _ in range(2 if wide else 1)]
        for attachment, pixels in enumerate(drawn):
            target.frame.read_into(pixels, components=2, attachment=attachment, dtype="u4", alignment=4)
        return _Drawn(drawn[0], drawn[1] if wide else None)

    def _draw(self, target: _Target, view: CameraView, state: State, pixel: float, shaded: bool, wide: bool) -> None:
        clip = clip_matrix(view.camera)
        if shaded:
            arrays = self.look.prepare(view, clip, state, wide=wide)
        else:
            arrays = self._plain_arrays
            assign(self._plain, clip_from_camera=clip)
        target.frame.use()
        self._gl.enable_only(moderngl.DEPTH_TEST)
        self._gl.depth_func = ">="
        self._gl.front_face = "cw"
        self._gl.cull_face = "back"
        self._graphics.clear(int(SKY), 0, 0.0)
        what = self._drawer.pick(
            view.camera_from_link,
            view.planes,
            view.hidden,
            lamps=state.lamps,
            signals=state.signals,
            smallest=_SMALLEST_PX * pixel,
            small=_FEW_PX * pixel if shaded else 0.0,
            coarse=_COARSE_PX * pixel,
        )
        self._canvas.draw(arrays, what)
