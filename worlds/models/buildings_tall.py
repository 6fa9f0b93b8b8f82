"""Office towers: glass behind fins, ribbon windows, stone piers; a lobby below, machines on the roof."""

from functools import cache
from typing import Annotated

import numpy as np
from simgen.worlds import materials

from simgen.errors import InputError
from simgen.library import Parameter, entry
from simgen.sampling import stream
from simgen.world.material import Material
from simgen.world.model import Model

from . import _panes
from ._facades import canopy
from ._masonry import Masonry, Side, four_sides, ledge, rectangle
from ._roofs import flat_roof
from ._standing import single

_STOREY_M, _BAY_M, _LOBBY_M = 3.6, 3.6, 5.4
_SOURCE = "office storey 3.6 m, bay 3.6 m, lobby 5.4 m: Neufert, Architects' Data; proportions estimated"
GLASS = ("blue", "bronze", "clear", "ribbon")
STYLES = (*GLASS, "stone")


@entry("models", source=_SOURCE, tags=("building",))
@cache
def office_tower(
    bays: Annotated[int, Parameter(text="bays of 3.6 m along x", low=3, high=16)] = 6,
    depth_bays: Annotated[int, Parameter(text="bays of 3.6 m along y", low=3, high=16)] = 6,
    storeys: Annotated[int, Parameter(text="storeys over the lobby", low=4, high=40)] = 14,
    style: Annotated[str, Parameter(text=f"one of {', '.join(STYLES)}")] = "blue",
    seed: Annotated[int, Parameter(text="which fins and crown", low=0)] = 0,
) -> Model:
    """An office tower with a lobby; its front looks along -y.

    Raises:
        InputError: there is no such style.
    """
    if style not in STYLES:
        raise InputError(f"office_tower: style: expected one of {', '.join(STYLES)}, got {style!r}")
    rng = stream(seed, "model", "office_tower", style)
    length, depth, high = _BAY_M * bays, _BAY_M * depth_bays, _LOBBY_M + _STOREY_M * storeys
    work, sides = Masonry(), four_sides(length, depth)
    frame = _frame(rng, style)
    apart = (1, 1, 2)[int(rng.integers(3))] if style in GLASS else 1
    for name, side in sides.items():
        _lobby(work, side, frame, entrance=name == "front")
        _skin(work, side, high, style)
        _relief(work, side, high, frame, style, apart)
    flat_roof(work, (length, depth), high, frame, 1.1)
    machines = (0.5 * length, 0.45 * depth, 3.4)
    metal = materials.classed("aluminium", "building")
    work.box(machines, (0.1 * length, 0.0, high + 1.7), metal, ("-x", "+x", "-y", "+y", "+z"))
    if rng.uniform() < 0.4:
        work.box((0.3, 0.3, 9.0), (-0.3 * length, 0.0, high + 4.5), metal, ("-x", "+x", "-y", "+y", "+z"))
    return single("office_tower", "building", work.mesh(), _SOURCE)


def _frame(rng: np.random.Generator, style: str) -> Material:
    if style == "stone":
        tones = ((0.60, 0.55, 0.46), (0.46, 0.43, 0.40), (0.52, 0.36, 0.27))
        return materials.tinted("concrete", tones[int(rng.integers(3))])
    return materials.tinted("concrete", (0.62, 0.61, 0.58)) if style == "ribbon" else materials.by_name("aluminium")


def _lobby(work: Masonry, side: Side, frame: Material, *, entrance: bool) -> None:
    """A glazed storey set back behind piers."""
    wide, back = side.length_m, -0.5
    glass, count = _panes.curtain_wall("clear"), round(side.length_m / _BAY_M)
    uv = np.array([[0.0, 0.9], [wide, 0.9], [wide, 0.9 + _LOBBY_M - 1.0], [0.0, 0.9 + _LOBBY_M - 1.0]])
    work.add(rectangle(side, 0.0, wide, 0.0, _LOBBY_M - 1.0, back), glass, uv)
    for k in range(count + 1):
        u = min(max(k * wide / count, 0.35), wide - 0.35)
        ledge(work, side, u - 0.35, u + 0.35, 0.0, _LOBBY_M - 1.0, 0.0, frame)
        work.add(_pier(side, u, back), frame)
    low = _LOBBY_M - 1.0
    work.add(rectangle(side, 0.0, wide, low, _LOBBY_M, 0.05), frame)
    under = [side.at(0.0, back, low), side.at(wide, back, low), side.at(wide, 0.05, low), side.at(0.0, 0.05, low)]
    work.add(np.stack(under), frame)
    if entrance:
        middle = (count // 2 + 0.5) * wide / count
        unit = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
        doors = rectangle(side, middle - 1.4, middle + 1.4, 0.0, 2.8, back + 0.03)
        work.add(doors, _panes.door("entrance", (0.1, 0.1, 0.11)), unit)
        canopy(work, side, middle, 5.0, 3.2, materials.classed("aluminium", "building"))


def _pier(side: Side, middle_m: float, back_m: float) -> np.ndarray:
    """The flanks of a pier, from its face back to the glass."""
    flanks = []
    for u, order in ((middle_m - 0.35, 1), (middle_m + 0.35, -1)):
        low, high = 0.0, _LOBBY_M - 1.0
        flank = [side.at(u, back_m, low), side.at(u, 0.0, low), side.at(u, 0.0, high), side.at(u, back_m, high)]
        flanks.append(np.stack(flank[::order]))
    return np.stack(flanks)


def _skin(work: Masonry, side: Side, high_m: float, style: str) -> None:
    """Glass or windows as a picture, from the lobby to the roof."""
    wide, tall = side.length_m, high_m - _LOBBY_M
    uv = np.array([[0.0, 0.0], [wide, 0.0], [wide, tall], [0.0, tall]])
    if style == "stone":
        material, uv = materials.tinted("facade", (0.62, 0.57, 0.48)), uv * (3.0 / _STOREY_M)
    else:
        material = _panes.curtain_wall(style)
    work.add(rectangle(side, 0.0, wide, _LOBBY_M, high_m, 0.0), material, uv)


def _relief(work: Masonry, side: Side, high_m: float, frame: Material, style: str, apart: int) -> None:
    """Fins or piers up the wall, bands along it."""
    count = round(side.length_m / _BAY_M)
    half, out = (0.35, 0.3) if style == "stone" else (0.06, 0.28)
    if style != "ribbon":
        for k in range(0, count + 1, apart):
            u = min(max(k * side.length_m / count, half), side.length_m - half)
            ledge(work, side, u - half, u + half, _LOBBY_M, high_m, out, frame)
    if style in ("ribbon", "stone"):
        storeys = round((high_m - _LOBBY_M) / _STOREY_M)
        band = 0.8 if style == "ribbon" else 0.35
        for k in range(storeys):
            low = _LOBBY_M + _STOREY_M * k
            ledge(work, side, 0.0, side.length_m, low, low + band, 0.16, frame)
