"""What stands around gardens: walls and fences, straight pieces along x."""

from functools import cache
from typing import Annotated

import numpy as np
from simgen.worlds import materials

from simgen.library import Parameter, entry
from simgen.sampling import stream
from simgen.world.model import Model

from ._facades import BRICK, RENDER, pick
from ._masonry import Masonry
from ._standing import single

_WALL = "garden wall of one brick, 0.24 m thick, with a coping; height estimated"
_FENCE = "board fence with posts every 2 m; proportions estimated"
_PAINT = ((0.62, 0.62, 0.60), (0.30, 0.17, 0.085), (0.16, 0.085, 0.045), (0.10, 0.13, 0.10))


@entry("models", source=_WALL, tags=("boundary",))
@cache
def garden_wall(
    length_m: Annotated[float, Parameter(text="length along x", unit="m", low=0.5, high=60.0)] = 4.0,
    height_m: Annotated[float, Parameter(text="height", unit="m", low=0.4, high=3.0)] = 1.1,
    seed: Annotated[int, Parameter(text="brick or render", low=0)] = 0,
) -> Model:
    """A garden wall with a coping and piers at its ends."""
    rng = stream(seed, "model", "garden_wall")
    brick = rng.uniform() < 0.5
    stone = materials.tinted("brick", pick(rng, BRICK)) if brick else materials.tinted("plaster", pick(rng, RENDER))
    coping, work = materials.by_name("kerb"), Masonry()
    work.box((length_m, 0.24, height_m - 0.08), (0.0, 0.0, (height_m - 0.08) / 2.0), stone)
    work.box((length_m, 0.32, 0.08), (0.0, 0.0, height_m - 0.04), coping)
    for end in (-1.0, 1.0):
        x = end * (length_m / 2.0 - 0.18)
        work.box(
            (0.36, 0.36, height_m + 0.15), (x, 0.0, (height_m + 0.15) / 2.0), stone, ("-x", "+x", "-y", "+y", "+z")
        )
    return single("garden_wall", "wall", work.mesh(), _WALL)


@entry("models", source=_FENCE, tags=("boundary",))
@cache
def board_fence(
    length_m: Annotated[float, Parameter(text="length along x", unit="m", low=0.5, high=60.0)] = 4.0,
    height_m: Annotated[float, Parameter(text="height", unit="m", low=0.5, high=2.5)] = 1.0,
    seed: Annotated[int, Parameter(text="which paint", low=0)] = 0,
) -> Model:
    """A fence of upright boards on two rails."""
    rng = stream(seed, "model", "board_fence")
    wood, work = materials.tinted("furniture_wood", pick(rng, _PAINT)), Masonry()
    for x in np.linspace(-length_m / 2.0 + 0.05, length_m / 2.0 - 0.05, max(int(length_m / 2.0), 1) + 1):
        work.box((0.1, 0.1, height_m + 0.1), (float(x), 0.0, (height_m + 0.1) / 2.0), wood)
    for low in (0.25, 0.7):
        work.box((length_m, 0.04, 0.09), (0.0, 0.05, low * height_m + 0.1), wood, ("-y", "+y", "+z"))
    count = max(int(length_m / 0.2), 1)
    boards = np.linspace(-length_m / 2.0 + 0.1, length_m / 2.0 - 0.1, count)
    for k, x in enumerate(boards):
        top = height_m - 0.04 * (k % 2)
        work.box((0.13, 0.025, top - 0.08), (float(x), -0.02, (top + 0.08) / 2.0), wood, ("-y", "+y"))
    return single("board_fence", "fence", work.mesh(), _FENCE)
