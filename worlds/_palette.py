"""The library's textured materials, in the roles that a map's surfaces have."""

from dataclasses import replace
from functools import cache

from simgen.world.surfaces.palette import Palette, plain_palette

from .materials import by_name, classed


@cache
def palette() -> Palette:
    """Asphalt, paving, grass, paint and metal with textures."""
    return replace(
        plain_palette(),
        road=by_name("asphalt"),
        shoulder=classed("asphalt_worn", "shoulder"),
        parking=classed("asphalt_worn", "parking"),
        biking=by_name("bicycle_surface"),
        sidewalk=by_name("paving"),
        kerb=by_name("kerb"),
        median=by_name("concrete"),
        border=by_name("grass"),
        terrain=by_name("grass"),
        paving=classed("paving", "ground"),
        paint_white=by_name("road_paint"),
        paint_yellow=by_name("road_paint_yellow"),
        crosswalk=by_name("crosswalk_paint"),
        stop_line=by_name("stop_line_paint"),
        concrete=classed("concrete", "barrier"),
        guard_rail=by_name("guard_rail"),
        wall=by_name("wall"),
        bridge=classed("concrete", "bridge"),
        tunnel=classed("concrete", "tunnel"),
        building=by_name("plaster"),
        pole=by_name("steel"),
        furniture=by_name("furniture_metal"),
        luminaire=by_name("lamp_street"),
        trunk=by_name("bark"),
        leaves=by_name("leaves"),
        housing=by_name("signal_housing"),
        lens_red=by_name("lamp_red"),
        lens_amber=by_name("lamp_amber"),
        lens_green=by_name("lamp_green"),
        sign_white=by_name("sign_face"),
        sign_red=by_name("sign_red"),
        sign_blue=by_name("sign_blue"),
        sign_back=by_name("sign_back"),
    )
