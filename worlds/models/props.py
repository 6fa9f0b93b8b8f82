"""Things that lie or stand on the road."""

from functools import cache

import numpy as np
from simgen.worlds import materials

from simgen.geometry import Pose
from simgen.library import entry
from simgen.sampling import stream
from simgen.world import shapes
from simgen.world.mesh import Mesh, merge
from simgen.world.model import Model

from ._standing import single


def _on_ground(mesh: Mesh) -> Mesh:
    """Lifted or lowered so that it stands on z = 0."""
    return shapes.moved(mesh, Pose.from_xyz_rpy(0.0, 0.0, -float(mesh.bounds()[0, 2])))


@entry("models", source="FEFCO 0201 carton, 600 x 400 x 400 mm", tags=("debris",))
@cache
def debris_box() -> Model:
    """A cardboard carton with tape over its flaps."""
    carton = shapes.box((0.6, 0.4, 0.4), materials.by_name("cardboard"), (0.0, 0.0, 0.2))
    tape = materials.by_name("tape")
    strips = [
        shapes.box((0.6, 0.05, 0.002), tape, (0.0, 0.0, 0.401)),
        *(shapes.box((0.002, 0.05, 0.10), tape, (side * 0.301, 0.0, 0.35)) for side in (1.0, -1.0)),
    ]
    return single(
        "debris_box", "debris", merge([carton, *strips]), "FEFCO 0201 carton, 600 x 400 x 400 mm", {"mass_kg": 8.0}
    )


@entry("models", source="tread of a 315/80 R22.5 lorry tyre", tags=("debris",))
@cache
def debris_tyre() -> Model:
    """A strip of tread that a lorry's tyre has shed."""
    rng = stream(0, "model", "debris_tyre")
    angle = np.linspace(-0.95, 0.95, 12)
    frayed = 0.02 * rng.standard_normal((12, 2))
    rings = []
    for k, turn in enumerate(angle):
        low, high = -0.14 + frayed[k, 0], 0.14 + frayed[k, 1]
        curl = 0.52 + 0.05 * np.sin(3.0 * turn)
        along, up = np.array([np.sin(turn), 0.0, -np.cos(turn)]), np.array([0.0, 1.0, 0.0])
        inner, outer = along * (curl - 0.022), along * curl
        rings.append([inner + up * low, outer + up * low, outer + up * high, inner + up * high])
    strip = shapes.loft(np.array(rings), materials.classed("rubber", "debris"))
    return single("debris_tyre", "debris", _on_ground(strip), "tread of a 315/80 R22.5 lorry tyre", {"mass_kg": 9.0})


@entry("models", source="EPAL Euro pallet, EN 13698-1: 1200 x 800 x 144 mm", tags=("debris",))
@cache
def debris_pallet() -> Model:
    """A wooden pallet."""
    wood = materials.by_name("wood")
    across = (-0.327, 0.0, 0.327)
    deck = [shapes.box((1.2, 0.120, 0.022), wood, (0.0, y, 0.133)) for y in (-0.34, -0.17, 0.0, 0.17, 0.34)]
    stringers = [shapes.box((0.145, 0.8, 0.022), wood, (x, 0.0, 0.111)) for x in (-0.5275, 0.0, 0.5275)]
    blocks = [shapes.box((0.145, 0.12, 0.078), wood, (x, y, 0.061)) for x in (-0.5275, 0.0, 0.5275) for y in across]
    runners = [shapes.box((1.2, 0.1, 0.022), wood, (0.0, y, 0.011)) for y in across]
    mesh = merge([*deck, *stringers, *blocks, *runners])
    return single(
        "debris_pallet", "debris", mesh, "EPAL Euro pallet, EN 13698-1: 1200 x 800 x 144 mm", {"mass_kg": 25.0}
    )


@entry("models", source="sawn timber 2.4 m x 20 cm x 5 cm", tags=("debris",))
@cache
def debris_plank() -> Model:
    """A plank."""
    mesh = shapes.box((2.4, 0.2, 0.05), materials.by_name("wood"), (0.0, 0.0, 0.025))
    return single("debris_plank", "debris", mesh, "sawn timber 2.4 m x 20 cm x 5 cm", {"mass_kg": 11.0})


@entry("models", source="EN 13422, 750 mm, class R2B", tags=("movable",))
@cache
def cone() -> Model:
    """A traffic cone with two reflecting bands."""
    orange, white = materials.by_name("cone_orange"), materials.by_name("cone_white")
    profile = np.array([[0.15, 0.03], [0.125, 0.20], [0.098, 0.36], [0.083, 0.46], [0.062, 0.58], [0.025, 0.75]])
    body = shapes.revolve(profile, [orange, orange, white, orange, white, orange, orange], segments=14)
    base = shapes.box((0.42, 0.42, 0.03), materials.classed("rubber", "cone"), (0.0, 0.0, 0.015))
    return single("cone", "cone", merge([body, base]), "EN 13422, 750 mm, class R2B", {"mass_kg": 4.3})


@entry("models", source="steel bollard, 90 mm x 900 mm, red and white (StVO VwV)", tags=("furniture",))
@cache
def bollard() -> Model:
    """A red and white steel bollard."""
    red, white = materials.by_name("bollard_red"), materials.by_name("bollard_white")
    profile = np.array([[0.045, 0.0], [0.045, 0.45], [0.045, 0.60], [0.045, 0.72], [0.045, 0.87], [0.02, 0.90]])
    mesh = shapes.revolve(profile, [red, red, white, red, white, red, red], segments=10)
    return single("bollard", "furniture", mesh, "steel bollard, 90 mm x 900 mm, red and white (StVO VwV)")
