"""Events of a camera whose pixels each tell when their light has changed: from log intensity at a row of times.

A pixel remembers the log intensity of its last event; when the light is a threshold brighter (ON) or darker (OFF) than
that, it fires and remembers one threshold more or less. Between two times the log intensity is taken for linear, so
each event has a time of its own. Thresholds differ from pixel to pixel; for a refractory time after an event a pixel
is blind and then begins anew from what it sees; leak lets the memory sink (so ON events come even in still light);
photons' noise fires at random.

Source: H. Rebecq, D. Gehrig, D. Scaramuzza, ESIM: an open event camera simulator, CoRL 2018, section 3;
Y. Hu, S.-C. Liu, T. Delbruck, v2e: from video frames to realistic DVS events, CVPR Workshops 2021, section 4.
"""

from dataclasses import dataclass
from typing import NamedTuple, no_type_check

import numpy as np
from jaxtyping import Bool, Float32, Int64, UInt16
from numba import njit
from numpy import ndarray

from simgen.sampling import stream

_LEAST_THRESHOLD = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPixel:
    """What one kind of pixel does, on average.

    Attributes:
        on_threshold, off_threshold: change of log intensity that fires.
        mismatch: standard deviation of each over the pixels, in log intensity.
        refractory_s: blind after an event.
        leak_hz: ON events a second in still light.
        noise_hz: events a second by photons' noise in the dark; a quarter of it in bright light (v2e, eq. 7).
        dark: intensity, relative to sunlit white, that is added before the logarithm: dark current.
    """

    on_threshold: float = 0.2
    off_threshold: float = 0.2
    mismatch: float = 0.03
    refractory_s: float = 5e-4
    leak_hz: float = 0.1
    noise_hz: float = 1.0
    dark: float = 1e-4


class Array(NamedTuple):
    """The pixels of one sensor: their thresholds, and at which phase of the leak each one fires (0..1)."""

    on: Float32[ndarray, "h w"]
    off: Float32[ndarray, "h w"]
    phase: Float32[ndarray, "h w"]

    @classmethod
    def of(cls, pixel: EventPixel, size: tuple[int, int], seed: int, name: str) -> "Array":
        """The pixels of the sensor of this name; size is (height, width)."""
        rng = stream(seed, name, "thresholds")
        spread = rng.standard_normal((2, *size), dtype=np.float32) * np.float32(pixel.mismatch)
        on = np.maximum(pixel.on_threshold + spread[0], _LEAST_THRESHOLD).astype(np.float32)
        off = np.maximum(pixel.off_threshold + spread[1], _LEAST_THRESHOLD).astype(np.float32)
        return cls(on=on, off=off, phase=rng.random(size, dtype=np.float32))


class Events(NamedTuple):
    """Events in the order of time."""

    x: UInt16[ndarray, " e"]
    y: UInt16[ndarray, " e"]
    time_ns: Int64[ndarray, " e"]
    polarity: Bool[ndarray, " e"]


def log_intensity(light: Float32[ndarray, "h w 3"], dark: float) -> Float32[ndarray, "h w"]:
    """What a pixel's photoreceptor puts out: the logarithm of luminance plus dark current."""
    luminance = light @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    return np.log(luminance + np.float32(dark)).astype(np.float32)


def fired(
    logs: Float32[ndarray, "t h w"],
    times_ns: Int64[ndarray, " t"],
    array: Array,
    pixel: EventPixel,
    after_ns: int,
) -> Events:
    """Events of the changes of light after a time.

    Args:
        logs: log intensity at each time.
        times_ns: growing. What lies before `after_ns` only sets the memories: until its first event a pixel fires
            at the next multiple of its threshold, so that two rows of images that overlap agree.
        array: the pixels.
        pixel: the refractory time and the rate of the leak.
        after_ns: events up to then are left out.
    """
    refractory_ns = round(1e9 * pixel.refractory_s)
    logs, times_ns = np.ascontiguousarray(logs), np.asarray(times_ns, dtype=np.int64)
    count = _fire(logs, times_ns, array, refractory_ns, pixel.leak_hz, after_ns, np.empty((0, 4), np.int64))
    out = np.empty((count, 4), np.int64)
    _fire(logs, times_ns, array, refractory_ns, pixel.leak_hz, after_ns, out)
    return in_order(out)


