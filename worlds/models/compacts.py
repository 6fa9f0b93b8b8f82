"""Small, fast and large passenger cars beside the four body styles of `cars`."""

from functools import cache

from simgen.library import entry
from simgen.world import shapes
from simgen.world.model import Model

from . import _car
from ._car_shape import CarShape
from ._pieces import at, stuff

_LINES = "overhang and outlines estimated from proportions"


@entry("models", source=f"Fiat 500 (2007), 175/65 R14; {_LINES}", tags=("vehicle", "car"))
@cache
def city_car() -> Model:
    """A tiny three-door car."""
    return _car.build(
        CarShape(
            name="city_car",
            source=f"Fiat 500 (2007), 175/65 R14; {_LINES}",
            mass_kg=930.0,
            length_m=3.546,
            width_m=1.627,
            height_m=1.488,
            wheelbase_m=2.300,
            track_front_m=1.413,
            track_rear_m=1.407,
            wheel_radius_m=0.281,
            tyre_m=0.175,
            rim_m=0.178,
            front_overhang_m=0.70,
            hood_m=((0.0, 0.70), (0.06, 0.76), (0.18, 0.82), (0.45, 0.91), (0.75, 0.97)),
            belt_m=((1.2, 0.96), (2.0, 0.97), (2.9, 1.0), (3.546, 0.98)),
            cowl_m=0.72,
            header_m=1.40,
            roof_m=((1.1, 1.37), (1.4, 1.43), (1.7, 1.475), (2.0, 1.488), (2.6, 1.46), (3.1, 1.37), (3.4, 1.28)),
            roof_end_m=0.36,
            screen_foot_m=0.10,
            pillars_m=(2.10, 2.90),
            lamps_m=(0.62, 0.76, 0.74, 0.90),
            rear_plate_m=0.62,
        )
    )


@entry("models", source=f"Volkswagen Polo VI (2017), 185/65 R15; {_LINES}", tags=("vehicle", "car"))
@cache
def supermini() -> Model:
    """A small five-door hatchback."""
    return _car.build(
        CarShape(
            name="supermini",
            source=f"Volkswagen Polo VI (2017), 185/65 R15; {_LINES}",
            mass_kg=1105.0,
            length_m=4.053,
            width_m=1.751,
            height_m=1.461,
            wheelbase_m=2.564,
            track_front_m=1.525,
            track_rear_m=1.505,
            wheel_radius_m=0.302,
            tyre_m=0.185,
            rim_m=0.195,
            front_overhang_m=0.82,
            hood_m=((0.0, 0.72), (0.06, 0.77), (0.2, 0.82), (0.55, 0.90), (0.95, 0.95)),
            belt_m=((1.5, 0.945), (2.4, 0.965), (3.3, 0.99), (4.053, 0.99)),
            cowl_m=0.93,
            header_m=1.70,
            roof_m=((1.35, 1.34), (1.7, 1.41), (2.1, 1.455), (2.4, 1.461), (3.0, 1.445), (3.6, 1.38), (3.95, 1.33)),
            roof_end_m=0.24,
            screen_foot_m=0.09,
            pillars_m=(2.02, 3.12),
            lamps_m=(0.61, 0.72, 0.78, 0.94),
        )
    )


@entry("models", source=f"BMW 4 Series Coupe G22 (2020), 225/50 R17; {_LINES}", tags=("vehicle", "car"))
@cache
def coupe() -> Model:
    """A two-door coupe with a long hood."""
    return _car.build(
        CarShape(
            name="coupe",
            source=f"BMW 4 Series Coupe G22 (2020), 225/50 R17; {_LINES}",
            mass_kg=1525.0,
            length_m=4.768,
            width_m=1.852,
            height_m=1.383,
            wheelbase_m=2.851,
            track_front_m=1.575,
            track_rear_m=1.611,
            wheel_radius_m=0.328,
            tyre_m=0.225,
            rim_m=0.235,
            front_overhang_m=0.81,
            hood_m=((0.0, 0.66), (0.06, 0.71), (0.2, 0.755), (0.75, 0.84), (1.35, 0.90)),
            belt_m=((1.9, 0.905), (2.9, 0.93), (3.7, 0.97), (4.3, 0.985), (4.768, 0.955)),
            cowl_m=1.33,
            header_m=2.25,
            roof_m=((1.9, 1.28), (2.25, 1.34), (2.6, 1.378), (2.85, 1.383), (3.3, 1.35), (3.8, 1.26), (4.3, 1.12)),
            roof_end_m=1.05,
            screen_foot_m=0.38,
            pillars_m=(2.95, 3.75),
            lamps_m=(0.575, 0.665, 0.78, 0.88),
            rear_plate_m=0.62,
        )
    )


@entry("models", source=f"Porsche 911 Carrera 992 (2019), 235/40 R19 and 295/35 R20; {_LINES}", tags=("vehicle", "car"))
@cache
def sports_car() -> Model:
    """A low sports car with a sloping back."""
    return _car.build(
        CarShape(
            name="sports_car",
            source=f"Porsche 911 Carrera 992 (2019), 235/40 R19 and 295/35 R20; {_LINES}",
            mass_kg=1505.0,
            length_m=4.519,
            width_m=1.852,
            height_m=1.298,
            wheelbase_m=2.450,
            track_front_m=1.589,
            track_rear_m=1.557,
            wheel_radius_m=0.334,
            tyre_m=0.26,
            rim_m=0.252,
            front_overhang_m=0.93,
            hood_m=((0.0, 0.60), (0.06, 0.66), (0.2, 0.73), (0.6, 0.80), (1.2, 0.83)),
            belt_m=((1.8, 0.84), (2.6, 0.87), (3.3, 0.94), (4.0, 0.94), (4.519, 0.86)),
            cowl_m=1.20,
            header_m=1.98,
            roof_m=((1.6, 1.21), (1.98, 1.265), (2.3, 1.295), (2.5, 1.298), (2.9, 1.27), (3.4, 1.16), (3.9, 1.02)),
            roof_end_m=1.10,
            screen_foot_m=0.50,
            pillars_m=(2.62, 3.20),
            lamps_m=(0.58, 0.70, 0.72, 0.80),
            sill_m=0.16,
            rear_plate_m=0.50,
            roof_half_m=0.55,
        )
    )


