"""The Intelligent Driver Model.

Source: M. Treiber, A. Hennecke, D. Helbing, Congested traffic states in empirical observations and microscopic
simulations, Phys. Rev. E 62 (2000) 1805, eqs. 2-3.
"""

from typing import NamedTuple

import numpy as np
from numba import njit


class DriverParameters(NamedTuple):
    """How somebody drives.

    Source: M. Treiber, A. Kesting, Traffic Flow Dynamics, 2013, table 11.2 (city traffic), unless another is named.

    Attributes:
        time_gap_s, standstill_m: kept behind others.
        accelerate_mps2, decelerate_mps2: comfortable.
        hardest_mps2: braking limit (0.774 g, UN R157 annex 4 appendix 3, competent human driver).
    """

    time_gap_s: float = 1.0
    standstill_m: float = 2.0
    accelerate_mps2: float = 1.5
    decelerate_mps2: float = 2.0
    hardest_mps2: float = 0.774 * 9.81


@njit(cache=True, error_model="numpy")
def acceleration(speed_mps: float, wanted_mps: float, gap_m: float, leader_mps: float, p: DriverParameters) -> float:
    """Acceleration behind a leader (gap inf: none), between full braking and the comfortable one."""
    if wanted_mps < 0.05:
        free = -p.decelerate_mps2 * min(speed_mps, 1.0)
    elif speed_mps <= wanted_mps:
        free = p.accelerate_mps2 * (1.0 - (speed_mps / wanted_mps) ** 4)
    else:
        # Above the wanted speed the original's fourth power brakes like an emergency (Treiber and Kesting 2013,
        # 11.3.7).
        free = max(-0.75 * p.hardest_mps2, -2.0 * (speed_mps - wanted_mps))
    if gap_m == np.inf:
        return free
    closing = speed_mps - leader_mps
    wish = p.standstill_m + max(
        0.0,
        speed_mps * p.time_gap_s + speed_mps * closing / (2.0 * np.sqrt(p.accelerate_mps2 * p.decelerate_mps2)),
    )
    return max(free - p.accelerate_mps2 * (wish / max(gap_m, 0.1)) ** 2, -p.hardest_mps2)
