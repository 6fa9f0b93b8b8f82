"""The numbers of a real car, and how they are laid on a model's own wheelbase and track."""

from typing import NamedTuple

from simgen.world.model import Model

GRAVITY_MPS2 = 9.81
"""As in CommonRoad's vehicle models."""


class VehicleParameters(NamedTuple):
    """A BMW 320i (E36).

    Source: M. Althoff, G. Würsching, CommonRoad: Vehicle Models, 2020, tables 6 and 7 (vehicle 2), unless another is
    named.

    Attributes:
        mass_kg: of the whole car; the chassis is one rigid body of this mass.
        roll_kg_m2, pitch_kg_m2, yaw_kg_m2: moments of inertia.
        front_m, rear_m: from the centre of mass to the axles.
        height_m: of the centre of mass.
        spring_front_N_m, spring_rear_N_m, damper_front_Ns_m, damper_rear_Ns_m: at each wheel.
        anti_roll_front_Nm, anti_roll_rear_Nm: auxiliary torsional stiffness of the axles, per radian.
        travel_m: until the bump stops (set by us: typical of passenger cars, Gillespie 1992, chapter 5).
        wheel_kg_m2: spin inertia of a wheel.
        brake_front: share of the brake force at the front axle.
        brake_mps2: deceleration that the pedal asks for when fully pressed (a_max).
        power_W: a_max * mass * v_switch.
        launch_N: limit of the drive force: what the driven axle's tyres can carry at rest (set by us).
        steer_rad, steer_rad_s: largest road wheel angle and its rate.
        drag_area_m2: drag coefficient times frontal area (set by us: 0.30 * 2.06 m2, typical of mid-size saloons;
        Hucho,
            Aerodynamics of Road Vehicles, 1998, table 1.2).
        air_kg_m3: ISO 2533 at sea level.
        rolling: coefficient of rolling resistance (Gillespie, Fundamentals of Vehicle Dynamics, 1992, p. 117, passenger
            cars on concrete).
    """

    mass_kg: float = 1093.2952334674046
    roll_kg_m2: float = 207.26524557936952
    pitch_kg_m2: float = 1565.8178787125541
    yaw_kg_m2: float = 1791.5995300122856
    front_m: float = 1.1561957064
    rear_m: float = 1.4227170936
    height_m: float = 0.5748689544000001
    track_front_m: float = 1.38684
    track_rear_m: float = 1.36398
    wheel_radius_m: float = 0.344
    spring_front_N_m: float = 24453.137879749014
    spring_rear_N_m: float = 19635.504745231297
    damper_front_Ns_m: float = 1786.2441002440723
    damper_rear_Ns_m: float = 1649.0833034887382
    anti_roll_front_Nm: float = 6914.881688272133
    anti_roll_rear_Nm: float = 2643.6009520155308
    travel_m: float = 0.09
    wheel_kg_m2: float = 1.7
    brake_front: float = 0.66
    brake_mps2: float = 11.5
    power_W: float = 1093.2952334674046 * 11.5 * 7.319
    launch_N: float = 5600.0
    steer_rad: float = 1.066
    steer_rad_s: float = 0.4
    drag_area_m2: float = 0.62
    air_kg_m3: float = 1.225
    rolling: float = 0.015

    @property
    def wheelbase_m(self) -> float:
        """Between the axles."""
        return self.front_m + self.rear_m


_ESCORT = VehicleParameters(
    mass_kg=1225.8878467253344, roll_kg_m2=244.04723069965206, pitch_kg_m2=1342.2597688480864,
    yaw_kg_m2=1538.8533713561394, front_m=0.88392, rear_m=1.50876, height_m=0.557784, track_front_m=1.389888,
    track_rear_m=1.423416, spring_front_N_m=21898.332429625985, spring_rear_N_m=21898.332429625985,
    damper_front_Ns_m=1459.3902937206362, damper_rear_Ns_m=1459.3902937206362, anti_roll_front_Nm=12880.270509148304,
    anti_roll_rear_Nm=0.0, brake_front=0.76, power_W=1225.8878467253344 * 11.5 * 4.755, steer_rad=0.91,
)  # fmt: skip
"""Ford Escort. Source: CommonRoad: Vehicle Models, vehicle 1."""

