"""From scatterers to detections: resolution cells, threshold, noise."""

import numpy as np
from jaxtyping import Bool, Float, Int64
from numba import njit
from numpy import ndarray

from ._radar_scatter import GHOST, Scatterers
from .radar_devices import RadarDevice, RadarMode

Detections = dict[str, ndarray]

_FAINT, _FAINT_SHARE = 1e-3, 0.03
_MONOPULSE = 1.6


def link_budget(
    device: RadarDevice,
    mode: RadarMode,
    range_m: Float[ndarray, " n"],
    azimuth_rad: Float[ndarray, " n"],
    elevation_rad: Float[ndarray, " n"],
    attenuation_db_km: float,
) -> Float[ndarray, " n"]:
    """SNR (a ratio) of a target of 1 m2; 0 outside the mode's ranges and azimuths.

    The radar equation, scaled so that the reference target is at the threshold where the datasheet says:
    SNR = threshold (reach / R)^4 rcs / reference, less the elevation pattern (Gaussian) and what the air takes
    both ways (Skolnik, Radar Handbook, 3rd ed., 2008, ch. 1).
    """
    azimuth = np.degrees(np.abs(azimuth_rad))
    reach = np.interp(azimuth, [a for a, _ in mode.reach], [r for _, r in mode.reach])
    inside = (azimuth <= mode.reach[-1][0]) & (range_m >= mode.range_m[0]) & (range_m < mode.range_m[1])
    at_one_m2 = 10.0 ** ((device.threshold_db - device.reference_rcs_dbsm) / 10.0)
    pattern = 10.0 ** (-0.6 * (2.0 * np.degrees(elevation_rad) / mode.elevation_fov_deg) ** 2)
    air = 10.0 ** (-0.1 * attenuation_db_km * 2e-3 * range_m)
    result: Float[ndarray, " n"] = np.where(
        inside, at_one_m2 * (reach / np.maximum(range_m, 1e-3)) ** 4 * pattern * air, 0.0
    )
    return result


def wrapped(velocity_mps: Float[ndarray, " n"], span: tuple[float, float]) -> Float[ndarray, " n"]:
    """Range rates as a device reports them that cannot tell them from others a whole span away."""
    low, high = span
    result: Float[ndarray, " n"] = low + np.mod(velocity_mps - low, high - low)
    return result


def detect(
    device: RadarDevice,
    mode: RadarMode,
    found: Scatterers,
    attenuation_db_km: float,
    rng: np.random.Generator,
    alarm_factor: float = 1.0,
    *,
    fluctuates: bool = True,
) -> Detections:
    """What one scan reports of these scatterers.

    Power adds up in cells of range, sin(azimuth), range rate (and elevation, where it is measured); a cell whose
    neighbour within the resolution is stronger belongs to it; a weaker one at the same range and rate drowns in its
    sidelobes. A peak's power fluctuates from cycle to cycle as of many small scatterers beside a large one (Swerling
    III, chi-square of 4 degrees), receiver noise adds to its amplitude, and it counts above the threshold. Errors
    grow as the SNR falls: resolution / (1.6 sqrt(2 SNR)) beside a floor (Richards, Fundamentals of Radar Signal
    Processing, 2nd ed., 2014, ch. 7).
    """
    budget = link_budget(device, mode, found.range_m, found.azimuth_rad, found.elevation_rad, attenuation_db_km)
    snr = budget * found.rcs_m2
    kept = np.flatnonzero(snr > _FAINT)
    velocity = wrapped(found.velocity_mps[kept], mode.velocity_mps)
    seen = found.rcs_m2[kept]
    axes = found.range_m[kept], np.sin(found.azimuth_rad[kept]), velocity, found.elevation_rad[kept]
    size = _resolution(mode)
    peaks, actor = _peaks(np.stack(axes, axis=1), snr[kept], seen, found.actor[kept], size, device)
    alarms = _false_alarms(alarm_factor * device.false_alarms / len(device.modes), mode, rng)
    return _reported(device, mode, peaks, actor, alarms, rng, fluctuates=fluctuates)


def _resolution(mode: RadarMode) -> Float[ndarray, "4"]:
    elevation = np.radians(mode.elevation_resolution_deg) if mode.elevation_resolution_deg > 0 else 10.0
    azimuth = np.sin(np.radians(mode.azimuth_resolution_deg))
    return np.array([mode.range_resolution_m, azimuth, mode.velocity_resolution_mps, elevation])


