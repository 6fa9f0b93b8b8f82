"""Lamps that light their surroundings: where a scene has them, and the ones that matter to a view.

Lamps are found by their materials: faces that glow by the same switch, on the same side of the same piece. Each is a
point with a beam; nothing but distance, beam and the surface's own slope keeps its light away (no shadows).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int, UInt8, UInt32
from numpy import ndarray

from simgen.render.camera_view import CameraView
from simgen.render.scene import Scene
from simgen.world.lamps import bit, signal_mask
from simgen.world.mesh import Mesh

SUNLIT_WHITE_LX = np.pi * 30_000.0
"""Illuminance that makes white as bright as in the sun: 30 kcd/m2, the unit of `Material.emission`."""

MOST = 24
RECORD = np.dtype(
    [("at", "f4", 3), ("ends", "f4"), ("along", "f4", 3), ("even", "f4"), ("light", "f4", 3), ("high", "f4")]
)
"""As lamps.glsl has it."""

_FAINTEST = 0.01
"""Exposed light of a surface of a fifth of white below which a lamp is not worth its time."""

_APART_M = 0.25
_STREET, _LOW, _HIGH, _LAMBERT, _ROUND = range(5)


class _Kind(NamedTuple):
    """Luminous intensity along the axis (candela), linear colour, beam, and where the beam points on its link."""

    candela: float
    colour: tuple[float, float, float]
    beam: int
    along: tuple[float, float, float]


_AHEAD, _BACK, _DOWN = (0.9998, 0.0, -0.0175), (-1.0, 0.0, 0.0), (0.0, 0.0, -1.0)
_KINDS = {
    "low_beam": _Kind(22_000.0, (1.0, 0.90, 0.76), _LOW, _AHEAD),
    "high_beam": _Kind(60_000.0, (1.0, 0.90, 0.76), _HIGH, (1.0, 0.0, 0.0)),
    "position": _Kind(8.0, (1.0, 0.92, 0.80), _LAMBERT, (1.0, 0.0, 0.0)),
    "brake": _Kind(120.0, (1.0, 0.025, 0.015), _LAMBERT, _BACK),
    "fog": _Kind(200.0, (1.0, 0.025, 0.015), _LAMBERT, _BACK),
    "reverse": _Kind(300.0, (1.0, 0.95, 0.85), _LAMBERT, _BACK),
    "indicator_left": _Kind(250.0, (1.0, 0.40, 0.02), _ROUND, _BACK),
    "indicator_right": _Kind(250.0, (1.0, 0.40, 0.02), _ROUND, _BACK),
    "warning": _Kind(600.0, (0.05, 0.15, 1.0), _ROUND, _DOWN),
    "red": _Kind(60.0, (1.0, 0.03, 0.015), _ROUND, _DOWN),
    "amber": _Kind(60.0, (1.0, 0.43, 0.01), _ROUND, _DOWN),
    "green": _Kind(60.0, (0.02, 1.0, 0.5), _ROUND, _DOWN),
    "street": _Kind(2_200.0, (1.0, 0.78, 0.52), _STREET, _DOWN),
}
"""Headlamps: UN R149 (low beam to 44 klx at 25 m, high beam 40.5 to 215 kcd); brake, indicator, reverse, fog lamps:
UN R148; traffic lights: EN 12368 (200 cd along the axis, the mean over all directions); street: 7000 lm / pi."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lamps:
    """All lamps of a scene.

    Attributes:
        link: link id of each (0: the world).
        at, along: place and axis on that link, m.
        candela: along the axis, red, green and blue.
        beam: index of the beam's shape.
        bit: that switches it on; 0: it is on while it is dark.
        actor, signal: whose field holds the bit: row of the cast, or index of a traffic light; -1 otherwise.
    """

    link: Int[ndarray, " n"]
    at: Float[ndarray, "n 3"]
    along: Float[ndarray, "n 3"]
    candela: Float[ndarray, "n 3"]
    beam: Int[ndarray, " n"]
    bit: UInt32[ndarray, " n"]
    actor: Int[ndarray, " n"]
    signal: Int[ndarray, " n"]

    @classmethod
    def of(cls, scene: Scene) -> "Lamps":
        """The lamps of a scene."""
        rows: list[tuple[int, ndarray, str, int, int]] = []
        rows += [(0, at, name, -1, -1) for name, at in _found(scene.surfaces)]
        for index, head in scene.signals:
            rows += [(0, at, name, -1, index) for name, at in _found(head)]
        known: dict[int, list[tuple[str, ndarray]]] = {}
        for row, mesh in enumerate(scene.link_meshes):
            if id(mesh) not in known:
                known[id(mesh)] = list(_found(mesh))
            actor = int(scene.actor_of_link[row + 1]) - 1
            rows += [(row + 1, at, name, actor, -1) for name, at in known[id(mesh)]]
        kinds = [_KINDS[name] for _, _, name, _, _ in rows]
        bits = [0 if name == "street" else bit(name) for _, _, name, _, _ in rows]
        return cls(
            link=np.array([row[0] for row in rows], dtype=np.int64),
            at=np.array([row[1] for row in rows]).reshape(-1, 3),
            along=np.array([kind.along for kind in kinds]).reshape(-1, 3),
            candela=np.array([np.multiply(kind.candela, kind.colour) for kind in kinds]).reshape(-1, 3),
            beam=np.array([kind.beam for kind in kinds], dtype=np.int64),
            bit=np.array(bits, dtype=np.uint32),
            actor=np.array([row[3] for row in rows], dtype=np.int64),
            signal=np.array([row[4] for row in rows], dtype=np.int64),
        )

    def near(
        self,
        view: CameraView,
        exposure: float,
        lamps: UInt32[ndarray, " a"] | None,
        signals: Sequence[int] | UInt8[ndarray, " s"],
    ) -> tuple[ndarray, tuple[int, int, int]]:
        """Records of the lamps that light most of what a view shows, in its camera's frame; at most `MOST`.

        Street lamps come first, then headlamps, then all others; where each of these ends is told beside.
        """
        light = self.candela * (exposure / SUNLIT_WHITE_LX)
        reach = np.sqrt(light.max(axis=1, initial=0.0) * 0.2 / _FAINTEST)
        frames = view.camera_from_link[self.link]
        at = np.einsum("nij,nj->ni", frames[:, :3, :3], self.at) + frames[:, :3, 3]
        wanted = self._lit(lamps, signals) & np.isfinite(at).all(axis=1)
        for plane in view.planes:
            wanted &= at @ plane[:3] + plane[3] > -reach
        away = np.maximum(np.linalg.norm(at, axis=1), 5.0)
        rows = np.flatnonzero(wanted)
        rows = rows[np.argsort(-(light.max(axis=1) / away**2)[rows], kind="stable")[:MOST]]
        rows = rows[np.argsort(self.beam[rows], kind="stable")]
        records, beam = np.zeros(len(rows), RECORD), self.beam[rows]
        records["at"], records["ends"] = at[rows], 1.0 / reach[rows] ** 2
        records["along"] = np.einsum("nij,nj->ni", frames[rows, :3, :3], self.along[rows])
        records["along"][beam == _ROUND] = 0.0
        records["even"], records["high"] = beam == _ROUND, beam == _HIGH
        records["light"] = light[rows]
        street, head = int(np.sum(beam == _STREET)), int(np.sum(beam <= _HIGH))
        return records, (street, head, len(rows))

    def _lit(
        self, lamps: UInt32[ndarray, " a"] | None, signals: Sequence[int] | UInt8[ndarray, " s"]
    ) -> Bool[ndarray, " n"]:
        lit = self.bit == 0
        if lamps is not None and len(lamps):
            lit |= (self.actor >= 0) & ((lamps[self.actor] & self.bit) != 0)
        masks = np.array([signal_mask(int(state)) for state in signals] or [0], dtype=np.uint32)
        shown = (self.signal >= 0) & (self.signal < len(signals))
        return np.asarray(lit | (shown & ((masks[np.where(shown, self.signal, 0)] & self.bit) != 0)))


