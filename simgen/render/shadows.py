"""The sun's shadow maps: the world's once for each place and sun, what moves drawn over them in each frame."""

from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from typing import no_type_check

import moderngl
import numpy as np
from jaxtyping import Bool, Float
from numba import njit
from numpy import ndarray

from simgen.render.camera_view import CameraView, cross
from simgen.render.casters import casters
from simgen.render.context import GraphicsContext
from simgen.render.drawing import Canvas, Drawer, DrawList, meets
from simgen.render.geometry import KINDS, Geometry
from simgen.render.programs import program
from simgen.render.scene import Scene

DEPTH_HALF_M = 400.0
_MAP_PIXELS = 1024
_FULL_FOCAL_PX = 200.0
"""Cameras with a shorter focal length see no difference to maps of half the size."""
_BIAS_M = 0.02
_KEPT_MAPS = 4
_FALL_M = 8.0
"""How far below its lower end the ground is that a thing's shadow falls on, at most."""

Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """One of the two maps: half its side, and the side of the cells within which cameras share it; metres."""

    half_m: float
    cell_m: float


FINE, WIDE = Extent(half_m=40.0, cell_m=16.0), Extent(half_m=200.0, cell_m=48.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SunView:
    """Where the sun looks from.

    Attributes:
        to_sun: unit, in world axes.
        sun_from_world: metres; x and y across the beam, z along it.
        cells: of the fine and the wide map, by which maps can be kept.
        middles: of the maps, in the sun's frame.
    """

    to_sun: Float[ndarray, "3"]
    sun_from_world: Float[ndarray, "4 4"]
    cells: tuple[tuple[float, ...], tuple[float, ...]]
    middles: Float[ndarray, "2 3"]

    @classmethod
    def of(cls, to_sun: Float[ndarray, "3"], camera_m: Float[ndarray, "3"]) -> "SunView":
        """The view for cameras near a place."""
        matrix = _turned(*to_sun.tolist())
        cells = [np.round(camera_m / extent.cell_m) * extent.cell_m for extent in (FINE, WIDE)]
        keys = tuple((*cell.tolist(), *to_sun.tolist()) for cell in cells)
        middles = np.stack(cells) @ matrix[:3, :3].T
        return cls(to_sun=to_sun, sun_from_world=matrix, cells=(keys[0], keys[1]), middles=middles)

    def map_from_world(self) -> Float[ndarray, "4 4"]:
        """World points to the fine map: x and y in 0..1, z the depth to compare, a little toward the sun."""
        scale = np.array([0.5 / FINE.half_m, 0.5 / FINE.half_m, 0.5 / DEPTH_HALF_M])
        result = self.sun_from_world.copy()
        result[:3, :3] *= scale[:, None]
        result[:3, 3] = 0.5 - scale * self.middles[0]
        result[2, 3] -= 0.5 * _BIAS_M / DEPTH_HALF_M
        return result

    def wide_from_fine(self) -> tuple[float, ...]:
        """The wide map's x and y are the fine map's times the first number plus the next two; the last adds to z."""
        share = FINE.half_m / WIDE.half_m
        shift = self.middles[0] - self.middles[1]
        x, y = 0.5 - 0.5 * share + shift[:2] / (2.0 * WIDE.half_m)
        return share, float(x), float(y), float(shift[2] / (2.0 * DEPTH_HALF_M))

    def swept_m(self) -> float:
        """How far a shadow reaches along the beam below a thing, at most."""
        return float(_FALL_M / max(self.to_sun[2], 0.1))


class _Map:
    """A depth texture that can be drawn to and looked up."""

    def __init__(self, gl: moderngl.Context, width: int, height: int) -> None:
        self.texture = gl.depth_texture((width, height))
        self.texture.compare_func = "<="
        self.texture.filter = (moderngl.LINEAR, moderngl.LINEAR)
        self.texture.repeat_x = self.texture.repeat_y = False
        self.frame = gl.framebuffer(depth_attachment=self.texture)


class _Pair:
    """The two maps of one size beside each other, and the world's own for some places."""

    def __init__(self, gl: moderngl.Context, pixels: int) -> None:
        self.pixels = pixels
        self.map = _Map(gl, 2 * pixels, pixels)
        self.still: tuple[OrderedDict[tuple[float, ...], _Map], ...] = (OrderedDict(), OrderedDict())
        self.holds: list[tuple[float, ...]] = [(), ()]
        self.touched: list[Box] = [(0, 0, 0, 0), (0, 0, 0, 0)]


class Shadows:
    """Shadow maps of a scene: the left half of the texture is fine and near, the right half wide."""

    def __init__(self, graphics: GraphicsContext, scene: Scene, drawer: Drawer, canvas: Canvas) -> None:
        self._graphics, self._gl = graphics, graphics.gl
        self._drawer, self._canvas = drawer, canvas
        shadow = program(self._gl, "shadow.vert.glsl")
        self._static_arrays = (canvas.array(shadow),) * KINDS
        moving = casters(scene)
        geometry = Geometry.of(moving)
        self._casters = Drawer(moving, geometry)
        self._caster_canvas = Canvas(self._gl, geometry, sum(len(parts) for parts in geometry.links))
        self._caster_arrays = (self._caster_canvas.array(shadow),) * KINDS
        self._pairs: dict[int, _Pair] = {}

    def draw(self, sun: SunView, view: CameraView) -> moderngl.Texture:
        """The shadow maps, with everything in them whose shadow this camera might see."""
        pixels = _MAP_PIXELS if view.camera.K[0, 0] >= _FULL_FOCAL_PX else _MAP_PIXELS // 2
        if pixels not in self._pairs:
            self._pairs[pixels] = _Pair(self._gl, pixels)
        pair = self._pairs[pixels]
        self._restore(pair, sun)
        sun_from_link = sun.sun_from_world @ view.world_from_link
        fine = self._casting(sun, view)
        wide = fine & ~self._within_fine(sun, sun_from_link)
        # Small maps' slopes would take the bottoms of cars below the road.
        self._begin(pair.map, 2.0 if pixels == _MAP_PIXELS else 0.0)
        for which, chosen in enumerate((fine, wide)):
            what = self._picked(self._casters, sun, which, pixels, sun_from_link, chosen)
            self._gl.viewport = self._gl.scissor = (which * pixels, 0, pixels, pixels)
            self._caster_canvas.draw(self._caster_arrays, what)
            pair.touched[which] = _box(what, pixels)
        self._end()
        return pair.map.texture

    def _restore(self, pair: _Pair, sun: SunView) -> None:
        """Takes what was drawn last off the maps of the world, or brings those of another place."""
        for which, cell in enumerate(sun.cells):
            source = self._world(pair, which, sun)
            box = pair.touched[which] if pair.holds[which] == cell else (0, 0, pair.pixels, pair.pixels)
            if box[2] > 0 and box[3] > 0:
                self._graphics.copy_texture(source.texture, pair.map.texture, box, which * pair.pixels)
            pair.holds[which] = cell

    def _casting(self, sun: SunView, view: CameraView) -> Bool[ndarray, " b"]:
        """What the camera might see the shadow of: its sphere, swept along the beam, meets the frustum."""
        spheres = self._casters.spheres(view.camera_from_link)
        along = -(sun.to_sun @ view.world_from_camera[:3, :3]) * sun.swept_m()
        # A sphere is outside where it is so at both ends of its way.
        planes = view.planes.copy()
        planes[:, 3] += np.maximum(view.planes[:, :3] @ along, 0.0)
        return np.asarray(meets(spheres, planes))

    def _within_fine(self, sun: SunView, sun_from_link: Float[ndarray, "links 4 4"]) -> Bool[ndarray, " b"]:
        """What is all inside the fine map: its shadow is never looked for in the wide one."""
        spheres = self._casters.spheres(sun_from_link)
        off = np.abs(spheres[:, :2] - sun.middles[0, :2]).max(axis=1) + spheres[:, 3]
        return np.asarray(off < 0.98 * FINE.half_m)

    def _world(self, pair: _Pair, which: int, sun: SunView) -> _Map:
        kept, key, pixels = pair.still[which], sun.cells[which], pair.pixels
        if key not in kept:
            made = kept.popitem(last=False)[1] if len(kept) >= _KEPT_MAPS else _Map(self._gl, pixels, pixels)
            self._begin(made, 2.0 * pixels / _MAP_PIXELS)
            made.frame.clear(depth=1.0)
            still = np.broadcast_to(sun.sun_from_world, (len(self._drawer.first_id) + 1, 4, 4))
            what = self._picked(self._drawer, sun, which, pixels, still, self._drawer.is_static)
            self._canvas.draw(self._static_arrays, what)
            self._end()
            kept[key] = made
        kept.move_to_end(key)
        return kept[key]

    def _picked(
        self,
        drawer: Drawer,
        sun: SunView,
        which: int,
        pixels: int,
        sun_from_link: Float[ndarray, "links 4 4"],
        only: Bool[ndarray, " b"],
    ) -> DrawList:
        """What is drawn to a map, in its clip space; not what is smaller than its texels."""
        half = (FINE, WIDE)[which].half_m
        centred = sun_from_link.copy()
        centred[:, :3, 3] -= sun.middles[which]
        hidden = np.zeros(len(centred), bool)
        what = drawer.pick(centred, _planes(half), hidden, only=only, least_m=half / pixels)
        what.spheres[:] /= half
        what.instances["rows"] *= np.array([[1.0 / half], [1.0 / half], [0.5 / DEPTH_HALF_M]], np.float32)
        what.instances["rows"][:, 2, 3] += 0.5
        return what

    def _begin(self, target: _Map, slopes: float) -> None:
        target.frame.use()
        target.frame.scissor = target.frame.viewport = (0, 0, *target.texture.size)
        self._gl.enable_only(moderngl.DEPTH_TEST)
        self._gl.depth_func = "<="
        self._gl.front_face = "cw"
        # Only what faces away from the sun is drawn of closed things, so that what faces it never shades itself.
        self._gl.cull_face = "front"
        self._gl.polygon_offset = slopes, 2.0

    def _end(self) -> None:
        self._gl.polygon_offset = 0.0, 0.0
        self._gl.cull_face = "back"


@lru_cache(8)
def _turned(x: float, y: float, z: float) -> Float[ndarray, "4 4"]:
    """The sun's axes from the world's, for a sun that stands there."""
    along = -np.array([x, y, z])
    side = np.array([1.0, 0.0, 0.0]) if abs(along[2]) > 0.9 else np.array([0.0, 0.0, 1.0])
    right = cross(along, side)
    right /= np.linalg.norm(right)
    matrix = np.eye(4)
    matrix[:3, :3] = np.stack([right, cross(along, right), along])
    return matrix


@lru_cache(2)
def _planes(half: float) -> Float[ndarray, "6 4"]:
    sides = np.concatenate([np.eye(3), -np.eye(3)])
    return np.column_stack([sides, np.tile([half, half, DEPTH_HALF_M], 2)])


def _box(what: DrawList, pixels: int) -> Box:
    if len(what.spheres) == 0:
        return (0, 0, 0, 0)
    x0, y0, x1, y1 = _around(what.spheres, pixels)
    return x0, y0, x1 - x0, y1 - y0


@njit(cache=True, nogil=True)
@no_type_check
def _around(spheres: Float[ndarray, "n 4"], pixels: int) -> tuple[int, int, int, int]:
    """Lowest and highest texels that spheres in clip space may touch, and one more."""
    low_x = low_y = np.inf
    high_x = high_y = -np.inf
    for x, y, _, r in spheres:
        low_x, low_y = min(low_x, x - r), min(low_y, y - r)
        high_x, high_y = max(high_x, x + r), max(high_y, y + r)
    half = 0.5 * pixels
    return (
        int(min(max(np.floor((low_x + 1.0) * half - 1.0), 0.0), pixels)),
        int(min(max(np.floor((low_y + 1.0) * half - 1.0), 0.0), pixels)),
        int(min(max(np.ceil((high_x + 1.0) * half + 1.0), 0.0), pixels)),
        int(min(max(np.ceil((high_y + 1.0) * half + 1.0), 0.0), pixels)),
    )
