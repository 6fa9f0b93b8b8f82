"""Lane departure on a straight lane of 3.5 m, in closed form."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from staging import cast, view, world

from simgen import library
from simgen.errors import InputError
from simgen.geometry import Pose
from simgen.readings import Mount, Sample
from simgen.render.scene import Scene
from simgen.sensing.sensor import Setting
from simgen.world.lanes import Lane, LaneNetwork

WIDTH_M, HALF_CAR_M, AXLE_M = 3.5, 0.9, 0.65 * 4.0


def _scene() -> Scene:
    x = np.linspace(-50, 150, 101)
    lines = [np.column_stack([x, np.full_like(x, y), np.zeros_like(x)]) for y in (0.0, WIDTH_M / 2, -WIDTH_M / 2)]
    lane = Lane(
        id="1/0/-1", kind="driving", road="1", section=0, index=-1,
        centre=lines[0], left=lines[1], right=lines[2], station_m=x - x[0],
    )  # fmt: skip
    return Scene.of(replace(world(), lanes=LaneNetwork({lane.id: lane})), cast(0))


def _read(speed: float, offset: float, heading: float, **parameters: Any) -> dict[str, Any]:
    scene = _scene()
    mount = Mount(
        sensor="lane_departure", ego_from_sensor=Pose.identity(), rate_hz=20.0, parameters={"sigma_m": 0} | parameters
    )
    setting = Setting(name="LANE", mount=mount, scene=scene, seed=1, channels=(), engines={})
    vx, vy = speed * np.cos(heading), speed * np.sin(heading)
    motion = view(scene.cast, lambda row, t: Pose.from_xyz_rpy(vx * t, offset + vy * t, 0, yaw=heading))
    reading = library.find("sensors", "lane_departure").build(setting).read(motion, 0)
    assert isinstance(reading, Sample)
    return dict(reading.values)


@pytest.mark.parametrize("offset", [-0.5, 0.0, 0.4])
def test_sides_are_as_far_from_the_borders_as_they_are(offset: float) -> None:
    values = _read(15.0, offset, 0.0)
    assert values["left"] == pytest.approx(WIDTH_M / 2 - offset - HALF_CAR_M, abs=1e-4)
    assert values["right"] == pytest.approx(WIDTH_M / 2 + offset - HALF_CAR_M, abs=1e-4)
    assert not values["departing"]
    assert np.isinf(values["time_to_crossing"])


def test_a_drift_crosses_after_distance_over_speed() -> None:
    heading = 0.05
    values = _read(15.0, 0.2, heading)
    gap = WIDTH_M / 2 - 0.2 - AXLE_M * np.sin(heading) - HALF_CAR_M * np.cos(heading)
    assert values["left"] == pytest.approx(gap, abs=1e-3)
    assert values["time_to_crossing"] == pytest.approx(gap / (15.0 * np.sin(heading)), rel=5e-3)


def test_it_warns_when_a_side_is_over_its_border_at_speed() -> None:
    assert _read(15.0, 1.0, 0.0)["departing"]
    assert not _read(3.0, 1.0, 0.0)["departing"]
    assert _read(15.0, 0.7, 0.0, warning_m=0.3)["departing"]


def test_off_the_lanes_there_is_nothing_to_leave() -> None:
    values = _read(15.0, 30.0, 0.0)
    assert np.isnan([values["left"], values["right"], values["time_to_crossing"]]).all()
    assert not values["departing"]


def test_unknown_parameters_are_told() -> None:
    with pytest.raises(InputError, match="colour"):
        _read(1.0, 0.0, 0.0, colour=1)
