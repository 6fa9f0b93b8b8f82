"""Vans, minibuses and pickups."""

from functools import cache

from simgen.library import entry
from simgen.world.model import Model

from . import _car
from ._car_shape import CarShape
from ._lettering import panel
from ._pieces import stuff

_LINES = "overhang and outlines estimated from proportions"

SPRINTER = CarShape(
    name="van",
    source=f"Mercedes-Benz Sprinter 907 L2H2 (2018), 235/65 R16 C; {_LINES}",
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


@entry("models", source=SPRINTER.source, tags=("vehicle", "van"))
@cache
def van() -> Model:
    """A high-roofed panel van."""
    return _car.build(SPRINTER, category="van")


@entry("models", source=f"Volkswagen Caddy Cargo V (2020), 205/60 R16; {_LINES}", tags=("vehicle", "van"))
@cache
def van_small() -> Model:
    """A small delivery van."""
    return _car.build(
        CarShape(
            name="van_small",
            source=f"Volkswagen Caddy Cargo V (2020), 205/60 R16; {_LINES}",
            mass_kg=1510.0,
            length_m=4.500,
            width_m=1.855,
            height_m=1.832,
            wheelbase_m=2.755,
            track_front_m=1.577,
            track_rear_m=1.614,
            wheel_radius_m=0.316,
            tyre_m=0.205,
            rim_m=0.205,
            front_overhang_m=0.89,
            hood_m=((0.0, 0.80), (0.06, 0.86), (0.2, 0.92), (0.55, 1.0), (0.85, 1.05)),
            belt_m=((1.4, 1.05), (2.6, 1.06), (3.7, 1.07), (4.500, 1.07)),
            cowl_m=0.80,
            header_m=1.62,
            roof_m=((1.2, 1.70), (1.6, 1.77), (2.1, 1.825), (2.8, 1.832), (3.7, 1.82), (4.45, 1.79)),
            roof_end_m=0.05,
            screen_foot_m=0.03,
            pillars_m=(2.08, 3.10),
            lamps_m=(0.68, 0.82, 0.82, 1.02),
            sill_m=0.24,
            cladding_m=0.44,
            roof_half_m=0.74,
            shoulder_m=0.03,
            tuck_m=0.02,
            blind=True,
        ),
        category="van",
    )


@entry("models", source=f"Volkswagen T6.1 Caravelle (2019), 215/65 R16 C; {_LINES}", tags=("vehicle", "van"))
@cache
def minibus() -> Model:
    """A minibus with windows all round."""
    return _car.build(
        CarShape(
            name="minibus",
            source=f"Volkswagen T6.1 Caravelle (2019), 215/65 R16 C; {_LINES}",
            mass_kg=2070.0,
            length_m=4.904,
            width_m=1.904,
            height_m=1.970,
            wheelbase_m=3.000,
            track_front_m=1.628,
            track_rear_m=1.628,
            wheel_radius_m=0.335,
            tyre_m=0.215,
            rim_m=0.21,
            front_overhang_m=0.91,
            hood_m=((0.0, 0.88), (0.06, 0.96), (0.2, 1.02), (0.5, 1.10), (0.75, 1.14)),
            belt_m=((1.4, 1.14), (2.6, 1.14), (3.8, 1.14), (4.904, 1.13)),
            cowl_m=0.70,
            header_m=1.55,
            roof_m=((1.2, 1.84), (1.55, 1.90), (2.1, 1.955), (2.6, 1.970), (3.8, 1.965), (4.5, 1.94), (4.85, 1.90)),
            roof_end_m=0.10,
            screen_foot_m=0.05,
            pillars_m=(2.02, 3.22),
            lamps_m=(0.76, 0.90, 0.90, 1.30),
            sill_m=0.24,
            quarter_glass=True,
            roof_half_m=0.76,
            tuck_m=0.02,
            rear_plate_m=0.80,
        ),
        category="van",
    )


@entry("models", source=f"Ford Ranger T6 double cab (2016), 265/65 R17; {_LINES}", tags=("vehicle", "car"))
@cache
def pickup() -> Model:
    """A pickup with two rows of seats and a covered bed."""
    shape = CarShape(
        name="pickup",
        source=f"Ford Ranger T6 double cab (2016), 265/65 R17; {_LINES}",
        mass_kg=2029.0,
        length_m=5.362,
        width_m=1.860,
        height_m=1.815,
        wheelbase_m=3.220,
        track_front_m=1.560,
        track_rear_m=1.560,
        wheel_radius_m=0.37,
        tyre_m=0.265,
        rim_m=0.225,
        front_overhang_m=0.90,
        hood_m=((0.0, 1.02), (0.06, 1.08), (0.2, 1.11), (0.6, 1.14), (1.15, 1.17)),
        belt_m=((1.7, 1.17), (2.8, 1.18), (3.6, 1.19), (4.4, 1.19), (5.362, 1.19)),
        cowl_m=1.16,
        header_m=1.92,
        roof_m=((1.6, 1.71), (1.92, 1.77), (2.3, 1.81), (2.6, 1.815), (3.1, 1.80), (3.5, 1.76)),
        roof_end_m=1.85,
        screen_foot_m=1.68,
        pillars_m=(2.22, 3.12),
        lamps_m=(0.84, 0.99, 0.86, 1.10),
        sill_m=0.36,
        cladding_m=0.50,
        roof_half_m=0.66,
        rear_plate_m=0.62,
    )
    bed = panel((shape.tail_m + 0.10, 0.72, 1.235), (0.0, -1.44, 0.0), (1.48, 0.0, 0.0), stuff("underbody", "car"))
    return _car.build(shape, [bed])
