"""Four-legged animals: a body along x, neck and head, four legs that hinge at shoulder or hip and at the knee."""

import math
from dataclasses import dataclass

from simgen.geometry import Pose
from simgen.world import shapes
from simgen.world.material import Material
from simgen.world.mesh import Mesh, merge
from simgen.world.model import Model, Part

from . import _pieces as pieces
from ._pieces import Point, stuff
from ._standing import standing

Colour = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beast:
    """An animal; lengths are shares of the height at the withers, x from the middle of the body.

    Attributes:
        trunk: rings (x, middle height, half height, half width) from rump to chest.
        neck: foot and top, (x, z) each, and half thickness at both.
        head: length, half height at brow and at muzzle, how steeply it points down (radians).
        legs: x of hind and fore legs, half their spacing, half thickness at top and above the hoof.
        tail: length and half thickness; a negative length stands up.
        ear, horn: lengths; horns are antlers where `branched`.
        flop: ears hang down.
        socks: colour of the lower legs; patches: of spots on the flanks.
    """

    name: str
    source: str
    withers_m: float
    mass_kg: float
    trunk: tuple[tuple[float, float, float, float], ...]
    neck: tuple[tuple[float, float], tuple[float, float], float, float]
    head: tuple[float, float, float, float]
    legs: tuple[float, float, float, float, float]
    tail: tuple[float, float]
    coat: Colour
    ear: float = 0.1
    horn: float = 0.0
    branched: bool = False
    tusks: bool = False
    flop: bool = False
    hoof: Colour = (0.03, 0.025, 0.02)
    socks: Colour | None = None
    face: Colour | None = None
    patches: Colour | None = None


def _fur(colour: Colour) -> Material:
    return stuff("hair", "animal", colour)


def _skull(beast: Beast) -> Mesh:
    """Head, ears and horns about the top of the neck."""
    h, coat = beast.withers_m, _fur(beast.face or beast.coat)
    length, brow, muzzle = (share * h for share in beast.head[:3])
    rings = [
        (-0.35 * length, 0.0, 0.55 * brow, 0.5 * brow, 0.0),
        (-0.15 * length, 0.0, brow, 0.8 * brow, 0.0),
        (0.15 * length, -0.02 * length, 0.95 * brow, 0.75 * brow, 0.0),
        (0.45 * length, -0.1 * length, (brow + muzzle) / 2, 0.8 * muzzle, 0.0),
        (0.8 * length, -0.12 * length, muzzle, 0.8 * muzzle, 0.0),
        (0.86 * length, -0.12 * length, 0.6 * muzzle, 0.5 * muzzle, 0.0),
    ]
    dark = _fur((0.012, 0.01, 0.008))
    nose = shapes.ellipsoid((0.07 * length, 0.45 * muzzle, 0.4 * muzzle), dark, rings=3, segments=6)
    eye = shapes.ellipsoid((0.05 * length,) * 3, dark, rings=3, segments=5)
    ear = beast.ear * h
    flap = pieces.prism(((-0.18 * ear, 0.0), (0.3 * ear, 0.0), (0.05 * ear, ear)), 0.14 * ear, _fur(beast.coat))
    left = [
        pieces.at(eye, 0.12 * length, 0.72 * brow, 0.35 * brow),
        pieces.at(flap, -0.2 * length, 0.55 * brow, 0.55 * brow, roll=-2.3 if beast.flop else -0.45),
    ]
    if beast.tusks:
        start, end = (0.62 * length, 0.75 * muzzle, -0.22 * length), (0.68 * length, 1.1 * muzzle, 0.0)
        left.append(pieces.rod(start, end, 0.012 * h, _fur((0.6, 0.55, 0.42))))
    if beast.horn:
        left += _horn(beast.horn * h, beast.branched, (-0.12 * length, 0.4 * brow, 0.8 * brow))
    sides = [shapes.both_sides(mesh) for mesh in left]
    mesh = merge([pieces.tube(rings, coat), pieces.at(nose, 0.84 * length, 0.0, -0.1 * length), *sides])
    return pieces.at(mesh, pitch=beast.head[3])


def _horn(length_m: float, branched: bool, foot: Point) -> list[Mesh]:
    """A left horn, or an antler with tines."""
    x, y, z = foot
    k, bone = length_m, _fur((0.32, 0.25, 0.16))
    if not branched:
        middle = (x, y + 0.8 * k, z + 0.1 * k)
        tip = (x + 0.3 * k, y + 0.9 * k, z + 0.6 * k)
        return [pieces.rod(foot, middle, 0.12 * k, bone, 5), pieces.rod(middle, tip, 0.07 * k, bone, 5)]
    middle = (x - 0.25 * k, y + 0.45 * k, z + 0.5 * k)
    low = (x - 0.08 * k, y + 0.15 * k, z + 0.17 * k)
    ends = [
        (foot, middle),
        (middle, (x - 0.05 * k, y + 0.5 * k, z + k)),
        (low, (x + 0.25 * k, y + 0.2 * k, z + 0.35 * k)),
        (middle, (x + 0.1 * k, y + 0.48 * k, z + 0.72 * k)),
    ]
    return [pieces.rod(start, end, 0.035 * k, bone, 5) for start, end in ends]


