"""What is drawn of a scene for one view: batches that meet the frustum, near ones first, in few indirect calls."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import no_type_check

import moderngl
import numpy as np
from jaxtyping import Bool, Float, Int, Shaped, UInt32
from numba import njit
from numpy import ndarray

from simgen.render.geometry import GLOSSY, KINDS, SMALL, Batch, Geometry
from simgen.render.scene import Scene
from simgen.world.lamps import SIGNAL_STATES, signal_mask

INSTANCE = np.dtype([("rows", "f4", (3, 4)), ("paint", "f4", 4), ("tag", "u4", 2)])
INSTANCE_FORMAT = "4f 4f 4f 4f 2u/i"
INSTANCE_NAMES = ("in_row0", "in_row1", "in_row2", "in_paint", "in_tag")
VERTEX_FORMAT = "3f 3f2 2x 2f 2u"
VERTEX_NAMES = ("in_position", "in_normal", "in_uv", "in_label")
_WORDS = INSTANCE.itemsize // 4
_COMMAND_BYTES = 20
_FAR_M = 1e7
"""Beyond all distances."""
_MASKS: UInt32[ndarray, " n"] = np.array([signal_mask(state) for state in range(len(SIGNAL_STATES))], dtype=np.uint32)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DrawList:
    """Instances and the commands that draw them, in two groups for each kind of batch: closed ones first.

    Attributes:
        groups: where each group ends.
        spheres: around each instance: centre in the view's frame, radius.
    """

    instances: Shaped[ndarray, " n"]
    commands: UInt32[ndarray, "n 5"]
    groups: tuple[int, ...]
    spheres: Float[ndarray, "n 4"]


class Drawer:
    """Picks and orders what a camera or the sun sees.

    Attributes:
        owner: link id of every triangle id; triangle ids run over the world's faces, then over each link's.
        face: face record of the first triangle id of each link id, minus that id.
    """

    def __init__(self, scene: Scene, geometry: Geometry) -> None:
        self._geometry = geometry
        counts = geometry.link_faces[:, 1]
        self.first_id = geometry.static_faces + np.concatenate([[0], np.cumsum(counts)])[:-1].astype(np.int64)
        self.owner = np.concatenate(
            [np.zeros(geometry.static_faces), np.repeat(np.arange(1, len(counts) + 1), counts)]
        ).astype(np.uint16)
        self.face_minus_id = np.concatenate([[0], geometry.link_faces[:, 0] - self.first_id]).astype(np.int64)
        batches: list[Batch] = list(geometry.static)
        link = [0] * len(batches)
        for row, parts in enumerate(geometry.links):
            batches += parts
            link += [row + 1] * len(parts)
        self._link: Int[ndarray, " b"] = np.array(link, dtype=np.int64)
        self._centre = np.array([batch.centre for batch in batches]).reshape(-1, 3)
        self._radius = np.array([batch.radius_m for batch in batches])
        self._detail = np.array([batch.detail_m for batch in batches])
        self._whole = np.array([batch.whole for batch in batches]).reshape(-1, 4)
        self._errors = np.array([(batch.error_m, batch.coarser_m) for batch in batches]).reshape(-1, 2)
        self._side = np.array([batch.side_m for batch in batches])
        self._group = np.array([2 * batch.kind + (not batch.closed) for batch in batches], dtype=np.int64)
        self._signal = np.array([batch.signal for batch in batches], dtype=np.int64)
        self._template = np.zeros(len(batches), INSTANCE)
        face = np.array([batch.face for batch in batches], dtype=np.int64)
        self._template["tag"][:, 0] = face - self.face_minus_id[self._link]
        paint = scene.paint[self._link]
        has_paint = ~np.isnan(paint[:, 0])
        self._template["paint"][:, :3] = np.where(has_paint[:, None], paint, 0.0)
        self._template["paint"][:, 3] = has_paint
        self._words = self._template.view(np.uint32).reshape(len(batches), _WORDS)
        self._actor = scene.actor_of_link[self._link].astype(np.int64)
        self._heads = np.flatnonzero(self._signal >= 0)
        self._all = np.ones(len(batches), bool)
        self._unlit = np.zeros(max(len(batches), 1), np.uint32)
        # A command: indices, instances, first index, first vertex, first instance.
        self._commands = np.array([(batch.count, 1, batch.first, 0, 0) for batch in batches], np.uint32).reshape(-1, 5)

    def pick(
        self,
        view_from_link: Float[ndarray, "links 4 4"],
        planes: Float[ndarray, "p 4"],
        hidden: Bool[ndarray, " links"],
        *,
        lamps: UInt32[ndarray, " a"] | None = None,
        signals: Sequence[int] | ndarray = (),
        only: Bool[ndarray, " b"] | None = None,
        smallest: float = 0.0,
        least_m: float = 0.0,
        small: float = 0.0,
        coarse: float = 0.0,
    ) -> DrawList:
        """The draw list of a view.

        Args:
            view_from_link: by link id (0: the world); NaN where absent.
            planes: inward unit normals and offsets of the frustum, in the view's frame.
            hidden: by link id, those that are not drawn.
            lamps: bits by actor (row = id - 1).
            signals: state of each traffic light.
            only: batches to choose from; all by default.
            smallest: radius over distance of pieces that are left out.
            least_m: radius of pieces that are left out.
            small: side over distance of triangles that are drawn as of kind `SMALL` where they are `GLOSSY`.
            coarse: error over distance that coarser levels may have; 0 draws the true shapes.
        """
        words, commands, spheres, groups = _listed(
            _chosen(
                self._link, self._centre, self._radius, self._detail, view_from_link, planes, hidden,
                self._all if only is None else only, smallest, least_m, self._whole, self._errors, coarse,
            ),
            self._group, self._side, small, self._link, view_from_link, self._words, self._lit(lamps, signals),
            self._commands,
        )  # fmt: skip
        return DrawList(
            instances=words.view(INSTANCE)[:, 0],
            commands=commands,
            groups=tuple(groups.tolist()),
            spheres=spheres,
        )

    def _lit(self, lamps: UInt32[ndarray, " a"] | None, signals: Sequence[int] | ndarray) -> UInt32[ndarray, " b"]:
        """The lit lamps of each batch."""
        if lamps is None:
            return self._unlit
        lit: UInt32[ndarray, " b"] = np.concatenate([self._unlit[:1], lamps])[self._actor]
        if len(self._heads):
            of_light = self._signal[self._heads]
            masks = np.append(_MASKS[np.asarray(signals, dtype=np.int64)], np.uint32(0))
            lit[self._heads] = masks[np.minimum(of_light, len(signals))]
        return lit

    def spheres(self, view_from_link: Float[ndarray, "links 4 4"]) -> Float[ndarray, "b 4"]:
        """A sphere around each batch, in the view's frame: centre, radius; NaN where its link is absent."""
        moved: Float[ndarray, "b 4"] = _moved(self._link, self._centre, self._radius, view_from_link)
        return moved

    @property
    def is_static(self) -> Bool[ndarray, " b"]:
        """Which batches belong to the world."""
        return np.asarray(self._link == 0)


