"""Panoptic ids against the conventions that others read."""

import json

import numpy as np
import pytest

from simgen.errors import InputError
from simgen.record.panoptic import coco_categories, coco_panoptic, panoptic_ids
from simgen.world.taxonomy import BY_NAME

ROAD, CAR, SKY = BY_NAME["road"].code, BY_NAME["car"].code, 0
SEMANTIC = np.array([[SKY, ROAD], [CAR, CAR]], np.uint8)
INSTANCE = np.array([[0, 0], [3, 12]], np.uint32)


def test_ids_in_each_convention() -> None:
    assert panoptic_ids(SEMANTIC, INSTANCE).tolist() == [[0, ROAD], [CAR * 1000 + 3, CAR * 1000 + 12]]
    # Cityscapes: road is 7, car is 26.
    assert panoptic_ids(SEMANTIC, INSTANCE, "cityscapes").tolist() == [[0, 7], [26003, 26012]]
    # SemanticKITTI: road is 40, car is 10; the upper 16 bits are the instance.
    ids = panoptic_ids(SEMANTIC, INSTANCE, "semantickitti")
    assert (ids & 0xFFFF).tolist() == [[0, 40], [10, 10]]
    assert (ids >> 16).tolist() == INSTANCE.tolist()


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(InputError, match="actor ids below 1000"):
        panoptic_ids(SEMANTIC, INSTANCE + np.uint32(995))
    with pytest.raises(InputError, match="expected one of simgen"):
        panoptic_ids(SEMANTIC, INSTANCE, "ade20k")


def test_coco_segments_are_what_the_picture_shows() -> None:
    picture, segments = coco_panoptic(panoptic_ids(SEMANTIC, INSTANCE))
    decoded = picture.astype(np.int64) @ [1, 256, 65536]
    assert [segment["id"] for segment in segments] == [ROAD, CAR * 1000 + 3, CAR * 1000 + 12]
    for segment in segments:
        mask = decoded == segment["id"]
        assert mask.sum() == segment["area"]
        x, y, width, height = segment["bbox"]
        assert mask[y : y + height, x : x + width].sum() == segment["area"]
    categories = {one["id"]: one["isthing"] for one in json.loads(coco_categories())}
    assert all(categories[segment["category_id"]] == (segment["id"] >= 1000) for segment in segments)
