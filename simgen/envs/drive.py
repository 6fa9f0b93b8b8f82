"""Drive the ego of any scenario, seeing through any rig."""

from collections.abc import Mapping
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from jaxtyping import Float, Float32
from numpy import ndarray

from simgen import library
from simgen.envs.session import Session
from simgen.errors import InputError
from simgen.generation import load_rig
from simgen.physics.simulation import Controls
from simgen.readings import Image, PointCloud, Reading, Rig, Sample
from simgen.scenario.settings import build_scenario
from simgen.scenario.validate import validate
from simgen.sensing.rig_check import check_rig

MAX_STEER_RAD = 0.6
STATE = ("speed_mps", "yaw_rate_radps", "acceleration_mps2", "steer_rad", "lane_offset_m", "route_s_m")
STATE_LIMITS = np.array([100.0, 20.0, 200.0, 1.0, 20.0, 1e6], np.float32)
"""Further than anything gets; observations are clipped there."""


class DriveEnv(gymnasium.Env[dict[str, Any], Float32[ndarray, " 2"]]):
    """The ego's steering and pedals are the action, its sensors are the observation.

    Action: [steer, drive] in -1..1; steer 1 is 0.6 rad to the left, drive > 0 is throttle and < 0 is brake.
    Observation: a dictionary with `state` (speed, yaw rate, acceleration, steering angle, offset from the lane's
    centre, way along the route), and by mount name: a camera's rgb (H, W, 3) u1 and, of its other channels, those that
    the rig asks for; a lidar as a range image (rings, columns) f4 in metres, 0 for no return. What a sensor does not
    know (NaN in its reading, which no Gymnasium space contains) is 0.
    Reward: metres along the route, minus 0.1 per metre off the lane's centre and step, minus 100 for a contact.
    Terminated by a contact; truncated at the scenario's duration. The same seed gives the same bytes.
    """

    metadata = {"render_modes": ["rgb_array"], "render_fps": 10}  # noqa: RUF012 - Gymnasium's own convention

    def __init__(
        self,
        scenario: str = "urban_traffic",
        rig: str | Rig = "rl_front",
        *,
        step_hz: float = 10.0,
        settings: Mapping[str, object] | None = None,
        render_mode: str | None = None,
    ) -> None:
        """Finds scenario and rig and builds the world.

        Args:
            scenario: library name or path.
            rig: library name, path, or a Rig.
            step_hz: a divisor of 60.
            settings: scenario fields, for example `{"ego.speed_mps": 12}`.
            render_mode: "rgb_array" or None.
        """
        if step_hz <= 0 or (60 / step_hz) % 1:
            raise InputError(f"step_hz: expected a divisor of 60, got {step_hz}")
        self.render_mode = render_mode
        texts = {key: str(value) for key, value in (settings or {}).items()}
        logical = build_scenario(library.find("scenarios", scenario), texts)
        validate(logical)
        self._session = Session(logical, check_rig(rig, "rig") if isinstance(rig, Rig) else load_rig(rig))
        self._steps = round(60 / step_hz)
        self._last: dict[str, Any] = {}
        observation = self._begin(0)
        self.observation_space = spaces.Dict({name: _space(name, value) for name, value in observation.items()})
        self.action_space = spaces.Box(-1.0, 1.0, (2,), np.float32)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """A new draw of the scenario.

        Args:
            seed: of the draws from now on.
            options: `{"scenario_seed": n}` replays one draw.
        """
        super().reset(seed=seed)
        drawn = int(self.np_random.integers(2**31))
        scenario_seed = int((options or {}).get("scenario_seed", drawn))
        return self._begin(scenario_seed), {"scenario_seed": scenario_seed}

    def step(self, action: Float32[ndarray, " 2"]) -> tuple[dict[str, Any], float, bool, bool, dict[str, Any]]:
        """Holds the action for one step.

        Raises:
            InputError: an action of another shape, or with NaN in it.
        """
        wanted = np.asarray(action, dtype=np.float64)
        if wanted.shape != (2,) or not np.all(np.isfinite(wanted)):
            raise InputError(f"action: expected two numbers in -1..1, got {action}")
        steer, drive = np.clip(wanted, -1.0, 1.0)
        controls = Controls(
            steer_rad=float(steer) * MAX_STEER_RAD, throttle=float(max(drive, 0.0)), brake=float(max(-drive, 0.0))
        )
        before = self._session.route_s_m
        contact = self._session.advance(controls, self._steps)
        observation = self._observe()
        offset = abs(float(observation["state"][4]))
        reward = self._session.route_s_m - before - 0.1 * min(offset, 10.0) - 100.0 * contact
        return observation, float(reward), contact, self._session.over, {"time_s": self._session.time_ns * 1e-9}

    def render(self) -> Any:
        """The first camera's picture."""
        return next((value for value in self._last.values() if value.ndim == 3 and value.shape[2] == 3), None)

    def close(self) -> None:
        """Frees the simulation and the renderer."""
        self._session.close()

    def _begin(self, seed: int) -> dict[str, Any]:
        self._session.begin(seed)
        return self._observe()

    def _observe(self) -> dict[str, Any]:
        observation: dict[str, Any] = {"state": self._state()}
        for name, reading in self._session.read().items():
            observation.update({key: _known(value) for key, value in self._encode(name, reading).items()})
        self._last = observation
        return observation

    def _state(self) -> Float32[ndarray, " 6"]:
        trace = self._session.trace
        forward: Float[ndarray, " 3"] = self._session.forward
        offset = float(trace.lane_offset_m[-1])
        state = np.array(
            [
                trace.twist[-1, :3] @ forward,
                trace.twist[-1, 5],
                trace.acceleration[-1] @ forward,
                trace.controls[-1, 0],
                offset if np.isfinite(offset) else 0.0,
                self._session.route_s_m,
            ],
            dtype=np.float32,
        )
        return np.clip(state, -STATE_LIMITS, STATE_LIMITS)

    def _encode(self, name: str, reading: Reading) -> dict[str, Any]:
        if isinstance(reading, Image):
            channels = {key: np.array(value) for key, value in reading.channels.items()}
            rgb = channels.pop("rgb", None)
            named = {f"{name}.{key}": value for key, value in channels.items()}
            return named if rgb is None else {name: rgb, **named}
        if isinstance(reading, PointCloud):
            return {name: _range_image(reading, self._session.shape(name))}
        if isinstance(reading, Sample):
            numbers = [np.ravel(np.asarray(v, np.float64)) for v in reading.values.values() if not isinstance(v, str)]
            return {name: np.concatenate(numbers)}
        return {}


