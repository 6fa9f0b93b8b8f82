"""What follows from the triangles of a mesh alone, found once for each: models are shared by actors and episodes."""

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from simgen.world.mesh import Mesh

T = TypeVar("T")
_KEPT = 2048
_MOST_FACES = 20000
"""Larger meshes are worlds, which hardly come back."""


class _Shape:
    """A mesh, equal to others with the very same arrays, whatever their materials."""

    def __init__(self, mesh: Mesh) -> None:
        self.mesh = mesh

    def __hash__(self) -> int:
        return id(self.mesh.vertices)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Shape)
            and other.mesh.vertices is self.mesh.vertices
            and other.mesh.faces is self.mesh.faces
        )


def once_per_shape(function: Callable[[Mesh], T]) -> Callable[[Mesh], T]:
    """Remembers the results of a function of a mesh's triangles, for as long as there is room."""

    @lru_cache(_KEPT)
    def known(shape: _Shape) -> T:
        return function(shape.mesh)

    def found(mesh: Mesh) -> T:
        return function(mesh) if len(mesh.faces) > _MOST_FACES else known(_Shape(mesh))

    found.__doc__, found.__name__ = function.__doc__, function.__name__
    return found
