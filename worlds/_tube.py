"""The inside of a road tunnel: panels, lamps, doors, niches, fans, cables; and its portals and the hill above."""

import math
from dataclasses import replace

import numpy as np
import shapely
from jaxtyping import Float
from numpy import ndarray

from simgen.geometry import Pose
from simgen.sampling import stream
from simgen.world.build import Place
from simgen.world.material import Material
from simgen.world.mesh import Mesh
from simgen.world.shapes import box, cylinder, extrude, moved
from simgen.world.surfaces.bridges import TUNNEL_HEIGHT_M
from simgen.world.surfaces.sheets import grid_faces, ribbon, sheet
from simgen.world.world import Roof

from . import _countryside as country
from .maps import tunnel as drawing
from .materials import by_name, classed, tinted
from .models import plants
from .models._lettering import BLUE, WHITE, facing, words

LAMP_M, ENTRANCE_M = 10.0, 60.0
"""Lamps are this far apart inside, half as far in the first stretch, where eyes have to get used to the dark.

Source: CIE 88:2004, threshold zone as long as the stopping distance (60 m at 80 km/h in good light, rounded).
"""

PORTAL_M, FLAT_M = 9.0, 12.0
"""Height of a portal's wall above the road, and half of the width in which it is level."""


LIT = 0.06
"""Light of the lamps, a share of the sun's: near the portals 4 to 6 % of the luminance outside. Source: CIE 88:2004."""


def roof(place: Place, length_m: float) -> Roof:
    """What the tube covers."""
    s = np.linspace(drawing.START_M, drawing.START_M + length_m, min(max(math.ceil(length_m / 40.0), 2), 40) + 1)
    line = country.along_road(place, "1", s, np.zeros(len(s)))
    half = drawing.edge_m(drawing.START_M + length_m / 2.0, length_m) + 0.6
    points = tuple((float(x), float(y), float(z)) for x, y, z in line)
    return Roof(line=points, half_width_m=half, height_m=TUNNEL_HEIGHT_M + 0.15, lamps=LIT)


def glowing(name: str, colour: tuple[float, float, float], emission: tuple[float, float, float]) -> Material:
    """A lamp's face that is always lit."""
    base = by_name("lamp_street")
    return replace(base, name=name, base_colour=colour, emission=emission, lamp="", semantic="tunnel")


def _turned(mesh: Mesh, place: Place, s_m: float, t_m: float, z_m: float, turn_rad: float = 0.0) -> Mesh:
    """A mesh put onto the road: its x along the road (turned), its origin at a height above it."""
    point, yaw = country.on_road(place, "1", s_m, t_m)
    pose = Pose.from_xyz_rpy(float(point[0]), float(point[1]), float(point[2]) + z_m, yaw=yaw + turn_rad)
    return moved(mesh, pose)


def panels(place: Place, length_m: float) -> list[Mesh]:
    """Light panels up to 3 m on both walls, a dark stripe above them, a cable tray under the ceiling."""
    s = np.arange(drawing.START_M + 0.05, drawing.START_M + length_m, 3.0)
    s = np.append(s, drawing.START_M + length_m - 0.05)
    edge = np.array([drawing.edge_m(float(one), length_m) for one in s]) - 0.03
    light, stripe = tinted("wall", (0.72, 0.70, 0.60)), tinted("wall", (0.08, 0.17, 0.30))
    light, stripe = replace(light, semantic="tunnel"), replace(stripe, semantic="tunnel")
    made = []
    for side in (-1.0, 1.0):
        foot = country.along_road(place, "1", s, side * edge)
        for low, high, material in ((0.25, 3.0, light), (3.0, 3.25, stripe)):
            a, b = foot + np.array([0.0, 0.0, low]), foot + np.array([0.0, 0.0, high])
            made.append(ribbon(b, a, material, world_uv=False) if side < 0 else ribbon(a, b, material, world_uv=False))
        tray = country.along_road(place, "1", s, side * (edge - 0.35), TUNNEL_HEIGHT_M - 0.35)
        made.append(country.bar(tray, 0.12, 0.4, classed("steel", "tunnel")))
    return made


