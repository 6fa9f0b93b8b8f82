"""Models whose extent is that of their meshes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from simgen.geometry import Pose
from simgen.world import shapes
from simgen.world.mesh import Mesh
from simgen.world.model import Model, Part

_WHOLE = ("building", "wall", "fence")
_PLANTS = ("vegetation", "trunk")


def standing(
    *,
    name: str,
    category: str,
    parts: Sequence[Part],
    dimensions: Mapping[str, float] | None = None,
    keypoints: Mapping[str, tuple[int, tuple[float, float, float]]] | None = None,
    source: str = "",
) -> Model:
    """A model with the extent and centre of its meshes in the neutral pose."""
    draft = Model(name=name, category=category, parts=tuple(parts), extent_m=(0, 0, 0), centre_m=(0, 0, 0))
    poses = draft.link_poses(Pose.identity())
    bounds = [
        shapes.moved(part.mesh, Pose.from_array(poses[index])).bounds()
        for index, part in enumerate(parts)
        if len(part.mesh.faces)
    ]
    low = np.min([box[0] for box in bounds], axis=0).astype(float)
    high = np.max([box[1] for box in bounds], axis=0).astype(float)
    extent, centre = high - low, (high + low) / 2.0
    return Model(
        name=name,
        category=category,
        parts=tuple(parts),
        extent_m=(float(extent[0]), float(extent[1]), float(extent[2])),
        centre_m=(float(centre[0]), float(centre[1]), float(centre[2])),
        dimensions=dict(dimensions or {}),
        keypoints=dict(keypoints or {}),
        source=source,
    )


def single(name: str, category: str, mesh: Mesh, source: str, dimensions: Mapping[str, float] | None = None) -> Model:
    """A model of one rigid part; buildings, walls and fences are that as a whole, but for plants on them."""
    part = Part(name="body", mesh=_of_one_class(mesh, category) if category in _WHOLE else mesh, parent=-1)
    return standing(name=name, category=category, parts=(part,), dimensions=dimensions, source=source)


def _of_one_class(mesh: Mesh, semantic: str) -> Mesh:
    """The world shows classes of materials: the steel of a house is no pole."""
    changed = (
        one if one.semantic in (semantic, *_PLANTS) else replace(one, name=f"{one.name}_{semantic}", semantic=semantic)
        for one in mesh.materials
    )
    return replace(mesh, materials=tuple(changed))
