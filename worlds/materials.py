"""What things here are made of: one table of colour, roughness, and lidar and radar reflectivity, each with its source.

Colours are linear albedo. Radar reflectivity of plain dielectrics is Fresnel's power reflection at normal incidence.
Reflectances at 905 and 1550 nm are set by us in the range that the named spectra span for such things (new and worn,
dark and light differ by more than the digits that stand here); no spectrum was integrated over a device's line.
"""

from dataclasses import dataclass, replace
from functools import cache

from simgen.errors import InputError
from simgen.world.material import Material

from . import textures

_Colour = tuple[float, float, float]

_SPECTRA = "ECOSTRESS spectral library 1.0 (Meerdink et al. 2019)"
_PLANTS = "Jacquemoud and Baret, PROSPECT, 1990, leaf reflectance; 1550 nm lowered by leaf water"
_USGS = "USGS spectral library 7 (Kokaly et al. 2017)"
_ITU = "permittivity: ITU-R P.2040-3 table 3"
_ASPHALT = "permittivity 3.18: Li and Sarabandi, IEEE Trans. Antennas Propag. 47, 1999"
_SKIN = "Cooksey et al., J. Res. NIST 122, 2017, article 26; permittivity 6.6-10.7j: Gabriel et al. 1996, 77 GHz"
_PAINT = "RAL and OEM paint charts; near infrared: estimated, between dark and light paints"
_RETRO = "EN 12899-1 class RA2, seen as a lidar's full scale"
_MARKING = "EN 1436 class R4 and Q4 (glass beads); albedo: ECOSTRESS road paint"
_METAL = "Johnson and Christy 1972; a conductor at 77 GHz"
_STREET = "7 klm of 3500 K through 0.1 m2 (EN 13201-2, class P2 on a road of 6 m), against sunlit white at 30 kcd/m2"
_LAMP = "UN R148 intensities over the lamp's face, against sunlit white at 30 kcd/m2"
_SIGNAL = "EN 12368 performance level 3, 400 cd over a 200 mm lens, against sunlit white at 30 kcd/m2"

_MINERAL = f"{_SPECTRA}; {_ITU}"
_ROAD = f"{_SPECTRA}; {_ASPHALT}"
_GREEN = f"{_SPECTRA}; {_PLANTS}"
_GLASS = f"{_USGS}; {_ITU}"
_STEEL = f"{_USGS}; {_METAL}"
_PAINTED = f"{_PAINT}; {_METAL}"
_SIGN = f"{_RETRO}; {_METAL}"
_PLASTIC = f"{_USGS}; permittivity 2.5 to 2.9: Afsar, IEEE Trans. Microwave Theory Tech. 32, 1984"
_EPOXY = f"{_SPECTRA}, painted concrete; {_ITU}"
_NYLON = f"{_SPECTRA}, nylon; {_ITU} (the screed below)"
_ROOM_LAMP = "4 klm through 0.36 m2 (EN 12464-1, 300 to 500 lx in the room), half again as bright as sunlit white"
_CLOTH = f"{_SPECTRA}, cotton; {_SKIN}"


def radar_of(permittivity: complex) -> float:
    """Power reflection coefficient of a smooth half space at normal incidence.

    Source: Born and Wolf, Principles of Optics, 7th ed., eq. 1.5.37.
    """
    index = complex(permittivity) ** 0.5
    return abs((index - 1) / (index + 1)) ** 2


_BODY = radar_of(6.6 - 10.7j)


@dataclass(frozen=True, slots=True)
class _Row:
    """One material of the table; `texture` is the name of a function of `textures`."""

    semantic: str
    colour: _Colour
    roughness: float
    nir_905: float
    nir_1550: float
    radar: float
    source: str
    texture: str = ""
    metallic: float = 0.0
    retroreflective: bool = False
    transparent: bool = False
    paint: bool = False
    emission: _Colour = (0.0, 0.0, 0.0)