def lamps(place: Place, length_m: float) -> list[Mesh]:
    """Two rows of lamps under the ceiling; those near the portals stand closer; every other one lights the night."""
    day, night = glowing("tunnel_lamp", (0.7, 0.7, 0.66), (2.4, 2.2, 1.8)), classed("lamp_street", "tunnel")
    housing = classed("signal_housing", "tunnel")
    made = []
    s, count = 3.0, 0
    while s < length_m - 2.0:
        for t in (-2.1, 2.1):
            at = drawing.START_M + s
            made.append(_turned(box((1.4, 0.34, 0.1), housing), place, at, t, TUNNEL_HEIGHT_M - 0.06))
            face = night if count % 4 == 3 else day
            made.append(_turned(box((1.3, 0.26, 0.03), face), place, at, t, TUNNEL_HEIGHT_M - 0.125))
        near = min(s, length_m - s) < ENTRANCE_M
        s, count = s + (LAMP_M / 2.0 if near else LAMP_M), count + 1
    return made


def safety(place: Place, length_m: float) -> list[Mesh]:
    """Emergency doors with lit signs, orange SOS niches, reflecting studs on the kerbs, jet fans."""
    green, orange = tinted("furniture_metal", (0.02, 0.22, 0.08)), tinted("furniture_metal", (0.75, 0.24, 0.015))
    lit = glowing("exit_lamp", (0.1, 0.6, 0.25), (0.05, 0.7, 0.3))
    sos = glowing("sos_lamp", (0.8, 0.4, 0.05), (0.9, 0.42, 0.03))
    stud, steel = by_name("sign_face"), classed("steel", "tunnel")
    made = []
    for n, s in enumerate(np.arange(30.0, length_m - 20.0, 50.0)):
        at = drawing.START_M + float(s)
        side = 1.0 if n % 2 else -1.0
        wall = drawing.edge_m(at, length_m)
        body, light = (green, lit) if n % 4 < 2 else (orange, sos)
        made += [
            _turned(box((1.3, 0.12, 2.3), body), place, at, side * (wall - 0.08), 1.27),
            _turned(box((0.9, 0.25, 0.45), light), place, at, side * (wall - 0.15), 2.75),
            _turned(box((0.12, 0.6, 0.35), light), place, at - 0.9, side * (wall - 0.32), 2.75),
        ]
    for s in np.arange(12.0, length_m, 24.0):
        at = drawing.START_M + float(s)
        walk = drawing.edge_m(at, length_m) - drawing.WALK_M
        made += [_turned(box((0.1, 0.05, 0.07), stud), place, at, side * (walk + 0.05), 0.16) for side in (-1.0, 1.0)]
    fan = cylinder(0.3, 2.6, steel, axis="x", segments=12)
    for s in np.arange(70.0, length_m - 60.0, 90.0):
        at = drawing.START_M + float(s)
        made += [_turned(fan, place, at, t, TUNNEL_HEIGHT_M - 0.42) for t in (-0.45, 0.45)]
    return made


def _cover(t_m: Float[ndarray, " n"], top_m: float, foot_m: float) -> Float[ndarray, " n"]:
    """Height of the hill across the road."""
    share = np.clip((np.abs(t_m) - FLAT_M) / (foot_m - FLAT_M), 0.0, 1.0)
    return np.asarray(top_m * (1.0 - share * share * (3.0 - 2.0 * share)))


