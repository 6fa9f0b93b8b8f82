"""The project's classes, and what other people's taxonomies call them.

One code for actors and for surfaces: the value of a `semantic` pixel, of a lidar point's `semantic`, and of
`/actors/class`.
Sources: Cityscapes labels.py (train ids and ids), SemanticKITTI semantic-kitti.yaml, nuScenes taxonomy
(nuscenes-devkit docs), KITTI object devkit, COCO 2017 categories.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SemanticClass:
    """One class.

    Attributes:
        code: what is stored.
        colour: sRGB, for pictures of labels (the Cityscapes colour where that set has the class).
        nuscenes, kitti, cityscapes, semantickitti, coco: the class there; "" or 0 or -1 where there is none.
    """

    name: str
    code: int
    colour: tuple[int, int, int]
    nuscenes: str = ""
    kitti: str = "DontCare"
    cityscapes: int = 0
    semantickitti: int = 0
    coco: int = -1


def _c(name: str, code: int, colour: tuple[int, int, int], **others: object) -> SemanticClass:
    return SemanticClass(name=name, code=code, colour=colour, **others)  # type: ignore[arg-type]


CLASSES: tuple[SemanticClass, ...] = (
    _c("none", 0, (0, 0, 0)),
    _c("road", 1, (128, 64, 128), cityscapes=7, semantickitti=40, nuscenes="flat.driveable_surface"),
    _c("marking", 2, (255, 255, 255), cityscapes=7, semantickitti=60, nuscenes="flat.driveable_surface"),
    _c("sidewalk", 3, (244, 35, 232), cityscapes=8, semantickitti=48, nuscenes="flat.sidewalk"),
    _c("kerb", 4, (196, 196, 196), cityscapes=8, semantickitti=48, nuscenes="flat.sidewalk"),
    _c("shoulder", 5, (170, 120, 150), cityscapes=7, semantickitti=40, nuscenes="flat.driveable_surface"),
    _c("parking", 6, (250, 170, 160), cityscapes=9, semantickitti=44, nuscenes="flat.driveable_surface"),
    _c("bicycle_lane", 7, (150, 60, 100), cityscapes=7, semantickitti=40, nuscenes="flat.driveable_surface"),
    _c("crosswalk", 8, (220, 220, 160), cityscapes=7, semantickitti=60, nuscenes="flat.driveable_surface"),
    _c("stop_line", 9, (230, 230, 230), cityscapes=7, semantickitti=60, nuscenes="flat.driveable_surface"),
    _c("rail_track", 10, (230, 150, 140), cityscapes=10, semantickitti=49, nuscenes="flat.other"),
    _c("terrain", 11, (152, 251, 152), cityscapes=22, semantickitti=72, nuscenes="flat.terrain"),
    _c("ground", 12, (81, 0, 81), cityscapes=6, semantickitti=49, nuscenes="flat.other"),
    _c("building", 13, (70, 70, 70), cityscapes=11, semantickitti=50, nuscenes="static.manmade"),
    _c("wall", 14, (102, 102, 156), cityscapes=12, semantickitti=52, nuscenes="static.manmade"),
    _c("fence", 15, (190, 153, 153), cityscapes=13, semantickitti=51, nuscenes="static.manmade"),
    _c("barrier", 16, (180, 165, 180), cityscapes=14, semantickitti=51, nuscenes="static.manmade"),
    _c("bridge", 17, (150, 100, 100), cityscapes=15, semantickitti=52, nuscenes="static.manmade"),
    _c("tunnel", 18, (150, 120, 90), cityscapes=16, semantickitti=52, nuscenes="static.manmade"),
    _c("pole", 19, (153, 153, 153), cityscapes=17, semantickitti=80, nuscenes="static.manmade"),
    _c("traffic_light", 20, (250, 170, 30), cityscapes=19, semantickitti=81, nuscenes="static.manmade", coco=10),
    _c("traffic_sign", 21, (220, 220, 0), cityscapes=20, semantickitti=81, nuscenes="static.manmade"),
    _c("vegetation", 22, (107, 142, 35), cityscapes=21, semantickitti=70, nuscenes="static.vegetation"),
    _c("trunk", 23, (90, 70, 40), cityscapes=21, semantickitti=71, nuscenes="static.vegetation"),
    _c("furniture", 24, (111, 74, 0), cityscapes=5, semantickitti=99, nuscenes="static.manmade"),
    _c("car", 40, (0, 0, 142), nuscenes="vehicle.car", kitti="Car", cityscapes=26, semantickitti=10, coco=3),
    _c("van", 41, (0, 30, 142), nuscenes="vehicle.car", kitti="Van", cityscapes=26, semantickitti=20, coco=3),
    _c("truck", 42, (0, 0, 70), nuscenes="vehicle.truck", kitti="Truck", cityscapes=27, semantickitti=18, coco=8),
    _c("bus", 43, (0, 60, 100), nuscenes="vehicle.bus.rigid", kitti="Misc", cityscapes=28, semantickitti=13, coco=6),
    _c("trailer", 44, (0, 0, 110), nuscenes="vehicle.trailer", kitti="Misc", cityscapes=30, semantickitti=20, coco=8),
    _c("tram", 45, (0, 80, 100), nuscenes="vehicle.bus.bendy", kitti="Tram", cityscapes=31, semantickitti=16, coco=7),
    _c(
        "motorcycle",
        46,
        (0, 0, 230),
        nuscenes="vehicle.motorcycle",
        kitti="Misc",
        cityscapes=32,
        semantickitti=15,
        coco=4,
    ),
    _c("bicycle", 47, (119, 11, 32), nuscenes="vehicle.bicycle", kitti="Misc", cityscapes=33, semantickitti=11, coco=2),
    _c(
        "cyclist",
        48,
        (255, 0, 0),
        nuscenes="vehicle.bicycle",
        kitti="Cyclist",
        cityscapes=25,
        semantickitti=31,
        coco=1,
    ),
    _c(
        "machine",
        49,
        (120, 110, 0),
        nuscenes="vehicle.construction",
        kitti="Misc",
        cityscapes=5,
        semantickitti=20,
        coco=8,
    ),
    _c(
        "pedestrian",
        50,
        (220, 20, 60),
        nuscenes="human.pedestrian.adult",
        kitti="Pedestrian",
        cityscapes=24,
        semantickitti=30,
        coco=1,
    ),
    _c(
        "child",
        51,
        (240, 60, 100),
        nuscenes="human.pedestrian.child",
        kitti="Pedestrian",
        cityscapes=24,
        semantickitti=30,
        coco=1,
    ),
    _c("animal", 55, (160, 100, 40), nuscenes="animal", kitti="Misc", cityscapes=5, semantickitti=99, coco=18),
    _c("debris", 60, (255, 120, 0), nuscenes="movable_object.debris", kitti="Misc", cityscapes=5, semantickitti=99),
    _c("cone", 61, (255, 160, 60), nuscenes="movable_object.trafficcone", kitti="Misc", cityscapes=5, semantickitti=99),
    _c(
        "movable",
        62,
        (200, 140, 80),
        nuscenes="movable_object.pushable_pullable",
        kitti="Misc",
        cityscapes=5,
        semantickitti=99,
    ),
    _c("product", 63, (230, 90, 200), kitti="Misc", cityscapes=5, semantickitti=99),
    _c("robot", 70, (120, 200, 220), nuscenes="", kitti="Misc", cityscapes=5, semantickitti=99),
    _c("custom", 80, (90, 220, 140), kitti="Misc", cityscapes=5, semantickitti=99),
)

BY_NAME: dict[str, SemanticClass] = {entry.name: entry for entry in CLASSES}
BY_CODE: dict[int, SemanticClass] = {entry.code: entry for entry in CLASSES}


def code_of(name: str) -> int:
    """The stored code of a class; KeyError for a name that is none."""
    return BY_NAME[name].code
