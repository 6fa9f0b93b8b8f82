"""Meshes that a user brings: any glTF, OBJ or PLY file as a model of the library."""

from functools import lru_cache
from pathlib import Path
from typing import Annotated

import numpy as np
from simgen.worlds import materials

from simgen.errors import InputError
from simgen.library import Parameter, entry
from simgen.world import shapes
from simgen.world.material import Material
from simgen.world.model import Model
from simgen.world.user_mesh import import_mesh

from ._pieces import stuff
from ._standing import single

METALS = ("steel", "aluminium")
SOLIDS = ("plastic", "cardboard", "wood", "rubber", "leather", "trousers", "concrete", "plaster", "leaves")
"""What things are made of that are no metal and no glass: the nearest in colour and roughness is taken."""

PANE = "car_glass"
_METAL_FROM = 0.5


@entry(
    "models",
    source="the user's own file; formats: Khronos glTF 2.0, Wavefront OBJ and MTL, Stanford PLY",
    tags=("user",),
)
def user_mesh(
    path: Annotated[str, Parameter(text="a .glb, .gltf, .obj or .ply file; empty: a grey block")] = "",
    category: Annotated[str, Parameter(text="class from the taxonomy")] = "custom",
    scale: Annotated[float, Parameter(text="metres of one unit of the file", unit="m", low=1e-6, high=1e6)] = 1.0,
    up: Annotated[str, Parameter(text="which axis of the file points up: y, z, x, or auto")] = "auto",
    yaw_deg: Annotated[
        float, Parameter(text="turned about the vertical, so that it looks along x", unit="deg", low=-360, high=360)
    ] = 0.0,
    mass_kg: Annotated[float, Parameter(text="0: from its class or its volume", unit="kg", low=0, high=1e6)] = 0.0,
    substance: Annotated[
        str, Parameter(text="material of the library that lidar and radar feel; auto: the nearest by look")
    ] = "auto",
    texture_px: Annotated[int, Parameter(text="pixels a side that pictures keep", unit="px", low=256, high=2048)] = 512,
) -> Model:
    """Any mesh file as a thing with a label: centred, on the ground, x ahead."""
    if not path:
        return _block(category)
    file = Path(path)
    if not file.is_file():
        raise InputError(f"{path}: no such file")
    arguments = (path, category, float(scale), up, float(yaw_deg), float(mass_kg), substance, int(texture_px))
    status = file.stat()
    return _imported(*arguments, (status.st_mtime_ns, status.st_size))


@lru_cache(maxsize=64)
def _imported(
    path: str,
    category: str,
    scale: float,
    up: str,
    yaw_deg: float,
    mass_kg: float,
    substance: str,
    texture_px: int,
    stamp: tuple[int, int],
) -> Model:
    """Once for the same file: `stamp` tells whether it is."""
    del stamp
    if substance == "auto":
        felt = nearest
    else:
        chosen = materials.by_name(substance)

        def felt(seen: Material) -> Material:
            return chosen

    return import_mesh(
        path,
        category=category,
        scale=scale,
        up=up,
        yaw_deg=yaw_deg,
        mass_kg=mass_kg,
        texture_px=texture_px,
        substance=felt,
    )


def nearest(seen: Material) -> Material:
    """The material of the library that looks most alike: glass for panes, a metal for metals, else one of `SOLIDS`."""
    if seen.transparent:
        return materials.by_name(PANE)
    names = METALS if seen.metallic >= _METAL_FROM else SOLIDS
    known = [materials.by_name(name) for name in names]
    away = [
        np.linalg.norm(np.sqrt(one.base_colour) - np.sqrt(seen.base_colour)) + abs(one.roughness - seen.roughness)
        for one in known
    ]
    return known[int(np.argmin(away))]


@lru_cache(maxsize=64)
def _block(category: str) -> Model:
    mesh = shapes.box((0.3, 0.3, 0.3), stuff("plastic", category, (0.35, 0.36, 0.37)), (0.0, 0.0, 0.15))
    return single("user_mesh", category, mesh, "a block of 0.3 m where no file is named", {"mass_kg": 5.0})
