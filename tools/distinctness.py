"""How well a simple classifier names models that it has not seen: `python tools/distinctness.py [TAG_OR_NAME ...]`.

Every model is built with parameters and paint of several seeds and seen from random sides on a plain floor. A linear
classifier (ridge regression on histograms of oriented gradients, sizes and colours) learns from the first half of the
seeds and is tested on the other half. Classes are what a stranger would say: car, van, lorry, ..., dog, bench.
"""

import argparse
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
from jaxtyping import Float, UInt8
from numpy import ndarray

from simgen import library
from simgen.geometry import Pose
from simgen.motion import Actor, Cast
from simgen.readings import CameraModel
from simgen.render.camera_view import Moment, State
from simgen.render.picture import looking_at
from simgen.render.raster import Rasteriser
from simgen.render.scene import Scene
from simgen.sampling import stream
from simgen.world import shapes
from simgen.world.lanes import LaneNetwork
from simgen.world.material import Material
from simgen.world.model import Model
from simgen.world.weather import Weather
from simgen.world.world import Surface, World

PIXELS, APART_M = 96, 120.0
RIDGE = 30.0
FLOOR = Material(name="floor", semantic="ground", base_colour=(0.22, 0.22, 0.215), source="a backdrop")
GROUPS: Mapping[str, str] = {
    "car": "saloon estate hatchback suv city_car coupe minivan offroader sports_car supermini suv_large taxi",
    "police car": "police_car",
    "van": "van van_small minibus",
    "pickup": "pickup",
    "lorry": "box_truck tipper refuse_truck concrete_mixer tank_truck articulated_lorry tractor_unit semitrailer",
    "bus": "bus coach double_decker",
    "person": "adult_man adult_woman child elderly_man elderly_woman schoolchild teenager toddler backpacker"
    " businessman heavy_man jogger police_officer road_worker shopper slim_woman vest_woman walker_man",
    "person with an umbrella": "umbrella_man umbrella_woman",
    "bicycle": "bicycle",
    "cyclist": "cyclist cyclist_woman cargo_bike",
    "motorcycle": "motorcycle scooter",
    "motorcyclist": "motorcyclist scooter_rider",
    "kick scooter": "e_scooter",
    "deer": "deer_roe deer_stag",
    "tree": "tree birch poplar apple_tree",
    "conifer": "conifer pine",
    "carton": "carton_small carton_large debris_box",
    "sign": "sign",
    "pallet of cartons": "pallet_loaded",
    "house": "house detached_house terraced_houses shop_house block",
}
"""Class -> models; every other model is a class of its own."""


def class_of(model: str) -> str:
    """What a stranger would call it."""
    if model.startswith("sign_"):
        return "sign"
    named = [name for name, models in GROUPS.items() if model in models.split()]
    return named[0] if named else model.replace("_", " ")


def variant(entry: library.Entry, seed: int) -> Model:
    """The model with every number that has limits drawn; seed 0 is the model as it is."""
    rng = stream(seed, "distinctness", entry.name)
    drawn: dict[str, object] = {}
    for name, (signature, meaning) in library.parameters(entry).items():
        if not seed or meaning is None or name.endswith("_px"):  # pixels of pictures are powers of two
            continue
        if name == "seed":
            drawn[name] = int(rng.integers(1000))
        elif isinstance(signature.default, int | float) and not isinstance(signature.default, bool):
            low, high = max(meaning.low, 0.8 * signature.default), min(meaning.high, 1.25 * signature.default)
            value = rng.uniform(low, high) if low < high else signature.default
            drawn[name] = round(value) if isinstance(signature.default, int) else float(value)
    model: Model = library.call(entry, **drawn)
    return model


