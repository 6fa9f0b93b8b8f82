"""Which numbers make sense where: the range of every number in a scenario."""

from collections.abc import Mapping

INF = float("inf")
SPEED = (0.0, 60.0)
ANY = (-INF, INF)
DISTANCE = (-5000.0, 5000.0)
ANGLE = (-6.2832, 6.2832)
TIME = (0.0, 3600.0)
SHARE = (0.0, 1.0)

RANGES: Mapping[str, Mapping[str, tuple[float, float]]] = {
    "Scenario": {"duration_s": (0.05, 3600.0)},
    "Entity": {"speed_mps": SPEED, "paint": SHARE},
    "Traffic": {"cars": (0, 1000), "people": (0, 1000), "speed_factor": (0.05, 3.0), "radius_m": (1.0, 5000.0)},
    "CornerCase": {"severity": SHARE, "version": (1, 1_000_000)},
    "Fault": {"start_s": (-1.0, 3600.0), "end_s": (0.0, INF)},
    "WeatherSpec": {
        "sun_azimuth_deg": (-360.0, 360.0),
        "sun_elevation_deg": (-90.0, 90.0),
        "cloudiness": SHARE,
        "fog": SHARE,
        "rain_mm_h": (0.0, 150.0),
        "snow_mm_h": (0.0, 20.0),
        "wetness": SHARE,
        "temperature_c": (-60.0, 60.0),
        "snow_cover": SHARE,
        "cloud_seed": (0.0, 1_000_000.0),
        "exposure_ev": (-6.0, 6.0),
        "sun_bearing_deg": (-360.0, 360.0),
    },
    "MaterialDraw": {
        "brightness": (0.0, 10.0),
        "hue_deg": (-360.0, 360.0),
        "saturation": (0.0, 10.0),
        "colour": SHARE,
        "roughness": SHARE,
        "texture_m": (0.01, 100.0),
        "reflectivity": (0.0, 10.0),
    },
    "CameraDraw": {
        "forward_m": (-5.0, 5.0),
        "left_m": (-5.0, 5.0),
        "up_m": (-5.0, 5.0),
        "yaw_deg": (-180.0, 180.0),
        "pitch_deg": (-90.0, 90.0),
        "roll_deg": (-180.0, 180.0),
    },
    "Distractors": {"count": (0, 1000), "aside_m": (-100.0, 100.0), "radius_m": (1.0, 5000.0)},
    "Randomisation": {"cars": (0, 1000), "people": (0, 1000)},
    "WorldPosition": {
        "x_m": (-1e7, 1e7),
        "y_m": (-1e7, 1e7),
        "z_m": (-1e4, 1e4),
        "heading_rad": ANGLE,
        "pitch_rad": ANGLE,
        "roll_rad": ANGLE,
    },
    "Scatter": {"count": (0, 100_000), "gap_m": (0.0, 100.0), "layers": (1, 100), "missing": SHARE},
    "OnLane": {"s_m": (0.0, 1e6), "offset_m": (-50.0, 50.0), "heading_rad": ANGLE},
    "Somewhere": {
        "behind_m": (0.0, 5000.0),
        "ahead_m": (0.0, 5000.0),
        "off_junctions_m": (0.0, 1000.0),
        "heading_rad": ANGLE,
        "lanes_left": (0, 16),
        "lanes_right": (0, 16),
        "offset_m": (-50.0, 50.0),
    },
    "RelativeLane": {
        "ds_m": DISTANCE,
        "gap_s": (-60.0, 60.0),
        "dlane": (-16, 16),
        "offset_m": (-50.0, 50.0),
        "heading_rad": ANGLE,
    },
    "RelativeObject": {"dx_m": DISTANCE, "dy_m": DISTANCE, "heading_rad": ANGLE},
    "AtTime": {"time_s": TIME},
    "Distance": {"distance_m": (0.0, 5000.0)},
    "TimeToCollision": {"ttc_s": (0.0, 60.0)},
    "TimeHeadway": {"headway_s": (0.0, 60.0)},
    "ReachPosition": {"tolerance_m": (0.0, 1000.0)},
    "Speed": {"speed_mps": SPEED},
    "State": {"delay_s": TIME},
    "SpeedProfile": {"speeds_mps": (-15.0, 60.0), "durations_s": TIME, "acceleration_mps2": (0.01, 50.0)},
    "LaneChange": {"lanes": (-16, 16), "duration_s": (0.1, 600.0), "offset_m": (-10.0, 10.0)},
    "FollowTrajectory": {"times_s": TIME},
    "Walk": {"speed_mps": (0.0, 12.0)},
}
"""Class -> field -> lowest and highest value; a tuple of numbers has the range of each.

60 m/s is 216 km/h, 12 m/s about the fastest that anybody runs; azimuth and heading cover one turn in either direction.
"""

WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "Scatter": {"rest": ("upright", "any", "rows")},
    "Entity": {"controller": ("driver", "none", "walker", "static")},
    "CornerCase": {"level": ("hardware", "physical", "domain", "object", "scene", "scenario")},
    "Distance": {"along": ("euclidean", "longitudinal", "lateral", "freespace"), "rule": ("less", "greater")},
    "Speed": {"rule": ("less", "greater")},
    "State": {"state": ("running", "complete")},
    "SpeedProfile": {"shape": ("linear", "cubic", "sinusoidal", "step")},
    "LaneChange": {"shape": ("linear", "cubic", "sinusoidal", "step")},
}
"""Class -> field -> the words that it may be."""


def range_of(owner: type, field: str) -> tuple[float, float] | None:
    """The range of a field, looked up through the class's bases; None where the field is no number."""
    for base in owner.__mro__:
        found = RANGES.get(base.__name__, {}).get(field)
        if found is not None:
            return found
    return None
