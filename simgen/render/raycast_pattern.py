"""Which rays a sensor sends out: directions in its own frame, and which of them share a moment."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int32
from numpy import ndarray

from simgen.readings import CameraModel
from simgen.render.raycast_kernels import TILE, bounding_cones


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RayPattern:
    """Rays in groups: all rays of a group leave between two moments that the caller knows.

    Ray `r = group * beams + beam`; a lidar's group is a firing of all its beams, a camera's is a row of pixels.

    Attributes:
        directions: unit, in the sensor's frame.
        delay: when each beam leaves, as a share 0..1 of its group's time.
        tiles: first and last + 1 group, first and last + 1 beam of blocks of neighbouring rays.
        tiled: directions tile by tile, padded with zeros, the components of a group's rays apart.
        cones: of each tile, axis in the sensor's frame, cosine and sine of the half angle that holds all its rays.
    """

    directions: Float[ndarray, "groups beams 3"]
    delay: Float[ndarray, " beams"]
    tiles: Int32[ndarray, "tiles 4"]
    tiled: Float[ndarray, "tiles side 3 side"]
    cones: Float[ndarray, "tiles 5"]

    @classmethod
    def of(
        cls, directions: Float[ndarray, "groups beams 3"], delay: Float[ndarray, " beams"] | None = None
    ) -> "RayPattern":
        """The pattern of these directions (any length); beams leave together where no delay is given."""
        directions = np.asarray(directions, np.float64)
        directions = np.ascontiguousarray(directions / np.linalg.norm(directions, axis=2, keepdims=True))
        groups, beams = directions.shape[:2]
        starts = [(g, b) for g in range(0, groups, TILE) for b in range(0, beams, TILE)]
        tiles = np.array([(g, min(g + TILE, groups), b, min(b + TILE, beams)) for g, b in starts], np.int32)
        tiles = tiles.reshape(-1, 4)
        padded = np.zeros((-(-groups // TILE) * TILE, -(-beams // TILE) * TILE, 3))
        padded[:groups, :beams] = directions
        blocks = padded.reshape(len(padded) // TILE, TILE, -1, TILE, 3).transpose(0, 2, 1, 4, 3)
        return cls(
            directions=directions,
            delay=np.zeros(beams) if delay is None else np.asarray(delay, np.float64),
            tiles=tiles,
            tiled=np.ascontiguousarray(blocks.reshape(len(tiles), TILE, 3, TILE)),
            cones=bounding_cones(directions, tiles),
        )

    @classmethod
    def pinhole(cls, camera: CameraModel) -> "RayPattern":
        """The rays through the centres of a pinhole camera's pixels, a row a group, in its optical frame."""
        u, v = np.meshgrid(np.arange(camera.width) + 0.5, np.arange(camera.height) + 0.5)
        pixels = np.stack([u, v, np.ones_like(u)], axis=-1)
        return cls.of(pixels @ np.linalg.inv(camera.K).T)

    @property
    def count(self) -> int:
        """How many rays."""
        groups, beams, _ = self.directions.shape
        return int(groups * beams)