def _peaks(
    axes: Float[ndarray, "n 4"],
    snr: Float[ndarray, " n"],
    rcs: Float[ndarray, " n"],
    actor: Int64[ndarray, " n"],
    size: Float[ndarray, "4"],
    device: RadarDevice,
) -> tuple[Float[ndarray, "p 7"], Int64[ndarray, " p"]]:
    """Centre and power of each peak, and the actor that gives most of it (`GHOST`: what only seems)."""
    if not len(snr):
        return np.zeros((0, 7)), np.zeros(0, np.int64)
    cell = np.floor(axes / size).astype(np.int64)
    cell -= cell.min(axis=0)
    span = cell.max(axis=0) + 1
    key = ((cell[:, 0] * span[1] + cell[:, 1]) * span[2] + cell[:, 2]) * span[3] + cell[:, 3]
    order = np.argsort(key, kind="stable")
    cells, owner = _cells(key[order], axes[order], snr[order], rcs[order], actor[order])
    # A peak needs a threshold's worth together with all that lies around it; far weaker cells never matter.
    least_snr, least_rcs = (_FAINT_SHARE * 10.0 ** (x / 10.0) for x in (device.threshold_db, device.least_rcs_dbsm))
    strong = np.flatnonzero((cells[:, 4] > least_snr) & (cells[:, 6] > least_rcs))
    strong = strong[np.argsort(-cells[strong, 4], kind="stable")]
    peaks, owner = cells[strong], owner[strong]
    accepted = _merge(peaks, owner, size, 10.0 ** (-device.sidelobe_db / 10.0))
    peaks, owner = peaks[accepted], owner[accepted]
    return peaks, np.where(peaks[:, 5] > 0.5 * peaks[:, 4], owner, GHOST)


@njit(cache=True)
def _cells(
    key: Int64[ndarray, " n"],
    axes: Float[ndarray, "n 4"],
    snr: Float[ndarray, " n"],
    rcs: Float[ndarray, " n"],
    actor: Int64[ndarray, " n"],
) -> tuple[Float[ndarray, "c 7"], Int64[ndarray, " c"]]:
    """Of each run of equal keys: mean place weighted by power, power, real power, RCS; the strongest real actor."""
    cells, owner = np.zeros((len(key), 7)), np.zeros(len(key), np.int64)
    count, i = 0, 0
    while i < len(key):
        first, best = i, 0.0
        while i < len(key) and key[i] == key[first]:
            for k in range(4):
                cells[count, k] += snr[i] * axes[i, k]
            cells[count, 4] += snr[i]
            cells[count, 6] += rcs[i]
            if actor[i] >= 0:
                cells[count, 5] += snr[i]
                if snr[i] > best:
                    best, owner[count] = snr[i], actor[i]
            i += 1
        for k in range(4):
            cells[count, k] /= cells[count, 4]
        count += 1
    return cells[:count], owner[:count]


@njit(cache=True)
def _merge(
    peaks: Float[ndarray, "n 7"], owner: Int64[ndarray, " n"], size: Float[ndarray, "4"], sidelobe: float
) -> Bool[ndarray, " n"]:
    """Which of these cells, strongest first, are peaks; what lies within a resolution of one is added to it.

    Peaks stand on shelves by their range, so that each cell is compared with those of its own and the next ranges
    alone; a peak's centre moves as it grows, by less than a shelf.
    """
    accepted = np.zeros(len(peaks), np.bool_)
    if not len(peaks):
        return accepted
    least = peaks[:, 0].min()
    heads = np.full(int((peaks[:, 0].max() - least) / size[0]) + 3, -1, np.int64)
    following = np.full(len(peaks), -1, np.int64)
    for i in range(len(peaks)):
        place = int((peaks[i, 0] - least) / size[0]) + 1
        # The strongest peak that it belongs to or drowns in: the one that was accepted first.
        first, merges = len(peaks), False
        for shelf in range(max(place - 2, 0), min(place + 3, len(heads))):
            j = heads[shelf]
            while j >= 0:
                if j < first and abs(peaks[i, 0] - peaks[j, 0]) < size[0] and abs(peaks[i, 2] - peaks[j, 2]) < size[2]:
                    near = abs(peaks[i, 1] - peaks[j, 1]) < size[1] and abs(peaks[i, 3] - peaks[j, 3]) < size[3]
                    if near or peaks[i, 4] < sidelobe * peaks[j, 4]:
                        first, merges = j, near
                j = following[j]
        if first == len(peaks):
            accepted[i] = True
            following[i], heads[place] = heads[place], i
        elif merges:
            _add(peaks, owner, i, first)
    return accepted


