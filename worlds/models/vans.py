"""Delivery vans."""

from dataclasses import replace
from functools import cache

from simgen.library import entry
from simgen.world.model import Model

from . import _car
from ._car_shape import CarShape


@entry("models", source="Mercedes-Benz Sprinter 907 L2H2, 2018", tags=("vehicle", "van"))
@cache
def van() -> Model:
    """A high-roofed panel van."""
    model = _car.build(
        CarShape(
            name="van",
            source="Mercedes-Benz Sprinter 907 L2H2 (2018), 235/65 R16 C",
            mass_kg=2250.0,
            length_m=5.932,
            width_m=2.020,
            height_m=2.62,
            wheelbase_m=3.665,
            track_front_m=1.732,
            track_rear_m=1.736,
            wheel_radius_m=0.345,
            tyre_m=0.235,
            rim_m=0.205,
            front_overhang_m=1.004,
            hood_m=((0.0, 0.90), (0.08, 1.0), (0.25, 1.08), (0.6, 1.17), (0.8, 1.22)),
            belt_m=((1.4, 1.25), (3.0, 1.25), (5.932, 1.25)),
            cowl_m=0.62,
            header_m=1.45,
            roof_m=((1.0, 2.46), (1.6, 2.55), (2.4, 2.615), (3.6, 2.62), (5.0, 2.61), (5.9, 2.58)),
            roof_end_m=0.05,
            screen_foot_m=0.03,
            pillars_m=(2.32, 4.0),
            lamps_m=(0.74, 0.92, 0.86, 1.10),
            sill_m=0.26,
            cladding_m=0.50,
            rear_plate_m=0.70,
            shoulder_m=0.03,
            tuck_m=0.012,
            panel=True,
        )
    )
    return replace(model, category="van")