_TABLE: dict[str, _Row] = {
    # The ground.
    "asphalt": _Row("road", (0.095, 0.095, 0.10), 0.92, 0.10, 0.12, radar_of(3.18), _ROAD, "asphalt"),
    "asphalt_worn": _Row("road", (0.175, 0.17, 0.165), 0.9, 0.20, 0.24, radar_of(3.18), _ROAD, "asphalt_cracked"),
    "concrete": _Row("ground", (0.36, 0.345, 0.32), 0.9, 0.38, 0.40, radar_of(5.24), _MINERAL, "concrete"),
    "paving": _Row("sidewalk", (0.40, 0.375, 0.34), 0.88, 0.36, 0.38, radar_of(5.24), _MINERAL, "paving"),
    "kerb": _Row("kerb", (0.42, 0.41, 0.39), 0.85, 0.40, 0.42, radar_of(5.24), _MINERAL, "concrete"),
    "grass": _Row("terrain", (0.082, 0.145, 0.035), 0.95, 0.46, 0.24, 0.10, _GREEN, "grass"),
    "verge": _Row("shoulder", (0.25, 0.21, 0.165), 0.95, 0.30, 0.36, radar_of(3.0), _GLASS, "gravel"),
    "soil": _Row("terrain", (0.17, 0.12, 0.078), 0.95, 0.27, 0.35, radar_of(3.0), _GLASS, "gravel"),
    "epoxy_floor": _Row("ground", (0.27, 0.285, 0.295), 0.62, 0.42, 0.40, radar_of(5.24), _EPOXY, "epoxy"),
    "epoxy_walk": _Row("sidewalk", (0.10, 0.26, 0.16), 0.62, 0.40, 0.36, radar_of(5.24), _EPOXY, "epoxy"),
    "floor_tiles": _Row("ground", (0.43, 0.415, 0.39), 0.40, 0.55, 0.50, radar_of(5.24), _MINERAL, "floor_tiles"),
    "carpet": _Row("ground", (0.15, 0.17, 0.20), 0.95, 0.40, 0.36, radar_of(3.91), _NYLON, "carpet"),
    "tilled_soil": _Row("terrain", (0.185, 0.125, 0.08), 0.95, 0.27, 0.35, radar_of(3.0), _GLASS, "tilled_soil"),
    "tactile_paving": _Row("sidewalk", (0.62, 0.58, 0.50), 0.85, 0.5, 0.5, radar_of(5.24), _MINERAL, "paving"),
    # Paint on the road; glass beads send light back, so that lidar sees it bright.
    "road_paint": _Row("marking", (0.78, 0.78, 0.76), 0.7, 0.75, 0.65, radar_of(3.18), _MARKING, "road_paint"),
    "road_paint_yellow": _Row("marking", (0.72, 0.43, 0.04), 0.7, 0.68, 0.60, radar_of(3.18), _MARKING, "road_paint"),
    "crosswalk_paint": _Row("crosswalk", (0.76, 0.76, 0.74), 0.7, 0.75, 0.65, radar_of(3.18), _MARKING, "road_paint"),
    "stop_line_paint": _Row("stop_line", (0.78, 0.78, 0.76), 0.7, 0.75, 0.65, radar_of(3.18), _MARKING, "road_paint"),
    "bicycle_surface": _Row("bicycle_lane", (0.32, 0.075, 0.05), 0.9, 0.32, 0.3, radar_of(3.18), _ROAD, "asphalt"),
    # Buildings.
    "brick": _Row("building", (0.40, 0.175, 0.115), 0.92, 0.42, 0.48, radar_of(3.91), _MINERAL, "brick"),
    "plaster": _Row("building", (0.68, 0.60, 0.47), 0.92, 0.70, 0.66, radar_of(2.73), _MINERAL, "plaster"),
    "facade": _Row("building", (0.72, 0.66, 0.56), 0.85, 0.60, 0.56, radar_of(3.91), _MINERAL, "facade"),
    "facade_brick": _Row("building", (0.85, 0.80, 0.75), 0.88, 0.42, 0.46, radar_of(3.91), _MINERAL, "facade_brick"),
    "facade_glass": _Row("building", (0.75, 0.82, 0.88), 0.12, 0.12, 0.10, radar_of(6.31), _GLASS, "facade_glass"),
    "roof_tiles": _Row("building", (0.44, 0.19, 0.12), 0.88, 0.42, 0.46, radar_of(3.91), _MINERAL, "roof_tiles"),
    "roof_flat": _Row("building", (0.22, 0.22, 0.22), 0.95, 0.2, 0.22, radar_of(3.18), _ROAD, "concrete"),
    "wall": _Row("wall", (0.42, 0.40, 0.37), 0.9, 0.4, 0.42, radar_of(5.24), _MINERAL, "concrete"),
    # Rooms.
    "wall_panel": _Row("wall", (0.66, 0.67, 0.66), 0.55, 0.65, 0.60, 0.9, _PAINTED, "trapezoid"),
    "wall_paint": _Row("wall", (0.74, 0.72, 0.67), 0.85, 0.72, 0.68, radar_of(2.73), _MINERAL, "plaster"),
    "ceiling": _Row(
        "building", (0.6, 0.6, 0.59), 0.9, 0.7, 0.66, radar_of(2.73), _MINERAL, "ceiling", emission=(0.17, 0.17, 0.17)
    ),
    "roof_deck": _Row(
        "building", (0.42, 0.43, 0.44), 0.6, 0.55, 0.55, 0.9, _PAINTED, "trapezoid", emission=(0.07, 0.07, 0.072)
    ),
    "room_lamp": _Row(
        "building", (0.85, 0.85, 0.84), 0.5, 0.8, 0.7, radar_of(2.9), _ROOM_LAMP, emission=(1.6, 1.6, 1.55)
    ),
    "carton_stack": _Row("movable", (0.44, 0.29, 0.16), 0.92, 0.62, 0.5, radar_of(1.8), _GLASS, "carton_stack"),
    "stretch_film": _Row("movable", (0.55, 0.56, 0.57), 0.2, 0.45, 0.35, radar_of(2.5), _PLASTIC, "stretch_film"),
    # Plants.
    "bark": _Row("trunk", (0.20, 0.15, 0.105), 0.95, 0.42, 0.38, radar_of(1.99), _MINERAL, "bark"),
    "leaves": _Row("vegetation", (0.095, 0.165, 0.035), 0.85, 0.47, 0.24, 0.12, _GREEN, "leaves"),
    "leaves_dark": _Row("vegetation", (0.055, 0.105, 0.032), 0.85, 0.42, 0.2, 0.12, _GREEN, "leaves"),
    # Street furniture.
    "steel": _Row("pole", (0.50, 0.51, 0.52), 0.5, 0.55, 0.60, 0.95, _STEEL, metallic=0.6),
    "aluminium": _Row("pole", (0.62, 0.62, 0.63), 0.4, 0.65, 0.70, 0.97, _STEEL, metallic=0.7),
    "guard_rail": _Row("barrier", (0.50, 0.51, 0.52), 0.5, 0.55, 0.60, 0.95, _STEEL, metallic=0.6),
    "sign_face": _Row("traffic_sign", (0.90, 0.90, 0.90), 0.4, 0.90, 0.85, 0.95, _SIGN, retroreflective=True),
    "sign_red": _Row("traffic_sign", (0.55, 0.012, 0.015), 0.4, 0.80, 0.8, 0.95, _SIGN, retroreflective=True),
    "sign_blue": _Row("traffic_sign", (0.008, 0.09, 0.38), 0.4, 0.70, 0.7, 0.95, _SIGN, retroreflective=True),
    "sign_back": _Row("traffic_sign", (0.35, 0.36, 0.37), 0.5, 0.4, 0.42, 0.95, _STEEL, metallic=0.5),
    "signal_housing": _Row("traffic_light", (0.022, 0.024, 0.022), 0.5, 0.06, 0.08, radar_of(2.9), _PLASTIC),
    "furniture_metal": _Row("furniture", (0.05, 0.065, 0.06), 0.5, 0.15, 0.2, 0.95, _PAINTED),
    "furniture_wood": _Row("furniture", (0.30, 0.17, 0.085), 0.75, 0.5, 0.42, radar_of(1.99), _MINERAL, "wood"),
    "bollard_red": _Row("furniture", (0.5, 0.02, 0.02), 0.5, 0.55, 0.5, 0.95, _PAINTED),
    "bollard_white": _Row("furniture", (0.75, 0.75, 0.73), 0.5, 0.7, 0.6, 0.95, _PAINTED),
    # Vehicles.
    "car_paint": _Row("car", (0.36, 0.37, 0.39), 0.28, 0.35, 0.35, 0.9, _PAINTED, paint=True),
    "car_glass": _Row("car", (0.018, 0.022, 0.025), 0.06, 0.05, 0.04, radar_of(6.31), _GLASS, transparent=True),
    "rubber": _Row("car", (0.022, 0.022, 0.023), 0.9, 0.05, 0.06, 0.05, _PLASTIC),
    "rim": _Row("car", (0.56, 0.57, 0.58), 0.35, 0.6, 0.65, 0.97, _STEEL, metallic=0.6),
    "chrome": _Row("car", (0.62, 0.62, 0.63), 0.15, 0.55, 0.6, 0.97, _METAL, metallic=1.0),
    "plastic": _Row("car", (0.028, 0.028, 0.029), 0.65, 0.06, 0.1, radar_of(2.5), _PLASTIC),
    "underbody": _Row("car", (0.010, 0.010, 0.010), 0.95, 0.05, 0.06, 0.5, _STEEL),
    "seam": _Row("car", (0.012, 0.012, 0.013), 0.9, 0.05, 0.06, 0.3, _STEEL),
    "plate": _Row("car", (0.80, 0.80, 0.78), 0.45, 0.9, 0.85, 0.9, _SIGN, "number_plate", retroreflective=True),
    "box_panel": _Row("truck", (0.78, 0.78, 0.77), 0.45, 0.75, 0.65, 0.9, _PAINTED),
    # People.
    "skin": _Row("pedestrian", (0.52, 0.31, 0.22), 0.6, 0.55, 0.2, _BODY, _SKIN),
    "hair": _Row("pedestrian", (0.040, 0.026, 0.017), 0.8, 0.25, 0.2, _BODY / 2, _SKIN),
    "clothes": _Row("pedestrian", (0.28, 0.08, 0.07), 0.92, 0.45, 0.35, _BODY, _CLOTH, "fabric", paint=True),
    "trousers": _Row("pedestrian", (0.045, 0.06, 0.11), 0.92, 0.40, 0.32, _BODY, _CLOTH, "fabric"),
    "leather": _Row("pedestrian", (0.035, 0.026, 0.022), 0.6, 0.3, 0.3, radar_of(2.5), _PLASTIC),
    # Things that lie or stand about.
    "cardboard": _Row("debris", (0.42, 0.28, 0.155), 0.92, 0.62, 0.5, radar_of(1.8), _GLASS, "cardboard"),
    "tape": _Row("debris", (0.32, 0.2, 0.1), 0.35, 0.55, 0.45, radar_of(1.8), _GLASS),
    "wood": _Row("debris", (0.42, 0.27, 0.14), 0.85, 0.58, 0.45, radar_of(1.99), _MINERAL, "wood"),
    "cone_orange": _Row("cone", (0.82, 0.13, 0.015), 0.6, 0.6, 0.5, radar_of(2.5), _SIGN),
    "cone_white": _Row("cone", (0.85, 0.85, 0.85), 0.4, 0.9, 0.8, radar_of(2.5), _RETRO, retroreflective=True),
}  # fmt: skip