@njit(cache=True, nogil=True)
@no_type_check
def _moved(
    link: Int[ndarray, " b"],
    centre: Float[ndarray, "b 3"],
    radius_m: Float[ndarray, " b"],
    view_from_link: Float[ndarray, "links 4 4"],
) -> Float[ndarray, "b 4"]:
    result = np.empty((len(link), 4))
    for i in range(len(link)):
        m = view_from_link[link[i]]
        x, y, z = centre[i, 0], centre[i, 1], centre[i, 2]
        for k in range(3):
            result[i, k] = m[k, 0] * x + m[k, 1] * y + m[k, 2] * z + m[k, 3]
        result[i, 3] = radius_m[i]
    return result


@njit(cache=True, nogil=True)
@no_type_check
def _chosen(
    link: Int[ndarray, " b"],
    centre: Float[ndarray, "b 3"],
    radius_m: Float[ndarray, " b"],
    detail_m: Float[ndarray, " b"],
    view_from_link: Float[ndarray, "links 4 4"],
    planes: Float[ndarray, "p 4"],
    hidden: Bool[ndarray, " links"],
    only: Bool[ndarray, " b"],
    smallest: float,
    least_m: float,
    whole: Float[ndarray, "b 4"],
    errors: Float[ndarray, "b 2"],
    coarse: float,
) -> tuple[Int[ndarray, " n"], Float[ndarray, "n 4"], Float[ndarray, " n"]]:
    """Batches that meet a view and are large enough: their rows, spheres, and distances."""
    spheres = _moved(link, centre, radius_m, view_from_link)
    wanted = meets(spheres, planes)
    near = np.empty(len(link))
    for i in range(len(link)):
        x, y, z, r = spheres[i]
        near[i] = np.sqrt(x * x + y * y + z * z) - r
        wanted[i] &= only[i] and not hidden[link[i]] and detail_m[i] > max(smallest * near[i], least_m)
        if wanted[i] and (errors[i, 0] > 0.0 or errors[i, 1] < np.inf):
            # All levels of one thing are judged by the same distance.
            m = view_from_link[link[i]]
            away = 0.0
            for k in range(3):
                at = m[k, 0] * whole[i, 0] + m[k, 1] * whole[i, 1] + m[k, 2] * whole[i, 2] + m[k, 3]
                away += at * at
            allowed = coarse * max(np.sqrt(away) - whole[i, 3], 0.0)
            wanted[i] = errors[i, 0] <= allowed < errors[i, 1]
    rows = np.flatnonzero(wanted)
    return rows, spheres[rows], near[rows]


