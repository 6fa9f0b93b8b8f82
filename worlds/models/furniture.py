"""Street furniture: lamp posts, signs, traffic lights, bins, benches."""

from functools import cache
from typing import Annotated

import numpy as np
from simgen.worlds import materials

from simgen.errors import InputError
from simgen.geometry import Pose
from simgen.library import Parameter, entry
from simgen.world import shapes
from simgen.world.mesh import Mesh, merge
from simgen.world.model import Model

from . import _pictograms
from ._standing import single

_LENSES = ("lamp_red", "lamp_amber", "lamp_green")


@entry("models", source="EN 40-2 column, 8 m with 1.5 m bracket", tags=("furniture",))
@cache
def lamp_post(
    height_m: Annotated[float, Parameter(text="height of the luminaire", unit="m", low=3.0, high=14.0)] = 8.0,
    reach_m: Annotated[float, Parameter(text="length of the bracket, along x", unit="m", low=0.0, high=3.0)] = 1.5,
) -> Model:
    """A street lamp whose bracket reaches along x."""
    steel = materials.by_name("steel")
    profile = np.array([[0.09, 0.0], [0.09, 1.2], [0.065, 1.3], [0.04, height_m]])
    column = shapes.revolve(profile, steel, segments=8)
    arm = shapes.capsule((0.0, 0.0, height_m - 0.06), (reach_m, 0.0, height_m + 0.05), 0.03, steel, segments=6, rings=1)
    head = shapes.box((0.65, 0.28, 0.09), materials.by_name("furniture_metal"), (reach_m + 0.2, 0.0, height_m + 0.05))
    glass = shapes.box((0.5, 0.2, 0.02), materials.by_name("lamp_street"), (reach_m + 0.2, 0.0, height_m))
    return single("lamp_post", "pole", merge([column, arm, head, glass]), "EN 40-2 column, 8 m with 1.5 m bracket")


@entry("models", source="StVO signs on a 76 mm post, lower edge 2.0 m (VwV-StVO)", tags=("furniture", "sign"))
@cache
def sign(
    kind: Annotated[str, Parameter(text=f"one of {', '.join(_pictograms.PLATES)}")] = "stop",
    clearance_m: Annotated[float, Parameter(text="height of the lower edge", unit="m", low=0.3, high=6.0)] = 2.0,
) -> Model:
    """A traffic sign on its post, facing along x.

    Raises:
        InputError: there is no such sign.
    """
    if kind not in _pictograms.PLATES:
        raise InputError(f"sign: kind: expected one of {', '.join(_pictograms.PLATES)}, got {kind!r}")
    size = _pictograms.PLATES[kind].size_m
    post = shapes.cylinder(0.038, clearance_m + size * 0.9, materials.by_name("steel"), segments=8)
    plate = shapes.moved(_plate(kind), Pose.from_xyz_rpy(0.05, -size / 2.0, clearance_m))
    mesh = merge([post, plate])
    return single("sign", "traffic_sign", mesh, "StVO signs on a 76 mm post, lower edge 2.0 m (VwV-StVO)")


def _plate(kind: str) -> Mesh:
    """A plate of 3 mm whose lower left corner, seen from its front, is the origin."""
    design = _pictograms.PLATES[kind]
    outline = design.outline * design.size_m
    n = len(outline)
    front = np.column_stack([np.full(n, 0.003), outline])
    back = np.column_stack([np.zeros(n), outline])
    fan = np.array([[0, k, k + 1] for k in range(1, n - 1)])
    here, follow = np.arange(n), (np.arange(n) + 1) % n
    rim = np.concatenate([np.stack([here + n, follow + n, follow], 1), np.stack([here + n, follow, here], 1)])
    faces = np.concatenate([fan, fan[:, ::-1] + n, rim])
    points = np.concatenate([front, back])
    material = np.array([0] * len(fan) + [1] * (len(fan) + 2 * n))
    table = (_pictograms.face(kind), materials.by_name("sign_back"))
    return shapes.assemble(points, faces, table, material, corner_uvs=points[faces][..., 1:], crease_deg=20.0)


