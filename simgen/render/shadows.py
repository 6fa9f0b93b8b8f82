"""The sun's shadow maps: the world's once for each place and sun, moving things on top of a copy in each frame."""

from collections import OrderedDict
from dataclasses import dataclass, replace

import moderngl
import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray
from scipy.spatial import ConvexHull, QhullError

from simgen.render.context import GraphicsContext
from simgen.render.drawing import Canvas, Drawer, DrawList
from simgen.render.geometry import Geometry, closed_faces
from simgen.render.programs import program
from simgen.render.scene import Scene
from simgen.world.mesh import Mesh

MAP_PIXELS = 1024
FINE_HALF_M, WIDE_HALF_M = 40.0, 200.0
DEPTH_HALF_M = 400.0
_CELL_M = 16.0
_BIAS_M = 0.02
_KEPT_MAPS = 4
_FEW_FACES = 64


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SunView:
    """Where the sun looks from.

    Attributes:
        sun_from_world: metres; x and y across the beam, z along it, origin at the middle of the maps.
    """

    sun_from_world: Float[ndarray, "4 4"]
    key: tuple[float, ...]

    @classmethod
    def of(cls, to_sun: Float[ndarray, "3"], camera_m: Float[ndarray, "3"]) -> "SunView":
        """The view for cameras near a place; equal for all within a cell, so that maps can be kept."""
        cell = np.round(camera_m / _CELL_M)
        along = -to_sun
        side = np.array([1.0, 0.0, 0.0]) if abs(along[2]) > 0.9 else np.array([0.0, 0.0, 1.0])
        right = np.cross(along, side)
        right /= np.linalg.norm(right)
        rotation = np.stack([right, np.cross(along, right), along])
        result = np.eye(4)
        result[:3, :3] = rotation
        result[:3, 3] = -rotation @ (cell * _CELL_M)
        return cls(sun_from_world=result, key=(*cell.tolist(), *to_sun.tolist()))

    def map_from_world(self) -> Float[ndarray, "4 4"]:
        """World points to the fine map: x and y in 0..1, z the depth to compare, a little toward the sun."""
        scale = np.diag([0.5 / FINE_HALF_M, 0.5 / FINE_HALF_M, 0.5 / DEPTH_HALF_M, 1.0])
        scale[:3, 3] = 0.5
        scale[2, 3] -= 0.5 * _BIAS_M / DEPTH_HALF_M
        result: Float[ndarray, "4 4"] = scale @ self.sun_from_world
        return result


WIDE_FROM_FINE = (FINE_HALF_M / WIDE_HALF_M, *[0.5 - 0.5 * FINE_HALF_M / WIDE_HALF_M] * 2)