@njit(cache=True, nogil=True)
@no_type_check
def _listed(
    chosen: tuple[Int[ndarray, " n"], Float[ndarray, "n 4"], Float[ndarray, " n"]],
    group_of: Int[ndarray, " b"],
    side_m: Float[ndarray, " b"],
    small: float,
    link: Int[ndarray, " b"],
    view_from_link: Float[ndarray, "links 4 4"],
    template: UInt32[ndarray, "b words"],
    lit: UInt32[ndarray, " b"],
    command_of: UInt32[ndarray, "b 5"],
) -> tuple[UInt32[ndarray, "n words"], UInt32[ndarray, "n 5"], Float[ndarray, "n 4"], Int[ndarray, " g"]]:
    """Instances and commands of what was chosen, group by group, near ones first; its spheres; where groups end."""
    rows, spheres, near = chosen
    groups, ends = group_of[rows], np.zeros(2 * KINDS, np.int64)
    for i in range(len(rows)):
        if groups[i] // 2 == GLOSSY and side_m[rows[i]] < small * near[i]:
            groups[i] = 2 * SMALL + groups[i] % 2
        ends[groups[i] :] += 1
    order = np.argsort(groups * _FAR_M + near, kind="mergesort")
    instances, commands = template[rows[order]], command_of[rows[order]]
    placed = instances.view(np.float32)
    for i in range(len(rows)):
        batch = rows[order[i]]
        for j in range(12):
            placed[i, j] = view_from_link[link[batch], j // 4, j % 4]
        instances[i, -1] = lit[batch]
        commands[i, -1] = i
    return instances, commands, spheres[order], ends


@njit(cache=True, nogil=True)
@no_type_check
def meets(spheres: Float[ndarray, "b 4"], planes: Float[ndarray, "p 4"]) -> Bool[ndarray, " b"]:
    """Which spheres reach to the inner side of all planes."""
    result = np.empty(len(spheres), np.bool_)
    for i in range(len(spheres)):
        x, y, z, r = spheres[i]
        inside = True
        for k in range(len(planes)):
            # Written so that a NaN is outside.
            inside &= planes[k, 0] * x + planes[k, 1] * y + planes[k, 2] * z + planes[k, 3] > -r
        result[i] = inside
    return result


class Canvas:
    """The buffers that draw lists go through: vertices once, instances and commands for each list."""

    def __init__(self, gl: moderngl.Context, geometry: Geometry, capacity: int) -> None:
        self._gl = gl
        self.vertices = gl.buffer(geometry.vertices.tobytes())
        self.indices = gl.buffer(geometry.indices.tobytes())
        self.instances = gl.buffer(reserve=max(capacity, 1) * INSTANCE.itemsize)
        self.commands = gl.buffer(reserve=max(capacity, 1) * _COMMAND_BYTES)

    def array(self, program: moderngl.Program) -> moderngl.VertexArray:
        """The vertex array of a program, with those attributes that it kept."""
        return self._gl.vertex_array(
            program,
            [
                _layout(self.vertices, program, VERTEX_FORMAT, VERTEX_NAMES),
                _layout(self.instances, program, INSTANCE_FORMAT, INSTANCE_NAMES),
            ],
            self.indices,
        )

    def draw(self, arrays: Sequence[moderngl.VertexArray], what: DrawList) -> None:
        """Draws a list, an array for each kind, with the framebuffer in use; back faces of closed pieces are culled."""
        if len(what.commands) == 0:
            return
        self.instances.write(what.instances.tobytes())
        self.commands.write(what.commands.tobytes())
        first = 0
        for group, end in enumerate(what.groups):
            if end > first:
                (self._gl.disable if group % 2 else self._gl.enable)(moderngl.CULL_FACE)
                arrays[group // 2].render_indirect(self.commands, moderngl.TRIANGLES, count=end - first, first=first)
            first = end


_SIZES = {"3f": 12, "4f": 16, "2f": 8, "3f2": 6, "2u": 8}


def _layout(
    buffer: moderngl.Buffer, program: moderngl.Program, formats: str, names: Sequence[str]
) -> tuple[object, ...]:
    waiting = list(names)
    kept, used = [], []
    for item in formats.removesuffix("/i").split():
        name = "" if item.endswith("x") else waiting.pop(0)
        if name in program:
            used.append(name)
        kept.append(f"{_SIZES[item]}x" if name and name not in program else item)
    return (buffer, " ".join(kept) + ("/i" if formats.endswith("/i") else ""), *used)
