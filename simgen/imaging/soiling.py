"""Dirt, drops and a crack on the glass in front of a camera: the same on every image of one sensor."""

from dataclasses import dataclass

import cv2
import numpy as np
from jaxtyping import Bool, Float32
from numpy import ndarray

from simgen.sampling import stream

_VISIBLE = 0.08
"""Share of a pixel's light that must be lost, scattered or taken from elsewhere to call it soiled."""

_MUD = np.array([1.0, 0.86, 0.68])
"""Colour of dried mud, relative to red."""

_SOFT = 0.004
"""What is on the glass is far out of focus: it is blurred by this share of the picture's width."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Soiling:
    """What is on the glass, pixel by pixel.

    Attributes:
        passing: share of the light that gets through.
        scattered: share of the surroundings' mean light that is added (dirt, brown, is lit from outside).
        source: pixel (x, y) that a drop shows instead.
        wet: weight of that.
        soiled: where any of it shows.
    """

    passing: Float32[ndarray, "h w"]
    scattered: Float32[ndarray, "h w 3"]
    source: Float32[ndarray, "h w 2"]
    wet: Float32[ndarray, "h w"]
    soiled: Bool[ndarray, "h w"]

    @classmethod
    def of(
        cls, size: tuple[int, int], seed: int, name: str, *, dirt: float = 0.0, drops: int = 0, crack: bool = False
    ) -> "Soiling":
        """The soiling of the sensor of this name.

        Args:
            size: of the image, (height, width).
            seed: of the episode.
            name: of the sensor.
            dirt: share of the picture that is under dirt, 0..1; more dirt covers what less dirt does.
            drops: how many there are; the first ones are the same however many.
            crack: a stone has hit the glass.
        """
        dirty = dirt_opacity(size, dirt, stream(seed, name, "dirt"))
        source, wet, rim = _drops(size, drops, seed, name)
        split = _crack(size, stream(seed, name, "crack")) if crack else np.zeros(size, np.float32)
        through = cls.under(dirty)
        passing = through.passing * (1.0 - 0.75 * rim) * (1.0 - 0.7 * split)
        return cls(
            passing=passing.astype(np.float32),
            scattered=(through.scattered + 0.45 * split[..., None]).astype(np.float32),
            source=source,
            wet=wet,
            soiled=(1.0 - passing > _VISIBLE) | (wet > _VISIBLE),
        )

    @classmethod
    def under(cls, dirt: Float32[ndarray, "h w"]) -> "Soiling":
        """Dirt of that opacity, and nothing else."""
        height, width = dirt.shape
        y, x = np.mgrid[:height, :width].astype(np.float32)
        passing = (1.0 - 0.92 * dirt).astype(np.float32)
        return cls(
            passing=passing,
            scattered=(0.30 * dirt[..., None] * _MUD).astype(np.float32),
            source=np.stack([x, y], axis=-1),
            wet=np.zeros_like(passing),
            soiled=1.0 - passing > _VISIBLE,
        )

    def before(self, light: Float32[ndarray, "h w 3"]) -> Float32[ndarray, "h w 3"]:
        """The picture behind the soiled glass."""
        result = light
        if self.wet.any():
            blurred = cv2.GaussianBlur(light, (0, 0), max(_SOFT * light.shape[1], 0.5))
            bent = cv2.remap(blurred, self.source, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
            result = result + (bent - result) * self.wet[..., None]
        around = light.mean(axis=(0, 1))
        return np.asarray(result * self.passing[..., None] + around * self.scattered, dtype=np.float32)


def dirt_opacity(size: tuple[int, int], share: float, rng: np.random.Generator) -> Float32[ndarray, "h w"]:
    """Opacity of smooth patches over exactly this share of the picture: noise above a quantile.

    With the same random numbers a larger share covers all that a smaller one covers, and no less.
    """
    height, width = size
    noise = np.zeros(size, np.float32)
    for octave, cells in enumerate((6, 14, 34, 80)):
        grid = rng.standard_normal((max(cells * height // width, 2) + 3, cells + 3), dtype=np.float32)
        noise += cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC) * 0.62**octave
    if share <= 0.0:
        return np.zeros(size, np.float32)
    above = noise - np.quantile(noise, 1.0 - min(share, 1.0))
    # It fades in from its edge, far out of focus.
    opacity = np.clip(above / (0.9 * noise.std()), 0.0, 1.0)
    return np.asarray(np.where(above > 0.0, 0.1 + 0.9 * opacity**0.8, 0.0), dtype=np.float32)


def _drops(
    size: tuple[int, int], count: int, seed: int, name: str
) -> tuple[Float32[ndarray, "h w 2"], Float32[ndarray, "h w"], Float32[ndarray, "h w"]]:
    """Where drops take their light from, how much they do, and their dark rims.

    A drop is a lens of short focus: it shows most of the scene upside down within itself.
    Source: J. Halimeh, M. Roser, Raindrop detection on car windshields using geometric-photometric environment
    construction, IEEE IV 2009.
    """
    height, width = size
    y, x = np.mgrid[:height, :width].astype(np.float32)
    source, wet, rim = np.stack([x, y], axis=-1), np.zeros(size, np.float32), np.zeros(size, np.float32)
    for index in range(count):
        rng = stream(seed, name, "drop", index)
        centre_x, centre_y = rng.uniform(0, width), rng.uniform(0, height)
        radius = width * 0.008 * float(np.exp(rng.normal(0.3, 0.5)))
        radius = min(radius, 0.05 * width)
        lobes = rng.uniform(-0.12, 0.12, 3)
        rows = slice(max(int(centre_y - 1.7 * radius), 0), int(centre_y + 1.7 * radius) + 2)
        columns = slice(max(int(centre_x - 1.5 * radius), 0), int(centre_x + 1.5 * radius) + 2)
        dx, dy = (x[rows, columns] - centre_x) / radius, (y[rows, columns] - centre_y) / radius * 0.85
        angle = np.arctan2(dy, dx)
        outline = 1.0 + sum(a * np.sin((k + 2) * angle + 7.0 * a) for k, a in enumerate(lobes))
        rho = np.hypot(dx, dy) / outline
        inside = np.clip((1.0 - rho) * 8.0, 0.0, 1.0)
        bent = 0.38 * width * (0.4 + 0.6 * rho)
        shown = np.stack([width / 2.0 - bent * dx, height / 2.0 - bent * dy * 0.7], axis=-1)
        over = inside > wet[rows, columns]
        source[rows, columns][over] = shown[over]
        wet[rows, columns] = np.maximum(wet[rows, columns], inside)
        edge = np.clip(rho, 0.0, 1.0) ** 8 * inside
        rim[rows, columns] = np.maximum(rim[rows, columns], edge)
    return source.astype(np.float32), wet, rim


def _crack(size: tuple[int, int], rng: np.random.Generator) -> Float32[ndarray, "h w"]:
    """A star of cracks around where a stone hit, and one long crack."""
    height, width = size
    lines = np.zeros(size, np.uint8)
    hit = np.array([rng.uniform(0.2, 0.8) * width, rng.uniform(0.2, 0.7) * height])
    for index in range(int(rng.integers(6, 10))):
        heading = rng.uniform(0.0, 2.0 * np.pi)
        steps = 40 if index == 0 else int(rng.integers(4, 10))
        points = [hit]
        for _ in range(steps):
            heading += rng.normal(0.0, 0.22)
            points.append(points[-1] + 0.02 * width * np.array([np.cos(heading), np.sin(heading)]))
        thick = max(round(width / 500), 1)
        cv2.polylines(lines, [np.rint(16.0 * np.array(points)).astype(np.int32)], False, 255, thick, cv2.LINE_AA, 4)
    soft = cv2.GaussianBlur(lines.astype(np.float32) / 255.0, (0, 0), max(0.0012 * width, 0.4))
    return np.asarray(np.clip(soft * 1.4, 0.0, 1.0), dtype=np.float32)
