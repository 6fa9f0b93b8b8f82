"""What follows from the triangles of a mesh alone, found once for each: models are shared by actors and episodes."""

import weakref
from collections.abc import Callable
from typing import TypeVar

from simgen.world.mesh import Mesh

T = TypeVar("T")


def once_per_shape(function: Callable[[Mesh], T]) -> Callable[[Mesh], T]:
    """Remembers the results of a function of a mesh's triangles, for as long as these live.

    Meshes with the very same arrays are one, whatever their materials. A result must not hold the mesh's own arrays,
    or both would never go.
    """
    known: dict[tuple[int, int], tuple[weakref.ref[object], weakref.ref[object], T]] = {}

    def found(mesh: Mesh) -> T:
        key = id(mesh.vertices), id(mesh.faces)
        kept = known.get(key)
        if kept is not None and kept[0]() is mesh.vertices and kept[1]() is mesh.faces:
            return kept[2]
        result = function(mesh)

        def forget(_: object) -> None:
            known.pop(key, None)

        known[key] = weakref.ref(mesh.vertices, forget), weakref.ref(mesh.faces, forget), result
        return result

    found.__doc__, found.__name__ = function.__doc__, function.__name__
    return found