@entry("models", source=f"BMW X5 G05 (2018), 265/50 R19; {_LINES}", tags=("vehicle", "car"))
@cache
def suv_large() -> Model:
    """A large sport utility vehicle."""
    return _car.build(
        CarShape(
            name="suv_large",
            source=f"BMW X5 G05 (2018), 265/50 R19; {_LINES}",
            mass_kg=2060.0,
            length_m=4.922,
            width_m=2.004,
            height_m=1.745,
            wheelbase_m=2.975,
            track_front_m=1.666,
            track_rear_m=1.686,
            wheel_radius_m=0.366,
            tyre_m=0.265,
            rim_m=0.25,
            front_overhang_m=0.87,
            hood_m=((0.0, 0.92), (0.06, 0.98), (0.2, 1.02), (0.7, 1.08), (1.25, 1.13)),
            belt_m=((1.9, 1.12), (2.9, 1.14), (4.0, 1.18), (4.922, 1.18)),
            cowl_m=1.22,
            header_m=2.06,
            roof_m=((1.7, 1.61), (2.06, 1.68), (2.5, 1.738), (2.9, 1.745), (3.7, 1.72), (4.4, 1.66), (4.8, 1.60)),
            roof_end_m=0.34,
            screen_foot_m=0.10,
            pillars_m=(2.42, 3.55),
            lamps_m=(0.77, 0.89, 0.96, 1.10),
            sill_m=0.25,
            cladding_m=0.48,
            quarter_glass=True,
            rear_plate_m=0.86,
        )
    )


@entry("models", source=f"Mercedes-Benz G 500 W463 (2018), 265/60 R18; {_LINES}", tags=("vehicle", "car"))
@cache
def offroader() -> Model:
    """A boxy cross-country car with its spare wheel on the rear door."""
    shape = CarShape(
        name="offroader",
        source=f"Mercedes-Benz G 500 W463 (2018), 265/60 R18; {_LINES}",
        mass_kg=2354.0,
        length_m=4.825,
        width_m=1.931,
        height_m=1.969,
        wheelbase_m=2.890,
        track_front_m=1.638,
        track_rear_m=1.638,
        wheel_radius_m=0.375,
        tyre_m=0.265,
        rim_m=0.24,
        front_overhang_m=0.88,
        hood_m=((0.0, 1.06), (0.05, 1.14), (0.15, 1.16), (0.7, 1.18), (1.25, 1.20)),
        belt_m=((1.6, 1.20), (2.9, 1.20), (3.9, 1.20), (4.825, 1.20)),
        cowl_m=1.35,
        header_m=1.66,
        roof_m=((1.5, 1.86), (1.66, 1.92), (2.0, 1.96), (2.5, 1.969), (3.6, 1.965), (4.4, 1.95), (4.75, 1.93)),
        roof_end_m=0.20,
        screen_foot_m=0.16,
        pillars_m=(2.25, 3.25),
        lamps_m=(0.88, 1.06, 0.90, 1.02),
        sill_m=0.36,
        cladding_m=0.50,
        quarter_glass=True,
        roof_half_m=0.80,
        tuck_m=0.02,
        rear_plate_m=0.68,
    )
    spare = shapes.cylinder(0.36, 0.19, stuff("plastic", "car"), axis="x", segments=18)
    # The published length is that without the spare wheel.
    return _car.build(shape, [at(spare, shape.tail_m - 0.02, 0.0, 1.05)])


@entry("models", source=f"Volkswagen Touran II (2015), 205/60 R16; {_LINES}", tags=("vehicle", "car"))
@cache
def minivan() -> Model:
    """A compact people carrier."""
    return _car.build(
        CarShape(
            name="minivan",
            source=f"Volkswagen Touran II (2015), 205/60 R16; {_LINES}",
            mass_kg=1436.0,
            length_m=4.527,
            width_m=1.829,
            height_m=1.659,
            wheelbase_m=2.786,
            track_front_m=1.569,
            track_rear_m=1.542,
            wheel_radius_m=0.316,
            tyre_m=0.205,
            rim_m=0.212,
            front_overhang_m=0.87,
            hood_m=((0.0, 0.78), (0.06, 0.83), (0.2, 0.89), (0.6, 0.98), (0.95, 1.03)),
            belt_m=((1.5, 1.03), (2.6, 1.05), (3.7, 1.07), (4.527, 1.07)),
            cowl_m=0.92,
            header_m=1.82,
            roof_m=((1.4, 1.51), (1.82, 1.59), (2.3, 1.65), (2.8, 1.659), (3.6, 1.645), (4.1, 1.60), (4.45, 1.55)),
            roof_end_m=0.20,
            screen_foot_m=0.07,
            pillars_m=(2.12, 3.20),
            lamps_m=(0.66, 0.78, 0.86, 1.04),
            quarter_glass=True,
            roof_half_m=0.66,
            rear_plate_m=0.84,
        )
    )
