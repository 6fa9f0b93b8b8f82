"""Events against closed forms: ramps and edges of known speed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simgen.imaging.events import Array, EventPixel, fired, log_intensity, noise

IDEAL = EventPixel(on_threshold=0.2, off_threshold=0.2, mismatch=0.0, refractory_s=0.0, leak_hz=0.0, noise_hz=0.0)
MS = 1_000_000


def ramp(contrast: float, pixel: EventPixel = IDEAL, size: tuple[int, int] = (16, 16), seconds: float = 0.1):
    array = Array.of(pixel, size, 5, "E")
    logs = np.stack([np.zeros(size), np.full(size, contrast)]).astype(np.float32)
    return fired(logs, np.array([0, round(1e9 * seconds)]), array, pixel, -1), array


@given(st.floats(-6.0, 6.0).filter(lambda c: abs(c) > 0.01))
def test_a_linear_ramp_fires_contrast_over_threshold_times(contrast):
    events, _ = ramp(contrast)
    mean = len(events.x) / 256
    exact = abs(contrast) / 0.2
    counts = np.bincount(events.y.astype(int) * 16 + events.x, minlength=256)
    assert set(counts.tolist()) <= {int(np.floor(exact - 1e-4)), int(np.floor(exact)), int(np.floor(exact)) + 1}
    assert abs(mean - exact) < 0.12  # the phase of each pixel's thresholds is uniform: 256 of them
    assert np.all(events.polarity == (contrast > 0))


def test_events_of_a_ramp_come_at_equal_intervals():
    events, _ = ramp(2.0, seconds=0.1)
    one = events.time_ns[(events.x == 3) & (events.y == 7)]
    assert np.abs(np.diff(one) - 10 * MS).max() <= 1


def test_a_refractory_time_is_added_to_each_interval():
    events, _ = ramp(2.0, EventPixel(**{**vars_of(IDEAL), "refractory_s": 2e-3}))
    one = events.time_ns[(events.x == 3) & (events.y == 7)]
    assert np.abs(np.diff(one) - 12 * MS).max() <= 2


def test_a_moving_edge_fires_when_it_passes():
    # A smooth edge moves right at 2000 px/s: log light at x is clip((v t - x) / w, 0, 1), w = 4 px.
    speed, width, steps = 2000.0, 4.0, 41
    times = np.linspace(0, 20 * MS, steps).astype(np.int64)
    x = np.arange(32)
    logs = np.stack([np.tile(np.clip((speed * t * 1e-9 - x) / width, 0, 1), (4, 1)) for t in times]).astype(np.float32)
    array = Array(*(np.full((4, 32), value, np.float32) for value in (0.25, 0.25, 0.5)))
    events = fired(logs, times, array, IDEAL, -1)
    for column in range(4, 28):
        mine = events.time_ns[(events.x == column) & (events.y == 1)]
        # Thresholds stand at 0.125, 0.375, 0.625, 0.875 of the edge.
        expected = (column + width * np.array([0.125, 0.375, 0.625, 0.875])) / speed * 1e9
        assert len(mine) == 4
        assert np.abs(mine - expected).max() < 1e9 / speed * 0.3  # a tenth of the step between images, at the corners
        assert np.abs(mine[1:3] - expected[1:3]).max() < 2000


def test_thresholds_differ_as_they_are_said_to():
    array = Array.of(EventPixel(mismatch=0.03), (200, 200), 1, "E")
    assert array.on.std() == pytest.approx(0.03, rel=0.02)
    assert array.on.mean() == pytest.approx(0.2, rel=0.01)
    assert abs(np.corrcoef(array.on.ravel(), array.off.ravel())[0, 1]) < 0.02


def test_leak_and_noise_have_their_rates():
    pixel = EventPixel(mismatch=0.0, refractory_s=0.0, leak_hz=2.0, noise_hz=5.0)
    array = Array.of(pixel, (100, 100), 1, "E")
    logs = np.full((3, 100, 100), -3.0, np.float32)
    leaked = fired(logs, np.array([0, 500 * MS, 1000 * MS]), array, pixel, -1)
    assert len(leaked.x) / 10_000 == pytest.approx(2.0, rel=0.01)
    assert leaked.polarity.all()
    dark = noise(np.full((100, 100), -12.0, np.float32), pixel, 0, 1000 * MS, np.random.default_rng(0))
    bright = noise(np.full((100, 100), 0.0, np.float32), pixel, 0, 1000 * MS, np.random.default_rng(0))
    assert len(dark.x) / 10_000 == pytest.approx(5.0, rel=0.02)
    assert len(bright.x) / 10_000 == pytest.approx(1.25, rel=0.04)
    assert dark.polarity.mean() == pytest.approx(0.5, abs=0.01)


def test_readings_that_overlap_agree():
    rng = np.random.default_rng(3)
    pixel = EventPixel(mismatch=0.02, noise_hz=0.0)
    array = Array.of(pixel, (12, 12), 2, "E")
    times = np.arange(9) * 5 * MS
    logs = np.cumsum(rng.normal(0.15, 0.2, (9, 12, 12)), axis=0).astype(np.float32)
    whole = fired(logs, times, array, pixel, int(times[6]))
    later = fired(logs[2:], times[2:], array, pixel, int(times[6]))
    assert abs(len(whole.x) - len(later.x)) <= 0.05 * len(whole.x)


def test_log_intensity_of_doubled_light():
    light = np.full((2, 2, 3), 0.3, np.float32)
    assert log_intensity(2 * light, 0.0) - log_intensity(light, 0.0) == pytest.approx(np.log(2.0), abs=1e-6)


def vars_of(pixel: EventPixel) -> dict[str, float]:
    return {name: getattr(pixel, name) for name in EventPixel.__slots__}
