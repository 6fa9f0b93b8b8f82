"""Writes the project's own maps: `python -m simgen.worlds.maps.draw [FOLDER]`."""

import sys
from pathlib import Path

from . import car_park, highway, motorway, proving_ground, roadworks, roundabout, rural, town, tunnel

DRAWINGS = {
    "car_park": car_park.draw,
    "town": town.draw,
    "highway": highway.draw,
    "motorway": motorway.draw,
    "proving_ground": proving_ground.draw,
    "roadworks": roadworks.draw,
    "rural": rural.draw,
    "tunnel": tunnel.draw,
    "roundabout": roundabout.draw,
}


def draw_all(folder: Path) -> None:
    """Writes every map into a folder."""
    for name, draw in DRAWINGS.items():
        (folder / f"{name}.xodr").write_bytes(draw())


if __name__ == "__main__":
    draw_all(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
