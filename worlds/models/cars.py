"""Passenger cars."""

from functools import cache

from simgen.library import entry
from simgen.world.model import Model

from . import _car
from ._car_shape import CarShape

_LINES = "length, width, height and wheelbase as published; overhang and outlines estimated from proportions"

SALOON = CarShape(
    name="saloon",
    source=f"BMW 3 Series G20 (2019), 225/50 R17; {_LINES}",
    mass_kg=1525.0,
    length_m=4.709,
    width_m=1.827,
    height_m=1.442,
    wheelbase_m=2.851,
    track_front_m=1.587,
    track_rear_m=1.604,
    wheel_radius_m=0.328,
    tyre_m=0.205,
    rim_m=0.225,
    front_overhang_m=0.79,
    hood_m=((0.0, 0.70), (0.06, 0.745), (0.2, 0.79), (0.7, 0.865), (1.25, 0.925)),
    belt_m=((1.8, 0.93), (2.8, 0.955), (3.6, 0.99), (4.2, 1.02), (4.6, 1.01), (4.709, 0.985)),
    cowl_m=1.22,
    header_m=2.10,
    roof_m=((1.8, 1.345), (2.1, 1.395), (2.5, 1.437), (2.8, 1.442), (3.3, 1.41), (3.75, 1.345), (4.1, 1.25)),
    roof_end_m=1.06,
    screen_foot_m=0.50,
    pillars_m=(2.38, 3.40),
    lamps_m=(0.60, 0.695, 0.80, 0.92),
    rear_plate_m=0.72,
)
ESTATE = CarShape(
    name="estate",
    source=f"Volkswagen Passat Variant B8 (2015), 215/55 R17; {_LINES}",
    mass_kg=1495.0,
    length_m=4.767,
    width_m=1.832,
    height_m=1.477,
    wheelbase_m=2.791,
    track_front_m=1.584,
    track_rear_m=1.568,
    wheel_radius_m=0.328,
    tyre_m=0.215,
    rim_m=0.222,
    front_overhang_m=0.89,
    hood_m=((0.0, 0.72), (0.06, 0.765), (0.2, 0.81), (0.7, 0.885), (1.2, 0.94)),
    belt_m=((1.8, 0.935), (2.8, 0.955), (4.0, 0.99), (4.767, 1.0)),
    cowl_m=1.15,
    header_m=2.02,
    roof_m=((1.7, 1.36), (2.02, 1.41), (2.5, 1.46), (2.9, 1.477), (3.6, 1.465), (4.3, 1.42), (4.7, 1.37)),
    roof_end_m=0.32,
    screen_foot_m=0.09,
    pillars_m=(2.32, 3.42),
    lamps_m=(0.60, 0.70, 0.80, 0.92),
    quarter_glass=True,
)


@entry("models", source="Volkswagen Golf 8, 2020", tags=("vehicle", "car"))
@cache
def hatchback() -> Model:
    """A compact five-door hatchback."""
    return _car.build(
        CarShape(
            name="hatchback",
            source=f"Volkswagen Golf 8 (2020), 205/55 R16; {_LINES}",
            mass_kg=1330.0,
            length_m=4.284,
            width_m=1.789,
            height_m=1.456,
            wheelbase_m=2.636,
            track_front_m=1.549,
            track_rear_m=1.520,
            wheel_radius_m=0.316,
            tyre_m=0.205,
            rim_m=0.212,
            front_overhang_m=0.86,
            hood_m=((0.0, 0.735), (0.06, 0.78), (0.2, 0.825), (0.6, 0.89), (1.05, 0.94)),
            belt_m=((1.6, 0.935), (2.6, 0.955), (3.6, 0.985), (4.284, 0.99)),
            cowl_m=1.02,
            header_m=1.88,
            roof_m=((1.5, 1.34), (1.88, 1.405), (2.3, 1.45), (2.6, 1.456), (3.3, 1.44), (3.95, 1.385), (4.2, 1.35)),
            roof_end_m=0.20,
            screen_foot_m=0.085,
            pillars_m=(2.18, 3.36),
            lamps_m=(0.60, 0.71, 0.78, 0.92),
        )
    )


@entry("models", source="BMW 3 Series G20, 2019", tags=("vehicle", "car"))
@cache
def saloon() -> Model:
    """A four-door saloon with a boot."""
    return _car.build(SALOON)


@entry("models", source="Volkswagen Passat Variant B8, 2015", tags=("vehicle", "car"))
@cache
def estate() -> Model:
    """A large estate car."""
    return _car.build(ESTATE)


@entry("models", source="Volkswagen Tiguan II, 2016", tags=("vehicle", "car"))
@cache
def suv() -> Model:
    """A compact sport utility vehicle."""
    return _car.build(
        CarShape(
            name="suv",
            source=f"Volkswagen Tiguan II (2016), 215/65 R17; {_LINES}",
            mass_kg=1540.0,
            length_m=4.486,
            width_m=1.839,
            height_m=1.654,
            wheelbase_m=2.681,
            track_front_m=1.576,
            track_rear_m=1.566,
            wheel_radius_m=0.352,
            tyre_m=0.215,
            rim_m=0.225,
            front_overhang_m=0.905,
            hood_m=((0.0, 0.88), (0.06, 0.93), (0.2, 0.97), (0.6, 1.02), (1.1, 1.07)),
            belt_m=((1.7, 1.07), (2.7, 1.085), (3.7, 1.115), (4.486, 1.12)),
            cowl_m=1.07,
            header_m=1.86,
            roof_m=((1.5, 1.54), (1.86, 1.60), (2.2, 1.645), (2.6, 1.654), (3.4, 1.63), (4.0, 1.58), (4.4, 1.53)),
            roof_end_m=0.28,
            screen_foot_m=0.09,
            pillars_m=(2.22, 3.28),
            lamps_m=(0.72, 0.84, 0.90, 1.03),
            sill_m=0.23,
            cladding_m=0.44,
            quarter_glass=True,
            rear_plate_m=0.80,
        )
    )
