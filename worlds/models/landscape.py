"""What stands in the country: power poles, wind turbines, hay bales."""

from functools import cache
from typing import Annotated

import numpy as np
from simgen.worlds import materials

from simgen.library import Parameter, entry
from simgen.world import shapes
from simgen.world.mesh import merge
from simgen.world.model import Model

from ._pieces import at, disc, rod, stuff
from ._standing import single

_POLE = "wooden pole of a 20 kV line, 9 m above the ground, cross arm 1.8 m (DIN EN 50341); proportions estimated"


@entry("models", source=_POLE, tags=("country",))
@cache
def power_pole(
    height_m: Annotated[float, Parameter(text="height", unit="m", low=6.0, high=14.0)] = 9.0,
) -> Model:
    """A wooden pole with a cross arm along y and three insulators."""
    oak, steel = stuff("furniture_wood", "pole", (0.2, 0.15, 0.1)), stuff("steel", "pole")
    mast = shapes.cylinder(0.14, height_m, oak, segments=8, top_radius_m=0.09)
    arm = shapes.box((0.1, 1.8, 0.12), steel, (0.0, 0.0, height_m - 0.45))
    bell = shapes.cylinder(0.06, 0.25, stuff("car_paint", "pole", (0.12, 0.05, 0.03)), segments=6)
    bells = [at(bell, 0.0, y, z) for y, z in ((-0.8, height_m - 0.39), (0.8, height_m - 0.39), (0.0, height_m))]
    return single("power_pole", "pole", merge([mast, arm, *bells]), _POLE, {"wire_m": height_m - 0.14})


_TURBINE = "3 MW wind turbine: hub 90 m, rotor 100 m (Enercon E-101, Vestas V100); outlines estimated"


@entry("models", source=_TURBINE, tags=("country",))
@cache
def wind_turbine(
    turn_deg: Annotated[float, Parameter(text="how far the rotor is turned", unit="deg", low=0.0, high=120.0)] = 20.0,
) -> Model:
    """A white wind turbine whose rotor looks towards x."""
    white = stuff("box_panel", "building", (0.8, 0.8, 0.79))
    tower = shapes.cylinder(2.2, 88.5, white, segments=12, top_radius_m=1.3)
    cabin = shapes.box((9.0, 3.4, 3.6), white, (-1.5, 0.0, 90.0))
    hub = shapes.cylinder(1.7, 3.0, white, axis="x", segments=10, top_radius_m=0.5)
    section = ((0.0, 0.7, 0.7), (0.18, 1.6, 0.5), (0.6, 0.9, 0.25), (1.0, 0.15, 0.06))
    rings = np.array(
        [
            [[thick, -0.3 * wide, r], [thick, 0.7 * wide, r], [-thick, 0.7 * wide, r], [-thick, -0.3 * wide, r]]
            for r, wide, thick in ((1.0 + 49.0 * share, 1.6 * wide, thick) for share, wide, thick in section)
        ]
    )
    blade = shapes.loft(rings[:, ::-1], white)
    if shapes.signed_volume_m3(blade) < 0.0:
        blade = shapes.loft(rings, white)
    blades = [at(blade, 4.2, 0.0, 90.0, roll=np.radians(turn_deg + 120.0 * k)) for k in range(3)]
    mesh = merge([tower, cabin, at(hub, 3.0, 0.0, 90.0), *blades])
    return single("wind_turbine", "building", mesh, _TURBINE, {"hub_m": 90.0})


_BALE = "round straw bale, 1.5 m across and 1.2 m wide (round balers of 2010s); proportions estimated"


@entry("models", source=_BALE, tags=("country",))
@cache
def hay_bale() -> Model:
    """A round straw bale that lies on its side, its axis along y."""
    straw = stuff("cardboard", "movable", (0.45, 0.34, 0.13))
    roll = disc(0.75, 1.2, straw, (0.0, 0.0, 0.75), 18)
    net = stuff("cardboard", "movable", (0.36, 0.27, 0.1))
    bands = [disc(0.756, 0.05, net, (0.0, y, 0.756), 18) for y in (-0.35, 0.0, 0.35)]
    return single("hay_bale", "movable", at(merge([roll, *bands]), 0.0, 0.0, 0.0), _BALE, {"mass_kg": 280.0})