_CLEAR: _Colour = (0.55, 0.57, 0.58)
_RED: _Colour = (0.30, 0.012, 0.014)
_AMBER: _Colour = (0.50, 0.40, 0.30)
_LAMPS: dict[str, tuple[_Colour, _Colour, str]] = {
    "low_beam": (_CLEAR, (9.0, 9.0, 8.6), _LAMP),
    "high_beam": (_CLEAR, (20.0, 20.0, 19.0), _LAMP),
    "position": (_CLEAR, (1.6, 1.6, 1.6), _LAMP),
    "fog": (_RED, (3.0, 0.05, 0.03), _LAMP),
    "brake": (_RED, (2.1, 0.05, 0.03), _LAMP),
    "indicator_left": (_AMBER, (3.2, 1.3, 0.05), _LAMP),
    "indicator_right": (_AMBER, (3.2, 1.3, 0.05), _LAMP),
    "reverse": (_CLEAR, (1.4, 1.4, 1.4), _LAMP),
    "warning": ((0.02, 0.05, 0.3), (0.2, 0.6, 4.0), _LAMP),
    "red": ((0.10, 0.008, 0.008), (1.9, 0.06, 0.03), _SIGNAL),
    "amber": ((0.12, 0.055, 0.006), (1.5, 0.65, 0.02), _SIGNAL),
    "green": ((0.006, 0.08, 0.045), (0.03, 1.1, 0.55), _SIGNAL),
    "street": (_CLEAR, (2.0, 1.56, 1.04), _STREET),
}
"""Colour unlit, emission lit, source."""