def _known(value: ndarray) -> ndarray:
    """The array with zeros for NaN, in place."""
    if np.issubdtype(value.dtype, np.floating):
        value[np.isnan(value)] = 0.0
    return value


def _range_image(cloud: PointCloud, shape: tuple[int, int]) -> Float32[ndarray, "r c"]:
    image = np.zeros(shape, np.float32)
    first = cloud.columns["return"] <= 1
    distance = np.linalg.norm(cloud.columns["xyz"], axis=1)
    image[cloud.columns["ring"][first], cloud.columns["column"][first]] = distance[first]
    return image


def _space(name: str, value: ndarray) -> spaces.Box:
    if name == "state":
        return spaces.Box(-STATE_LIMITS, STATE_LIMITS, dtype=np.float32)
    if value.dtype == np.uint8:
        return spaces.Box(0, 255, value.shape, np.uint8)
    if value.dtype == np.bool_:
        return spaces.Box(0, 1, value.shape, np.dtype(np.bool_))  # type: ignore[arg-type]  # its stubs leave bool out
    if np.issubdtype(value.dtype, np.integer):
        return spaces.Box(0, int(np.iinfo(value.dtype).max), value.shape, value.dtype.type)
    return spaces.Box(-np.inf, np.inf, value.shape, value.dtype.type)
