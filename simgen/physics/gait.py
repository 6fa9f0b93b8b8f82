"""Walking and running: feet that stay where they stand, legs solved from them, arms that swing against them.

Angles are forward (or toes-up) positive in the sagittal plane; a turn by them is a turn by minus the angle about y.

Sources: stance share and foot angles, J. Perry, J. Burnfield, Gait Analysis, 2nd ed. 2010, chapters 1 and 4 (initial
contact with the heel, foot flat at 12 % of the cycle, heel off at 31 %, toe off at 62 %); arm swing, chapter 8;
running, T. Novacheck, The biomechanics of running, Gait & Posture 7 (1998) 77 (stance 39 %).
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy import ndarray

STANCE_WALK, STANCE_RUN = 0.62, 0.39
FOOT_FLAT, HEEL_OFF = 0.2, 0.5
"""As shares of the stance: 12 % and 31 % of a cycle with 62 % stance."""
STRIKE_RAD, TOE_OFF_RAD = 0.35, 1.0
"""Toes up at heel strike, heel up at toe off."""
_FULL_STRIDE = 1.5
"""Stride over leg length at which feet roll through these angles in full; shorter strides roll less."""
_ROLL_LIMIT = 1.25
_BEHIND = 0.08
"""The stance's middle lies behind the hips by this share of the stride: the heel strikes about a fifth of the stride
ahead, the toes leave about three tenths behind."""
_LOWEST_AT = 0.06
"""Middle of double support, share of the stride."""
WALK_RATIO_M_MIN = 0.0064
"""Step length over cadence of adults (leg 0.9 m); N. Sekiya et al., J. Hum. Mov. Stud. 30 (1996) 241."""
_ADULT_LEG_M = 0.9
_RUN_FROM_FROUDE, _RUN_FULL_FROUDE = 0.5, 0.8
"""Bipeds change to running near v2/(g leg) = 0.5; R. McN. Alexander, Physiol. Rev. 69 (1989) 1199."""


class Leg(NamedTuple):
    """One body's measures, metres, in its root frame.

    Attributes:
        thigh_m, shin_m: lengths.
        hip_m, ankle_m: heights of the joints above the ground.
        heel_m, ball_m: of the sole that the foot rolls over, behind and ahead of the ankle.
    """

    thigh_m: float
    shin_m: float
    hip_m: float
    ankle_m: float
    heel_m: float
    ball_m: float


@njit(cache=True, error_model="numpy")
def running_share(speed_mps: float, leg: Leg) -> float:
    """0 walking .. 1 running."""
    froude = speed_mps**2 / (9.81 * leg.hip_m)
    x = min(max((froude - _RUN_FROM_FROUDE) / (_RUN_FULL_FROUDE - _RUN_FROM_FROUDE), 0.0), 1.0)
    return float(x * x * (3.0 - 2.0 * x))


@njit(cache=True, error_model="numpy")
def stride_m(speed_mps: float, leg_m: float) -> float:
    """Length of a stride (two steps) at constant walk ratio, scaled with leg length (Hof, Gait & Posture 4 (1996)
    222).
    """
    ratio = WALK_RATIO_M_MIN * (leg_m / _ADULT_LEG_M) ** 1.5
    return float(2.0 * np.sqrt(60.0 * ratio) * speed_mps / np.sqrt(speed_mps + 0.05))


@njit(cache=True, error_model="numpy")
def _smooth(x: float) -> float:
    x = min(max(x, 0.0), 1.0)
    return x * x * (3.0 - 2.0 * x)


@njit(cache=True, error_model="numpy")
def _planted(share: float, stride: float, stance: float, roll: float, leg: Leg) -> tuple[float, float, float]:
    """Ankle x, z relative to the point of the ground below the hip, and foot pitch, during stance (share 0..1)."""
    ground = stride * (stance * (0.5 - share) - _BEHIND)
    if share < FOOT_FLAT:
        pitch = STRIKE_RAD * roll * (1.0 - _smooth(share / FOOT_FLAT))
        c, s = np.cos(pitch), np.sin(pitch)
        return ground - leg.heel_m + c * leg.heel_m - s * leg.ankle_m, s * leg.heel_m + c * leg.ankle_m, pitch
    if share > HEEL_OFF:
        pitch = -TOE_OFF_RAD * roll * _smooth((share - HEEL_OFF) / (1.0 - HEEL_OFF)) ** 1.5
        c, s = np.cos(pitch), np.sin(pitch)
        return ground + leg.ball_m - c * leg.ball_m - s * leg.ankle_m, -s * leg.ball_m + c * leg.ankle_m, pitch
    return ground, leg.ankle_m, 0.0


@njit(cache=True, error_model="numpy")
def _swung(
    share: float, stride: float, stance: float, roll: float, lift: float, leg: Leg
) -> tuple[float, float, float]:
    """The same during swing: from where the foot left to where it lands, still over the ground at both ends."""
    x0, z0, p0 = _planted(1.0, stride, stance, roll, leg)
    x1, z1, p1 = _planted(0.0, stride, stance, roll, leg)
    span = stride * (1.0 - stance)
    h00, h10 = 2 * share**3 - 3 * share**2 + 1, share**3 - 2 * share**2 + share
    x = h00 * x0 + h10 * -span + (1.0 - h00) * x1 + (share**3 - share**2) * -span
    blend = _smooth(share)
    bump = 6.75 * share * (1.0 - share) ** 2
    return x, z0 + (z1 - z0) * blend + lift * bump, p0 + (p1 - p0) * _smooth(1.25 * share)


@njit(cache=True, error_model="numpy")
def leg_angles(phase: float, speed: float, stride: float, drop: float, leg: Leg) -> tuple[float, float, float]:
    """Hip, knee (flexion positive) and ankle (dorsiflexion positive) angles of the leg whose heel struck at phase 0.

    Args:
        phase: of the stride, 0..1.
        speed: m/s, tells walking from running.
        stride: metres; 0 stands.
        drop: how far the hips are below their neutral height, metres.
        leg: its measures.
    """
    run = running_share(speed, leg)
    stance = STANCE_WALK + (STANCE_RUN - STANCE_WALK) * run
    roll = min(stride / (_FULL_STRIDE * leg.hip_m), _ROLL_LIMIT)
    phase -= np.floor(phase)
    if phase < stance:
        x, z, pitch = _planted(phase / stance, stride, stance, roll, leg)
    else:
        lift = roll * (0.07 + 0.2 * run) * leg.hip_m
        x, z, pitch = _swung((phase - stance) / (1.0 - stance), stride, stance, roll, lift, leg)
    down = leg.hip_m - drop - z
    reach = min(np.sqrt(x * x + down * down), 0.9999 * (leg.thigh_m + leg.shin_m))
    line = np.arctan2(x, down)
    inner = (leg.thigh_m**2 + reach**2 - leg.shin_m**2) / (2.0 * leg.thigh_m * reach)
    hip = line + np.arccos(min(max(inner, -1.0), 1.0))
    bend = (leg.thigh_m**2 + leg.shin_m**2 - reach**2) / (2.0 * leg.thigh_m * leg.shin_m)
    knee = np.pi - np.arccos(min(max(bend, -1.0), 1.0))
    return hip, knee, pitch - (hip - knee)


@njit(cache=True, error_model="numpy")
def _needed_drop(share: float, stride: float, stance: float, roll: float, leg: Leg) -> float:
    """How far the hips must come down for the leg to reach its foot at this share of the stance."""
    x, z, _ = _planted(share, stride, stance, roll, leg)
    length = 0.998 * (leg.thigh_m + leg.shin_m)
    return float(leg.hip_m - z - np.sqrt(max(length**2 - x * x, 0.25 * length**2)))


@njit(cache=True, error_model="numpy")
def hip_drop(phase: float, speed: float, stride: float, leg: Leg) -> float:
    """How far the hips are below their height in upright standing: lowest in double support, as far as the legs
    reach.
    """
    run = running_share(speed, leg)
    stance = STANCE_WALK + (STANCE_RUN - STANCE_WALK) * run
    roll = min(stride / (_FULL_STRIDE * leg.hip_m), _ROLL_LIMIT)
    low = max(_needed_drop(0.0, stride, stance, roll, leg), _needed_drop(1.0, stride, stance, roll, leg))
    high = _needed_drop(0.5, 0.0, stance, 0.0, leg)
    swing = 0.5 + 0.5 * np.cos(4.0 * np.pi * (phase - _LOWEST_AT))
    if run > 0.0:
        # A runner is lowest in the middle of the stance and flies between.
        swing += run * (0.5 + 0.5 * np.cos(4.0 * np.pi * (phase - 0.5 * stance)) - swing)
    return float(high + (max(low, high) - high) * swing + run * 0.02 * leg.hip_m)


@njit(cache=True, error_model="numpy")
def arm_angles(phase: float, speed: float, stride: float, leg: Leg) -> tuple[float, float]:
    """Shoulder and elbow (flexion positive) angles on the side of the leg with this phase."""
    run = running_share(speed, leg)
    size = min(stride / (_FULL_STRIDE * leg.hip_m), 1.0)
    swing = np.cos(2.0 * np.pi * phase)
    shoulder = -size * (0.1 + (0.35 + 0.25 * run) * swing)
    elbow = 0.12 + size * ((0.3 + 1.1 * run) - (0.25 - 0.05 * run) * swing)
    return shoulder, elbow


@njit(cache=True, error_model="numpy")
def turn_y(angle_rad: float, out: ndarray) -> None:
    """Writes the quaternion of a forward turn in the sagittal plane into columns 3..6 of a pose."""
    out[3], out[4], out[5], out[6] = 0.0, -np.sin(0.5 * angle_rad), 0.0, np.cos(0.5 * angle_rad)
