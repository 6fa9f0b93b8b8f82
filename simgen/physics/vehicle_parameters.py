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


def fitted(model: Model) -> VehicleParameters:
    """The car's numbers on the model's wheelbase, tracks and wheels where it has them, so that tyres roll where they
    show.
    """
    car = VehicleParameters()
    sizes = model.dimensions
    wheelbase = sizes.get("wheelbase_m", car.wheelbase_m)
    return car._replace(
        front_m=car.front_m / car.wheelbase_m * wheelbase,
        rear_m=car.rear_m / car.wheelbase_m * wheelbase,
        track_front_m=sizes.get("track_front_m", car.track_front_m),
        track_rear_m=sizes.get("track_rear_m", car.track_rear_m),
        wheel_radius_m=sizes.get("wheel_radius_m", car.wheel_radius_m),
    )
