"""The materials that a map's surfaces are made of; a world may give richer ones, with textures."""

from dataclasses import dataclass, replace
from functools import cache

from simgen.world.material import Material

_ALBEDO = "albedo and near-infrared reflectance: ECOSTRESS spectral library 1.0 (Meerdink et al. 2019)"
_PAINT = "road paint with glass beads: EN 1436 class R4"
_METAL = "a conductor at 77 GHz; galvanised steel: USGS spectral library 7"
_STREET = "7 klm of 3500 K through 0.1 m2, against sunlit white at 30 kcd/m2"
_LENS = "EN 12368, 400 cd over a 200 mm lens, against sunlit white at 30 kcd/m2"

Colour = tuple[float, float, float]


def _plain(semantic: str, colour: Colour, nir: float, *, roughness: float = 0.9, name: str = "") -> Material:
    return Material(
        name=name or f"plain_{semantic}",
        semantic=semantic,
        base_colour=colour,
        roughness=roughness,
        reflectivity_905nm=nir,
        reflectivity_1550nm=nir,
        radar_reflectivity=0.08,
        source=_ALBEDO,
    )


def _paint(semantic: str, name: str, colour: Colour) -> Material:
    return Material(
        name=f"paint_{name}",
        semantic=semantic,
        base_colour=colour,
        roughness=0.7,
        reflectivity_905nm=0.75,
        reflectivity_1550nm=0.65,
        radar_reflectivity=0.08,
        source=_PAINT,
    )


def _metal(semantic: str, name: str, colour: Colour, *, retroreflective: bool = False) -> Material:
    return Material(
        name=f"plain_{name}",
        semantic=semantic,
        base_colour=colour,
        roughness=0.5,
        reflectivity_905nm=0.55,
        reflectivity_1550nm=0.6,
        radar_reflectivity=0.95,
        retroreflective=retroreflective,
        source=_METAL,
    )


def _lens(lamp: str, colour: Colour, emission: Colour) -> Material:
    return Material(
        name=f"lens_{lamp}",
        semantic="traffic_light",
        base_colour=colour,
        roughness=0.2,
        emission=emission,
        lamp=lamp,
        reflectivity_905nm=0.1,
        reflectivity_1550nm=0.1,
        source=_LENS,
    )


_WHITE = (0.78, 0.78, 0.76)


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """One material for each thing that a map can show."""

    road: Material
    shoulder: Material
    parking: Material
    biking: Material
    sidewalk: Material
    kerb: Material
    median: Material
    rail: Material
    border: Material
    terrain: Material
    paving: Material
    paint_white: Material
    paint_yellow: Material
    paint_red: Material
    paint_blue: Material
    paint_green: Material
    crosswalk: Material
    stop_line: Material
    concrete: Material
    guard_rail: Material
    railing: Material
    wall: Material
    bridge: Material
    tunnel: Material
    building: Material
    pole: Material
    delineator: Material
    furniture: Material
    luminaire: Material
    trunk: Material
    leaves: Material
    housing: Material
    lens_red: Material
    lens_amber: Material
    lens_green: Material
    sign_white: Material
    sign_red: Material
    sign_blue: Material
    sign_yellow: Material
    sign_black: Material
    sign_back: Material

    def of_lane(self, kind: str) -> Material:
        """The material of a lane type; what the standard does not name is road.

        Source: ASAM OpenDRIVE 1.8, table of lane types.
        """
        return _material(self, _LANE_FIELDS.get(kind, "road"))

    def of_colour(self, colour: str) -> Material:
        """The paint of a road mark's colour; an unknown one is white."""
        return _material(self, _PAINT_FIELDS.get(colour, "paint_white"))


