"""Panoptic ids from semantic and instance, in the conventions that others read; nothing of it is stored twice."""

import json
from typing import Any

import numpy as np
from jaxtyping import Integer, UInt8, UInt32
from numpy import ndarray

from simgen.errors import InputError
from simgen.world.taxonomy import BY_CODE, CLASSES

DIVISOR = 1000
"""Source: Cityscapes, cityscapesscripts/helpers/labels.py, and nuScenes panoptic: class * 1000 + instance."""
TAXONOMIES = ("simgen", "cityscapes", "semantickitti")


def panoptic_ids(
    semantic: Integer[ndarray, "*n"], instance: Integer[ndarray, "*n"], taxonomy: str = "simgen"
) -> UInt32[ndarray, "*n"]:
    """One id for each pixel or point.

    "simgen" and "cityscapes": class * 1000 + actor id for actors, the class alone for everything else, in our codes or
    in Cityscapes' ids. "semantickitti": class + (actor id << 16), as in its .label files.

    Raises:
        InputError: another taxonomy, or an actor id that does not fit.
    """
    if taxonomy not in TAXONOMIES:
        raise InputError(f"taxonomy: expected one of {', '.join(TAXONOMIES)}, got {taxonomy!r}")
    shift = 1 << 16 if taxonomy == "semantickitti" else DIVISOR
    number = np.asarray(instance, dtype=np.uint32)
    if number.max(initial=0) >= shift:
        raise InputError(f"panoptic: expected actor ids below {shift}, got {number.max()}")
    category = _codes(taxonomy)[semantic]
    if taxonomy == "semantickitti":
        return np.asarray(category + number * np.uint32(shift), dtype=np.uint32)
    return np.asarray(np.where(number > 0, category * np.uint32(DIVISOR) + number, category), dtype=np.uint32)


def coco_panoptic(ids: UInt32[ndarray, "h w"]) -> tuple[UInt8[ndarray, "h w 3"], list[dict[str, Any]]]:
    """The picture and the `segments_info` of COCO's panoptic format, from ids of "simgen".

    Pixels are id = R + 256 G + 65536 B, 0 for nothing. `category_id` is our class code, `iscrowd` 0, `bbox` x y width
    height.

    Source: COCO panoptic API, panopticapi/utils.py (id2rgb) and the format's page.
    """
    picture = np.stack([ids & 0xFF, (ids >> 8) & 0xFF, (ids >> 16) & 0xFF], axis=-1).astype(np.uint8)
    found, where = np.unique(ids, return_inverse=True)
    where = where.reshape(ids.shape)
    segments = []
    for number, segment in enumerate(found.tolist()):
        if not segment:
            continue
        rows, columns = np.nonzero(where == number)
        low, high = (int(columns.min()), int(rows.min())), (int(columns.max()), int(rows.max()))
        segments.append(
            {
                "id": segment,
                "category_id": segment // DIVISOR if segment >= DIVISOR else segment,
                "area": len(rows),
                "bbox": [*low, high[0] - low[0] + 1, high[1] - low[1] + 1],
                "iscrowd": 0,
            }
        )
    return picture, segments


def coco_categories() -> str:
    """The `categories` of COCO's panoptic format, as JSON: our classes; things are those that actors have."""
    return json.dumps(
        [
            {"id": one.code, "name": one.name, "isthing": int(one.code >= _FIRST_ACTOR), "color": one.colour}
            for one in CLASSES
            if one.code
        ]
    )


_FIRST_ACTOR = 40
"""Codes from here on are classes of actors."""


def _codes(taxonomy: str) -> UInt32[ndarray, " c"]:
    """What each of our class codes is there."""
    table = np.arange(256, dtype=np.uint32)
    for code, one in BY_CODE.items():
        table[code] = {"simgen": code, "cityscapes": one.cityscapes, "semantickitti": one.semantickitti}[taxonomy]
    return table