_VANAGON = VehicleParameters(
    mass_kg=1478.8979637767998, roll_kg_m2=479.88430581318335, pitch_kg_m2=2204.322715845899,
    yaw_kg_m2=2473.1176915564442, front_m=1.1507916024, rear_m=1.3211363976, height_m=0.7478167416,
    track_front_m=1.574292, track_rear_m=1.543812, spring_front_N_m=33577.44305875984,
    spring_rear_N_m=39125.020607598424, damper_front_Ns_m=2405.564099800005, damper_rear_Ns_m=2769.727219182409,
    anti_roll_front_Nm=33948.217142834066, anti_roll_rear_Nm=7731.374238208578, brake_front=0.64,
    power_W=1478.8979637767998 * 11.5 * 7.824, steer_rad=1.023,
)  # fmt: skip
"""VW Vanagon. Source: CommonRoad: Vehicle Models, vehicle 3."""

_TALL_M, _SHORT_M = 1.55, 4.4
"""Cars from this height on are more like a Vanagon than like a saloon, and below this length like an Escort."""

_FRONTAL, _DRAG = 0.81, {"car": 0.30, "van": 0.37, "truck": 0.65, "bus": 0.60}
"""Frontal area as a share of width times height, and drag coefficients (Hucho, Aerodynamics of Road Vehicles, 1998,
sections 1.4, 8.2 and 9.1; a car's 0.30 as above)."""


def reference(model: Model) -> VehicleParameters:
    """The published car that is most like a model: Escort, 320i or Vanagon."""
    length, _, height = model.extent_m
    if model.category != "car" or height >= _TALL_M:
        return _VANAGON
    return _ESCORT if length < _SHORT_M else VehicleParameters()


def fitted(model: Model) -> VehicleParameters:
    """The numbers of a published car on the model's wheelbase, tracks and wheels, so that tyres roll where they show.

    With the model's own mass, inertia, springs, dampers and power scale in proportion (the suspension's frequencies and
    damping ratios stay those of the published car), inertia also with the square of wheelbase or track. A model that
    names no mass is a BMW 320i.
    """
    sizes = model.dimensions
    car = reference(model) if "mass_kg" in sizes else VehicleParameters()
    wheelbase = sizes.get("wheelbase_m", car.wheelbase_m)
    laid = car._replace(
        front_m=car.front_m / car.wheelbase_m * wheelbase,
        rear_m=car.rear_m / car.wheelbase_m * wheelbase,
        track_front_m=sizes.get("track_front_m", car.track_front_m),
        track_rear_m=sizes.get("track_rear_m", car.track_rear_m),
        wheel_radius_m=sizes.get("wheel_radius_m", car.wheel_radius_m),
    )
    if "mass_kg" not in sizes:
        return laid
    _, width, height = model.extent_m
    drag = _DRAG.get(model.category, _DRAG["car"]) * _FRONTAL * width * height
    return _weighted(laid, car, sizes["mass_kg"] / car.mass_kg)._replace(drag_area_m2=drag)


def _weighted(laid: VehicleParameters, car: VehicleParameters, share: float) -> VehicleParameters:
    """A car laid on other axles with another mass, `share` times the published one's."""
    long, wide = (laid.wheelbase_m / car.wheelbase_m) ** 2, (laid.track_front_m / car.track_front_m) ** 2
    return laid._replace(
        mass_kg=share * car.mass_kg,
        roll_kg_m2=share * wide * car.roll_kg_m2,
        pitch_kg_m2=share * long * car.pitch_kg_m2,
        yaw_kg_m2=share * long * car.yaw_kg_m2,
        spring_front_N_m=share * car.spring_front_N_m,
        spring_rear_N_m=share * car.spring_rear_N_m,
        damper_front_Ns_m=share * car.damper_front_Ns_m,
        damper_rear_Ns_m=share * car.damper_rear_Ns_m,
        anti_roll_front_Nm=share * wide * car.anti_roll_front_Nm,
        anti_roll_rear_Nm=share * wide * car.anti_roll_rear_Nm,
        power_W=share * car.power_W,
        launch_N=share * car.launch_N,
    )
