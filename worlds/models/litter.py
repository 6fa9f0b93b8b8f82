"""More that lies on roads where it should not."""

from functools import cache

import numpy as np

from simgen.library import entry
from simgen.sampling import stream
from simgen.world import shapes
from simgen.world.mesh import Mesh, merge
from simgen.world.model import Model

from ._pieces import at, disc, hoop, prism, rod, rods, stuff
from ._standing import single

_ESTIMATED = "estimated from proportions"


def _debris(name: str, mesh: Mesh, source: str, mass_kg: float) -> Model:
    low = float(mesh.bounds()[0, 2])
    return single(name, "debris", at(mesh, z=-low), source, {"mass_kg": mass_kg})


def _lumpy(
    radii_m: tuple[float, float, float],
    seed: int,
    rough: float,
    material: str,
    colour: tuple[float, float, float],
    flat: bool = False,
) -> Mesh:
    """A lumpy ball."""
    rng = stream(seed, "model", "lump")
    around, rings = 10, 6
    theta = np.linspace(-np.pi / 2, np.pi / 2, rings + 1)[:, None]
    phi = np.arange(around)[None, :] * 2.0 * np.pi / around
    size = 1.0 + rough * rng.standard_normal((rings + 1, around))
    size[[0, -1]] = 1.0
    unit = np.stack(
        [np.cos(theta) * np.cos(phi) * size, np.cos(theta) * np.sin(phi) * size, np.sin(theta) * size], axis=-1
    )
    return shapes.loft(
        unit * np.asarray(radii_m), stuff(material, "debris", colour), caps=False, crease_deg=20.0 if flat else 90.0
    )


_BAG = f"rubbish bag of 60 l; {_ESTIMATED}"


@entry("models", source=_BAG, tags=("debris",))
@cache
def debris_bag() -> Model:
    """A full black rubbish bag."""
    bag = _lumpy((0.28, 0.26, 0.24), 3, 0.06, "plastic", (0.012, 0.012, 0.014))
    knot = at(
        shapes.cylinder(0.04, 0.16, stuff("plastic", "debris", (0.012, 0.012, 0.014)), segments=7, top_radius_m=0.10),
        z=0.20,
    )
    return _debris("debris_bag", merge([bag, knot]), _BAG, 6.0)


_ROCK = f"fallen rock, 0.5 m across; {_ESTIMATED}"


@entry("models", source=_ROCK, tags=("debris",))
@cache
def debris_rock() -> Model:
    """A rock."""
    return _debris(
        "debris_rock", _lumpy((0.32, 0.25, 0.22), 5, 0.11, "concrete", (0.20, 0.19, 0.18), flat=True), _ROCK, 110.0
    )


_BRANCH = f"broken branch of 2.5 m; {_ESTIMATED}"


@entry("models", source=_BRANCH, tags=("debris",))
@cache
def debris_branch() -> Model:
    """A broken branch with leaves."""
    bark, rng = stuff("bark", "debris"), stream(0, "model", "branch")
    spine = [(-1.2, 0.0, 0.12), (-0.4, 0.1, 0.16), (0.4, 0.0, 0.25), (1.0, -0.15, 0.32)]
    meshes = rods(spine, 0.045, bark, 6)
    for x, y, z in ((-0.3, 0.5, 0.2), (0.2, -0.55, 0.25), (0.7, 0.45, 0.3), (1.25, -0.4, 0.35)):
        meshes.append(rod((x - 0.4, 0.05, 0.18), (x, y, z), 0.02, bark, 5))
        leaf = shapes.ellipsoid((0.28, 0.22, 0.16), stuff("leaves", "debris"), rings=4, segments=7)
        meshes.append(at(leaf, x + 0.1, y * 1.1, z, yaw=float(rng.uniform(0, 3))))
    return _debris("debris_branch", merge(meshes), _BRANCH, 15.0)


_LADDER = f"aluminium ladder of 3 m, EN 131; {_ESTIMATED}"


@entry("models", source=_LADDER, tags=("debris",))
@cache
def debris_ladder() -> Model:
    """A ladder that lies flat."""
    metal = stuff("aluminium", "debris")
    rails = shapes.both_sides(shapes.box((3.0, 0.025, 0.07), metal, (0.0, 0.19, 0.035)))
    rungs = [disc(0.016, 0.38, metal, (x, 0.0, 0.035), 6) for x in np.linspace(-1.35, 1.35, 11)]
    return _debris("debris_ladder", merge([rails, *rungs]), _LADDER, 6.0)