def portals(place: Place, length_m: float) -> list[Mesh]:
    """A stone wall at both ends with the opening in it, a coping on it and the tunnel's name above."""
    stone = tinted("wall", (0.36, 0.335, 0.29))
    opening = drawing.LANE_M + drawing.STRIP_M + drawing.WALK_M
    across = np.linspace(-26.0, 26.0, 27)
    top = _cover(across, PORTAL_M, 26.0) + 0.35
    outline = [(-26.0, -1.5), (-opening, -1.5), (-opening, TUNNEL_HEIGHT_M), (opening, TUNNEL_HEIGHT_M)]
    outline += [(opening, -1.5), (26.0, -1.5), *zip(across[::-1].tolist(), top[::-1].tolist(), strict=True)]
    wall = extrude(np.array(outline), -0.6, 0.6, stone)
    upright = moved(wall, Pose.from_xyz_rpy(0.0, 0.0, 0.0, roll=math.pi / 2.0))
    frame = [
        box((2.0 * opening + 1.2, 1.8, 0.5), classed("concrete", "tunnel"), (0.0, 0.0, TUNNEL_HEIGHT_M + 0.25)),
        *(box((0.5, 1.8, 6.2), classed("concrete", "tunnel"), (side * (opening + 0.25), 0.0, 1.6)) for side in (-1, 1)),
    ]
    board = words((f"Hill tunnel  {length_m:.0f} m",), 5.0, 0.7, WHITE, BLUE, "traffic_sign", "sign_face")
    name = facing("-x", (0.0, 0.0, 0.0), 5.0, 0.7, board)
    made = []
    for s_m, turn in ((drawing.START_M, 0.0), (drawing.START_M + length_m, math.pi)):
        made += [_turned(mesh, place, s_m, 0.0, 0.0, turn + math.pi / 2.0) for mesh in (upright, *frame)]
        ahead = -0.65 if turn == 0.0 else 0.65
        made.append(_turned(name, place, s_m + ahead, 0.0, TUNNEL_HEIGHT_M + 1.4, turn))
    return made


def hill_area(place: Place, length_m: float) -> shapely.Geometry:
    """The land that the hill covers."""
    s = np.linspace(drawing.START_M - 2.0, drawing.START_M + length_m + 2.0, 24)
    foot = np.array([_foot(float(one), length_m)[1] + 4.0 for one in s])
    left, right = (country.along_road(place, "1", s, sign * foot)[:, :2] for sign in (1.0, -1.0))
    return shapely.make_valid(shapely.Polygon(np.concatenate([left, right[::-1]])))


def _foot(s_m: float, length_m: float) -> tuple[float, float]:
    """Height of the hill's top and how far from the road it begins, at a station."""
    share = min(max(min(s_m - drawing.START_M, drawing.START_M + length_m - s_m) / 130.0, 0.0), 1.0)
    share = share * share * (3.0 - 2.0 * share)
    return PORTAL_M + 27.0 * share, 26.0 + 105.0 * share


def hill(place: Place, length_m: float) -> list[Mesh]:
    """The hill over the tube, with spruces on it."""
    stations = np.linspace(drawing.START_M, drawing.START_M + length_m, 28)
    shares = np.array([-1.06, -1.0, -0.85, -0.7, -0.55, -0.4, -0.25, -0.1, 0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 1.0, 1.06])
    rows = [_row(place, float(s), shares, length_m) for s in stations]
    grid = np.stack(rows)[:, ::1]
    made = [sheet(grid.reshape(-1, 3), grid_faces(len(stations), len(shares)), by_name("grass"))]
    rng = stream(place.seed, "hill")
    for _ in range(34):
        k, m = int(rng.integers(2, len(stations) - 2)), int(rng.integers(2, len(shares) - 2))
        point = grid[k, m] + np.array([*rng.uniform(-4.0, 4.0, 2), -0.9])
        model = plants.conifer(height_m=float(rng.integers(8, 15)), seed=int(rng.integers(5)))
        pose = Pose.from_xyz_rpy(float(point[0]), float(point[1]), float(point[2]), yaw=float(rng.uniform(0, 6)))
        made += [moved(part.mesh, pose) for part in model.parts]
    return made


def _row(place: Place, s_m: float, shares: Float[ndarray, " m"], length_m: float) -> Float[ndarray, "m 3"]:
    top, foot = _foot(s_m, length_m)
    t = shares * foot
    points = country.along_road(place, "1", np.full(len(t), s_m), t)
    land = country.heights(place, points[:, :2])
    away = np.clip((np.abs(t) - FLAT_M) / 30.0, 0.0, 1.0)
    points[:, 2] = (1.0 - away) * points[:, 2] + away * land + _cover(t, top, foot)
    points[np.abs(shares) > 1.0, 2] -= 2.5
    return points
