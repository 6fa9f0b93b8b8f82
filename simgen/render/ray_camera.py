"""Camera images by rays, one through the centre of each pixel: any lens, and every row at its own time.

What the rays hit gives the labels; light is the rasteriser's own (`Look`), in one pass over the whole image.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Shaped, UInt32
from numpy import ndarray

from simgen.readings import CameraModel
from simgen.render.buffers import Pool
from simgen.render.camera_view import CameraView, Moment, State, link_matrices
from simgen.render.develop import LIGHT, TONE, blend_rows, develop_rows, light_rows, mean_rows
from simgen.render.labels import Rendering
from simgen.render.parallel import bands, each
from simgen.render.raster import Rasteriser
from simgen.render.ray_camera_grid import PixelGrid
from simgen.render.ray_camera_outline import Wires, amodal_boxes
from simgen.render.ray_camera_pixels import Found, Meaning, count_alone, empty_tally, joined, label_rows
from simgen.render.ray_camera_shade import RayShader
from simgen.render.ray_camera_shot import Paths, Shot
from simgen.render.ray_camera_surface import Gaze
from simgen.render.raycast import Hits, LinkMotion, Raycaster
from simgen.render.resolve import Labels, Tally
from simgen.render.scene import Scene
from simgen.render.silhouettes import Outlines

_CHANNELS: dict[str, tuple[tuple[int, ...], str]] = {
    "depth": ((), "f4"),
    "semantic": ((), "u1"),
    "instance": ((), "u4"),
    "normal": ((3,), "u2"),
    "flow_forward": ((2,), "f4"),
    "flow_backward": ((2,), "f4"),
}
_PICTURES = {"rgb": "u1", "light": "f4"}
_NOWHERE = Paths(step=0.0, camera_from_link=np.zeros((0, 0, 3, 4)))


class RayCamera:
    """Takes pictures of one scene with any lens and shutter; for the thread that made it alone."""

    def __init__(self, scene: Scene, raycaster: Raycaster, rasteriser: Rasteriser) -> None:
        self.scene = scene
        self._raycaster = raycaster
        self._shader = RayShader(scene, rasteriser)
        self._wires = Wires.of(scene)
        self._meaning = Meaning(semantic=scene.semantic, actor=scene.actor_of_link)
        self._grids: dict[tuple[Any, ...], PixelGrid] = {}
        self._pool = Pool()

    @classmethod
    def among(cls, engines: dict[str, Any], scene: Scene) -> "RayCamera":
        """The one of a rig's shared engines, made with what it needs if there is none yet."""
        if "ray_camera" not in engines:
            if "raster" not in engines:
                engines["raster"] = Rasteriser(scene)
            if "raycast" not in engines:
                engines["raycast"] = Raycaster(scene, engines.get("threads", 0))
            engines["ray_camera"] = cls(scene, engines["raycast"], engines["raster"])
        made: RayCamera = engines["ray_camera"]
        return made

    def render(
        self,
        camera: CameraModel,
        now: Shot,
        channels: Sequence[str],
        *,
        state: State | None = None,
        before: Shot | None = None,
        after: Shot | None = None,
        hidden_actors: Sequence[int] = (),
        outlines: bool = True,
        antialias: int = 1,
    ) -> Rendering:
        """One image.

        Args:
            camera: any model.
            now: when and from where it is taken.
            channels: names from `readings.CAMERA_CHANNELS`, or `light` (see `Rendering`).
            state: lamps, traffic lights and weather; a clear day with nothing lit by default.
            before: one reading earlier, for `flow_backward`, which is NaN without it.
            after: one reading later, for `flow_forward`.
            hidden_actors: ids of actors that this camera does not see (the vehicle that carries it).
            outlines: find the visible and amodal bounds and the pixel counts of actors.
            antialias: rays a side of each pixel of the picture, blended as light; labels are of pixels' centres.
        """
        state = State() if state is None else state
        grid = self._grid(camera)
        middle = now.middle()
        view = self._view(camera, grid, middle, hidden_actors)
        hits = self._cast(grid, now, view.hidden)
        found = Found(t=hits.t, link=hits.link, material=hits.material, point=hits.point, normal=hits.normal)
        size = camera.height, camera.width
        arrays = {
            name: self._pool.take((*size, *shape), kind)
            for name, (shape, kind) in _CHANNELS.items()
            if name in channels
        }
        paths = now.paths()
        then, earlier = (_NOWHERE if shot is None else shot.paths() for shot in (after, before))
        tallies = self._label(grid, found, (paths, then, earlier), arrays)
        pictures = [name for name in _PICTURES if name in channels]
        if pictures and antialias > 1:
            arrays |= self._fine(camera, now, pictures, state, hidden_actors, antialias)
        elif pictures:
            arrays |= self._developed(self._coloured(grid, now, view, hits, found, state), pictures, 1)
        if "normal" in arrays:
            arrays["normal"] = arrays["normal"].view(np.float16)
        outline = self._outlines(grid, paths, view.hidden, hits, tallies) if outlines else None
        return Rendering(channels={name: arrays[name] for name in channels}, outlines=outline)

    def close(self) -> None:
        """Frees what OpenGL holds for this; the engines that it shares stay."""
        self._shader.close()

    def _grid(self, camera: CameraModel) -> PixelGrid:
        key = (camera.width, camera.height, camera.model, camera.K.tobytes(), camera.distortion.tobytes())
        if key not in self._grids:
            self._grids[key] = PixelGrid.of(camera)
        return self._grids[key]

    def _view(self, camera: CameraModel, grid: PixelGrid, middle: Moment, hidden_actors: Sequence[int]) -> CameraView:
        hidden = np.isin(self.scene.actor_of_link, np.asarray(hidden_actors, dtype=np.uint32))
        hidden[0] = False
        world_from_link = link_matrices(middle.link_pose)
        return CameraView(
            camera=camera,
            world_from_camera=middle.world_from_camera,
            world_from_link=world_from_link,
            camera_from_link=np.linalg.inv(middle.world_from_camera) @ world_from_link,
            planes=grid.planes(),
            hidden=hidden | np.isnan(world_from_link[:, 0, 0]),
        )

    def _cast(self, grid: PixelGrid, now: Shot, hidden: Bool[ndarray, " links"]) -> Hits:
        times_ns, poses = now.edges()
        motion = LinkMotion.of(now.view, int(times_ns[0]), int(times_ns[-1]))
        hits = self._raycaster.cast(grid.pattern, poses, times_ns, motion, ignore=hidden[1:], behind=True)
        unseen = ~grid.is_seen.reshape(-1)
        hits.link[unseen] = -1
        return hits

    def _label(
        self, grid: PixelGrid, found: Found, paths: tuple[Paths, Paths, Paths], arrays: Mapping[str, ndarray]
    ) -> list[Tally]:
        """Fills in all channels but the picture; what is counted of each actor, band by band."""
        empty = {name: np.empty((0,) * (2 + len(shape)), kind) for name, (shape, kind) in _CHANNELS.items()}
        to = Labels(**(empty | dict(arrays)))
        size: tuple[int, int] = grid.is_seen.shape
        actors = len(self.scene.cast.actors) + 1

        def resolve(band: tuple[int, int]) -> Tally:
            tally = empty_tally(actors, size)
            label_rows(*band, found, grid.depth_of_range, self._meaning, grid.lens, *paths, to, tally)
            return tally

        return each(resolve, bands(size[0]))

    def _coloured(
        self, grid: PixelGrid, now: Shot, view: CameraView, hits: Hits, found: Found, state: State
    ) -> UInt32[ndarray, "h w 2"]:
        height, width = grid.is_seen.shape
        world_from_row = now.world_from_camera(now.times_ns(np.arange(height) + 0.5))[:, :3, :3]
        gaze = Gaze(
            directions=grid.pattern.directions,
            middle_from_row=np.ascontiguousarray(view.world_from_camera[:3, :3].T @ world_from_row),
            spacing_rad=grid.spacing_rad,
            is_seen=grid.is_seen,
            middle_from_link=view.camera_from_link,
        )
        drawn = self._pool.take((height, width, 2), "u4")
        self._shader.shade(hits, found, gaze, view, state, drawn)
        return drawn

    def _fine(
        self,
        camera: CameraModel,
        now: Shot,
        pictures: Sequence[str],
        state: State,
        hidden_actors: Sequence[int],
        samples: int,
    ) -> dict[str, ndarray]:
        """The pictures from several rays a pixel; parts of a row have parts of its time."""
        fine = camera.finer(samples)
        shot = replace(now, height=fine.height, line_time_ns=now.line_time_ns / samples)
        grid = self._grid(fine)
        view = self._view(fine, grid, now.middle(), hidden_actors)
        hits = self._cast(grid, shot, view.hidden)
        found = Found(t=hits.t, link=hits.link, material=hits.material, point=hits.point, normal=hits.normal)
        return self._developed(self._coloured(grid, shot, view, hits, found, state), pictures, samples)

    def _developed(self, drawn: UInt32[ndarray, "h w 2"], pictures: Sequence[str], samples: int) -> dict[str, ndarray]:
        """The picture, and the light that it is made from, where they are wanted."""
        height, width = drawn.shape[0] // samples, drawn.shape[1] // samples
        made = {name: self._pool.take((height, width, 3), _PICTURES[name]) for name in pictures}
        rows = bands(height)
        if "rgb" in made and samples == 1:
            each(lambda band: develop_rows(*band, drawn, TONE, made["rgb"]), rows)
        elif "rgb" in made:
            each(lambda band: blend_rows(*band, drawn, samples, TONE, made["rgb"]), rows)
        if "light" in made:
            light = made["light"] if samples == 1 else self._pool.take((*drawn.shape[:2], 3), "f4")
            each(lambda band: light_rows(*band, drawn, LIGHT, light), bands(len(light)))
            if samples > 1:
                each(lambda band: mean_rows(*band, light, samples, made["light"]), rows)
        return made

    def _outlines(
        self, grid: PixelGrid, paths: Paths, hidden: Bool[ndarray, " links"], hits: Hits, tallies: list[Tally]
    ) -> Outlines:
        height, width = grid.is_seen.shape
        pixels, visible = joined(tallies)
        alone, covered = self._alone(grid, hits)
        amodal = amodal_boxes(self._wires, grid.lens, paths, (width, height), hidden, grid.widest_rad, self.scene.cast)
        # Rays meet what the ends of a lens's range cut off, and what wraps around a seam.
        amodal[:, :2] = np.fmin(amodal[:, :2], covered[:, :2] + 0.5)
        amodal[:, 2:] = np.fmax(amodal[:, 2:], covered[:, 2:] - 0.5)
        meets = (amodal[:, :2] < (width, height)).all(axis=1) & (amodal[:, 2:] > 0.0).all(axis=1)
        amodal[~meets] = np.nan
        return Outlines(visible_pixels=pixels, visible=visible, alone_pixels=alone, amodal=amodal)

    def _alone(self, grid: PixelGrid, hits: Hits) -> tuple[Shaped[ndarray, " a"], Float[ndarray, "a 4"]]:
        ray, row = hits.met
        actor = self.scene.actor_of_link[1:][row].astype(np.uint16)
        order = np.argsort(actor, kind="stable")
        size: tuple[int, int] = grid.is_seen.shape
        tally = empty_tally(len(self.scene.cast.actors) + 1, size)
        count_alone(ray[order], actor[order].astype(np.int64), size, grid.is_seen.reshape(-1), tally)
        return joined([tally])
