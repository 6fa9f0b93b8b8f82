"""Covered stretches of a world as the shaders take them."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.world.world import World

MOST = 48
"""As roofs.glsl has it."""

LAMP_COLOUR = np.array([1.0, 0.93, 0.82])
"""Of tunnel lamps, about 4000 K, as a camera balanced for daylight sees them; estimated."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Roofs:
    """Straight pieces of all roofs.

    Attributes:
        start, end: middle of the floor, in the world.
        start_m, end_m: distance of those from the roof's first end.
        size: half width, height, length of the whole roof, light of its lamps.
    """

    start: Float[ndarray, "n 3"]
    end: Float[ndarray, "n 3"]
    start_m: Float[ndarray, " n"]
    end_m: Float[ndarray, " n"]
    size: Float[ndarray, "n 4"]

    @classmethod
    def of(cls, world: World) -> "Roofs | None":
        """The roofs of a world; None where it has none."""
        parts = []
        for roof in world.roofs:
            line = np.array(roof.line, np.float64)
            station = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
            size = np.tile([roof.half_width_m, roof.height_m, station[-1], roof.lamps], (len(line) - 1, 1))
            parts.append((line[:-1], line[1:], station[:-1], station[1:], size))
        if not parts:
            return None
        start, end, start_m, end_m, size = (np.concatenate(column)[:MOST] for column in zip(*parts, strict=True))
        return cls(start=start, end=end, start_m=start_m, end_m=end_m, size=size)

    def seen(self, world_from_camera: Float[ndarray, "4 4"], exposure: float) -> dict[str, object]:
        """Uniforms of roofs.glsl."""
        turn, place = world_from_camera[:3, :3], world_from_camera[:3, 3]

        def rows(points: Float[ndarray, "n 3"], last: Float[ndarray, " n"]) -> list[tuple[float, ...]]:
            filled = np.zeros((MOST, 4))
            filled[: len(points)] = np.column_stack([(points - place) @ turn, last])
            return [tuple(row) for row in filled.tolist()]

        return {
            "roofs": len(self.start),
            "roof_from": rows(self.start, self.start_m),
            "roof_to": rows(self.end, self.end_m),
            "roof_size": [tuple(row) for row in np.pad(self.size, ((0, MOST - len(self.size)), (0, 0))).tolist()],
            "roof_light": tuple((exposure * LAMP_COLOUR).tolist()),
        }