_TROUGH = "cattle trough of 600 l, galvanised; proportions estimated"


@entry("models", source=_TROUGH, tags=("country",))
@cache
def water_trough() -> Model:
    """A steel trough on legs for cattle, along x."""
    steel = materials.classed("steel", "furniture")
    water = stuff("underbody", "furniture", (0.03, 0.06, 0.07))
    outline = np.array([[-1.0, -0.32], [1.0, -0.32], [1.0, 0.32], [-1.0, 0.32]])
    walls = shapes.extrude(outline, 0.25, 0.75, steel, holes=(outline * [0.97, 0.9],))
    floor = shapes.box((1.94, 0.58, 0.04), water, (0.0, 0.0, 0.6))
    legs = [rod((x, y, 0.0), (x, y, 0.3), 0.03, steel) for x in (-0.85, 0.85) for y in (-0.25, 0.25)]
    return single("water_trough", "furniture", merge([walls, floor, *legs]), _TROUGH, {"mass_kg": 45.0})


_BARN = "timber barn on a concrete base, 24 x 12 m, eaves 5 m, roof 25 degrees; proportions estimated"


@entry("models", source=_BARN, tags=("country",))
@cache
def barn() -> Model:
    """A long timber barn along x, its door in the side that looks along -y."""
    boards = stuff("furniture_wood", "building", (0.24, 0.13, 0.075))
    dark = stuff("underbody", "building", (0.03, 0.026, 0.022))
    section = np.array([(-6.0, 0.6), (6.0, 0.6), (6.0, 5.0), (0.0, 7.8), (-6.0, 5.0)])
    walls = shapes.loft(np.stack([np.column_stack([np.full(5, x), section]) for x in (-12.0, 12.0)]), boards)
    base = shapes.box((24.0, 12.0, 0.6), materials.classed("concrete", "building"), (0.0, 0.0, 0.3))
    doors = [
        shapes.box((4.4, 0.08, 4.2), dark, (-5.0, -6.01, 2.1)),
        shapes.box((0.08, 3.6, 4.0), dark, (12.01, 0.0, 2.0)),
        *(shapes.box((1.4, 0.08, 0.9), dark, (x, -6.01, 3.4)) for x in (1.0, 4.5, 8.0)),
    ]
    roof = []
    for side in (-1.0, 1.0):
        outline = np.array([[0.0, 7.82], [side * 6.6, 4.74], [side * 6.6, 4.9], [0.0, 7.98]])
        rings = np.stack([np.column_stack([np.full(4, x), outline]) for x in (-12.5, 12.5)])
        slab = shapes.loft(rings if side < 0 else rings[:, ::-1], materials.by_name("roof_tiles"))
        flipped = shapes.signed_volume_m3(slab) < 0.0
        roof.append(
            shapes.loft(rings if side > 0 else rings[:, ::-1], materials.by_name("roof_tiles")) if flipped else slab
        )
    return single("barn", "building", merge([base, walls, *doors, *roof]), _BARN)


_SILO = "steel feed silo of 3.2 m and 9 m on legs; proportions estimated"


@entry("models", source=_SILO, tags=("country",))
@cache
def silo() -> Model:
    """A steel silo with a cone below and a cap above, on four legs."""
    steel = materials.classed("steel", "building")
    profile = np.array([[0.25, 1.2], [1.6, 3.4], [1.6, 9.0], [0.3, 10.0]])
    body = shapes.revolve(profile, steel, segments=18)
    legs = [rod((x, y, 0.0), (x, y, 4.2), 0.08, steel) for x in (-1.1, 1.1) for y in (-1.1, 1.1)]
    ladder = [rod((1.62, y, 0.0), (1.62, y, 9.2), 0.03, steel, 4) for y in (-0.2, 0.2)]
    return single("silo", "building", merge([body, *legs, *ladder]), _SILO)
