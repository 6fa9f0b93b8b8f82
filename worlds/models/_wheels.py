"""Road wheels: tyre, rim and spokes, hub at the origin, turning about y."""

from functools import cache

import numpy as np
from simgen.worlds import materials

from simgen.geometry import Pose
from simgen.world import shapes
from simgen.world.mesh import Mesh, merge
from simgen.world.model import Part

NAMES = ("wheel_front_left", "wheel_front_right", "wheel_rear_left", "wheel_rear_right")


@cache
def wheel(radius_m: float, width_m: float, rim_m: float, spokes: int = 5, segments: int = 16) -> Mesh:
    """A left wheel, its face towards +y; the right one is its mirror image.

    Args:
        radius_m: of the tyre, under load.
        width_m: of the tyre.
        rim_m: radius of the rim.
        spokes: how many; 0 makes a closed disc, as on lorries.
        segments: around.
    """
    half = width_m / 2.0
    rubber, rim, dark = (materials.by_name(name) for name in ("rubber", "rim", "underbody"))
    face = half - (0.05 if spokes else 0.03)
    profile = np.array(
        [
            [radius_m * 0.95, -half],
            [radius_m, -half * 0.75],
            [radius_m, half * 0.75],
            [radius_m * 0.95, half],
            [rim_m, half * 0.97],
            [rim_m * 0.93, face],
        ]
    )
    steps = [dark, rubber, rubber, rubber, rubber, rim, dark if spokes else rim]
    tyre = shapes.revolve(profile, [*steps], axis="y", segments=segments, crease_deg=50.0)
    return merge([tyre, _spokes(rim_m, face, spokes)]) if spokes else merge([tyre, _hub(rim_m, face)])


def _spokes(rim_m: float, face_m: float, count: int) -> Mesh:
    """Flat spokes from hub to rim, standing a little proud of the dark well behind them."""
    rim = materials.by_name("rim")
    inner, outer, level = rim_m * 0.04, rim_m * 0.945, face_m + 0.028
    wide, narrow = rim_m * 0.17, rim_m * 0.13
    bars = []
    for angle in np.arange(count) * 2.0 * np.pi / count:
        along, across = np.array([np.sin(angle), np.cos(angle)]), np.array([np.cos(angle), -np.sin(angle)])
        flat = [along * inner - across * narrow, along * outer - across * wide]
        flat += [along * outer + across * wide, along * inner + across * narrow]
        corners = np.array([[x, level - 0.012 * (k in (1, 2)), z] for k, (x, z) in enumerate(flat)])
        bars.append(shapes.quad(corners, rim))
    return merge(bars)


def _hub(rim_m: float, face_m: float) -> Mesh:
    """The raised hub of a lorry's disc wheel."""
    profile = np.array([[rim_m * 0.5, face_m - 0.01], [rim_m * 0.42, face_m + 0.06]])
    return shapes.revolve(profile, materials.by_name("rim"), axis="y", segments=10)


def four(
    left: Mesh,
    *,
    wheelbase_m: float,
    track_front_m: float,
    track_rear_m: float,
    radius_m: float,
    rear: Mesh | None = None,
) -> list[Part]:
    """The four wheels of a vehicle whose body is part 0; `rear` is the left rear one where it differs."""
    behind = left if rear is None else rear
    parts = []
    for name in NAMES:
        front, sign = "front" in name, 1.0 if "left" in name else -1.0
        mesh = left if front else behind
        place = (wheelbase_m if front else 0.0, sign * (track_front_m if front else track_rear_m) / 2.0, radius_m)
        parts.append(
            Part(
                name=name,
                mesh=mesh if sign > 0 else shapes.mirrored(mesh),
                parent=0,
                parent_from_part=Pose.from_xyz_rpy(*place),
                joint="wheel",
                axis=(0.0, 1.0, 0.0),
            )
        )
    return parts