def noise(
    logs: Float32[ndarray, "h w"],
    pixel: EventPixel,
    start_ns: int,
    end_ns: int,
    rng: np.random.Generator,
) -> Events:
    """Events that photons' noise fires, ON as often as OFF: fewer where it is bright."""
    share = 1.0 - 0.75 * np.clip(np.exp(logs), 0.0, 1.0)
    mean = pixel.noise_hz * share * (end_ns - start_ns) * 1e-9
    counts = rng.poisson(mean)
    where = np.repeat(np.arange(counts.size), counts.reshape(-1))
    times = start_ns + 1 + np.floor(rng.random(len(where)) * (end_ns - start_ns)).astype(np.int64)
    rows, columns = where // logs.shape[1], where % logs.shape[1]
    return in_order(np.stack([times, rows, columns, rng.random(len(where)) < 0.5], axis=1).astype(np.int64))


def merged(first: Events, second: Events) -> Events:
    """Both, in the order of time."""
    rows = [
        np.stack([e.time_ns, e.y.astype(np.int64), e.x.astype(np.int64), e.polarity], axis=1) for e in (first, second)
    ]
    return in_order(np.concatenate(rows).astype(np.int64))


def in_order(rows: Int64[ndarray, "e 4"]) -> Events:
    """Events from rows of time, y, x, polarity."""
    rows = rows[np.lexsort((rows[:, 3], rows[:, 2], rows[:, 1], rows[:, 0]))]
    return Events(
        x=rows[:, 2].astype(np.uint16),
        y=rows[:, 1].astype(np.uint16),
        time_ns=rows[:, 0].copy(),
        polarity=rows[:, 3] > 0,
    )


@njit(cache=True, nogil=True)
@no_type_check
def _fire(logs, times_ns, array, refractory_ns, leak_hz, after_ns, out):
    """Counts events; writes them where there is room."""
    on_of, off_of, phase_of = array
    steps, height, width = logs.shape
    room, count = len(out), 0
    for row in range(height):
        for column in range(width):
            on, off = np.float64(on_of[row, column]), np.float64(off_of[row, column])
            # What came before is not known: the next multiple of the threshold fires, up or down.
            shift = phase_of[row, column] * on
            down = np.floor((logs[0, row, column] - shift) / on) * on + shift
            up = down + on
            ready = times_ns[0]
            for step in range(1, steps):
                before, after = np.float64(logs[step - 1, row, column]), np.float64(logs[step, row, column])
                # The leak lowers the memory; seen from it the light grows.
                at, span = times_ns[step - 1], times_ns[step] - times_ns[step - 1]
                leaked = leak_hz * on * span * 1e-9
                slope = (after - before + leaked) / span
                level = before
                while slope != 0.0:
                    if at < ready:
                        if ready >= times_ns[step]:
                            break
                        level += slope * (ready - at)
                        at = ready
                        up, down = level + on, level - off
                    wait = max(((up if slope > 0.0 else down) - level) / slope, 0.0)
                    if at + wait > times_ns[step]:
                        break
                    level += slope * wait
                    at += np.int64(np.rint(wait))
                    up, down = level + on, level - off
                    if at > after_ns:
                        if room:
                            out[count, 0], out[count, 1], out[count, 2] = at, row, column
                            out[count, 3] = 1 if slope > 0.0 else 0
                        count += 1
                    if refractory_ns > 0:
                        ready = at + refractory_ns
                up -= leaked
                down -= leaked
    return count
