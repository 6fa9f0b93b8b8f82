"""The camera model against EMVA 1288's own ways of measuring it, and exposures against photometry."""

import numpy as np
import pytest

from simgen.imaging.exposure import Exposure, ExposureControl, grey_world, key, metered
from simgen.imaging.imager import FixedPattern, Imager, expose, image_illuminance_lx

IMAGER = Imager(
    name="test", pixel_um=3.45, quantum_efficiency=0.64, full_well_e=10715.0, read_noise_e=2.4, dark_current_e_s=5.0
)
SIZE = (160, 200)


def pair(electrons: float, gain: float = 1.0, pattern: FixedPattern | None = None, dark_e: float = 0.0, seed: int = 0):
    flat = np.full((*SIZE, 3), electrons, np.float32)
    rngs = [np.random.default_rng([seed, index]) for index in range(2)]
    return [expose(flat, IMAGER, gain, dark_e, pattern, rng)[0].astype(float) for rng in rngs]


@pytest.mark.parametrize("gain", [1.0, 4.0])
def test_the_photon_transfer_curve_recovers_gain_and_read_noise(gain):
    """EMVA 1288, 6.6: temporal variance by half the mean square difference of two images; slope over 0..70 %."""
    pattern = FixedPattern.of(IMAGER, SIZE, 3, "F")
    means, variances = [], []
    for index, electrons in enumerate(np.linspace(0.0, 0.7 * IMAGER.full_well_e / gain, 30)):
        a, b = pair(electrons, gain, pattern, seed=index)
        means.append(0.5 * (a + b).mean() - IMAGER.black_dn)
        variances.append(0.5 * ((a - b) ** 2).mean() - 0.5 * (a - b).mean() ** 2)
    slope, _ = np.polyfit(means, variances, 1, w=1.0 / (np.array(variances) + 1.0))
    assert slope == pytest.approx(IMAGER.gain_dn_e * gain, rel=0.01)
    a, b = pair(0.0, gain, pattern, seed=99)
    read = np.sqrt(0.5 * ((a - b) ** 2).mean() - 1.0 / 12.0) / (IMAGER.gain_dn_e * gain)
    assert read == pytest.approx(IMAGER.read_noise_e, rel=0.05 if gain == 1.0 else 0.01)


def test_fixed_patterns_have_their_size_and_stay():
    """EMVA 1288, chapter 4: spatial variance of the mean of many images."""
    pattern = FixedPattern.of(IMAGER, SIZE, 3, "F")
    half = IMAGER.full_well_e / 2
    dark = np.mean(
        [expose(np.zeros((*SIZE, 3)), IMAGER, 8.0, 0.0, pattern, np.random.default_rng(i))[0] for i in range(64)],
        axis=0,
    )
    grey = np.mean(
        [expose(np.full((*SIZE, 3), half), IMAGER, 1.0, 0.0, pattern, np.random.default_rng(i))[0] for i in range(64)],
        axis=0,
    )
    response = (grey - IMAGER.black_dn) / IMAGER.gain_dn_e
    left = np.sqrt((half + IMAGER.read_noise_e**2) / 64)  # noise that averaging leaves
    prnu = np.sqrt(response.var() - left**2 - IMAGER.dsnu_e**2) / half
    assert prnu == pytest.approx(IMAGER.prnu, rel=0.03)
    dsnu = np.sqrt((dark / (8.0 * IMAGER.gain_dn_e)).var() - IMAGER.read_noise_e**2 / 64)
    assert dsnu == pytest.approx(IMAGER.dsnu_e, rel=0.03)
    again = FixedPattern.of(IMAGER, SIZE, 3, "F")
    assert np.array_equal(pattern.response, again.response)
    assert not np.array_equal(pattern.response, FixedPattern.of(IMAGER, SIZE, 3, "REAR").response)


