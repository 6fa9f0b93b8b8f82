"""World and cast as flat arrays, what both visibility engines draw."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from jaxtyping import Float32, UInt8, UInt32
from numpy import ndarray

from simgen.motion import Cast
from simgen.world.lamps import bit
from simgen.world.material import Material
from simgen.world.mesh import Mesh, merge
from simgen.world.taxonomy import code_of
from simgen.world.world import World


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scene:
    """What there is to see. Link id 0 is the world; link id r + 1 is row r of the cast's links.

    Attributes:
        materials: one table for everything, which every mesh here shares.
        surfaces: all that stands still, in world coordinates, but for traffic lights.
        signals: (index in `World.signals`, mesh in world coordinates) of each traffic light's head.
        link_meshes: a mesh a link, in the link's frame; links of equal models share the same object.
        semantic: class code by link id and material.
        actor_of_link: actor id by link id; 0 for the world.
        paint: linear RGB by link id, NaN where there is none.
        lamp_of_material: lamp bit of each material, 0 for none.
    """

    world: World
    cast: Cast
    materials: tuple[Material, ...]
    surfaces: Mesh
    signals: tuple[tuple[int, Mesh], ...]
    link_meshes: tuple[Mesh, ...]
    semantic: UInt8[ndarray, "links materials"]
    actor_of_link: UInt32[ndarray, " links"]
    paint: Float32[ndarray, "links 3"]
    lamp_of_material: UInt32[ndarray, " materials"]

    @classmethod
    def of(cls, world: World, cast: Cast) -> "Scene":
        """The scene of these actors in this world."""
        still = _still(world)
        heads = [(surface.signal, surface.mesh) for surface in world.surfaces if surface.signal >= 0]
        parts = [cast.actors[link.actor_id - 1].model.parts[link.part].mesh for link in cast.links]
        table = _Table([still, *(mesh for _, mesh in heads), *parts])
        surfaces = table.adopt(still)
        signals = tuple((signal, table.adopt(mesh)) for signal, mesh in heads)
        link_meshes = tuple(table.adopt(mesh) for mesh in parts)
        materials = table.materials
        semantic = np.zeros((len(cast.links) + 1, len(materials)), np.uint8)
        semantic[0] = [code_of(material.semantic) for material in materials]
        paint = np.full((len(cast.links) + 1, 3), np.nan, np.float32)
        for link in cast.links:
            actor = cast.actors[link.actor_id - 1]
            semantic[link.id] = code_of(actor.category)
            if actor.paint is not None:
                paint[link.id] = actor.paint
        return cls(
            world=world,
            cast=cast,
            materials=materials,
            surfaces=surfaces,
            signals=signals,
            link_meshes=link_meshes,
            semantic=semantic,
            actor_of_link=np.array([0, *(link.actor_id for link in cast.links)], dtype=np.uint32),
            paint=paint,
            lamp_of_material=np.array([bit(m.lamp) if m.lamp else 0 for m in materials], dtype=np.uint32),
        )


@lru_cache(maxsize=4)
def _still(world: World) -> Mesh:
    """All of a world that is no traffic light; the same arrays for every cast, so that what follows is kept."""
    return merge([surface.mesh for surface in world.surfaces if surface.signal < 0])


class _Table:
    """The materials of all meshes, and each mesh with indices into them (once for each distinct mesh)."""

    def __init__(self, meshes: Sequence[Mesh]) -> None:
        self.materials = tuple(dict.fromkeys(material for mesh in meshes for material in mesh.materials))
        self._index = {material: k for k, material in enumerate(self.materials)}
        self._adopted: dict[int, tuple[Mesh, Mesh]] = {}

    def adopt(self, mesh: Mesh) -> Mesh:
        if id(mesh) not in self._adopted:
            lookup = np.array([self._index[material] for material in mesh.materials], dtype=np.int32)
            material = lookup[mesh.material] if len(mesh.faces) else mesh.material
            self._adopted[id(mesh)] = (mesh, replace(mesh, material=material, materials=self.materials))
        return self._adopted[id(mesh)][1]