def photographs(models: Sequence[Model], seed: int, views: int) -> Float[ndarray, "models views features"]:
    """Features of every model from several sides."""
    rng = stream(seed, "distinctness", "views")
    actors = [
        Actor(
            id=k + 1, name=str(k), model=model, category=model.category, is_ego=k == 0, paint=tuple(rng.uniform(size=3))
        )
        for k, model in enumerate(models)
    ]
    half = APART_M * len(models)
    floor = shapes.quad(np.array([[-half, -half, 0], [half, -half, 0], [half, half, 0], [-half, half, 0]]), FLOOR)
    world = World(
        name="stage", surfaces=(Surface(name="floor", mesh=floor),), lanes=LaneNetwork({}), origin_m=np.zeros(3)
    )
    places = [Pose.from_xyz_rpy(APART_M * k, 0.0, 0.0) for k in range(len(models))]
    poses = np.concatenate([model.link_poses(place) for model, place in zip(models, places, strict=True)])
    raster = Rasteriser(Scene.of(world, Cast.of(actors)))
    found = [[photograph(raster, poses, models, k, rng) for _ in range(views)] for k in range(len(models))]
    raster.close()
    return np.array(found)


def photograph(
    raster: Rasteriser, poses: Float[ndarray, "l 7"], models: Sequence[Model], k: int, rng: np.random.Generator
) -> Float[ndarray, " features"]:
    """One model from a random side under random light, the rest hidden."""
    model = models[k]
    middle = np.array(model.centre_m) + np.array([APART_M * k, 0.0, 0.0])
    radius = float(np.linalg.norm(model.extent_m)) / 2.0
    turn, rise = rng.uniform(-np.pi, np.pi), np.radians(rng.uniform(5.0, 30.0))
    way = np.array([np.cos(rise) * np.cos(turn), np.cos(rise) * np.sin(turn), np.sin(rise)])
    eye = middle + way * (radius / np.tan(np.radians(15.0)) + 0.2)
    eye[2] = max(eye[2], 0.1)
    light = Weather(cloudiness=float(rng.uniform()), sun_azimuth_deg=float(rng.uniform(0, 360)), sun_elevation_deg=45.0)
    seen = raster.render(
        CameraModel.from_fov(2 * PIXELS, 2 * PIXELS, 34.0),
        Moment(world_from_camera=looking_at(eye, middle), link_pose=poses),
        ("rgb", "instance"),
        state=State(weather=light),
        hidden_actors=[index + 1 for index in range(len(models)) if index != k],
        outlines=False,
    ).channels
    return features(seen["rgb"], seen["instance"] == k + 1, model)


def features(rgb: UInt8[ndarray, "h w 3"], mask: ndarray, model: Model) -> Float[ndarray, " features"]:
    """Gradients of the thing on black, its silhouette, its colours, and how large it is (one sees that beside it)."""
    cut = np.where(mask[..., None], rgb, 0).astype(np.uint8)
    small = cv2.resize(cut, (PIXELS, PIXELS), interpolation=cv2.INTER_AREA)
    outline = cv2.resize(mask.astype(np.float32), (16, 16), interpolation=cv2.INTER_AREA).ravel()
    own = rgb[mask] if mask.any() else np.zeros((1, 3), np.uint8)
    colours, _ = np.histogramdd(own, bins=(4, 4, 4), range=((0, 256),) * 3)
    size = np.log(np.maximum(model.extent_m, 0.01))
    hog = gradients(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY))
    return np.concatenate([hog, outline, colours.ravel() / len(own), 0.5 * size])


def gradients(grey: UInt8[ndarray, "n n"]) -> Float[ndarray, " m"]:
    """Histograms of oriented gradients, normalised over blocks.

    Source: N. Dalal, B. Triggs, CVPR 2005: nine orientations, cells of 8 pixels, blocks of 2 x 2 cells.
    """
    light = np.sqrt(grey.astype(np.float32))
    dy, dx = np.gradient(light)
    size, angle = np.hypot(dx, dy), np.mod(np.arctan2(dy, dx), np.pi) / np.pi * 9.0
    cells = len(grey) // 8
    low = np.floor(angle).astype(int) % 9
    share = angle - np.floor(angle)
    row, column = np.mgrid[0 : len(grey), 0 : len(grey)] // 8
    histogram = np.zeros((cells, cells, 9))
    np.add.at(histogram, (row, column, low), size * (1.0 - share))
    np.add.at(histogram, (row, column, (low + 1) % 9), size * share)
    blocks = np.concatenate([histogram[a : a + cells - 1, b : b + cells - 1] for a in (0, 1) for b in (0, 1)], axis=2)
    return np.asarray((blocks / np.sqrt((blocks**2).sum(axis=2, keepdims=True) + 1.0)).ravel())


