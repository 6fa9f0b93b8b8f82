"""Articulated people from a stature and published segment lengths.

Every limb hangs from its joint along -z in the neutral pose; torso and head stand up from theirs.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray
from simgen.worlds import materials

from simgen.geometry import Pose
from simgen.world import shapes
from simgen.world.material import Material
from simgen.world.mesh import Mesh, merge
from simgen.world.model import Model, Part

from ._standing import standing

Level = tuple[float, float, float, float]
"""(z, half depth, half width, how far forward) of one ring, shares of the stature."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """A body; lengths are shares of the stature.

    Attributes:
        knee, hip, shoulder, chin, ankle: heights of the joints.
        upper_arm, forearm, hand, foot: lengths.
        hip_half, shoulder_half: half distances of the joints.
        girth: factor on the thickness of trunk and limbs; shoulders, waist, hips: on the trunk's width there.
        head: factor on the head's breadth and depth.
        shorts: bare shins.
        long_hair: down to the shoulders.
        uniform: the shirt keeps its colour whatever the actor's paint is.
        bends: turns of parts in the neutral pose, radians about y: positive leans forward what stands, back what hangs.
        shirt, trousers, shoes, skin, hair: linear RGB.
    """

    name: str
    category: str
    stature_m: float
    mass_kg: float
    source: str
    ankle: float = 0.039
    knee: float = 0.285
    hip: float = 0.530
    shoulder: float = 0.818
    chin: float = 0.870
    upper_arm: float = 0.186
    forearm: float = 0.146
    hand: float = 0.108
    foot: float = 0.152
    hip_half: float = 0.050
    shoulder_half: float = 0.110
    girth: float = 1.0
    shoulders: float = 1.0
    waist: float = 1.0
    hips: float = 1.0
    head: float = 1.0
    shorts: bool = False
    long_hair: bool = False
    uniform: bool = False
    bends: tuple[tuple[str, float], ...] = ()
    shirt: tuple[float, float, float] = (0.10, 0.16, 0.30)
    trousers: tuple[float, float, float] = (0.045, 0.06, 0.11)
    shoes: tuple[float, float, float] = (0.03, 0.025, 0.022)
    skin: tuple[float, float, float] = (0.52, 0.31, 0.22)
    hair: tuple[float, float, float] = (0.04, 0.026, 0.017)


def _rings(levels: Sequence[Level], segments: int) -> Float[ndarray, "n m 3"]:
    angle = np.arange(segments) * 2.0 * np.pi / segments
    z, depth, width, ahead = np.array(levels).T[:, :, None]
    around = np.broadcast_to(angle, (len(levels), segments))
    return np.stack([ahead + depth * np.cos(around), width * np.sin(around), np.broadcast_to(z, around.shape)], axis=-1)


def solid(levels: Sequence[Level], scale_m: float, material: Material, segments: int = 8) -> Mesh:
    """A rounded solid through elliptic rings, lowest first."""
    return shapes.loft(_rings(levels, segments) * scale_m, material, crease_deg=75.0)


def _split(mesh: Mesh, other: Material, chosen: Callable[[Float[ndarray, "f 3"]], Bool[ndarray, " f"]]) -> Mesh:
    """The mesh with a second material on the faces whose centres are chosen."""
    index = chosen(mesh.vertices[mesh.faces].mean(axis=1).astype(np.float64)).astype(np.int32)
    return replace(mesh, material=index, materials=(mesh.materials[0], other))


def _trunk(build: Build, clothes: Material) -> Mesh:
    low, top = build.hip + 0.07, build.shoulder
    g, s, w = build.girth, build.girth * build.shoulders, build.girth * build.waist
    rows = [
        (-0.035, 0.075 * g, 0.100 * g * build.hips, -0.003),
        (0.03, 0.066 * w, 0.086 * w, 0.0),
        (0.10, 0.068 * g, 0.092 * (s + w) / 2, 0.004),
        (top - low - 0.065, 0.071 * g, 0.112 * s, 0.004),
        (top - low - 0.012, 0.056 * g, 0.124 * s, -0.002),
        (top - low + 0.010, 0.044 * g, 0.106 * s, -0.005),
        (top - low + 0.030, 0.034 * g, 0.050 * s, -0.006),
    ]
    neck = [(top - low + 0.015, 0.031, 0.032, -0.006), (build.chin - low + 0.025, 0.029, 0.028, 0.0)]
    skin = materials.tinted("skin", build.skin)
    return merge([solid(rows, build.stature_m, clothes, 10), solid(neck, build.stature_m, skin)])


def _pelvis(build: Build, cloth: Material) -> Mesh:
    g, h = build.girth, build.girth * build.hips
    rows = [
        (-0.055, 0.042 * g, 0.050 * h, 0.0),
        (-0.025, 0.064 * g, 0.088 * h, -0.004),
        (0.015, 0.068 * g, 0.097 * h, -0.006),
        (0.06, 0.062 * build.waist * g, 0.090 * h, -0.002),
        (0.085, 0.050 * build.waist * g, 0.070 * build.waist * g, 0.0),
    ]
    return solid(rows, build.stature_m, cloth, 10)


def _head(build: Build) -> Mesh:
    """From the chin up; hair on top and behind, a nose and eyes that tell where it looks."""
    tall = (1.0 - build.chin) / 0.130
    b = build.head
    rows = [
        (0.000, 0.018 * b, 0.016 * b, 0.022),
        (0.012, 0.034 * b, 0.028 * b, 0.012),
        (0.035, 0.046 * b, 0.037 * b, 0.004),
        (0.062, 0.053 * b, 0.042 * b, 0.000),
        (0.088, 0.055 * b, 0.043 * b, -0.002),
        (0.110, 0.047 * b, 0.038 * b, -0.004),
        (0.124, 0.028 * b, 0.023 * b, -0.005),
        (0.130, 0.006 * b, 0.006 * b, -0.005),
    ]
    scale = build.stature_m
    skin, hair = materials.tinted("skin", build.skin), materials.tinted("hair", build.hair)
    skull = solid([(z * tall, x, y, f) for z, x, y, f in rows], scale, skin, 12)
    nape = (0.0 if build.long_hair else 0.036) * tall * scale

    def hairy(centre: Float[ndarray, "f 3"]) -> Bool[ndarray, " f"]:
        z = centre[:, 2]
        behind = np.arctan2(np.abs(centre[:, 1]), centre[:, 0] - 0.001 * scale) > np.radians(88.0)
        return np.asarray((z > 0.090 * tall * scale) | (behind & (z > nape)))

    pieces = [_split(skull, hair, hairy), *_face(tall, b, scale, skin, hair)]
    if build.long_hair:
        fall = [
            (-0.055, 0.012, 0.036, -0.036),
            (0.0, 0.026 * b, 0.047 * b, -0.030),
            (0.08, 0.050 * b, 0.048 * b, -0.012),
        ]
        crown = [(0.115, 0.042 * b, 0.040 * b, -0.01), (0.134, 0.012, 0.012, -0.008)]
        pieces.append(solid([*fall, *crown], scale, hair))
    return merge(pieces)


def _face(tall: float, breadth: float, scale: float, skin: Material, dark: Material) -> list[Mesh]:
    nose_z, front = 0.050 * tall, 0.052 * breadth
    nose = solid([(nose_z - 0.008, 0.011, 0.008, front), (nose_z + 0.018, 0.004, 0.003, front - 0.001)], scale, skin, 4)
    eyes = [
        shapes.box(
            (0.012 * scale, 0.013 * scale, 0.006 * scale),
            dark,
            (0.0475 * breadth * scale, side * 0.0185 * breadth * scale, 0.068 * tall * scale),
        )
        for side in (1.0, -1.0)
    ]
    return [nose, *eyes]


def _limb(length: float, radii: Sequence[float], scale: float, material: Material, bulge: float = 0.0) -> Mesh:
    """A tapering limb from its joint down, round at both ends; `bulge` moves its middle forward."""
    top, upper, lower, end = radii
    rows = [
        (-length - 0.4 * end, 0.5 * end, 0.5 * end, 0.0),
        (-length, end, end, 0.0),
        (-0.6 * length, lower, lower, bulge * 0.5),
        (-0.25 * length, upper, upper, bulge),
        (0.0, top, top, 0.0),
        (0.62 * top, 0.78 * top, 0.80 * top, 0.0),
        (0.98 * top, 0.25 * top, 0.28 * top, 0.0),
    ]
    return solid(rows, scale, material, 7)


def _foot(build: Build, shoe: Material) -> Mesh:
    """A shoe: rings from heel to toe around the ankle at the origin."""
    h, length = build.ankle, build.foot * 1.06
    profile = (
        (-0.27, 0.020, 0.55), (-0.23, 0.027, 1.15), (0.0, 0.029, 1.25), (0.25, 0.030, 0.80), (0.58, 0.031, 0.48),
        (0.73, 0.014, 0.30),
    )  # fmt: skip
    angle = np.arange(8) * np.pi / 4 + np.pi / 8
    rings = []
    for along, half, high in profile:
        y = np.clip(1.25 * np.cos(angle), -1.0, 1.0) * half
        z = -h + (np.clip(1.25 * np.sin(angle), -1.0, 1.0) + 1.0) / 2.0 * h * high
        rings.append(np.column_stack([np.full(8, along * length), y, z]))
    return shapes.loft(np.array(rings) * build.stature_m, shoe, crease_deg=60.0)


def _hand(build: Build) -> Mesh:
    n = build.hand * 0.92
    rows = [
        (-n, 0.006, 0.004, 0.004), (-0.9 * n, 0.017, 0.008, 0.003), (-0.5 * n, 0.024, 0.011, 0.003),
        (0.008, 0.014, 0.012, 0.0),
    ]  # fmt: skip
    return solid(rows, build.stature_m, materials.tinted("skin", build.skin), 6)


def build_person(build: Build, worn: Mapping[str, Sequence[Mesh]] | None = None, beside: Sequence[Part] = ()) -> Model:
    """The whole person.

    Args:
        build: the body.
        worn: what else hangs on a part, in that part's frame.
        beside: further parts, fixed to the root: what is pushed along.
    """
    h = build.stature_m
    cloth = materials.tinted("trousers", build.trousers)
    shirt = replace(materials.by_name("clothes"), base_colour=build.shirt, paint=not build.uniform)
    limbs = _limbs(build, shirt, cloth)
    low = build.hip + 0.07
    parts = [
        Part(name="root", mesh=Mesh.empty(), parent=-1),
        _part("pelvis", _pelvis(build, cloth), 0, (0.0, 0.0, build.hip * h)),
        _part("torso", _trunk(build, shirt), 1, (0.0, 0.0, (low - build.hip) * h)),
        _part("head", _head(build), 2, (0.006 * h, 0.0, (build.chin - low) * h)),
    ]
    for side, sign in (("left", 1.0), ("right", -1.0)):
        first, thigh, shin = len(parts), build.hip - build.knee, build.knee - build.ankle
        shoulder = (-0.002 * h, sign * build.shoulder_half * h, (build.shoulder - low - 0.008) * h)
        parts += [
            _part(f"upper_arm_{side}", limbs["upper_arm"], 2, shoulder),
            _part(f"forearm_{side}", limbs["forearm"], first, (0.0, 0.0, -build.upper_arm * h), (-2.5, 0.0)),
            _part(f"hand_{side}", limbs["hand"], first + 1, (0.0, 0.0, -build.forearm * h)),
            _part(f"thigh_{side}", limbs["thigh"], 1, (0.0, sign * build.hip_half * h, 0.0)),
            _part(f"shin_{side}", limbs["shin"], first + 3, (0.0, 0.0, -thigh * h), (0.0, 2.4)),
            _part(f"foot_{side}", limbs["foot"], first + 4, (0.0, 0.0, -shin * h), (-0.5, 0.9)),
        ]
    parts = [_dressed(part, dict(build.bends), worn or {}) for part in parts]
    return standing(
        name=build.name,
        category=build.category,
        parts=[*parts, *beside],
        dimensions=_measures(build),
        keypoints=_keypoints(build, parts),
        source=build.source,
    )


def _dressed(part: Part, bends: Mapping[str, float], worn: Mapping[str, Sequence[Mesh]]) -> Part:
    if part.name in bends:
        x, y, z = part.parent_from_part.translation
        part = replace(part, parent_from_part=Pose.from_xyz_rpy(float(x), float(y), float(z), pitch=bends[part.name]))
    return replace(part, mesh=merge([part.mesh, *worn[part.name]])) if part.name in worn else part


def _limbs(build: Build, shirt: Material, cloth: Material) -> dict[str, Mesh]:
    """Each limb made once: left and right are symmetric enough to share one."""
    h, g = build.stature_m, build.girth
    skin, shoe = materials.tinted("skin", build.skin), materials.tinted("leather", build.shoes)
    sleeve, leg = (skin, skin) if build.shorts else (shirt, cloth)
    calf = (0.033, 0.035, 0.027, 0.021) if build.shorts else (0.035, 0.036, 0.031, 0.028)
    radii = {"upper_arm": (0.031, 0.030, 0.026, 0.024), "forearm": (0.0235, 0.0245, 0.020, 0.0165)}
    radii |= {"thigh": (0.050, 0.052, 0.044, 0.035), "shin": calf}
    thick = {name: [radius * g for radius in values] for name, values in radii.items()}
    return {
        "upper_arm": _limb(build.upper_arm, thick["upper_arm"], h, shirt),
        "forearm": _limb(build.forearm, thick["forearm"], h, sleeve),
        "hand": _hand(build),
        "thigh": _limb(build.hip - build.knee, thick["thigh"], h, cloth, 0.004),
        "shin": _limb(build.knee - build.ankle, thick["shin"], h, leg, -0.006),
        "foot": _foot(build, shoe),
    }


def _part(
    name: str,
    mesh: Mesh,
    parent: int,
    offset_m: tuple[float, float, float],
    bend_rad: tuple[float, float] | None = None,
) -> Part:
    """A ball joint, or a hinge about y where the bending is limited."""
    pose = Pose.from_xyz_rpy(*offset_m)
    joint, limits_rad = ("ball", (0.0, 0.0)) if bend_rad is None else ("hinge", bend_rad)
    return Part(
        name=name,
        mesh=mesh,
        parent=parent,
        parent_from_part=pose,
        joint=joint,
        axis=(0.0, 1.0, 0.0),
        limits_rad=limits_rad,
    )


def _measures(build: Build) -> dict[str, float]:
    shares = {
        "stature_m": 1.0,
        "hip_height_m": build.hip,
        "thigh_m": build.hip - build.knee,
        "shin_m": build.knee - build.ankle,
        "ankle_height_m": build.ankle,
        "foot_m": build.foot,
        "hip_half_width_m": build.hip_half,
        "shoulder_height_m": build.shoulder,
        "upper_arm_m": build.upper_arm,
        "forearm_m": build.forearm,
    }
    return {"mass_kg": build.mass_kg} | {name: share * build.stature_m for name, share in shares.items()}


def _keypoints(build: Build, parts: Sequence[Part]) -> dict[str, tuple[int, tuple[float, float, float]]]:
    """COCO's 17 names; joints are the origins of the parts below them."""
    h, b, tall = build.stature_m, build.head, (1.0 - build.chin) / 0.130
    index = {part.name: k for k, part in enumerate(parts)}
    points = {"nose": (index["head"], (0.060 * b * h, 0.0, 0.047 * tall * h))}
    for side, sign in (("left", 1.0), ("right", -1.0)):
        points[f"{side}_eye"] = (index["head"], (0.050 * b * h, sign * 0.0185 * b * h, 0.068 * tall * h))
        points[f"{side}_ear"] = (index["head"], (-0.002 * h, sign * 0.042 * b * h, 0.060 * tall * h))
        for joint, part in _JOINTS.items():
            points[f"{side}_{joint}"] = (index[f"{part}_{side}"], (0.0, 0.0, 0.0))
    return {name: points[name] for name in COCO}


_JOINTS = {
    "shoulder": "upper_arm", "elbow": "forearm", "wrist": "hand", "hip": "thigh", "knee": "shin", "ankle": "foot",
}  # fmt: skip

COCO = (
    "nose", "left_eye", "right_eye", "left_ear", "right_ear", "left_shoulder", "right_shoulder", "left_elbow",
    "right_elbow", "left_wrist", "right_wrist", "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle",
    "right_ankle",
)  # fmt: skip
"""Names of COCO 2017's person keypoints, in its order."""
