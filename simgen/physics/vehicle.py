"""The ego: a rigid chassis on a PyBullet body, carried and driven by its wheels' forces."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.geometry import Pose, multiply, rotate
from simgen.motion import PHYSICS_HZ
from simgen.physics.client import Client
from simgen.physics.ground import Ground
from simgen.physics.vehicle_parameters import VehicleParameters, fitted
from simgen.physics.wheels import W_ANGLE, W_SPIN, W_STEER, W_TRAVEL, W_TRAVEL_RATE, step_wheels
from simgen.world.model import Model

WHEELS = ("wheel_front_left", "wheel_front_right", "wheel_rear_left", "wheel_rear_right")
"""Part names, in the order of the wheel state."""

_CLEARANCE_M = 0.2
"""The chassis' collision box starts here above the ground: wheels, not the box, go over kerbs."""


class Controls(NamedTuple):
    """What a driver does.

    Attributes:
        steer_rad: road wheel angle of the single track, left positive.
        throttle, brake: 0..1.
    """

    steer_rad: float = 0.0
    throttle: float = 0.0
    brake: float = 0.0


class Vehicle:
    """A car with dynamics of its own; `step` before each physics step of the client."""

    def __init__(self, client: Client, ground: Ground, model: Model, grip: float = 1.0) -> None:
        self.parameters: VehicleParameters = fitted(model)
        self.grip = grip
        p = self.parameters
        self._client, self._ground = client, ground
        length, width, height = model.extent_m
        size = (length, width, max(height - _CLEARANCE_M, 0.3))
        centre = (
            model.centre_m[0] - p.rear_m,
            model.centre_m[1],
            _CLEARANCE_M + 0.5 * size[2] - p.height_m,
        )
        self.body = client.add_box(size, centre, p.mass_kg, (p.roll_kg_m2, p.pitch_kg_m2, p.yaw_kg_m2), ego=True)
        self._centre_from_root = np.array([-p.rear_m, 0.0, -p.height_m])
        self._names = [part.name for part in model.parts]
        self._neutral = model.neutral().array()
        self._model = model
        self.wheels = np.zeros((4, 9))
        self._fresh = True
        self._steer_rad = 0.0
        self.pose = np.zeros(7)
        self.twist = np.zeros(6)

    def place(self, world_from_root: Pose, speed_mps: float) -> None:
        """Puts the car on its wheels, rolling straight on."""
        root = world_from_root
        centre = root.apply(-self._centre_from_root)
        self.pose = np.concatenate([centre, root.rotation])
        forward = rotate(root.rotation, np.array([1.0, 0.0, 0.0]))
        self.twist = np.concatenate([forward * speed_mps, np.zeros(3)])
        self.wheels[:] = 0.0
        self.wheels[:, W_SPIN] = speed_mps / self.parameters.wheel_radius_m
        self._steer_rad = 0.0
        self._fresh = True
        self._client.place(self.body, self.pose, self.twist)

    def push(self, controls: Controls) -> Controls:
        """Applies the forces of the next step; what the steering's rate and limits left of the controls."""
        p = self.parameters
        change = p.steer_rad_s / PHYSICS_HZ
        wanted = min(max(controls.steer_rad, -p.steer_rad), p.steer_rad)
        self._steer_rad += min(max(wanted - self._steer_rad, -change), change)
        done = Controls(self._steer_rad, min(max(controls.throttle, 0.0), 1.0), min(max(controls.brake, 0.0), 1.0))
        force, torque = step_wheels(
            self.pose, self.twist, self.wheels, np.array(done), p, self.grip, self._fresh, 1.0 / PHYSICS_HZ,
            *self._ground.tables,
        )  # fmt: skip
        self._fresh = False
        self._client.push(self.body, self.pose[:3].tolist(), force.tolist(), torque.tolist())
        return done

    def read(self) -> None:
        """Takes over the body's state after a physics step."""
        self.pose, self.twist = self._client.state(self.body)

    @property
    def speed_mps(self) -> float:
        """Along the car's own x."""
        forward = rotate(self.pose[3:], np.array([1.0, 0.0, 0.0]))
        return float(forward @ self.twist[:3])

    def root(self) -> tuple[Float[ndarray, "7"], Float[ndarray, "6"]]:
        """Pose and twist of the root frame: middle of the rear axle, on the ground at rest."""
        arm = rotate(self.pose[3:], self._centre_from_root)
        velocity = self.twist[:3] + np.cross(self.twist[3:], arm)
        return np.concatenate([self.pose[:3] + arm, self.pose[3:]]), np.concatenate([velocity, self.twist[3:]])

    def links(self) -> tuple[Float[ndarray, "parts 7"], Float[ndarray, "parts 6"]]:
        """Poses and twists of all parts: the chassis, and wheels with their travel, steer and spin."""
        root_pose, root_twist = self.root()
        root = Pose.from_array(root_pose)
        up = rotate(root.rotation, np.array([0.0, 0.0, 1.0]))
        local = self._neutral.copy()
        spins = np.zeros((len(local), 3))
        lifts = np.zeros(len(local))
        for i, name in enumerate(WHEELS):
            if name not in self._names:
                continue
            row, wheel = self._names.index(name), self.wheels[i]
            steer, angle = wheel[W_STEER], np.remainder(wheel[W_ANGLE], 2.0 * np.pi)
            turn = np.array([0.0, 0.0, np.sin(steer / 2), np.cos(steer / 2)])
            roll = np.array([0.0, np.sin(angle / 2), 0.0, np.cos(angle / 2)])
            local[row, 2] += wheel[W_TRAVEL]
            local[row, 3:] = multiply(multiply(turn, self._neutral[row, 3:]), roll)
            spins[row] = rotate(root.rotation, np.array([-np.sin(steer), np.cos(steer), 0.0])) * wheel[W_SPIN]
            lifts[row] = wheel[W_TRAVEL_RATE]
        poses = self._model.link_poses(root, Pose.from_array(local))
        arms = poses[:, :3] - root_pose[:3]
        linear = root_twist[:3] + np.cross(root_twist[3:], arms) + lifts[:, None] * up
        return poses, np.concatenate([linear, root_twist[3:] + spins], axis=1)
