"""A tyre: Magic Formula with combined slip, on a contact patch that stretches before it slides.

The patch's deflection is a state (first-order relaxation). At speed it settles to the slip of the steady formula
within a few
decimetres of rolling; at rest it is a spring, so a braked car stands still on a slope instead of creeping.

Source: H. B. Pacejka, Tire and Vehicle Dynamics, 3rd ed. 2012: Magic Formula eqs. 4.E9 ff. (pure) and 4.E50 ff.
(combined),
relaxation eqs. 7.7 ff. (single contact point), damping at low speed section 8.6. The coefficients are the ADAMS
handbook's as
published in M. Althoff, G. Würsching, CommonRoad: Vehicle Models, 2020, table 7. The shifts (ply steer, conicity of
one specimen) are left out, so that left and right are alike; camber is too.
"""

import numpy as np
from numba import njit

MU_X, MU_Y = 1.1739, 1.0489
"""Peak friction p_dx1, p_dy1."""
SLIP_STIFFNESS, CORNERING_STIFFNESS = 22.303, 21.92
"""Slope at no slip over the load, p_kx1 and -p_ky1 (1 and 1/rad)."""
_C_X, _E_X = 1.6411, 0.46403
_C_Y, _E_Y = 1.3507, -0.0074722
_R_BX1, _R_BX2, _R_CX1, _R_EX1 = 13.276, -13.778, 1.2568, 0.65225
_R_BY1, _R_BY2, _R_CY1, _R_EY1 = 7.1433, 9.1916, 1.0719, -0.27572

RELAXATION_X_M, RELAXATION_Y_M = 0.2, 0.35
"""Relaxation lengths: the stiffness over the carcass's (about 300 and 170 kN/m at 2.7 kN; Pacejka 2012, section
7.2.1)."""


@njit(cache=True, error_model="numpy")
def _formula(slip: float, B: float, C: float, E: float) -> float:
    stretched = B * slip
    return float(np.sin(C * np.arctan(stretched - E * (stretched - np.arctan(stretched)))))


@njit(cache=True, error_model="numpy")
def _weight(slip: float, B: float, C: float, E: float) -> float:
    stretched = B * slip
    return float(np.cos(C * np.arctan(stretched - E * (stretched - np.arctan(stretched)))))


@njit(cache=True, error_model="numpy")
def longitudinal(kappa: float, alpha: float, load_N: float, grip: float) -> float:
    """Force along the wheel's heading, N; positive slip drives.

    Args:
        kappa: (wheel's circumferential speed - ground speed) / speed.
        alpha: slip angle, rad; its sign does not matter.
        load_N: on the wheel.
        grip: friction relative to dry asphalt.
    """
    peak = MU_X * grip * load_N
    pure = peak * _formula(kappa, SLIP_STIFFNESS / (_C_X * MU_X * grip), _C_X, _E_X)
    return pure * _weight(alpha, _R_BX1 * np.cos(np.arctan(_R_BX2 * kappa)), _R_CX1, _R_EX1)


@njit(cache=True, error_model="numpy")
def lateral(kappa: float, alpha: float, load_N: float, grip: float) -> float:
    """Force to the wheel's left, N; positive alpha means that the ground pushes to the left (sliding to the right)."""
    peak = MU_Y * grip * load_N
    pure = peak * _formula(alpha, CORNERING_STIFFNESS / (_C_Y * MU_Y * grip), _C_Y, _E_Y)
    return pure * _weight(kappa, _R_BY1 * np.cos(np.arctan(_R_BY2 * alpha)), _R_CY1, _R_EY1)


@njit(cache=True, error_model="numpy")
def relax(deflection_m: float, sliding_mps: float, rolling_mps: float, relaxation_m: float, dt_s: float) -> float:
    """The patch's deflection after a step of implicit Euler; in steady state relaxation * sliding / rolling."""
    return (deflection_m + dt_s * sliding_mps) / (1.0 + dt_s * rolling_mps / relaxation_m)