def _found(mesh: Mesh) -> Iterator[tuple[str, Float[ndarray, "3"]]]:
    """Name and middle of each lamp of a mesh: faces of one switch that are not far from each other."""
    for index, material in enumerate(mesh.materials):
        faces = np.flatnonzero(mesh.material == index) if material.lamp in _KINDS else ()
        if len(faces):
            corners = mesh.vertices[mesh.faces[faces]].astype(np.float64)
            middle = corners.mean(axis=1)
            area = 0.5 * np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
            for group in _groups(middle):
                weight = np.maximum(area[group], 1e-9)
                yield material.lamp, np.average(middle[group], axis=0, weights=weight)


def _groups(points: Float[ndarray, "n 3"]) -> Iterator[Int[ndarray, " g"]]:
    """Points that hang together: cells of a grid, joined where they touch."""
    cells, of = np.unique(np.floor(points / _APART_M).astype(np.int64), axis=0, return_inverse=True)
    index = {tuple(cell): k for k, cell in enumerate(cells.tolist())}
    label = -np.ones(len(cells), np.int64)
    for start in range(len(cells)):
        if label[start] < 0:
            label[start], waiting = start, [start]
            while waiting:
                x, y, z = cells[waiting.pop()].tolist()
                around = ((x + i, y + j, z + k) for i in (-1, 0, 1) for j in (-1, 0, 1) for k in (-1, 0, 1))
                for near in (index[cell] for cell in around if cell in index):
                    if label[near] < 0:
                        label[near] = start
                        waiting.append(near)
    for start in np.unique(label):
        yield np.flatnonzero(label[of.reshape(-1)] == start)
