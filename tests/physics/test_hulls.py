"""Bodies of convex pieces collide where their pieces are, and nowhere between them."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy import ndarray

from simgen.physics.client import Client

CUBE = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)])
WEDGE = np.array([[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
GATE = (CUBE + np.array([0.0, -2.0, 0.0]), CUBE + np.array([0.0, 2.0, 0.0]))
"""Two posts, 4 m apart along y."""


def is_hit(hulls: Sequence[ndarray], y: float, z: float) -> bool:
    """Whether a box of 0.2 m that flies along x meets a body that stands at 5 m above the origin."""
    with Client() as client:
        body = client.add_hulls(hulls, 100.0)
        client.place(body, np.array([0.0, 0.0, 5.0, 0.0, 0.0, 0.0, 1.0]), np.zeros(6))
        box = client.add_box((0.2, 0.2, 0.2), (0.0, 0.0, 0.0), 1.0, ego=True)
        client.place(box, np.array([-2.0, y, 5.0 + z, 0.0, 0.0, 0.0, 1.0]), np.array([10.0, 0.0, 0.0, 0.0, 0.0, 0.0]))
        for _ in range(100):
            client.step()
            if client.touches():
                return True
    return False


@pytest.mark.parametrize(("y", "hit"), [(0.0, False), (2.0, True), (-2.0, True), (1.55, True), (1.35, False)])
def test_a_gate_stops_only_at_its_posts(y: float, hit: bool) -> None:
    assert is_hit(GATE, y, 0.1) == hit


@pytest.mark.parametrize(("place", "hit"), [((0.8, 0.8), False), ((0.2, 0.2), True), ((0.75, 0.1), True)])
def test_one_hull_is_a_hull_and_no_box(place: tuple[float, float], hit: bool) -> None:
    assert is_hit((WEDGE,), *place) == hit
