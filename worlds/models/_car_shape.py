"""The measures that passenger cars and vans are built from."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from . import _hull


@dataclass(frozen=True)
class CarShape:
    """Measures of one car; x from the rear axle, metres.

    Attributes:
        source: the real car whose measures these are.
        mass_kg: kerb mass.
        front_overhang_m: ahead of the front axle.
        hood_m: (x behind the nose, height) of the top of the hood's edge, up to the windscreen.
        belt_m: (x behind the nose, height) of the edge below the windows, to the tail.
        cowl_m, header_m: x behind the nose of the windscreen's foot and top.
        roof_m: (x behind the nose, height) of the roof's middle.
        roof_end_m, screen_foot_m: x ahead of the tail of the rear screen's top and foot.
        pillars_m: x behind the nose of the B and C pillars' middle at the belt.
        lamps_m: lower and upper edge of the headlamps and of the tail lamps.
        sill_m: height of the sill.
        cladding_m: height up to which the lower body is dark plastic.
        quarter_glass: a third side window, as estates and SUVs have it.
        roof_half_m: half width of the roof; two thirds of the body's by default.
        rear_plate_m: height of the rear number plate.
        shoulder_m, tuck_m: how far the edge below the windows is rounded and drawn in.
        panel: a high van: upright sides, no windows behind the doors.
        blind: no windows behind the doors of a body that is otherwise a car's.
    """

    name: str
    source: str
    mass_kg: float
    length_m: float
    width_m: float
    height_m: float
    wheelbase_m: float
    track_front_m: float
    track_rear_m: float
    wheel_radius_m: float
    tyre_m: float
    rim_m: float
    front_overhang_m: float
    hood_m: tuple[tuple[float, float], ...]
    belt_m: tuple[tuple[float, float], ...]
    cowl_m: float
    header_m: float
    roof_m: tuple[tuple[float, float], ...]
    roof_end_m: float
    screen_foot_m: float
    pillars_m: tuple[float, float]
    lamps_m: tuple[float, float, float, float]
    sill_m: float = 0.19
    cladding_m: float = 0.0
    quarter_glass: bool = False
    roof_half_m: float = 0.0
    rear_plate_m: float = 0.66
    shoulder_m: float = 0.05
    tuck_m: float = 0.045
    panel: bool = False
    blind: bool = False

    @cached_property
    def nose_m(self) -> float:
        """Place of the foremost point."""
        return self.wheelbase_m + self.front_overhang_m

    @cached_property
    def tail_m(self) -> float:
        """Place of the rearmost point."""
        return self.nose_m - self.length_m

    @cached_property
    def arch_m(self) -> float:
        """Radius of the wheel arches."""
        return self.wheel_radius_m + 0.05

    @cached_property
    def top(self) -> _hull.Line:
        """Height of the body's upper edge (hood, belt, tail) at x."""
        places = [*self.hood_m, *self.belt_m]
        return _hull.line(*((self.nose_m - behind, height) for behind, height in places))

    def belt_at(self, x_m: float) -> float:
        """Height of the body's upper edge at one x."""
        return float(self.top(np.array(x_m)))

    @cached_property
    def roof(self) -> _hull.Line:
        """Height of the roof's middle at x."""
        return _hull.line(*((self.nose_m - behind, height) for behind, height in self.roof_m))
