"""Domain randomisation by name, as `--set randomise=mild` takes it."""

from collections.abc import Mapping

from simgen.errors import InputError
from simgen.sampling import Choice, LogUniform, Normal, Uniform
from simgen.scenario.palette import CARS, PEOPLE
from simgen.scenario.randomisation import PATTERNS, CameraDraw, Distractors, MaterialDraw
from simgen.scenario.scenario import Randomisation, WeatherSpec

_MARKINGS = ("marking", "crosswalk", "stop_line", "traffic_sign", "traffic_light")
_ANY_COLOUR = (Uniform(low=0.0, high=0.9), Uniform(low=0.0, high=0.9), Uniform(low=0.0, high=0.9))
_ANY_SKY = Uniform(low=0.0, high=999.0)

MILD = Randomisation(
    name="mild",
    weather=WeatherSpec(
        sun_azimuth_deg=Uniform(low=0.0, high=360.0),
        sun_elevation_deg=Uniform(low=15.0, high=65.0),
        cloudiness=Uniform(low=0.0, high=0.9),
        cloud_seed=_ANY_SKY,
        exposure_ev=Normal(mean=0.0, sigma=0.2, low=-0.5, high=0.5),
    ),
    materials=(
        MaterialDraw(
            spare=_MARKINGS,
            brightness=LogUniform(low=0.8, high=1.25),
            hue_deg=Normal(mean=0.0, sigma=6.0, low=-15.0, high=15.0),
            saturation=Uniform(low=0.75, high=1.2),
            reflectivity=LogUniform(low=0.85, high=1.18),
        ),
        MaterialDraw(brightness=Uniform(low=0.7, high=1.0), reflectivity=Uniform(low=0.7, high=1.0)),
    ),
    camera=CameraDraw(
        up_m=Normal(mean=0.0, sigma=0.02, low=-0.05, high=0.05),
        left_m=Normal(mean=0.0, sigma=0.02, low=-0.05, high=0.05),
        yaw_deg=Normal(mean=0.0, sigma=0.5, low=-1.5, high=1.5),
        pitch_deg=Normal(mean=0.0, sigma=0.5, low=-1.5, high=1.5),
        roll_deg=Normal(mean=0.0, sigma=0.5, low=-1.5, high=1.5),
    ),
)
"""Variation that one would meet: other light, weathered materials, a camera not mounted to the millimetre."""

STRONG = Randomisation(
    name="strong",
    weather=WeatherSpec(
        sun_azimuth_deg=Uniform(low=0.0, high=360.0),
        sun_elevation_deg=Uniform(low=5.0, high=85.0),
        cloudiness=Uniform(low=0.0, high=1.0),
        cloud_seed=_ANY_SKY,
        exposure_ev=Uniform(low=-1.0, high=0.8),
    ),
    materials=(
        MaterialDraw(
            colour=_ANY_COLOUR,
            roughness=Uniform(low=0.1, high=1.0),
            texture=Choice(values=PATTERNS[1:]),
            texture_m=LogUniform(low=0.3, high=4.0),
            reflectivity=LogUniform(low=0.5, high=2.0),
        ),
    ),
    paints=_ANY_COLOUR,
    clothes=_ANY_COLOUR,
    camera=CameraDraw(
        forward_m=Uniform(low=-0.1, high=0.1),
        left_m=Uniform(low=-0.3, high=0.3),
        up_m=Uniform(low=-0.2, high=0.2),
        yaw_deg=Uniform(low=-5.0, high=5.0),
        pitch_deg=Uniform(low=-5.0, high=5.0),
        roll_deg=Uniform(low=-5.0, high=5.0),
    ),
    distractors=Distractors(
        count=Choice(values=tuple(range(11))),
        kinds=("sidewalk", "shoulder", "parking", "border", "driving", "median"),
        aside_m=Uniform(low=-3.0, high=3.0),
    ),
    car_models=Choice(values=CARS.values),
    people_models=Choice(values=PEOPLE.values),
)
"""Anything goes, so that the real world is one more variation: colours and textures of everything, light, camera,
up to ten distractors.

Source: J. Tobin et al., Domain randomization for transferring deep neural networks, IROS 2017, section III.
"""

STRUCTURED = Randomisation(
    name="structured",
    weather=WeatherSpec(
        time=Uniform(low=5.5, high=21.0),
        date=Choice(values=("2024-03-20", "2024-06-21", "2024-09-22", "2024-12-21")),
        cloudiness=Uniform(low=0.0, high=1.0),
        cloud_seed=_ANY_SKY,
        fog=Choice(values=(0.0, Uniform(low=0.05, high=0.3)), weights=(0.85, 0.15)),
        wetness=Choice(values=(0.0, Uniform(low=0.2, high=1.0)), weights=(0.75, 0.25)),
        exposure_ev=Normal(mean=0.0, sigma=0.3, low=-0.8, high=0.8),
    ),
    materials=(
        MaterialDraw(
            which=("road", "shoulder", "parking", "sidewalk", "kerb", "terrain", "ground", "vegetation", "trunk"),
            brightness=LogUniform(low=0.55, high=1.7),
            hue_deg=Normal(mean=0.0, sigma=10.0, low=-25.0, high=25.0),
            saturation=Uniform(low=0.5, high=1.3),
            roughness=Uniform(low=0.7, high=1.0),
            reflectivity=LogUniform(low=0.7, high=1.4),
        ),
        MaterialDraw(
            which=("building", "wall", "fence", "furniture", "barrier"),
            brightness=LogUniform(low=0.5, high=1.6),
            hue_deg=Uniform(low=-180.0, high=180.0),
            saturation=Uniform(low=0.3, high=1.4),
            reflectivity=LogUniform(low=0.7, high=1.4),
        ),
        MaterialDraw(
            which=_MARKINGS[:3], brightness=Uniform(low=0.35, high=1.0), reflectivity=Uniform(low=0.5, high=1.0)
        ),
    ),
    paints=_ANY_COLOUR,
    clothes=_ANY_COLOUR,
    camera=CameraDraw(
        up_m=Uniform(low=-0.15, high=0.15),
        yaw_deg=Uniform(low=-2.0, high=2.0),
        pitch_deg=Uniform(low=-2.0, high=2.0),
        roll_deg=Uniform(low=-1.0, high=1.0),
    ),
    distractors=Distractors(count=Choice(values=tuple(range(7)))),
    cars=Choice(values=tuple(range(4, 31))),
    people=Choice(values=tuple(range(21))),
)
"""The scene keeps its order: roads look like roads and things stand where they stand in life, while time of day,
weather, wear, colours, density of traffic and the pose of the camera vary widely.

Source: A. Prakash et al., Structured domain randomization, ICRA 2019 (global parameters, context splines, objects).
"""

PRESETS: Mapping[str, Randomisation] = {
    "none": Randomisation(),
    "mild": MILD,
    "strong": STRONG,
    "structured": STRUCTURED,
}


def preset(name: str, place: str = "randomise") -> Randomisation:
    """The randomisation of a name.

    Raises:
        InputError: there is none.
    """
    found = PRESETS.get(name.strip())
    if found is None:
        raise InputError(f"{place}: expected one of {', '.join(PRESETS)} (or the path of a field), got {name!r}")
    return found
