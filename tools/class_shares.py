"""Prints how often each class is seen in episodes, beside Cityscapes (pixels) and SemanticKITTI (points).

    python tools/class_shares.py EPISODE_OR_DATASET...

Pixels are counted in Cityscapes' 19 training classes, points in SemanticKITTI's; what those sets leave out is left
out. A pair of shares means something only where the views are alike: a forward camera of about 50 degrees, a lidar of
64 beams on a roof.
"""

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path

import h5py
import numpy as np
from jaxtyping import Float
from numpy import ndarray

import simgen
from simgen.world.taxonomy import CLASSES

CITYSCAPES: Mapping[int, tuple[str, float]] = {
    7: ("road", 2036416525), 8: ("sidewalk", 336090793), 11: ("building", 1260636120), 12: ("wall", 36199498),
    13: ("fence", 48454166), 17: ("pole", 67789506), 19: ("traffic light", 11477088), 20: ("traffic sign", 30448193),
    21: ("vegetation", 879783988), 22: ("terrain", 63949536), 23: ("sky", 221979646), 24: ("person", 67326424),
    25: ("rider", 7463162), 26: ("car", 386328286), 27: ("truck", 14772328), 28: ("bus", 12990290),
    31: ("train", 12863955), 32: ("motorcycle", 5449152), 33: ("bicycle", 22861233),
}  # fmt: skip
"""Pixels of each class in the 2975 finely annotated training images, by label id.

Source: Cordts et al., CVPR 2016; counted over gtFine/train by several public training codes.
"""

SEMANTICKITTI: Mapping[int, tuple[str, float]] = {
    10: ("car", 0.0426), 11: ("bicycle", 0.00017), 15: ("motorcycle", 0.0004), 18: ("truck", 0.0021),
    20: ("other vehicle", 0.0018), 30: ("person", 0.00034), 31: ("bicyclist", 0.00013), 40: ("road", 0.1988),
    44: ("parking", 0.0147), 48: ("sidewalk", 0.1439), 49: ("other ground", 0.0039), 50: ("building", 0.1327),
    51: ("fence", 0.0724), 70: ("vegetation", 0.2668), 71: ("trunk", 0.0060), 72: ("terrain", 0.0781),
    80: ("pole", 0.0029), 81: ("traffic sign", 0.0006),
}  # fmt: skip
"""Shares of points in the training sequences, moving and parked ones together.

Source: Behley et al., ICCV 2019, semantic-kitti.yaml of the set's own API ("content").
"""

_JOINED = {60: 40, 13: 20, 16: 20, 32: 31}
"""As SemanticKITTI is learned: markings are road, buses and trams other vehicles; motorcyclists go with cyclists."""
_SKY = 23
_AT_ONCE = 1_000_000


def _files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(path.glob("episodes/*.h5")) if path.is_dir() else [path]


def _histogram(codes: h5py.Dataset, at_once: int) -> Float[ndarray, "256"]:
    counts = np.zeros(256)
    for start in range(0, len(codes), at_once):
        counts += np.bincount(codes[start : start + at_once].reshape(-1), minlength=256)
    return counts


def _counted(files: Iterator[Path]) -> tuple[Float[ndarray, "256"], Float[ndarray, "256"]]:
    """Pixels and points by class code."""
    pixels, points = np.zeros(256), np.zeros(256)
    for path in files:
        with simgen.open(path) as episode:
            for name in episode.sensors:
                sensor = episode.file["sensors"][name]
                if "semantic" in sensor:
                    pixels += _histogram(sensor["semantic"], 1)
                elif "points" in sensor:
                    points += _histogram(sensor["points/semantic"], _AT_ONCE)
    return pixels, points


def _table(title: str, real: Mapping[int, tuple[str, float]], ours: Mapping[int, float]) -> None:
    whole_real = sum(share for _, share in real.values())
    whole = sum(ours.get(code, 0.0) for code in real)
    print(f"\n{title:20s} {'ours':>8s} {'real':>8s}")
    for code, (name, share) in sorted(real.items(), key=lambda item: -item[1][1]):
        print(f"{name:20s} {ours.get(code, 0.0) / max(whole, 1.0):8.2%} {share / whole_real:8.2%}")


def main() -> None:
    """Counts and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path, help="episodes or datasets with the channel `semantic`")
    pixels, points = _counted(_files(parser.parse_args().paths))
    images: dict[int, float] = {_SKY: float(pixels[0])}
    sweeps: dict[int, float] = {}
    for one in CLASSES:
        if one.name != "none":
            images[one.cityscapes] = images.get(one.cityscapes, 0.0) + float(pixels[one.code])
        theirs = _JOINED.get(one.semantickitti, one.semantickitti)
        sweeps[theirs] = sweeps.get(theirs, 0.0) + float(points[one.code])
    if pixels.any():
        _table("Cityscapes, pixels", CITYSCAPES, images)
    if points.any():
        _table("SemanticKITTI, points", SEMANTICKITTI, sweeps)


if __name__ == "__main__":
    main()
