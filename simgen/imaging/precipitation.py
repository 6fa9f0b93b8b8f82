"""Rain and snow in front of a camera: how many drops of what size, how fast they fall, and the streaks they draw.

Each drop that would show is drawn; the many that would not only dim the view (see the air's extinction).
"""

from dataclasses import dataclass
from typing import no_type_check

import numpy as np
from jaxtyping import Float, Float32
from numba import njit
from numpy import ndarray

from simgen import optics
from simgen.imaging.drops import SWAY_RAD_S, drops_within

_FAINTEST = 0.004
"""Opacity below which a streak does not show in 8 bits."""

_NEAR_M = 0.35
_EDGES_MM = np.arange(0.5, 6.26, 0.25)
_SNOW_SWELLS = (1.0 / 0.1) ** (1.0 / 3.0)
"""A flake is wider than the drop it melts to, at 0.1 of the density of water. Source: Locatelli and Hobbs 1974."""

_SWAY_MPS, _SWAY_RAD_S = 0.3 * np.sqrt(2.0), SWAY_RAD_S
_CELLS = 48
_MOST = 60_000
"""Particles that are drawn; if more would show, the far ones, which only veil, are left out."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Falling:
    """Drops or flakes in front of a camera, in its frame, in the middle of the exposure."""

    position_m: Float[ndarray, "n 3"]
    velocity_mps: Float[ndarray, "n 3"]
    diameter_m: Float[ndarray, " n"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """Numbers of particles by diameter: N0 exp(-slope D), in a cubic metre and millimetre of diameter.

    Attributes:
        n0: 1/(m3 mm).
        slope: 1/mm.
        swells: the particle's width over D.
    """

    n0: float
    slope: float
    swells: float = 1.0

    def numbers(self) -> Float[ndarray, " bins"]:
        """In a cubic metre, bin by bin of `_EDGES_MM`."""
        tail = self.n0 / self.slope * np.exp(-self.slope * _EDGES_MM)
        counts: Float[ndarray, " bins"] = tail[:-1] - tail[1:]
        return counts


def rain_sizes(rain_mm_h: float) -> Sizes:
    """Raindrops. Source: J. Marshall, W. Palmer, The distribution of raindrops with size, J. Meteorology 5, 1948."""
    return Sizes(n0=8000.0, slope=4.1 * rain_mm_h**-0.21)


def snow_sizes(snow_mm_h: float) -> Sizes:
    """Snowflakes, by melted diameter. Source: K. Gunn, J. Marshall, J. Meteorology 15, 1958."""
    return Sizes(n0=3800.0 * snow_mm_h**-0.87, slope=2.55 * snow_mm_h**-0.48, swells=_SNOW_SWELLS)


def rain_speed_mps(diameter_mm: Float[ndarray, "*n"]) -> Float[ndarray, "*n"]:
    """Terminal speed of raindrops, a fit to R. Gunn and G. Kinzer 1949.

    Source: D. Atlas, R. Srivastava, R. Sekhon, Reviews of Geophysics 11, 1973, eq. 4.
    """
    return np.maximum(9.65 - 10.3 * np.exp(-0.6 * diameter_mm), 0.1)


def snow_speed_mps(diameter_mm: Float[ndarray, "*n"]) -> Float[ndarray, "*n"]:
    """Terminal speed of unrimed aggregates of this width. Source: J. Locatelli, P. Hobbs, JGR 79, 1974, table 1."""
    return 0.8 * diameter_mm**0.16


def falling(
    sizes: Sizes,
    lens: optics.Lens,
    size: tuple[int, int],
    exposure_s: float,
    world_from_camera: Float[ndarray, "4 4"],
    camera_velocity_mps: Float[ndarray, "3"],
    time_s: float,
    key: int,
    *,
    snow: bool = False,
) -> Falling:
    """The particles that would show in an exposure.

    They fall through the world: where each is follows from the key and the time alone, so that pictures one after the
    other, and cameras beside each other, see the same ones.

    Args:
        sizes: how many there are.
        lens: of the camera.
        size: of the image, (height, width).
        exposure_s: for how long they streak.
        world_from_camera: in the middle of the exposure.
        camera_velocity_mps: of the camera over the ground, in its own frame.
        time_s: of the middle of the exposure.
        key: picks the particles, 0..2^62.
        snow: flakes instead of drops: slower, and turned by the air (0.3 m/s each way).
    """
    diameter_mm = 0.5 * (_EDGES_MM[:-1] + _EDGES_MM[1:])
    width_m = 1e-3 * sizes.swells * diameter_mm
    speed = snow_speed_mps(1e3 * width_m) if snow else rain_speed_mps(diameter_mm)
    turn = world_from_camera[:3, :3]
    passing = np.linalg.norm(-speed[:, None] * turn[2] - camera_velocity_mps, axis=1)
    share = width_m / (width_m + passing * exposure_s)
    focal = float(np.sqrt(lens.k[0] * lens.k[3]))
    far = np.clip(width_m * focal * share / _FAINTEST, _NEAR_M, 60.0)
    rays, steradians = _view(lens, size)
    mean = sizes.numbers() * steradians.sum() * (far**3 - _NEAR_M**3) / 3.0
    if mean.sum() > _MOST:
        far = np.maximum(far * (_MOST / mean.sum()) ** (1.0 / 3.0), _NEAR_M)
    place, sway, kind = drops_within(sizes.numbers(), speed, far, rays @ turn.T, world_from_camera[:3, 3], time_s, key)
    if snow:
        place, drift = place + _SWAY_MPS / _SWAY_RAD_S * np.sin(sway), _SWAY_MPS * np.cos(sway)
    else:
        drift = np.zeros_like(place)
    drift[:, 2] -= speed[kind]
    return Falling(position_m=place @ turn, velocity_mps=drift @ turn - camera_velocity_mps, diameter_m=width_m[kind])


def _view(lens: optics.Lens, size: tuple[int, int]) -> tuple[Float[ndarray, "c 3"], Float[ndarray, " c"]]:
    """Directions in and just around the image, and the solid angle of each."""
    height, width = size
    u, v = np.meshgrid(
        (np.arange(_CELLS) + 0.5) * 1.2 * width / _CELLS - 0.1 * width,
        (np.arange(_CELLS) + 0.5) * 1.2 * height / _CELLS - 0.1 * height,
    )
    step = np.array([0.6 * width / _CELLS, 0.6 * height / _CELLS])
    pixels = np.stack([u, v], axis=-1)
    rays = optics.rays(lens, pixels)
    across = optics.rays(lens, pixels + step * [1, 0]) - optics.rays(lens, pixels - step * [1, 0])
    along = optics.rays(lens, pixels + step * [0, 1]) - optics.rays(lens, pixels - step * [0, 1])
    steradians = np.linalg.norm(np.cross(across, along), axis=-1)
    seen = np.isfinite(steradians)
    return rays[seen], steradians[seen]


def draw(
    light: Float32[ndarray, "h w 3"],
    depth_m: Float32[ndarray, "h w"],
    particles: Falling,
    lens: optics.Lens,
    exposure_s: float,
    brightness: Float[ndarray, "3"],
    *,
    aperture_m: float = 0.0,
) -> None:
    """Draws streaks into a picture, in front of whatever is farther.

    A particle covers a point of its streak for its width over the streak's length of the exposure, so that is the
    streak's opacity. The lens, focused far away, spreads what is near over its aperture.
    Source: K. Garg, S. Nayar, Vision and rain, IJCV 75, 2007, eq. 16 (a drop is there for tau < 1.18 ms, and its
    radiance is about that of the scene it refracts, whatever is behind it).

    Args:
        light: of the image; changed.
        depth_m: range or depth of each pixel; inf for sky.
        particles: in the camera's frame.
        lens: of the camera.
        exposure_s: of the image.
        brightness: radiance of a particle, in units of `light`.
        aperture_m: width of the lens's opening.
    """
    way = particles.velocity_mps * (0.5 * exposure_s)
    start, end = particles.position_m - way, particles.position_m + way
    pixels = np.concatenate([optics.project(lens, start), optics.project(lens, end)], axis=1)
    reach = np.linalg.norm(particles.position_m, axis=1)
    shown = np.isfinite(pixels).all(axis=1) & (reach > 0.5 * _NEAR_M)
    focal = np.sqrt(lens.k[0] * lens.k[3])
    _draw(
        light,
        depth_m,
        pixels[shown],
        reach[shown],
        focal * particles.diameter_m[shown] / reach[shown],
        focal * (particles.diameter_m[shown] + aperture_m) / reach[shown],
        np.asarray(brightness, dtype=np.float64),
    )


@njit(cache=True, nogil=True)
@no_type_check
def _draw(light, depth_m, ends, reach_m, sharp_px, width_px, brightness):
    height, width = depth_m.shape
    for i in range(len(ends)):
        x0, y0, x1, y1 = ends[i]
        dx, dy = x1 - x0, y1 - y0
        length = np.sqrt(dx * dx + dy * dy)
        if length > 4.0 * width:
            continue
        wide = max(width_px[i], 1.0)
        # As much light as the particle holds up, however wide it is drawn.
        opacity = min(sharp_px[i] * sharp_px[i] / (wide * (length + sharp_px[i])), 1.0)
        if length < wide:
            opacity = min(sharp_px[i] * sharp_px[i] / (wide * wide), 1.0)
        half = 0.5 * wide
        for row in range(max(int(min(y0, y1) - half - 1.0), 0), min(int(max(y0, y1) + half + 2.0), height)):
            for column in range(max(int(min(x0, x1) - half - 1.0), 0), min(int(max(x0, x1) + half + 2.0), width)):
                px, py = column + 0.5 - x0, row + 0.5 - y0
                along = (px * dx + py * dy) / (length * length) if length > 0.0 else 0.0
                along = min(max(along, 0.0), 1.0)
                ex, ey = px - along * dx, py - along * dy
                cover = half + 0.5 - np.sqrt(ex * ex + ey * ey)
                if cover <= 0.0 or depth_m[row, column] < reach_m[i]:
                    continue
                a = np.float32(opacity * min(cover, 1.0))
                for c in range(3):
                    light[row, column, c] += a * (np.float32(brightness[c]) - light[row, column, c])