_MATTRESS = "mattress of 2.0 x 0.9 x 0.18 m (EN 1334)"


@entry("models", source=_MATTRESS, tags=("debris",))
@cache
def debris_mattress() -> Model:
    """A mattress with a buckle in its middle."""
    outline = [(x, 0.10 * np.exp(-((x / 0.3) ** 2))) for x in np.linspace(-1.0, 1.0, 9)]
    profile = [*outline, *((x, z + 0.18) for x, z in reversed(outline))]
    cloth = stuff("trousers", "debris", (0.62, 0.64, 0.68))
    return _debris("debris_mattress", prism(profile, 0.9, cloth), _MATTRESS, 18.0)


_WHEEL = "195/65 R15 spare wheel"


@entry("models", source=_WHEEL, tags=("debris",))
@cache
def debris_wheel() -> Model:
    """A car's wheel that lies on its side."""
    rubber, rim = stuff("rubber", "debris"), stuff("rim", "debris")
    tyre = hoop(0.317, 0.09, rubber, (0.0, 0.0, 0.0), 18)
    face = disc(0.20, 0.12, rim, (0.0, 0.0, 0.0), 14)
    hub = disc(0.07, 0.15, stuff("plastic", "debris"), (0.0, 0.0, 0.0), 8)
    return _debris("debris_wheel", at(merge([tyre, face, hub]), roll=np.pi / 2 + 0.06), _WHEEL, 16.0)


_BUCKET = "builder's bucket of 12 l"


@entry("models", source=_BUCKET, tags=("debris",))
@cache
def debris_bucket() -> Model:
    """A bucket that has fallen over."""
    black = stuff("plastic", "debris", (0.35, 0.02, 0.02))
    shell = shapes.revolve(
        np.array([[0.10, 0.0], [0.15, 0.27], [0.16, 0.28], [0.14, 0.27], [0.095, 0.02]]), black, segments=14
    )
    handle = rods(
        ((0.15, 0.0, 0.26), (0.10, 0.0, 0.36), (-0.10, 0.0, 0.36), (-0.15, 0.0, 0.26)),
        0.006,
        stuff("steel", "debris"),
        4,
    )
    return _debris("debris_bucket", at(merge([shell, *handle]), pitch=np.pi / 2 - 0.15), _BUCKET, 1.0)


_BALL = "football, size 5: 0.22 m across (IFAB, Law 2)"


@entry("models", source=_BALL, tags=("debris",))
@cache
def ball() -> Model:
    """A red and white ball."""
    white, red = stuff("plastic", "debris", (0.8, 0.8, 0.8)), stuff("plastic", "debris", (0.6, 0.02, 0.02))
    mesh = shapes.ellipsoid((0.11, 0.11, 0.11), white, rings=8, segments=12)
    stripes = shapes.revolve(
        np.array([[0.104, -0.035], [0.1115, 0.0], [0.104, 0.035]]), red, segments=12, crease_deg=80.0
    )
    return _debris("ball", merge([mesh, stripes]), _BALL, 0.43)


_SUITCASE = "trolley case of 66 x 45 x 27 cm"


@entry("models", source=_SUITCASE, tags=("debris",))
@cache
def suitcase() -> Model:
    """A suitcase on wheels with its handle out."""
    shell, dark = stuff("plastic", "debris", (0.03, 0.09, 0.28)), stuff("rubber", "debris")
    box = prism(
        (
            (-0.13, 0.06),
            (0.13, 0.06),
            (0.135, 0.12),
            (0.135, 0.64),
            (0.11, 0.68),
            (-0.11, 0.68),
            (-0.135, 0.64),
            (-0.135, 0.12),
        ),
        0.45,
        shell,
    )
    ribs = [shapes.box((0.285, 0.03, 0.52), shell, (0.0, y, 0.38)) for y in (-0.15, -0.05, 0.05, 0.15)]
    wheels = [shapes.both_sides(disc(0.03, 0.03, dark, (x, 0.17, 0.03), 8)) for x in (-0.10, 0.10)]
    handle = rods(
        ((-0.10, -0.09, 0.66), (-0.10, -0.09, 1.0), (-0.10, 0.09, 1.0), (-0.10, 0.09, 0.66)),
        0.010,
        stuff("aluminium", "debris"),
    )
    return _debris("suitcase", merge([box, *ribs, *wheels, *handle]), _SUITCASE, 18.0)
