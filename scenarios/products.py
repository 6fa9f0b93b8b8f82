"""Pictures of a product: many of it on a table, on the floor or on a shelf, under light that differs."""

from typing import Annotated, Any

from simgen.errors import InputError
from simgen.library import Parameter, entry
from simgen.sampling import Choice, Number, Uniform
from simgen.scenario.position import WorldPosition
from simgen.scenario.scenario import Entity, Scatter, Scenario, WeatherSpec

SOURCE = (
    "synthetic sets of goods by composing and rendering: Tremblay et al., Training Deep Networks with Synthetic Data,"
    " CVPR-W 2018; Merler et al., GroZi-120, CVPR 2007"
)
_OTHERS = ("carton_small", "ball", "product_carton", "product_carton")
_OTHER_SIZES = ((0.05, 0.12, 0.18), (0.10, 0.14, 0.10), (0.06, 0.06, 0.22), (0.12, 0.20, 0.06))
"""What lies among the product; cartons with a print of our own have one of these sizes."""

_AREAS = {
    "table": (-0.38, -0.58, 0.38, 0.58),
    "floor": (-1.5, -1.5, 1.5, 1.5),
    "shelf": (-0.22, -0.60, 0.22, 0.60),
}
_LEVELS = {"table": (0.74,), "floor": (0.0,), "shelf": (0.17, 0.57, 0.97, 1.37, 1.77)}
"""Of the world `studio`."""

_SUN, _CLOUDS = Uniform(low=30.0, high=85.0), Uniform(low=0.0, high=1.0)
_Photo = Annotated[str, Parameter(text="photograph of that side (JPEG or PNG), PATH or PATH#corners")]


@entry("scenarios", source=SOURCE, tags=("product",))
def product_scatter(
    *,
    front: _Photo = "",
    back: _Photo = "",
    left: _Photo = "",
    right: _Photo = "",
    top: _Photo = "",
    bottom: _Photo = "",
    size_m: Annotated[tuple[float, float, float], Parameter(text="of a carton: depth, width, height", unit="m")] = (
        0.07,
        0.19,
        0.29,
    ),
    model: Annotated[str, Parameter(text="product_carton, product_card, any model, or a mesh file")] = "product_carton",
    count: Annotated[int, Parameter(text="of the product", low=1, high=20000)] = 12,
    on: Annotated[str, Parameter(text="table, floor or shelf")] = "table",
    others: Annotated[int, Parameter(text="other things among them", low=0, high=1000)] = 3,
    rest: Annotated[str, Parameter(text="any, upright or rows; auto: rows on a shelf, any elsewhere")] = "auto",
    gap_m: Annotated[float, Parameter(text="least distance between two", unit="m", low=0.0, high=1.0)] = 0.015,
    category: Annotated[str, Parameter(text="class from the taxonomy")] = "product",
    sun_elevation_deg: Annotated[Number, Parameter(text="of the light", unit="deg", low=-5, high=90)] = _SUN,
    cloudiness: Annotated[Number, Parameter(text="0: hard shadows, 1: none", low=0.0, high=1.0)] = _CLOUDS,
) -> Scenario:
    """Many of one product at random on a table, on the floor or in a shelf, with other things, light and room drawn.

    The rigs `product_orbit` and `shelf_orbit` take pictures of it from everywhere; five photographs are enough.
    """
    if on not in _AREAS:
        raise InputError(f"scenarios/product_scatter: on: expected one of {', '.join(_AREAS)}, got {on!r}")
    lies = ("rows" if on == "shelf" else "any") if rest == "auto" else rest
    given = _given(model, size_m, front=front, back=back, left=left, right=right, top=top, bottom=bottom)
    product = Scatter(
        name="product",
        model=model,
        count=count,
        area_m=_area(on, count, size_m),
        levels_m=_LEVELS[on],
        rest=lies,
        gap_m=gap_m,
        category=category,
        parameters=given,
    )
    return Scenario(
        name="product_scatter",
        world="studio",
        world_parameters={"seed": Choice(values=tuple(range(1000))), "furniture": on},
        duration_s=2.0,
        weather=WeatherSpec(
            sun_azimuth_deg=Uniform(low=0.0, high=360.0), sun_elevation_deg=sun_elevation_deg, cloudiness=cloudiness
        ),
        ego=Entity(name="ego", model="amr", start=WorldPosition(x_m=-3.9, y_m=-3.9), controller="none"),
        scatter=(*_beside(product, others), product),
        source=SOURCE,
    )


def _given(model: str, size_m: tuple[float, float, float], **photos: str) -> dict[str, Any]:
    """The model's own parameters."""
    given: dict[str, Any] = {side: path for side, path in photos.items() if path}
    if model == "product_carton":
        given["size_m"] = tuple(size_m)
    return given


def _area(on: str, count: int, size_m: tuple[float, float, float]) -> tuple[float, float, float, float]:
    """On the floor there is as much room as so many need."""
    if on != "floor":
        return _AREAS[on]
    half = min(max(0.5, 1.3 * (count * size_m[1] * size_m[2]) ** 0.5), 3.5)
    return (-half, -half, half, half)


def _beside(product: Scatter, others: int) -> tuple[Scatter, ...]:
    """Things that are not the product, on the same surface; in front of a shelf."""
    if not others:
        return ()
    rows = product.rest == "rows"
    sizes: dict[str, Any] = {"size_m": Choice(values=_OTHER_SIZES)}
    return (
        Scatter(
            name="other",
            model=Choice(values=_OTHERS),
            count=others,
            area_m=(0.35, -1.0, 1.2, 1.0) if rows else product.area_m,
            levels_m=(0.0,) if rows else product.levels_m,
            rest="any",
            gap_m=product.gap_m,
            category="movable",
            parameters=sizes,
        ),
    )
