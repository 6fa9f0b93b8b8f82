"""Assembles a world from an OpenDRIVE map: surfaces, lanes, signals, ground, and whatever dresses the place."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyproj
import shapely
from jaxtyping import Float
from numpy import ndarray

from simgen.errors import InputError
from simgen.world.mesh import Mesh, merge
from simgen.world.opendrive.network import lane_network
from simgen.world.opendrive.read import read_opendrive
from simgen.world.opendrive.reference_line import reference_line
from simgen.world.opendrive.types import OpenDrive
from simgen.world.precedence import precedence_of
from simgen.world.surfaces.bridges import deck_meshes, tunnel_meshes
from simgen.world.surfaces.footprint import Footprint, footprints, ring_of
from simgen.world.surfaces.index import HeightIndex
from simgen.world.surfaces.junctions import junction_areas, junction_meshes
from simgen.world.surfaces.marks import redraped, section_marks
from simgen.world.surfaces.objects import object_meshes
from simgen.world.surfaces.overlaps import Grouping, grouped
from simgen.world.surfaces.paint import PAINTED, painted_meshes, painted_signal
from simgen.world.surfaces.palette import Palette, plain_palette
from simgen.world.surfaces.placing import Site
from simgen.world.surfaces.signals import is_paint, placed_signals, world_signals
from simgen.world.surfaces.strips import SectionStrips, cap_meshes, kerb_meshes, lane_meshes, section_strips
from simgen.world.surfaces.terrain import Relief, terrain_mesh
from simgen.world.weather import Weather
from simgen.world.world import Resident, Roof, Surface, World

_NEAR_M = 1000.0
"""Maps that lie within this of their own origin keep it; float32 is exact to 0.1 mm there."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Place:
    """What a world's dressing may ask: where the roads are, how high the ground is.

    Attributes:
        roads: everything that has a road surface, from above.
        ground: roads and terrain.
        terrain: the land beside the roads.
        palette: the map's materials.
        seed: of everything that is random about the dressing.
    """

    drive: OpenDrive
    origin_m: Float[ndarray, "3"]
    sections: tuple[SectionStrips, ...]
    roads: shapely.Geometry
    ground: HeightIndex
    terrain: Mesh
    palette: Palette
    seed: int


Dress = Callable[[Place], Sequence[Surface]]
"""Adds buildings, plants and furniture to a place."""

Residents = Callable[[Place], Sequence[Resident]]
"""Says who and what stands at a place."""

Roofs = Callable[[Place], Sequence[Roof]]
"""Says what daylight does not reach."""


