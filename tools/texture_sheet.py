"""Draws every texture of the library, three by three tiles each, to look for seams."""

import argparse
from pathlib import Path

import cv2
import numpy as np
from simgen.worlds import textures

from simgen.view.canvas import Canvas

SIDE, COLUMNS, TILES = 300, 6, 3


def main() -> None:
    """Writes the sheet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="the picture")
    parser.add_argument("names", nargs="*", help="textures; all by default")
    chosen = parser.parse_args()
    tiles = []
    for name in chosen.names or textures.names():
        texture = textures.by_name(name)
        repeated = np.tile(texture.pixels[::-1], (TILES, TILES, 1))
        canvas = Canvas(SIDE, SIDE)
        canvas.paste(cv2.resize(repeated, (SIDE, SIDE), interpolation=cv2.INTER_AREA), 0, 0)
        canvas.caption(name, f"{texture.metres:g} m a tile", 12)
        tiles.append(canvas.pixels)
    tiles += [np.zeros_like(tiles[0])] * (-len(tiles) % COLUMNS)
    rows = [np.concatenate(tiles[k : k + COLUMNS], axis=1) for k in range(0, len(tiles), COLUMNS)]
    cv2.imwrite(str(chosen.out), np.concatenate(rows)[..., ::-1])


if __name__ == "__main__":
    main()
