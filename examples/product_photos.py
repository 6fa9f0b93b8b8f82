"""Draws five "photographs" of a packet of tea by code, and prints the command that makes 1 000 labelled images of it.

.venv/bin/python examples/product_photos.py photos
"""

import sys
from pathlib import Path

import cv2
import numpy as np

SIZE_M = (0.08, 0.16, 0.11)
"""Depth, width and height of the packet."""

GREEN, CREAM, GOLD, DARK = (40, 110, 30), (215, 240, 250), (60, 170, 215), (20, 45, 15)  # BGR, as OpenCV has it
PIXELS_PER_M = 5000


def blank(width_m: float, height_m: float, colour: tuple[int, int, int]) -> np.ndarray:
    """A plain side."""
    shape = (round(height_m * PIXELS_PER_M), round(width_m * PIXELS_PER_M), 3)
    return np.full(shape, colour, np.uint8)


def text(picture: np.ndarray, words: str, row: float, size: float, colour: tuple[int, int, int]) -> None:
    """Words in the middle of a row, as high as a share of the picture."""
    scale = size * picture.shape[0] / 22
    thick = max(round(2 * scale), 1)
    (width, height), _ = cv2.getTextSize(words, cv2.FONT_HERSHEY_COMPLEX, scale, thick)
    scale *= min(1.0, 0.9 * picture.shape[1] / width)
    (width, height), _ = cv2.getTextSize(words, cv2.FONT_HERSHEY_COMPLEX, scale, thick)
    place = ((picture.shape[1] - width) // 2, round(row * picture.shape[0]) + height // 2)
    cv2.putText(picture, words, place, cv2.FONT_HERSHEY_COMPLEX, scale, colour, thick, cv2.LINE_AA)


def leaf(picture: np.ndarray, x: float, y: float, length: float, turn_deg: float) -> None:
    """A tea leaf."""
    high, wide = picture.shape[:2]
    centre, axes = (round(x * wide), round(y * high)), (round(length * high), round(0.35 * length * high))
    cv2.ellipse(picture, centre, axes, turn_deg, 0, 360, (60, 150, 60), -1, cv2.LINE_AA)
    along = np.array([np.cos(np.radians(turn_deg)), np.sin(np.radians(turn_deg))]) * axes[0]
    ends = [(round(centre[0] + s * along[0]), round(centre[1] + s * along[1])) for s in (-1, 1)]
    cv2.line(picture, ends[0], ends[1], DARK, 3, cv2.LINE_AA)


def sides() -> dict[str, np.ndarray]:
    """Front, back, left, right and top as they were printed; the bottom was not photographed."""
    depth, width, height = SIZE_M
    front = blank(width, height, GREEN)
    cv2.rectangle(front, (20, 20), (front.shape[1] - 20, front.shape[0] - 20), GOLD, 8)
    text(front, "Morning Leaf", 0.22, 0.16, CREAM)
    text(front, "green tea", 0.40, 0.10, GOLD)
    text(front, "20 bags", 0.9, 0.07, CREAM)
    for place in ((0.38, 0.66, 0.16, -35.0), (0.5, 0.62, 0.18, -90.0), (0.62, 0.66, 0.16, -145.0)):
        leaf(front, *place)
    back = blank(width, height, CREAM)
    text(back, "Morning Leaf", 0.15, 0.12, GREEN)
    for k in range(7):
        row = round((0.32 + 0.07 * k) * back.shape[0])
        cv2.rectangle(back, (60, row), (back.shape[1] - 60 - 90 * (k % 3), row + 10), DARK, -1)
    left, right = blank(depth, height, GREEN), blank(depth, height, GOLD)
    text(left, "TEA", 0.3, 0.2, CREAM)
    leaf(left, 0.5, 0.65, 0.15, -90.0)
    for k, x in enumerate(range(60, right.shape[1] - 60, 14)):
        cv2.rectangle(right, (x, 330), (x + 4 + 3 * (k % 3), 470), DARK, -1)
    text(right, "4 012345 678901", 0.9, 0.06, DARK)
    top = blank(width, depth, GREEN)
    text(top, "Morning Leaf", 0.5, 0.25, CREAM)
    return {"front": front, "back": back, "left": left, "right": right, "top": top}


def photographed(side: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """A side on a grey table, seen at a slant in uneven light; and its corners in the picture."""
    high, wide = side.shape[:2]
    rng = np.random.default_rng(k)
    flat = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    corners = flat * 1.1 + 120 + rng.uniform(-50, 50, (4, 2)).astype(np.float32)
    size = (round(1.1 * wide + 240), round(1.1 * high + 240))
    seen = cv2.warpPerspective(side, cv2.getPerspectiveTransform(flat, corners), size, borderValue=(150, 155, 160))
    v, u = np.mgrid[0 : size[1], 0 : size[0]]
    light = 1.0 - 0.18 * (u / size[0]) - 0.08 * (v / size[1])
    noise = rng.normal(0.0, 2.0, seen.shape)
    return np.clip(seen * light[..., None] + noise, 0, 255).astype(np.uint8), corners


def main() -> None:
    """Writes the pictures and prints the command."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "photos")
    folder.mkdir(parents=True, exist_ok=True)
    settings = [f"--set size_m={','.join(map(str, SIZE_M))}"]
    for k, (name, side) in enumerate(sides().items()):
        picture, corners = photographed(side, k)
        path = folder / f"{name}.jpg"
        cv2.imwrite(str(path), picture, [cv2.IMWRITE_JPEG_QUALITY, 92])
        settings.append(f"--set '{name}={path}#{','.join(f'{value:.0f}' for value in corners.ravel())}'")
    lines = ["simgen generate product_scatter --rig product_orbit --episodes 20 --out tea", *settings]
    print(" \\\n    ".join(lines))


if __name__ == "__main__":
    main()
