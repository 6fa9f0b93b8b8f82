"""What people wear, carry and push; worn things in the frame of the part that they hang on, metres of a stature."""

import numpy as np

from simgen.world import shapes
from simgen.world.material import Material
from simgen.world.mesh import Mesh, merge

from . import _pieces
from ._body import solid
from ._lettering import BLUE, WHITE, facing, words
from ._pieces import at, rod, rods, stuff

Colour = tuple[float, float, float]


def _cloth(colour: Colour) -> Material:
    return stuff("trousers", "pedestrian", colour)


def _metal() -> Material:
    return stuff("steel", "pedestrian", (0.30, 0.31, 0.32))


def backpack(stature_m: float, colour: Colour, size: float = 1.0) -> list[Mesh]:
    """A bag on the back, and its straps."""
    h, cloth = stature_m, _cloth(colour)
    rows = [(-0.10 * size, 0.030, 0.075), (-0.09 * size, 0.048, 0.086), (0.05, 0.045, 0.084), (0.09, 0.026, 0.06)]
    bag = solid([(z * size, depth * size, width * size, 0.0) for z, depth, width in rows], h, cloth, 8)
    straps = [
        shapes.both_sides(rod((-0.06 * h, 0.055 * h, 0.24 * h), (0.065 * h, 0.06 * h, 0.16 * h), 0.010 * h, cloth, 4))
    ]
    return [at(bag, -0.105 * h, 0.0, 0.14 * h), *straps]


def rucksack(stature_m: float, colour: Colour) -> list[Mesh]:
    """A tall pack with a rolled mat on top."""
    h = stature_m
    mat = at(
        shapes.cylinder(0.035 * h, 0.26 * h, _cloth((0.02, 0.14, 0.05)), axis="y", segments=9),
        -0.12 * h,
        -0.13 * h,
        0.31 * h,
    )
    return [at(mesh, 0.0, 0.0, 0.02 * h) for mesh in backpack(h, colour, 1.45)] + [mat]


def hood(stature_m: float, colour: Colour) -> list[Mesh]:
    """A hood that lies on the shoulders."""
    h = stature_m
    roll = shapes.ellipsoid((0.05 * h, 0.07 * h, 0.03 * h), _cloth(colour), rings=4, segments=8)
    return [at(roll, -0.045 * h, 0.0, 0.235 * h)]


def skirt(stature_m: float, low: float, colour: Colour) -> list[Mesh]:
    """A skirt from the waist down to this share of the stature above the ground; the hips are at 0.53."""
    h, fall = stature_m, low - 0.53
    rows = [
        (fall, 0.100, 0.128, 0.0),
        (fall / 2.0, 0.086, 0.115, 0.0),
        (0.02, 0.074, 0.104, 0.0),
        (0.085, 0.060, 0.080, 0.0),
    ]
    return [solid(rows, h, _cloth(colour), 10)]


def handbag(colour: Colour) -> list[Mesh]:
    """A small bag that hangs from the hand."""
    leather = stuff("leather", "pedestrian", colour)
    bag = shapes.box((0.28, 0.09, 0.19), leather, (0.0, 0.0, -0.33))
    return [bag, *rods(((-0.08, 0.0, -0.24), (0.0, 0.0, -0.13), (0.08, 0.0, -0.24)), 0.008, leather, 4)]


def carrier_bag(colour: Colour) -> list[Mesh]:
    """A full carrier bag that hangs from the hand."""
    plastic = stuff("plastic", "pedestrian", colour)
    rows = [(-0.52, 0.13, 0.07, 0.0), (-0.46, 0.17, 0.09, 0.0), (-0.28, 0.15, 0.08, 0.0), (-0.12, 0.02, 0.02, 0.0)]
    return [solid(rows, 1.0, plastic, 8)]


def briefcase(colour: Colour) -> list[Mesh]:
    """A flat case that hangs from the hand."""
    leather = stuff("leather", "pedestrian", colour)
    case = shapes.box((0.42, 0.10, 0.30), leather, (0.0, 0.0, -0.28))
    return [case, *rods(((-0.06, 0.0, -0.13), (0.0, 0.0, -0.10), (0.06, 0.0, -0.13)), 0.01, leather, 4)]


def suit_front(stature_m: float) -> list[Mesh]:
    """A white shirt's front and a tie between the lapels."""
    h = stature_m
    shirt = _pieces.prism(
        ((0.0, 0.0), (0.004 * h, 0.0), (-0.022 * h, 0.10 * h), (-0.03 * h, 0.10 * h)),
        0.05 * h,
        _cloth((0.75, 0.75, 0.74)),
    )
    tie = _pieces.prism(
        ((0.0, 0.0), (0.005 * h, 0.0), (-0.02 * h, 0.10 * h), (-0.03 * h, 0.10 * h)),
        0.018 * h,
        _cloth((0.25, 0.012, 0.02)),
    )
    return [at(shirt, 0.073 * h, 0.0, 0.135 * h), at(tie, 0.075 * h, 0.0, 0.13 * h)]


