"""Things that are scattered lie on their surface, on a face that carries them, and not in each other."""

import numpy as np
import pytest
import shapely
from numpy import ndarray

from simgen import library
from simgen.errors import InputError
from simgen.geometry import Pose
from simgen.physics.ground import Ground
from simgen.physics.places import pose_of
from simgen.scenario.scatter import Taken, resting, scattered
from simgen.scenario.scenario import Entity, Scatter
from simgen.scenario.settings import build_scenario
from simgen.world.lanes import LaneNetwork
from simgen.world.model import Model

SIZE = (0.1, 0.2, 0.3)


def scatter(**changes: object) -> Scatter:
    fields = {"name": "thing", "model": "product_carton", "count": 30, "area_m": (-1.0, -1.0, 1.0, 1.0)}
    return Scatter(**{**fields, "parameters": {"size_m": SIZE}, **changes})  # type: ignore[arg-type]


def model() -> Model:
    return library.find("models", "product_carton").build(size_m=SIZE)


def corners(entity: Entity) -> ndarray:
    """Of the carton in the world, through the pose that the simulation gives it."""
    pose: Pose = pose_of(entity.start, LaneNetwork({}), Ground(()))
    return pose.apply(model().parts[0].mesh.vertices.astype(np.float64))


@pytest.mark.parametrize("rest", ["any", "upright", "rows"])
def test_they_stand_on_the_level_inside_the_area_and_apart(rest: str) -> None:
    things = scattered(scatter(rest=rest, gap_m=0.02, levels_m=(0.7,)), 3, Taken())
    assert len(things) >= 25
    points = [corners(thing) for thing in things]
    assert np.allclose([one[:, 2].min() for one in points], 0.7, atol=1e-6)
    assert all((np.abs(one[:, :2]) <= 1.0 + 0.02).all() for one in points)
    shapes = [shapely.MultiPoint(one[:, :2]).convex_hull for one in points]
    apart = [a.distance(b) for k, a in enumerate(shapes) for b in shapes[:k]]
    # In rows things are turned a little.
    assert min(apart) >= (0.019 if rest != "rows" else 0.0)
    tall = sorted({round(float(np.ptp(one[:, 2])), 3) for one in points})
    assert tall == ([0.1, 0.2, 0.3] if rest == "any" else [0.3])


def test_a_box_rests_on_its_six_sides_by_their_areas() -> None:
    found = resting(model())
    areas = sorted(round(area, 5) for _, area in found)
    assert areas == [0.02, 0.02, 0.03, 0.03, 0.06, 0.06]
    for rotation, _ in found:
        assert np.allclose(rotation @ rotation.T, np.eye(3))
        assert np.linalg.det(rotation) == pytest.approx(1.0)


def test_a_card_does_not_stand_on_its_edge() -> None:
    assert len(resting(library.find("models", "product_card").build())) == 2


def test_the_seed_decides_and_more_things_change_none() -> None:
    first = scattered(scatter(count=10), 7, Taken())
    assert first == scattered(scatter(count=10), 7, Taken())
    assert first == scattered(scatter(count=20), 7, Taken())[:10]
    assert first != scattered(scatter(count=10), 8, Taken())


def test_several_scatters_share_the_room() -> None:
    taken = Taken()
    both = [*scattered(scatter(), 1, taken), *scattered(scatter(name="other"), 1, taken)]
    shapes = [shapely.MultiPoint(corners(one)[:, :2]).convex_hull for one in both]
    assert min(a.distance(b) for k, a in enumerate(shapes) for b in shapes[:k]) >= 0.0099


@pytest.mark.parametrize(
    "settings",
    [{"on": "moon"}, {"count": "0"}, {"model": "dragon"}, {"front": "none.jpg"}, {"rest": "floating"}],
)
def test_what_is_wrong_is_told(settings: dict[str, str]) -> None:
    def lay() -> None:
        for one in build_scenario(library.find("scenarios", "product_scatter"), settings).scatter:
            scattered(one, 0, Taken())

    with pytest.raises(InputError) as caught:
        lay()
    assert "\n" not in str(caught.value)