def _trunk(beast: Beast) -> Mesh:
    """Trunk, neck and tail, in the root frame."""
    h, coat = beast.withers_m, _fur(beast.coat)
    trunk = pieces.tube([(x * h, z * h, tall * h, wide * h, 0.0) for x, z, tall, wide in beast.trunk], coat, 10)
    (x0, z0), (x1, z1), foot, top = beast.neck
    length = math.hypot(x1 - x0, z1 - z0)
    profile = ((-0.12, 0.8 * foot), (0.0, foot), (length, top), (length + 0.5 * top, 0.6 * top))
    neck = pieces.tube([(x * h, 0.0, half * h, 0.75 * half * h, 0.0) for x, half in profile], coat)
    neck = pieces.at(neck, x0 * h, 0.0, z0 * h, pitch=-math.atan2(z1 - z0, x1 - x0))
    tail, thick = beast.tail
    rear, high = beast.trunk[0][0] * h, (beast.trunk[0][1] + 0.6 * beast.trunk[0][2]) * h
    end = (rear - 0.5 * abs(tail) * h, 0.0, high - (0.85 if tail > 0 else 0.8) * tail * h)
    pieces_ = [trunk, neck, pieces.rod((rear + 0.05 * h, 0.0, high - 0.01 * h), end, thick * h, coat, 5)]
    return merge(pieces_ if beast.patches is None else [*pieces_, *_patches(beast, beast.patches)])


def _patches(beast: Beast, colour: Colour) -> list[Mesh]:
    """Large spots that stand a little out of the flanks."""
    h, spots = beast.withers_m, []
    for k, (x, z, tall, wide) in enumerate(beast.trunk[1:-1]):
        side, size = 1.0 - 2.0 * (k % 2), 0.7 + 0.15 * (k % 3)
        spot = shapes.ellipsoid(
            (0.16 * size * h, 0.4 * wide * h, 0.6 * tall * size * h), _fur(colour), rings=4, segments=8
        )
        for turn, lift in ((side, 0.2), (-side, -0.15)):
            spots.append(pieces.at(spot, (x + 0.06 * turn) * h, 0.68 * turn * wide * h, (z + lift * tall) * h))
    return spots


def _leg(beast: Beast, name: str, x: float, sign: float, index: int) -> list[Part]:
    """Upper and lower leg; the lower one ends on the ground."""
    h, coat, shin = beast.withers_m, _fur(beast.coat), _fur(beast.socks or beast.coat)
    _, _, half, thick, thin = beast.legs
    hip, knee = 0.55 * h, 0.29 * h
    upper = shapes.capsule(
        (0.0, 0.0, 0.0), (0.0, 0.0, knee - hip), thick * h, coat, end_radius_m=0.6 * thick * h, segments=7
    )
    lower = shapes.capsule(
        (0.0, 0.0, 0.0), (0.0, 0.0, 0.08 * h - knee), 0.6 * thick * h, shin, end_radius_m=thin * h, segments=6
    )
    hoof = shapes.cylinder(
        1.35 * thin * h, 0.07 * h, stuff("leather", "animal", beast.hoof), segments=6, top_radius_m=thin * h
    )
    foot = merge([lower, pieces.at(hoof, 0.01 * h, 0.0, -knee)])
    thigh_pose, shin_pose = Pose.from_xyz_rpy(x * h, sign * half * h, hip), Pose.from_xyz_rpy(0.0, 0.0, knee - hip)
    hinge = (0.0, 1.0, 0.0)
    return [
        Part(
            name=f"leg_{name}",
            mesh=upper,
            parent=0,
            parent_from_part=thigh_pose,
            joint="hinge",
            axis=hinge,
            limits_rad=(-0.9, 0.9),
        ),
        Part(
            name=f"shin_{name}",
            mesh=foot,
            parent=index,
            parent_from_part=shin_pose,
            joint="hinge",
            axis=hinge,
            limits_rad=(-1.6, 1.6),
        ),
    ]


def build_beast(beast: Beast) -> Model:
    """The whole animal."""
    h = beast.withers_m
    top = beast.neck[1]
    head = Part(
        name="head",
        mesh=_skull(beast),
        parent=0,
        parent_from_part=Pose.from_xyz_rpy(top[0] * h, 0.0, top[1] * h),
        joint="ball",
    )
    parts = [Part(name="body", mesh=_trunk(beast), parent=-1), head]
    for name, x in (("hind", beast.legs[0]), ("fore", beast.legs[1])):
        for side, sign in (("left", 1.0), ("right", -1.0)):
            parts += _leg(beast, f"{name}_{side}", x, sign, len(parts))
    measures = {"mass_kg": beast.mass_kg, "withers_m": h}
    return standing(name=beast.name, category="animal", parts=parts, dimensions=measures, source=beast.source)