def test_dark_current_doubles_and_brings_its_shot_noise():
    assert IMAGER.dark_electrons(2.0, 25.0) == pytest.approx(10.0)
    assert IMAGER.dark_electrons(2.0, 33.0) == pytest.approx(20.0)
    a, b = pair(0.0, 2.0, dark_e=400.0)
    variance = 0.5 * ((a - b) ** 2).mean() / (2.0 * IMAGER.gain_dn_e) ** 2
    assert variance == pytest.approx(400.0 + IMAGER.read_noise_e**2, rel=0.02)


def test_few_electrons_are_poisson_distributed():
    numbers, _ = expose(np.full((*SIZE, 3), 3.0), IMAGER, 16.0, 0.0, None, np.random.default_rng(1))
    electrons = (numbers - IMAGER.black_dn) / (16.0 * IMAGER.gain_dn_e)
    assert electrons.mean() == pytest.approx(3.0, rel=0.01)
    third = ((electrons - electrons.mean()) ** 3).mean()
    assert third == pytest.approx(3.0, rel=0.1)  # of a Poisson distribution it is the mean; read noise has none


def test_saturation_is_flagged_and_exact():
    light = np.zeros((2, 2, 3))
    light[0, 0, 1] = IMAGER.full_well_e * 1.01
    light[1, 1] = IMAGER.full_well_e * 0.5
    numbers, saturated = expose(light, IMAGER, 1.0)
    assert saturated.tolist() == [[True, False], [False, False]]
    assert numbers.max() == IMAGER.top_dn
    assert numbers[1, 1, 0] == round(IMAGER.black_dn + IMAGER.gain_dn_e * IMAGER.full_well_e / 2)


def test_photons_of_a_known_illuminance():
    # 1 lx of 555 nm is 1/683 W/m2; a photon has h c / wavelength = 3.579e-19 J.
    photons = 1.0 / 683.0 * (3.45e-6) ** 2 / (6.62607015e-34 * 299792458.0 / 555e-9)
    assert IMAGER.electrons_per_second(1.0) == pytest.approx(0.64 * photons, rel=1e-3)
    assert image_illuminance_lx(1000.0, 2.0, 1.0) == pytest.approx(np.pi * 1000.0 / 16.0)


def test_the_meter_takes_grey_for_grey():
    grey = np.full((40, 60, 3), 0.25)
    assert metered(grey) == pytest.approx(0.25)
    assert metered(grey, centre=True) == pytest.approx(0.25)
    lamp = grey.copy()
    lamp[:2, :2] = 1000.0
    assert metered(lamp) < 0.26


def test_time_first_then_gain():
    control = ExposureControl(min_time_s=1e-4, max_time_s=1e-2, max_gain=8.0)
    assert control.settled(5e-3) == Exposure(time_s=5e-3, gain=1.0)
    assert control.settled(4e-2) == Exposure(time_s=1e-2, gain=4.0)
    assert control.settled(1.0) == Exposure(time_s=1e-2, gain=8.0)
    assert control.settled(1e-6) == Exposure(time_s=1e-4, gain=1.0)


def test_the_loop_goes_its_share_each_frame():
    control = ExposureControl(speed=0.5, frames=4)
    # It was 1 long enough, then the light fell so that 16 is wanted; (half, quarter, ...) of the way in stops.
    assert control.smoothed([1.0] * 4) == pytest.approx(1.0)
    assert control.smoothed([16.0, 1.0, 1.0, 1.0]) == pytest.approx(4.0)
    assert control.smoothed([16.0, 16.0, 1.0, 1.0]) == pytest.approx(8.0)


def test_nights_are_taken_darker_than_days():
    assert key(5000.0) == key(100.0) == 0.18
    assert key(1.0) == pytest.approx(0.18 * (1.03 - 2 / (2 + np.log10(2.0))) / (1.03 - 2 / (2 + np.log10(101.0))))
    assert 0.0 < key(0.01) < key(1.0) < key(30.0) < 0.18


def test_grey_world_takes_a_tint_away():
    rng = np.random.default_rng(0)
    tinted = rng.random((30, 30, 1)) * np.array([1.5, 1.0, 0.6])
    balanced = (tinted * grey_world(tinted)).mean(axis=(0, 1))
    assert balanced == pytest.approx(balanced[1], rel=0.01)