@cache
def plain_palette() -> Palette:
    """Materials without textures, for maps that are drawn on their own."""
    return Palette(
        road=_plain("road", (0.095, 0.095, 0.1), 0.12),
        shoulder=_plain("shoulder", (0.12, 0.12, 0.12), 0.15),
        parking=_plain("parking", (0.15, 0.145, 0.14), 0.2),
        biking=_plain("bicycle_lane", (0.32, 0.075, 0.05), 0.3),
        sidewalk=_plain("sidewalk", (0.4, 0.375, 0.34), 0.36),
        kerb=_plain("kerb", (0.42, 0.41, 0.39), 0.4),
        median=_plain("ground", (0.25, 0.24, 0.22), 0.3),
        rail=_plain("rail_track", (0.2, 0.18, 0.17), 0.25),
        border=_plain("terrain", (0.1, 0.15, 0.045), 0.45, name="plain_border"),
        terrain=_plain("terrain", (0.082, 0.145, 0.035), 0.46),
        paving=_plain("ground", (0.36, 0.345, 0.32), 0.36, name="plain_paving"),
        paint_white=_paint("marking", "white", _WHITE),
        paint_yellow=_paint("marking", "yellow", (0.72, 0.43, 0.04)),
        paint_red=_paint("marking", "red", (0.5, 0.03, 0.03)),
        paint_blue=_paint("marking", "blue", (0.02, 0.12, 0.5)),
        paint_green=_paint("marking", "green", (0.03, 0.35, 0.1)),
        crosswalk=_paint("crosswalk", "crosswalk", _WHITE),
        stop_line=_paint("stop_line", "stop_line", _WHITE),
        concrete=_plain("barrier", (0.36, 0.345, 0.32), 0.38),
        guard_rail=_metal("barrier", "guard_rail", (0.5, 0.51, 0.52)),
        railing=_metal("fence", "railing", (0.2, 0.22, 0.23)),
        wall=_plain("wall", (0.42, 0.4, 0.37), 0.4),
        bridge=_plain("bridge", (0.4, 0.385, 0.36), 0.4),
        tunnel=_plain("tunnel", (0.32, 0.31, 0.3), 0.35),
        building=_plain("building", (0.55, 0.48, 0.38), 0.5),
        pole=_metal("pole", "pole", (0.5, 0.51, 0.52)),
        delineator=_plain("pole", (0.75, 0.75, 0.73), 0.7, name="plain_delineator"),
        furniture=_plain("furniture", (0.3, 0.31, 0.3), 0.3),
        luminaire=replace(_lens("street", (0.6, 0.6, 0.58), (2.0, 1.56, 1.04)), semantic="pole", source=_STREET),
        trunk=_plain("trunk", (0.2, 0.15, 0.105), 0.42),
        leaves=_plain("vegetation", (0.095, 0.165, 0.035), 0.47),
        housing=_plain("traffic_light", (0.022, 0.024, 0.022), 0.06, roughness=0.5),
        lens_red=_lens("red", (0.1, 0.008, 0.008), (1.9, 0.06, 0.03)),
        lens_amber=_lens("amber", (0.12, 0.055, 0.006), (1.5, 0.65, 0.02)),
        lens_green=_lens("green", (0.006, 0.08, 0.045), (0.03, 1.1, 0.55)),
        sign_white=_metal("traffic_sign", "sign_white", (0.9, 0.9, 0.9), retroreflective=True),
        sign_red=_metal("traffic_sign", "sign_red", (0.55, 0.012, 0.015), retroreflective=True),
        sign_blue=_metal("traffic_sign", "sign_blue", (0.008, 0.09, 0.38), retroreflective=True),
        sign_yellow=_metal("traffic_sign", "sign_yellow", (0.85, 0.6, 0.02), retroreflective=True),
        sign_black=_metal("traffic_sign", "sign_black", (0.02, 0.02, 0.02)),
        sign_back=_metal("traffic_sign", "sign_back", (0.35, 0.36, 0.37)),
    )


_LANE_FIELDS = {
    "shoulder": "shoulder", "stop": "shoulder", "parking": "parking", "biking": "biking", "bicycle": "biking",
    "sidewalk": "sidewalk", "walking": "sidewalk", "curb": "kerb", "median": "median", "restricted": "median",
    "border": "border", "none": "border", "rail": "rail", "tram": "rail", "roadWorks": "road",
}  # fmt: skip
_PAINT_FIELDS = {
    "yellow": "paint_yellow", "orange": "paint_yellow", "red": "paint_red", "blue": "paint_blue",
    "green": "paint_green", "violet": "paint_blue", "black": "sign_black",
}  # fmt: skip


def _material(palette: Palette, name: str) -> Material:
    material: Material = getattr(palette, name)
    return material