class Shadows:
    """Shadow maps of a scene: the left half of each texture is fine and near, the right half wide."""

    def __init__(self, graphics: GraphicsContext, scene: Scene, drawer: Drawer, canvas: Canvas) -> None:
        self._graphics, self._gl = graphics, graphics.gl
        self._drawer, self._canvas = drawer, canvas
        self._program = program(self._gl, "shadow.vert.glsl")
        self._static_array = canvas.array(self._program)
        casters = _casters(scene)
        geometry = Geometry.of(casters)
        self._caster_drawer = Drawer(casters, geometry)
        self._caster_canvas = Canvas(self._gl, geometry, sum(len(parts) for parts in geometry.links))
        self._caster_array = self._caster_canvas.array(self._program)
        self._kept: OrderedDict[tuple[float, ...], tuple[moderngl.Texture, moderngl.Framebuffer]] = OrderedDict()
        self._map, self._target = self._texture()
        self._drawn: tuple[object, ...] = ()

    def draw(self, view: SunView, world_from_link: Float[ndarray, "links 4 4"]) -> moderngl.Texture:
        """The shadow maps with everything in them; drawn anew only if something moved."""
        state = (view.key, world_from_link.tobytes())
        if state != self._drawn:
            hidden = np.isnan(world_from_link[:, 0, 0])
            self._graphics.copy_texture(self._static(view), self._map)
            self._cast(self._caster_drawer, self._caster_canvas, self._caster_array, self._target, view,
                       world_from_link=world_from_link, hidden=hidden, only=None)  # fmt: skip
            self._drawn = state
        return self._map

    def _static(self, view: SunView) -> moderngl.Texture:
        if view.key not in self._kept:
            if len(self._kept) >= _KEPT_MAPS:
                _, (texture, target) = self._kept.popitem(last=False)
            else:
                texture, target = self._texture()
            target.use()
            target.clear(depth=1.0)
            world = np.eye(4)[None].repeat(len(self._drawer.first_id) + 1, axis=0)
            hidden = np.zeros(len(world), bool)
            self._cast(self._drawer, self._canvas, self._static_array, target, view,
                       world_from_link=world, hidden=hidden, only=self._drawer.is_static)  # fmt: skip
            self._kept[view.key] = texture, target
        self._kept.move_to_end(view.key)
        return self._kept[view.key][0]

    def _texture(self) -> tuple[moderngl.Texture, moderngl.Framebuffer]:
        texture = self._gl.depth_texture((2 * MAP_PIXELS, MAP_PIXELS))
        texture.compare_func = "<="
        texture.filter = (moderngl.LINEAR, moderngl.LINEAR)
        texture.repeat_x = texture.repeat_y = False
        return texture, self._gl.framebuffer(depth_attachment=texture)

    def _cast(
        self,
        drawer: Drawer,
        canvas: Canvas,
        array: moderngl.VertexArray,
        target: moderngl.Framebuffer,
        view: SunView,
        *,
        world_from_link: Float[ndarray, "links 4 4"],
        hidden: Bool[ndarray, " links"],
        only: Bool[ndarray, " b"] | None,
    ) -> None:
        target.use()
        self._gl.enable_only(moderngl.DEPTH_TEST)
        self._gl.depth_func = "<="
        self._gl.front_face = "cw"
        # Only what faces away from the sun is drawn of closed things, so that what faces it never shades itself.
        self._gl.cull_face = "front"
        self._gl.polygon_offset = 2.0, 2.0
        sun_from_link = view.sun_from_world @ world_from_link
        for half, left in ((FINE_HALF_M, 0), (WIDE_HALF_M, MAP_PIXELS)):
            target.viewport = (left, 0, MAP_PIXELS, MAP_PIXELS)
            target.scissor = target.viewport
            canvas.draw(array, array, _scaled(drawer.pick(sun_from_link, _planes(half), hidden, only=only), half))
        self._gl.polygon_offset = 0.0, 0.0
        self._gl.cull_face = "back"
        target.scissor = (0, 0, 2 * MAP_PIXELS, MAP_PIXELS)


def _planes(half: float) -> Float[ndarray, "6 4"]:
    sides = np.concatenate([np.eye(3), -np.eye(3)])
    return np.column_stack([sides, np.tile([half, half, DEPTH_HALF_M], 2)])


def _scaled(what: DrawList, half: float) -> DrawList:
    what.instances["rows"] *= np.array([1.0 / half, 1.0 / half, 0.5 / DEPTH_HALF_M], np.float32)[:, None]
    what.instances["rows"][:, 2, 3] += 0.5
    return what


def _casters(scene: Scene) -> Scene:
    hulls: dict[int, Mesh] = {id(mesh): _hull(mesh) for mesh in scene.link_meshes}
    return replace(
        scene, surfaces=Mesh.empty(), signals=(), link_meshes=tuple(hulls[id(mesh)] for mesh in scene.link_meshes)
    )


def _hull(mesh: Mesh) -> Mesh:
    """A convex hull of few corners for what is solid and has many faces: its shadow differs by centimetres."""
    if len(mesh.faces) <= _FEW_FACES or closed_faces(mesh).mean() < 0.5:
        return mesh
    points = mesh.vertices.astype(np.float64)
    corners = points[np.unique(np.argmax(points @ _directions().T, axis=0))]
    try:
        hull, full = ConvexHull(corners), ConvexHull(points)
    except QhullError:
        return mesh
    if _volume(mesh) < 0.4 * full.volume:
        return mesh
    faces = hull.simplices.astype(np.int32)
    a, b, c = (corners[faces[:, k]] for k in range(3))
    inward = np.sum(np.cross(b - a, c - a) * hull.equations[:, :3], axis=1) < 0
    faces[inward] = faces[inward][:, ::-1]
    return Mesh(
        vertices=corners.astype(np.float32),
        faces=faces,
        normals=np.zeros((len(corners), 3), np.float32),
        uvs=np.zeros((len(corners), 2), np.float32),
        material=np.zeros(len(faces), np.int32),
        materials=mesh.materials,
    )


def _volume(mesh: Mesh) -> float:
    a, b, c = (mesh.vertices[mesh.faces[:, k]].astype(np.float64) for k in range(3))
    return float(np.sum(a * np.cross(b, c)) / 6.0)


def _directions(count: int = 36) -> Float[ndarray, "n 3"]:
    # A Fibonacci sphere.
    k = np.arange(count) + 0.5
    z = 1.0 - 2.0 * k / count
    angle = k * np.pi * (3.0 - np.sqrt(5.0))
    ring = np.sqrt(1.0 - z * z)
    return np.stack([ring * np.cos(angle), ring * np.sin(angle), z], axis=1)
