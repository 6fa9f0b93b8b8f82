"""From inside the tunnel no satellite is seen; before it, nearly all are."""

import numpy as np

from simgen.library import find
from simgen.render.raycast_embree import import_open3d
from simgen.world.mesh import merge


def test_the_sky_is_shut_off_inside_the_tube() -> None:
    world = find("worlds", "tunnel").build(trees=0)
    mesh = merge([surface.mesh for surface in world.surfaces])
    core = import_open3d()
    rays = core.t.geometry.RaycastingScene(nthreads=1)
    rays.add_triangles(core.core.Tensor(mesh.vertices), core.core.Tensor(mesh.faces.astype(np.uint32)))
    rng = np.random.default_rng(0)
    turn, rise = rng.uniform(0.0, 2.0 * np.pi, 300), np.radians(rng.uniform(10.0, 88.0, 300))
    ways = np.column_stack([np.cos(rise) * np.cos(turn), np.cos(rise) * np.sin(turn), np.sin(rise)])

    def blocked(place: np.ndarray) -> float:
        lines = np.column_stack([np.tile(place + np.array([0.0, 0.0, 1.7]), (len(ways), 1)), ways]).astype(np.float32)
        return float(np.isfinite(rays.cast_rays(core.core.Tensor(lines))["t_hit"].numpy()).mean())

    line = np.array(world.roofs[0].line)
    length = float(np.sum(np.linalg.norm(np.diff(line, axis=0), axis=1)))
    assert abs(length - 400.0) < 2.0
    assert all(blocked(point) == 1.0 for point in line[2:-2])
    before = line[0] + (line[0] - line[1]) / np.linalg.norm(line[0] - line[1]) * 80.0
    assert blocked(before) < 0.1