@njit(cache=True)
def _add(peaks: Float[ndarray, "n 7"], owner: Int64[ndarray, " n"], i: int, j: int) -> None:
    """Adds cell i to peak j."""
    total = peaks[j, 4] + peaks[i, 4]
    for k in range(4):
        peaks[j, k] += peaks[i, 4] / total * (peaks[i, k] - peaks[j, k])
    if peaks[i, 5] > peaks[j, 5]:
        owner[j] = owner[i]
    peaks[j, 4] = total
    peaks[j, 5] += peaks[i, 5]


def _reported(
    device: RadarDevice,
    mode: RadarMode,
    peaks: Float[ndarray, "p 7"],
    actor: Int64[ndarray, " p"],
    alarms: Float[ndarray, "f 4"],
    rng: np.random.Generator,
    *,
    fluctuates: bool,
) -> Detections:
    draws, errors = rng.standard_normal((2, len(peaks))), rng.standard_normal((len(peaks), 4))
    swerling = rng.standard_gamma(2.0, len(peaks)) / 2.0
    signal = np.sqrt(peaks[:, 4] * (swerling if fluctuates else 1.0))
    power = (signal + np.sqrt(0.5) * draws[0]) ** 2 + 0.5 * draws[1] ** 2
    threshold = 10.0 ** (device.threshold_db / 10.0)
    over = power > threshold
    axes, power, actor = peaks[over, :4], power[over], actor[over]
    floor = np.array(
        [
            mode.range_sigma_m,
            np.radians(mode.azimuth_sigma_deg),
            mode.velocity_sigma_mps,
            np.radians(mode.elevation_sigma_deg),
        ]
    )
    sigma = np.hypot(floor, _resolution(mode) / (_MONOPULSE * np.sqrt(2.0 * power))[:, None])
    axes = np.concatenate([axes + sigma * errors[over], alarms])
    power = np.concatenate([power, threshold + rng.standard_exponential(len(alarms))])
    actor = np.concatenate([actor, np.full(len(alarms), GHOST)])
    return _columns(device, mode, axes, power, actor)


def _false_alarms(mean: float, mode: RadarMode, rng: np.random.Generator) -> Float[ndarray, "f 4"]:
    """Peaks of noise alone, anywhere in the scan."""
    count = int(rng.poisson(mean))
    edge = np.sin(np.radians(mode.reach[-1][0]))
    height = np.radians(mode.elevation_fov_deg) / 2.0
    low = [mode.range_m[0], -edge, mode.velocity_mps[0], -height]
    high = [mode.range_m[1], edge, mode.velocity_mps[1], height]
    return rng.uniform(low, high, (count, 4))


def _columns(
    device: RadarDevice,
    mode: RadarMode,
    axes: Float[ndarray, "d 4"],
    power: Float[ndarray, " d"],
    actor: Int64[ndarray, " d"],
) -> Detections:
    measured = mode.elevation_resolution_deg > 0
    distance = np.maximum(axes[:, 0], 0.0)
    azimuth = np.arcsin(np.clip(axes[:, 1], -1.0, 1.0))
    elevation = axes[:, 3] if measured else np.zeros(len(axes))
    inside = np.clip(distance, mode.range_m[0], np.nextafter(mode.range_m[1], 0.0))
    edge = np.radians(mode.reach[-1][0])
    # The device knows its own antenna and the range that it measured, but not the air.
    budget = link_budget(device, mode, inside, np.clip(azimuth, -edge, edge), elevation, 0.0)
    rcs_dbsm = 10.0 * np.log10(power / budget)
    columns = {
        "range_m": distance.astype(np.float32),
        "azimuth_rad": azimuth.astype(np.float32),
        "elevation_rad": elevation.astype(np.float32),
        "velocity_mps": wrapped(axes[:, 2], mode.velocity_mps).astype(np.float32),
        "rcs_dbsm": rcs_dbsm.astype(np.float32),
        "snr_db": (10.0 * np.log10(power)).astype(np.float32),
        "instance": np.maximum(actor, 0).astype(np.uint32),
        "is_ghost": actor == GHOST,
    }
    listed = rcs_dbsm >= device.least_rcs_dbsm
    return {name: values[listed] for name, values in columns.items()}