@entry("models", source="EN 12368, three 200 mm lenses, lower edge 2.1 m (RiLSA)", tags=("furniture", "signal"))
@cache
def traffic_light(
    clearance_m: Annotated[float, Parameter(text="height of the head's lower edge", unit="m", low=0.5, high=6.5)] = 2.2,
) -> Model:
    """A traffic light on its post, facing along x; its lenses glow with lamps red, amber and green."""
    post = shapes.cylinder(0.06, clearance_m + 0.95, materials.by_name("steel"), segments=8)
    head = shapes.moved(signal_head(), Pose.from_xyz_rpy(0.18, 0.0, clearance_m))
    arms = [
        shapes.box((0.16, 0.05, 0.04), materials.by_name("steel"), (0.08, 0.0, clearance_m + z)) for z in (0.15, 0.75)
    ]
    source = "EN 12368, three 200 mm lenses, lower edge 2.1 m (RiLSA)"
    return single("traffic_light", "traffic_light", merge([post, head, *arms]), source)


@cache
def signal_head() -> Mesh:
    """Three lenses under hoods in a housing of 0.30 x 0.90 m that faces along x; origin at its lower edge."""
    housing = materials.by_name("signal_housing")
    pieces = [shapes.box((0.18, 0.30, 0.90), housing, (0.0, 0.0, 0.45))]
    for k, lens in enumerate(_LENSES):
        z = 0.75 - 0.30 * k
        disc = shapes.cylinder(0.10, 0.015, materials.by_name(lens), axis="x", segments=14, top_radius_m=0.09)
        pieces += [shapes.moved(disc, Pose.from_xyz_rpy(0.09, 0.0, z)), _hood(0.115, 0.17, (0.09, 0.0, z))]
    return merge(pieces)


def _hood(radius_m: float, depth_m: float, place_m: tuple[float, float, float]) -> Mesh:
    """A thin half tube over a lens, seen from both sides."""
    angle = np.linspace(np.radians(-15.0), np.radians(195.0), 9)
    outer = np.column_stack([radius_m * np.cos(angle), radius_m * np.sin(angle)])
    inner = outer[::-1] * (1.0 - 0.008 / radius_m)
    shell = shapes.extrude(np.concatenate([outer, inner]), 0.0, depth_m, materials.by_name("signal_housing"))
    turn = Pose.from_matrix(
        np.array([[0.0, 0.0, 1.0, place_m[0]], [1.0, 0, 0, place_m[1]], [0, 1.0, 0, place_m[2]], [0, 0, 0, 1.0]])
    )
    return shapes.moved(shell, turn)


@entry("models", source="street litter bin of 50 l", tags=("furniture",))
@cache
def bin() -> Model:
    """A litter bin on a post."""
    metal, wood = materials.by_name("furniture_metal"), materials.by_name("steel")
    profile = np.array([[0.17, 0.30], [0.20, 0.34], [0.21, 0.88], [0.16, 0.92], [0.15, 0.86]])
    tub = shapes.revolve(profile, metal, segments=12)
    post = shapes.cylinder(0.03, 1.05, wood, segments=6)
    foot = shapes.box((0.3, 0.3, 0.02), metal, (-0.1, 0.0, 0.01))
    mesh = merge([tub, shapes.moved(post, Pose.from_xyz_rpy(-0.24, 0.0, 0.0)), foot])
    return single("bin", "furniture", mesh, "street litter bin of 50 l")


@entry("models", source="park bench, DIN EN 581-1 seat height 0.45 m", tags=("furniture",))
@cache
def bench() -> Model:
    """A park bench of wooden slats, facing along x."""
    wood, metal = materials.by_name("furniture_wood"), materials.by_name("furniture_metal")
    seat = [shapes.box((0.09, 1.8, 0.035), wood, (x, 0.0, 0.435)) for x in (-0.16, -0.05, 0.06, 0.17)]
    back = [
        shapes.moved(
            shapes.box((0.03, 1.8, 0.1), wood), Pose.from_xyz_rpy(-0.23 - 0.10 * (z - 0.5), 0.0, z, pitch=-0.2)
        )
        for z in (0.57, 0.70, 0.83)
    ]
    legs = []
    for y in (-0.7, 0.7):
        legs += [shapes.box((0.05, 0.05, 0.42), metal, (x, y, 0.21)) for x in (-0.2, 0.17)]
        legs += [shapes.box((0.42, 0.05, 0.03), metal, (-0.015, y, 0.405))]
        legs += [shapes.moved(shapes.box((0.03, 0.05, 0.5), metal), Pose.from_xyz_rpy(-0.265, y, 0.65, pitch=-0.2))]
    return single("bench", "furniture", merge([*seat, *back, *legs]), "park bench, DIN EN 581-1 seat height 0.45 m")