def names() -> tuple[str, ...]:
    """Names of all materials, lamps included, sorted."""
    return tuple(sorted([*_TABLE, *(f"lamp_{lamp}" for lamp in _LAMPS)]))


@cache
def by_name(name: str) -> Material:
    """A material of the table; the same object for the same name.

    Raises:
        InputError: no material has this name.
    """
    if name.startswith("lamp_") and name[5:] in _LAMPS:
        return _lamp(name[5:])
    if name not in _TABLE:
        raise InputError(f"materials: name: expected one of {', '.join(names())}, got {name!r}")
    row = _TABLE[name]
    return Material(
        name=name,
        semantic=row.semantic,
        base_colour=row.colour,
        roughness=row.roughness,
        metallic=row.metallic,
        emission=row.emission,
        paint=row.paint,
        texture=textures.by_name(row.texture) if row.texture else None,
        reflectivity_905nm=row.nir_905,
        reflectivity_1550nm=row.nir_1550,
        radar_reflectivity=round(row.radar, 4),
        retroreflective=row.retroreflective,
        transparent=row.transparent,
        source=row.source,
    )


@cache
def tinted(name: str, colour: _Colour) -> Material:
    """A material of the table in another colour (linear RGB), all else equal."""
    red, green, blue = colour
    return replace(by_name(name), name=f"{name}_{red:.3f}_{green:.3f}_{blue:.3f}", base_colour=colour)


@cache
def classed(name: str, semantic: str) -> Material:
    """A material of the table on a thing of another semantic class."""
    return replace(by_name(name), name=f"{name}_{semantic}", semantic=semantic)


def _lamp(lamp: str) -> Material:
    colour, emission, source = _LAMPS[lamp]
    signal = lamp in ("red", "amber", "green")
    return Material(
        name=f"lamp_{lamp}",
        semantic="traffic_light" if signal else "pole" if lamp == "street" else "car",
        base_colour=colour,
        roughness=0.2,
        emission=emission,
        lamp=lamp,
        reflectivity_905nm=0.1 if signal else 0.7,
        reflectivity_1550nm=0.1 if signal else 0.6,
        radar_reflectivity=round(radar_of(2.9), 4),
        retroreflective=not signal and lamp != "street",
        source=f"{source}; rear reflectors: UN R150; polycarbonate, permittivity 2.9: Afsar 1984",
    )