def _ring(z: float, depth: float, width: float, ahead: float, tall: float, stature_m: float) -> Mesh:
    """A reflecting band around a trunk or limb."""
    tape = stuff("cone_white", "pedestrian", (0.62, 0.63, 0.63))
    return solid([(z, depth, width, ahead), (z + tall, depth, width, ahead)], stature_m, tape, 10)


def bands(stature_m: float) -> list[Mesh]:
    """Two reflecting bands around the trunk and two over the shoulders."""
    h = stature_m
    tape = stuff("cone_white", "pedestrian", (0.62, 0.63, 0.63))
    front = rods(
        ((0.072 * h, 0.05 * h, 0.02 * h), (0.078 * h, 0.055 * h, 0.16 * h), (0.03 * h, 0.055 * h, 0.235 * h)),
        0.014 * h,
        tape,
        4,
    )
    rings = [_ring(0.045, 0.073, 0.099, 0.002, 0.025, h), _ring(0.105, 0.075, 0.107, 0.004, 0.025, h)]
    return [*rings, *(shapes.both_sides(bar) for bar in front)]


def leg_bands(stature_m: float) -> dict[str, list[Mesh]]:
    """Reflecting bands around both shins."""
    band = [_ring(z, 0.037, 0.037, -0.003, 0.025, stature_m) for z in (-0.14, -0.07)]
    return {"shin_left": band, "shin_right": band}


def back_words(stature_m: float, text: str) -> list[Mesh]:
    """Words on the back."""
    h = stature_m
    face = words((text,), 0.28, 0.08, WHITE, BLUE, "pedestrian", "clothes")
    board = shapes.box((0.012, 0.28, 0.08), _cloth((0.01, 0.03, 0.1)), (-0.072 * h, 0.0, 0.155 * h))
    return [board, facing("-x", (-0.072 * h - 0.008, 0.0, 0.155 * h), 0.28, 0.08, face)]


def _crown(stature_m: float, material: Material, *, low: float = 0.078, grow: float = 1.12) -> Mesh:
    """A cap over the upper head."""
    rows = [(low, 0.054 * grow, 0.043 * grow, -0.002), (0.10, 0.052 * grow, 0.042 * grow, -0.003)]
    rows += [(0.122, 0.040 * grow, 0.033 * grow, -0.004), (0.134, 0.014, 0.012, -0.005)]
    return solid(rows, stature_m, material, 10)


def _brim(stature_m: float, ahead: float, depth: float, width: float, material: Material, z: float = 0.080) -> Mesh:
    return solid([(z, depth, width, ahead), (z + 0.005, depth, width, ahead)], stature_m, material, 12)


def helmet(stature_m: float, colour: Colour) -> list[Mesh]:
    """A safety helmet."""
    plastic = stuff("plastic", "pedestrian", colour)
    return [_crown(stature_m, plastic, grow=1.22), _brim(stature_m, 0.012, 0.075, 0.056, plastic)]


def cycle_helmet(stature_m: float, colour: Colour) -> list[Mesh]:
    """A bicycle helmet."""
    return [_crown(stature_m, stuff("plastic", "pedestrian", colour), low=0.082, grow=1.26)]


def full_helmet(stature_m: float, colour: Colour) -> list[Mesh]:
    """A motorcycle helmet with a dark visor."""
    shell = [
        (-0.012, 0.044, 0.042, 0.008),
        (0.01, 0.066, 0.056, 0.006),
        (0.06, 0.074, 0.060, 0.0),
        (0.10, 0.070, 0.056, -0.004),
    ]
    shell += [(0.132, 0.046, 0.038, -0.006), (0.144, 0.014, 0.012, -0.006)]
    visor = [(0.042, 0.030, 0.048, 0.050), (0.086, 0.028, 0.046, 0.047)]
    plastic, dark = stuff("plastic", "pedestrian", colour), stuff("plastic", "pedestrian", (0.01, 0.01, 0.012))
    return [solid(shell, stature_m, plastic, 10), solid(visor, stature_m, dark, 8)]


def flat_cap(stature_m: float, colour: Colour) -> list[Mesh]:
    """A flat cap."""
    cloth = _cloth(colour)
    return [_crown(stature_m, cloth, low=0.094), _brim(stature_m, 0.018, 0.060, 0.045, cloth, 0.092)]