def world_from_opendrive(
    source: str | Path,
    *,
    name: str = "",
    palette: Palette | None = None,
    dress: Dress | None = None,
    relief: Relief | None = None,
    residents: Residents | None = None,
    roofs: Roofs | None = None,
    seed: int = 0,
    weather: Weather | None = None,
    parameters: Mapping[str, object] | None = None,
) -> World:
    """The world that an OpenDRIVE map describes.

    Args:
        source: path of an .xodr file, or its text.
        name: of the world; the map's own by default.
        palette: materials; plain ones without textures by default.
        dress: adds what the map does not hold.
        relief: hills beside the roads; level land by default.
        residents: who and what stands there as long as nobody moves it; nobody by default.
        roofs: stretches that daylight does not reach; none by default.
        seed: handed to the dressing.
        weather: light and air by default.
        parameters: recorded with the world.

    Raises:
        InputError: the file cannot be read or breaks the standard; one line that names the element.
    """
    drive = read_opendrive(source)
    plan = _plan(drive, plain_palette() if palette is None else palette, seed, relief)
    lanes = lane_network(drive, plan.place.origin_m)
    latitude, longitude, altitude, north = _geodetic(drive, plan.place.origin_m)
    surfaces = [*plan.surfaces, *(dress(plan.place) if dress is not None else ())]
    return World(
        name=name or drive.name or "map",
        surfaces=tuple(one for one in surfaces if len(one.mesh.faces)),
        lanes=lanes,
        signals=world_signals(Site(origin_m=plan.place.origin_m, ground=plan.place.ground), drive, lanes),
        precedence=precedence_of(drive, lanes),
        origin_m=plan.place.origin_m,
        geo_reference=drive.geo_reference,
        latitude_deg=latitude,
        longitude_deg=longitude,
        altitude_m=altitude,
        north_deg=north,
        weather=weather or Weather(),
        residents=tuple(residents(plan.place)) if residents is not None else (),
        roofs=tuple(roofs(plan.place)) if roofs is not None else (),
        opendrive=drive.text,
        parameters=dict(parameters or {}),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Plan:
    """What the map itself makes: its surfaces, and the place that a dressing adds to."""

    surfaces: tuple[Surface, ...]
    place: Place


def _plan(drive: OpenDrive, palette: Palette, seed: int, relief: Relief | None) -> _Plan:
    origin = _origin(drive)
    sections = _sections(drive, origin)
    grouping = grouped(drive, sections)
    roads = _road_surfaces(grouping, sections, palette)
    outlines = footprints(sections)
    covered = [area for group in grouping.groups for area in junction_areas(group)]
    terrain = terrain_mesh(outlines, covered, palette.terrain, relief)
    on_road, ground = HeightIndex([roads]), HeightIndex([roads, terrain])
    structures = merge([*deck_meshes(outlines, palette), *(m for one in sections for m in tunnel_meshes(one, palette))])
    paint = _paint(drive, Site(origin_m=origin, ground=on_road), grouping, palette)
    surfaces = (
        Surface(name="road", mesh=roads),
        Surface(name="markings", mesh=paint, collide=False),
        Surface(name="terrain", mesh=terrain),
        Surface(name="structures", mesh=structures),
        *_furniture(drive, Site(origin_m=origin, ground=ground), palette),
    )
    place = Place(
        drive=drive,
        origin_m=origin,
        sections=tuple(sections),
        roads=_area(outlines, covered),
        ground=ground,
        terrain=terrain,
        palette=palette,
        seed=seed,
    )
    return _Plan(surfaces=surfaces, place=place)


def _origin(drive: OpenDrive) -> Float[ndarray, "3"]:
    """The map's own origin where the map lies around it, else the middle of the map, rounded to 10 m."""
    points = []
    for road in drive.roads.values():
        s = np.linspace(0.0, road.length_m, max(2, int(road.length_m / 20.0)))
        points.append(np.column_stack([reference_line(road, s).xy_m, road.elevation.value(s)]))
    if not points:
        raise InputError("OpenDRIVE: expected at least one road, got none")
    everything = np.concatenate(points)
    if np.max(np.abs(everything)) <= _NEAR_M:
        return np.zeros(3)
    middle = (everything.min(axis=0) + everything.max(axis=0)) / 2.0
    if np.abs(everything[:, 2]).max() <= _NEAR_M / 2.0:
        middle[2] = 0.0
    return np.asarray(np.round(middle / 10.0) * 10.0)


def _geodetic(drive: OpenDrive, origin: Float[ndarray, "3"]) -> tuple[float, float, float, float]:
    """Latitude, longitude (degrees), altitude and north of the world's origin; World's own without reference."""
    if not drive.geo_reference.strip():
        return 48.2, 16.37, 170.0, 90.0
    text = drive.geo_reference.strip()
    # Heights are not looked up, so no geoid is needed; some tools write only a transverse Mercator's origin.
    text = " ".join(word for word in text.split() if not word.startswith(("+geoidgrids", "+vunits", "+vto_meter")))
    text = f"+proj=tmerc {text}" if "+lat_0" in text and "+proj" not in text else text
    dx, dy, dz, turn = drive.offset
    x = np.cos(turn) * origin[0] - np.sin(turn) * origin[1] + dx
    y = np.sin(turn) * origin[0] + np.cos(turn) * origin[1] + dy
    try:
        crs = pyproj.CRS.from_user_input(text)
        to_degrees = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    except pyproj.exceptions.ProjError as error:
        raise InputError(f"OpenDRIVE: geoReference: expected a PROJ string, got {drive.geo_reference!r}") from error
    longitude, latitude = to_degrees.transform(x, y)
    if not np.isfinite([latitude, longitude]).all():
        raise InputError(f"OpenDRIVE: geoReference: {drive.geo_reference!r} does not hold at x {x:.0f}, y {y:.0f}")
    ahead = np.array(to_degrees.transform(longitude, latitude + 1e-4, direction="INVERSE")) - (x, y)
    north = (np.degrees(np.arctan2(ahead[1], ahead[0]) - turn) + 180.0) % 360.0 - 180.0
    return float(latitude), float(longitude), float(origin[2] + dz), float(north)


def _sections(drive: OpenDrive, origin: Float[ndarray, "3"]) -> list[SectionStrips]:
    return [
        strips
        for road in drive.roads.values()
        for section in road.sections
        for strips in section_strips(road, section, origin)
    ]


def _road_surfaces(grouping: Grouping, sections: Sequence[SectionStrips], palette: Palette) -> Mesh:
    meshes = [mesh for one in grouping.single for mesh in (*lane_meshes(one, palette), *kerb_meshes(one, palette))]
    meshes += [mesh for group in grouping.groups for mesh in junction_meshes(group, palette)]
    return merge([*meshes, *cap_meshes(grouping.single, sections, palette)])


def _paint(drive: OpenDrive, site: Site, grouping: Grouping, palette: Palette) -> Mesh:
    """Everything painted on the road."""
    laid_anew = {id(one) for one in grouping.redraped}
    meshes = []
    for one in grouping.painted:
        marks = section_marks(one, palette)
        meshes.extend([redraped(mesh, site.ground) for mesh in marks] if id(one) in laid_anew else marks)
    for road in drive.roads.values():
        for item in road.objects:
            if item.kind in PAINTED:
                meshes.extend(painted_meshes(site, road, item, palette))
        for signal in road.signals:
            if is_paint(signal):
                meshes.extend(painted_signal(site, road, signal, palette))
    return merge(meshes)


def _furniture(drive: OpenDrive, site: Site, palette: Palette) -> list[Surface]:
    """The map's objects, signs and lights; each light's head is a surface of its own, for its lamps."""
    objects = [
        mesh
        for road in drive.roads.values()
        for item in road.objects
        for mesh in object_meshes(site, road, item, palette)
    ]
    signals = placed_signals(site, drive, palette)
    posts = [one.post for one in signals] + [one.head for one in signals if one.light < 0]
    lights = [Surface(name=f"light {one.id}", mesh=one.head, signal=one.light) for one in signals if one.light >= 0]
    return [Surface(name="objects", mesh=merge(objects)), Surface(name="signs", mesh=merge(posts)), *lights]


def _area(outlines: Sequence[Footprint], covered: Sequence[shapely.Geometry]) -> shapely.Geometry:
    rings = [ring_of(one.right, one.left) for one in outlines]
    return shapely.union_all([*rings, *covered], grid_size=1e-3)
