"""Looking up heights gives what PyBullet's rays give."""

import numpy as np

from simgen.physics.client import Client
from simgen.physics.ground import Ground
from simgen.physics.tiles import NearWorld, Tiles
from simgen.world.mesh import Mesh
from simgen.world.world import Surface
from tests import staging


def rough(half_m: float = 30.0, points: int = 41) -> Mesh:
    """Random hills."""
    axis = np.linspace(-half_m, half_m, points)
    x, y = np.meshgrid(axis, axis, indexing="ij")
    z = np.random.default_rng(3).uniform(-0.5, 0.5, x.shape)
    vertices = np.column_stack([x.ravel(), y.ravel(), z.ravel()]).astype(np.float32)
    i = (np.arange(points - 1)[:, None] * points + np.arange(points - 1)).ravel()
    faces = np.concatenate(
        [np.column_stack([i, i + points, i + 1]), np.column_stack([i + points, i + points + 1, i + 1])]
    )
    count = len(vertices)
    return Mesh(
        vertices=vertices,
        faces=faces.astype(np.int32),
        normals=np.tile(np.array([0, 0, 1], np.float32), (count, 1)),
        uvs=np.zeros((count, 2), np.float32),
        material=np.zeros(len(faces), np.int32),
        materials=(staging.GROUND,),
    )


def test_heights_agree_with_pybullet_rays() -> None:
    surfaces = (Surface(name="hills", mesh=rough()),)
    ground = Ground(surfaces)
    points = np.random.default_rng(1).uniform(-29.0, 29.0, (500, 3))
    points[:, 2] = 10.0
    with Client() as client:
        near = NearWorld(client, Tiles(surfaces))
        for x in (-30.0, 0.0, 30.0):
            near.move(x, x)
        rays = client.ray_heights(points, 20.0)
    assert np.isfinite(rays).all()
    np.testing.assert_allclose(ground.height(points), rays, atol=1e-6)


def test_the_road_below_a_bridge_is_found_from_below_it() -> None:
    low = Surface(name="road", mesh=staging.plane_mesh(50.0))
    deck = staging.box_mesh((20.0, 20.0, 0.5), (0.0, 0.0, 5.75), staging.GROUND)
    ground = Ground((low, Surface(name="deck", mesh=deck)))
    heights = ground.height(np.array([[0.0, 0.0, 1.0], [0.0, 0.0, 7.0], [30.0, 0.0, 7.0], [80.0, 0.0, 7.0]]))
    np.testing.assert_allclose(heights[:3], [0.0, 6.0, 0.0], atol=1e-6)
    assert np.isnan(heights[3])


def test_roofs_do_not_carry() -> None:
    roof = staging.box_mesh((4.0, 4.0, 3.0), (0.0, 0.0, 1.5), staging.BODY)
    ground = Ground((Surface(name="road", mesh=staging.plane_mesh()), Surface(name="house", mesh=roof)))
    assert ground.height(np.array([[0.0, 0.0, 100.0]]))[0] == 0.0


def test_importing_pybullet_prints_nothing() -> None:
    import subprocess
    import sys

    code = "from simgen.physics.client import Client; Client().close()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout == b""
    assert done.stderr == b""