def peaked_cap(stature_m: float, colour: Colour) -> list[Mesh]:
    """A uniform's cap: a wide flat top above a band."""
    h, cloth = stature_m, _cloth(colour)
    rows = [
        (0.088, 0.057, 0.047, 0.0),
        (0.108, 0.058, 0.048, 0.0),
        (0.130, 0.074, 0.064, 0.002),
        (0.142, 0.066, 0.056, -0.002),
    ]
    peak = _brim(h, 0.032, 0.046, 0.038, stuff("leather", "pedestrian", (0.01, 0.01, 0.01)), 0.086)
    return [solid(rows, h, cloth, 10), peak]


def brimmed_hat(stature_m: float, colour: Colour) -> list[Mesh]:
    """A hat with a wide brim."""
    cloth = _cloth(colour)
    return [_crown(stature_m, cloth, low=0.090), _brim(stature_m, 0.0, 0.095, 0.085, cloth, 0.088)]


def band(stature_m: float, colour: Colour) -> list[Mesh]:
    """A headband."""
    return [solid([(0.082, 0.058, 0.046, -0.002), (0.098, 0.056, 0.045, -0.003)], stature_m, _cloth(colour), 10)]


def umbrella(stature_m: float, side: float, colour: Colour) -> list[Mesh]:
    """An open umbrella held at one side, in the torso's frame; 1.0 m across."""
    h, x, y = stature_m, 0.16, side * 0.13 * stature_m
    foot, top = (x, y, 0.10 * h), (x - 0.02, 0.55 * y, 0.60 * h)
    canopy = np.array([[0.50, -0.20], [0.36, -0.075], [0.20, -0.02], [0.01, 0.0]])
    cover = shapes.revolve(canopy, _cloth(colour), segments=10, crease_deg=25.0)
    return [rod(foot, top, 0.009, _metal(), 5), at(cover, *top)]


def _wheel(radius_m: float, x: float, y: float, width_m: float = 0.04) -> Mesh:
    return _pieces.disc(radius_m, width_m, stuff("rubber", "pedestrian"), (x, y, radius_m), 12)


def stroller() -> Mesh:
    """A stroller with its hood up; 0.55 x 0.95 x 1.0 m, origin below its middle."""
    metal, cloth = _metal(), _cloth((0.02, 0.07, 0.13))
    wheels = [shapes.both_sides(_wheel(radius, x, 0.26)) for radius, x in ((0.12, -0.22), (0.09, 0.34))]
    frame = [
        *rods(((-0.22, 0.24, 0.12), (0.10, 0.24, 0.50), (-0.36, 0.24, 1.0)), 0.014, metal),
        rod((0.34, 0.24, 0.09), (-0.10, 0.24, 0.62), 0.014, metal),
    ]
    bar = rod((-0.36, -0.24, 1.0), (-0.36, 0.24, 1.0), 0.016, stuff("plastic", "pedestrian"))
    seat = _pieces.prism(
        ((-0.12, 0.48), (0.32, 0.42), (0.34, 0.50), (-0.02, 0.56), (-0.20, 0.85), (-0.27, 0.82)), 0.40, cloth
    )
    shade = _pieces.prism(((-0.26, 0.80), (-0.20, 0.70), (0.12, 0.92), (0.02, 1.0), (-0.16, 0.98)), 0.42, cloth)
    basket = shapes.box((0.42, 0.36, 0.14), cloth, (0.05, 0.0, 0.26))
    child = [
        shapes.ellipsoid((0.085, 0.075, 0.10), stuff("skin", "pedestrian"), rings=4, segments=8),
        shapes.box((0.30, 0.22, 0.12), _cloth((0.5, 0.4, 0.1))),
    ]
    inside = [at(child[0], -0.05, 0.0, 0.76), at(child[1], 0.12, 0.0, 0.56, pitch=0.2)]
    return merge([*wheels, *(shapes.both_sides(bar_) for bar_ in frame), bar, seat, shade, basket, *inside])


def walker() -> Mesh:
    """A walking frame on four wheels, with a basket; origin below its middle."""
    metal = _metal()
    wheels = [shapes.both_sides(_wheel(0.10, x, 0.27)) for x in (-0.22, 0.30)]
    frame = [
        rod((0.30, 0.25, 0.10), (-0.10, 0.25, 0.92), 0.013, metal),
        rod((-0.22, 0.25, 0.10), (0.05, 0.25, 0.60), 0.013, metal),
    ]
    grip = rod((-0.24, 0.25, 0.92), (-0.08, 0.25, 0.92), 0.02, stuff("plastic", "pedestrian"))
    seat = shapes.box((0.26, 0.46, 0.03), stuff("plastic", "pedestrian"), (0.02, 0.0, 0.60))
    basket = shapes.box((0.22, 0.40, 0.16), metal, (0.18, 0.0, 0.42))
    return merge([*wheels, *(shapes.both_sides(bar) for bar in (*frame, grip)), seat, basket])
