"""What stands in which kind of street: buildings, trees and furniture, drawn by a generator."""

import numpy as np

from simgen.sampling import stream
from simgen.world.model import Model

from ._dressing import Building
from .models import buildings, buildings_special, buildings_street, buildings_tall, furniture, plants, street

LOOKS = 9
"""Buildings of a kind that one world uses: each is built once and stands in many places."""


def shops(rng: np.random.Generator) -> Building:
    """A closed row of town houses over shops, an office between them now and then."""
    if rng.uniform() < 0.12:
        model = buildings.block(bays=6, depth_bays=4, storeys=int(rng.integers(4, 6)), style="glass")
    else:
        look = int(rng.integers(LOOKS))
        model = buildings_street.shop_house(bays=4 + look % 3, storeys=2 + look // 3, seed=look)
    return Building(model=model, setback_m=0.2, gap_m=0.05)


def flats(rng: np.random.Generator) -> Building:
    """Blocks of flats, rendered or of brick, close to each other."""
    look = int(rng.integers(LOOKS))
    style, bays = ("plaster", "plaster", "brick")[look % 3], 4 if look % 2 else 6
    model = buildings.block(bays=bays, depth_bays=4, storeys=3 + look // 3, style=style, seed=look)
    return Building(model=model, setback_m=0.8, gap_m=float(rng.choice([0.05, 4.0])))


def houses(rng: np.random.Generator) -> Building:
    """Houses with a pitched roof, close to the street."""
    look = int(rng.integers(LOOKS))
    model = buildings.house(bays=3 + look % 2, storeys=2 if look % 3 else 1, seed=look)
    return Building(model=model, setback_m=float(rng.choice([0.6, 2.5])), gap_m=float(rng.uniform(1.0, 4.0)))


def terraces(rng: np.random.Generator) -> Building:
    """Terraced houses behind small front gardens."""
    look = int(rng.integers(5))
    model = buildings_street.terraced_houses(houses=3 + look % 3, seed=look)
    return Building(model=model, setback_m=2.0, gap_m=float(rng.uniform(1.5, 4.0)))


def detached(rng: np.random.Generator) -> Building:
    """A family house in its garden."""
    look = int(rng.integers(2 * LOOKS))
    model = buildings_street.detached_house(seed=look, wide_m=10.0 + look % 3)
    return Building(model=model, setback_m=float(rng.uniform(4.5, 7.0)), gap_m=float(rng.uniform(5.0, 8.0)))


def towers(rng: np.random.Generator) -> Building:
    """Office towers of 8 to 25 storeys, wall to wall with the sidewalk."""
    look = int(rng.integers(3 * LOOKS))
    own, style = stream(look, "dressing", "tower"), buildings_tall.STYLES[look % len(buildings_tall.STYLES)]
    bays, deep, storeys = int(own.integers(5, 9)), int(own.integers(5, 8)), int(own.integers(8, 26))
    model = buildings_tall.office_tower(bays=bays, depth_bays=deep, storeys=storeys, style=style, seed=look)
    return Building(model=model, setback_m=0.4, gap_m=float(rng.choice([0.6, 3.0])))


def halls(rng: np.random.Generator) -> Building:
    """Industry and large shops behind a yard."""
    if rng.uniform() < 0.3:
        model = buildings_special.supermarket(seed=int(rng.integers(3)))
    else:
        look = int(rng.integers(LOOKS))
        model = buildings_special.industrial_hall(bays=4 + look % 4, seed=look)
    return Building(model=model, setback_m=8.0, gap_m=float(rng.uniform(8.0, 14.0)))


def street_tree(rng: np.random.Generator) -> Model:
    """A tree of a street: not too wide."""
    if rng.uniform() < 0.25:
        return plants.birch(height_m=float(rng.choice([7, 9])), seed=int(rng.integers(3)))
    return plants.tree(height_m=float(rng.choice([6, 7, 8])), seed=int(rng.integers(4)))


def garden_tree(rng: np.random.Generator) -> Model:
    """A tree of a garden or a yard, or a bush."""
    kind = rng.uniform()
    if kind < 0.2:
        return plants.conifer(height_m=float(rng.choice([7, 10])), seed=int(rng.integers(3)))
    if kind < 0.35:
        return plants.birch(height_m=float(rng.choice([8, 11])), seed=int(rng.integers(3)))
    if kind < 0.5:
        return plants.bush(height_m=float(rng.choice([1.2, 1.8])), seed=int(rng.integers(3)))
    return plants.tree(height_m=float(rng.choice([6, 8, 10])), seed=int(rng.integers(4)))


def sidewalk_thing(n: int) -> Model:
    """Street furniture in turn, its front along x."""
    row = (
        furniture.bench, furniture.bin, street.letter_box, street.parking_meter, street.street_cabinet, furniture.bench,
        street.planter, furniture.bin, street.hydrant, street.bike_rack, street.advertising_column,
    )  # fmt: skip
    return row[n % len(row)]()