def learnt(known: Float[ndarray, "n f"], labels: Sequence[str], classes: Sequence[str]) -> ndarray:
    """Weights of one linear score a class: ridge regression, every class counting the same."""
    rows = np.array([classes.index(label) for label in labels])
    wanted = np.where(np.arange(len(classes)) == rows[:, None], 1.0, -1.0 / len(classes))
    weight = np.sqrt(1.0 / np.bincount(rows, minlength=len(classes))[rows])[:, None]
    kernel = (known * weight) @ (known * weight).T
    ridge = RIDGE * np.trace(kernel) / len(kernel) * 1e-3
    return np.asarray((known * weight).T @ np.linalg.solve(kernel + ridge * np.eye(len(kernel)), wanted * weight))


def report(true: Sequence[str], said: Sequence[str], worst: int) -> float:
    """Prints accuracy and the worst confusions; returns the mean accuracy of the classes."""
    total, right = Counter(true), Counter(a for a, b in zip(true, said, strict=True) if a == b)
    mean = float(np.mean([right[name] / total[name] for name in total]))
    share = sum(right.values()) / len(true)
    print(f"{len(total)} classes, {len(true)} pictures: {share:.1%} right; mean of the classes {mean:.1%}")
    wrong = Counter((a, b) for a, b in zip(true, said, strict=True) if a != b)
    print("\nclasses that are named worst:")
    for name in sorted(total, key=lambda name: (right[name] / total[name], name))[:worst]:
        others = ", ".join(f"{b} ({n})" for (a, b), n in wrong.most_common() if a == name)
        print(f"  {name}: {right[name]} of {total[name]}; taken for {others}")
    return mean


def main() -> None:
    """Learns, tests, tells."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("words", nargs="*", help="names or tags of models; all by default")
    parser.add_argument("--seeds", type=int, default=4, help="variants of each model; the first half is learnt from")
    parser.add_argument("--views", type=int, default=6, help="of each variant")
    parser.add_argument("--worst", type=int, default=25, help="how many classes to tell about")
    parser.add_argument("--keep", type=Path, default=None, help="features as .npz, to look further")
    asked = parser.parse_args()
    words = set(asked.words)
    offered = [one for one in library.entries("models") if not words or one.name in words or words & set(one.tags)]
    labels = [class_of(one.name) for one in offered]
    classes = sorted(set(labels))
    seeds = [photographs([variant(one, seed) for one in offered], seed, asked.views) for seed in range(asked.seeds)]
    split = max(asked.seeds // 2, 1)
    learn, test = np.concatenate(seeds[:split]), np.concatenate(seeds[split:])
    if asked.keep is not None:
        np.savez_compressed(asked.keep, features=np.array(seeds), labels=np.array(labels))
    flat = learn.reshape(-1, learn.shape[-1])
    middle, spread = flat.mean(axis=0), flat.std(axis=0) + 0.05
    known = np.column_stack([(flat - middle) / spread, np.ones(len(flat))])
    weights = learnt(known, np.repeat(labels * split, asked.views).tolist(), classes)
    seen = (test.reshape(-1, test.shape[-1]) - middle) / spread
    scores = np.column_stack([seen, np.ones(len(seen))]) @ weights
    true = np.repeat(labels * (asked.seeds - split), asked.views).tolist()
    report(true, [classes[k] for k in scores.argmax(axis=1)], asked.worst)


if __name__ == "__main__":
    main()
