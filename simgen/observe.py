"""Puts readings and labels together into frames, as their times come."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from simgen import library
from simgen.labels.boxes import Boxes2D, boxes_2d
from simgen.labels.cuboids import CuboidLabeller, Cuboids
from simgen.labels.labeller import DEFAULT_LABELS, Labeller, Labels
from simgen.labels.sight import Sight
from simgen.motion import LEAD_NS, Cast, Snapshot, View
from simgen.readings import DEFAULT_CHANNELS, CameraModel, Image, Mount, PointCloud, RadarScan, Reading, Rig
from simgen.render.scene import Scene
from simgen.scenario.scenario import ConcreteScenario, Fault
from simgen.sensing.faults import FaultModel
from simgen.sensing.sensor import Beginner, Sensor, Setting
from simgen.world.world import World


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frame:
    """All that falls due at one time, and the snapshots that passed since the frame before.

    Attributes:
        readings: by mount name; faults already applied.
        boxes: by camera name.
        cuboids: None where the time is no keyframe.
        labels: all others.
    """

    time_ns: int
    readings: Mapping[str, Reading]
    boxes: Mapping[str, Boxes2D] = field(default_factory=dict)
    cuboids: Cuboids | None = None
    labels: Labels = field(default_factory=Labels)
    snapshots: tuple[Snapshot, ...] = ()

    def __getitem__(self, name: str) -> Reading:
        return self.readings[name]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Take:
    """What stays the same over an episode: all that a file says before its first frame.

    Attributes:
        sensors: attributes of each sensor, by mount name ("kind" among them).
        channels: of each camera, by mount name.
        labels: which there are beside cuboids and 2D boxes.
        pair_id: id of the twin, "" without one.
        source_id: id of the episode whose motion was sensed again, "" where it was simulated.
    """

    episode_id: str
    pair_id: str = ""
    source_id: str = ""
    scenario: ConcreteScenario
    rig: Rig
    world: World
    cast: Cast
    renderer: str
    sensors: Mapping[str, Mapping[str, Any]]
    channels: Mapping[str, tuple[str, ...]]
    labels: tuple[str, ...] = ()


class Observer:
    """All sensors and labels of one rig on one cast; for one thread alone (it holds an OpenGL context)."""

    def __init__(
        self,
        scene: Scene,
        rig: Rig,
        seed: int,
        *,
        channels: Sequence[str] | None = None,
        faults: Sequence[Fault] = (),
        duration_s: float | None = None,
        labels: Sequence[str] = DEFAULT_LABELS,
    ) -> None:
        """Builds every sensor of the rig.

        Args:
            scene: world and cast.
            rig: what is mounted.
            seed: of the sensors' noise and faults.
            channels: of every camera; None takes the rig's own.
            faults: of the concrete scenario.
            duration_s: of the episode; None where it is open (an environment), and then there is no forward flow.
            labels: beside cuboids and 2D boxes; an environment has none of them.

        Raises:
            InputError: a sensor that cannot be built, a label that is none.
        """
        self.scene, self.rig, self.cast = scene, rig, scene.cast
        self.engines: dict[str, Any] = {}
        self._wanted = channels
        self._duration_s = duration_s
        self._cuboids = CuboidLabeller(self.cast)
        standing = [name for name, mount in rig.mounts.items() if mount.fixed_to != "ego"]
        self._labeller = Labeller(scene, () if duration_s is None else labels, standing)
        self._ego_row = self.cast.rows(self.cast.ego.id).start
        self.begin(seed, faults)

    def begin(self, seed: int, faults: Sequence[Fault] = ()) -> None:
        """(Re)builds the sensors with another seed; the OpenGL context and the ray-casting scene stay."""
        self.sensors: dict[str, Sensor] = {}
        self.channels: dict[str, tuple[str, ...]] = {}
        self._faults: dict[str, FaultModel] = {}
        self._shifted: dict[str, Sensor] = {}
        self._cycles: dict[str, RadarScan] = {}
        for name, mount in self.rig.mounts.items():
            setting = self._setting(name, mount, seed)
            sensor: Sensor = library.find("sensors", mount.sensor).build(setting)
            self.sensors[name] = sensor
            self._faults[name] = FaultModel(name, sensor.kind, mount, faults, seed, sensor.attributes())
            self._shift(setting)
            if sensor.kind == "camera":
                self.channels[name] = self._stored(mount)

    def _setting(self, name: str, mount: Mount, seed: int) -> Setting:
        needed = self._labeller.channels if mount.sensor == "camera" else ()
        wanted = tuple(dict.fromkeys((*self._stored(mount), *needed)))
        return Setting(
            name=name,
            mount=mount,
            scene=self.scene,
            seed=seed,
            channels=wanted,
            engines=self.engines,
            readings=None if self._duration_s is None else mount.count(self._duration_s),
        )

    def _stored(self, mount: Mount) -> tuple[str, ...]:
        """The channels that are asked for; labels may need more."""
        wanted = tuple(self._wanted or mount.parameters.get("channels", DEFAULT_CHANNELS))
        return tuple(channel for channel in wanted if channel != "flow_forward" or self._duration_s is not None)

    def _shift(self, setting: Setting) -> None:
        """Builds a sensor that is not where its calibration says a second time, where it really is."""
        truth = self._faults[setting.name].true_mount()
        if truth is not setting.mount:
            moved = replace(setting, mount=truth)
            self._shifted[setting.name] = library.find("sensors", truth.sensor).build(moved)

    def _read(self, name: str, view: View, k: int) -> Reading:
        """Reading k from where the sensor is at that time, without its other faults."""
        return self._standing(name, k).read(view, k)

    def _standing(self, name: str, k: int) -> Sensor:
        """The sensor where it really is at reading k."""
        model = self._faults[name]
        shifted = name in self._shifted and model.true_mount(k) is not model.site.mount
        return (self._shifted if shifted else self.sensors)[name]

    def _begun(self, view: View, due: Mapping[str, int]) -> Callable[[], dict[str, Reading]]:
        """Starts on the true readings, those first that go on beside the others."""
        waits: dict[str, Callable[[], Reading]] = {}
        rest: dict[str, Reading] = {}
        for name, k in due.items():
            sensor = self._standing(name, k)
            if isinstance(sensor, Beginner):
                waits[name] = sensor.begin(view, k)
        for name, k in due.items():
            if name not in waits:
                rest[name] = self._read(name, view, k)
        return lambda: {name: waits[name]() if name in waits else rest[name] for name in due}

    def attributes(self, name: str) -> dict[str, Any]:
        """What an episode says of a sensor: with the true pose of one that is not where its calibration says."""
        sensor, shifted = self.sensors[name], self._shifted.get(name)
        truth = {} if shifted is None else {"ego_from_sensor_true": self._faults[name].true_mount().ego_from_sensor}
        poses = {key: pose.matrix() for key, pose in truth.items()}
        return {"kind": sensor.kind, **sensor.attributes(), **poses}

    def newest(self, name: str, now_ns: int) -> int:
        """The number of the newest reading that a sensor has handed over by now; negative before the first."""
        mount, model = self.rig.mounts[name], self._faults[name]
        k = int(np.floor((now_ns * 1e-9 - mount.phase_s) * mount.rate_hz + 1e-6))
        while k >= 0 and max(mount.time_ns(k) + model.delay_ns(k), self.sensors[name].window_ns(k)[1]) > now_ns:
            k -= 1  # not handed over yet, or still being exposed
        return k

    @property
    def overhang_ns(self) -> int:
        """How long after its time a first reading is complete: an image is exposed around its time."""
        mounts = self.rig.mounts
        return max((self.sensors[name].window_ns(0)[1] - mounts[name].time_ns(0) for name in mounts), default=0)

    def since_ns(self, now_ns: int) -> int:
        """From when on motion must be known for the readings that are handed over from now on."""
        newest = {name: max(self.newest(name, now_ns), 0) for name in self.sensors}
        return min((self.sensors[name].window_ns(k)[0] for name, k in newest.items()), default=now_ns)

    @property
    def longest_delay_ns(self) -> int:
        """No sensor hands a reading over later than this after its measurement."""
        return max((model.longest_delay_ns for model in self._faults.values()), default=0)

    def readings(self, view: View, due: Mapping[str, int]) -> dict[str, Reading]:
        """Some sensors' readings (mount name -> k) without labels, faults applied."""
        return {name: self._faults[name].apply(self._read(name, view, k)) for name, k in due.items()}

    @property
    def labels(self) -> tuple[str, ...]:
        """Labels beside cuboids and 2D boxes."""
        return self._labeller.wanted

    @property
    def renderer(self) -> str:
        """The renderer of the cameras, as OpenGL names it; "none" without a camera."""
        raster = self.engines.get("raster")
        return "none" if raster is None else str(raster.renderer)

    def frames(self, snapshots: Iterable[Snapshot], duration_s: float) -> Iterator[Frame]:
        """Frames in the order of time, each as soon as the snapshots cover what it needs."""
        schedule = self._schedule(duration_s)
        history: list[Snapshot] = []
        fresh: list[Snapshot] = []
        ahead: Callable[[], Frame] | None = None
        position = 0
        for snapshot in snapshots:
            history.append(snapshot)
            fresh.append(snapshot)
            while position < len(schedule) and self._end_ns(schedule[position]) <= snapshot.time_ns:
                time_ns, due = schedule[position]
                # One ahead: the next one is drawn while this one is labelled.
                begun = self._begin_frame(View(history), time_ns, due, tuple(fresh))
                if ahead is not None:
                    yield ahead()
                ahead = begun
                fresh = []
                position += 1
            keep_from = snapshot.time_ns - 2 * LEAD_NS
            if position < len(schedule):
                keep_from = min(keep_from, self._start_ns(schedule[position]))
            while len(history) > 2 and history[1].time_ns <= keep_from:
                history.pop(0)
        if position < len(schedule):
            raise ValueError(f"snapshots end before the reading at {schedule[position][0]} ns is covered")
        if ahead is not None:
            yield ahead()
        if fresh:
            yield Frame(time_ns=fresh[-1].time_ns, readings={}, snapshots=tuple(fresh))

    def end_ns(self, duration_s: float) -> int:
        """Until when there must be snapshots."""
        return max((self._end_ns(item) for item in self._schedule(duration_s)), default=0)

    def frame(self, view: View, time_ns: int, due: Mapping[str, int], snapshots: tuple[Snapshot, ...] = ()) -> Frame:
        """The readings that are due (mount name -> k) and the labels at that time."""
        return self._begin_frame(view, time_ns, due, snapshots)()

    def _begin_frame(
        self, view: View, time_ns: int, due: Mapping[str, int], snapshots: tuple[Snapshot, ...]
    ) -> Callable[[], Frame]:
        """Starts on a frame; a function that waits for it."""
        wait = self._begun(view, due)
        return lambda: self._finished(wait(), view, time_ns, snapshots)

    def _finished(
        self, true: Mapping[str, Reading], view: View, time_ns: int, snapshots: tuple[Snapshot, ...]
    ) -> Frame:
        """The readings as faulty sensors hand them over, and the labels at that time."""
        images = {name: reading for name, reading in true.items() if isinstance(reading, Image)}
        boxes = self._boxes(images, view, time_ns) if images else {}
        readings = {name: self._faults[name].apply(reading) for name, reading in true.items()}
        self._cycles |= {name: reading for name, reading in readings.items() if isinstance(reading, RadarScan)}
        sights = {name: self._sight(name, image, view) for name, image in images.items() if self.labels}
        keyframe = self._is_keyframe(time_ns)
        swept = {name: cloud for name, cloud in true.items() if isinstance(cloud, PointCloud)} if keyframe else None
        labels = self._labeller.label(view, time_ns, sights, snapshots, swept)
        cuboids = None
        if keyframe:
            visibility = _best_visibility(boxes.values())
            unseen = dict.fromkeys(range(1, len(self.cast.actors) + 1), 0.0) if images else {}
            clouds = [reading for reading in readings.values() if isinstance(reading, PointCloud)]
            lidar, radar = _points(clouds), _points(self._recent(time_ns))
            cuboids = self._cuboids.label(view, time_ns, lidar, unseen | visibility, radar)
        return Frame(
            time_ns=time_ns, readings=readings, boxes=boxes, cuboids=cuboids, labels=labels, snapshots=snapshots
        )

    def _recent(self, time_ns: int) -> list[RadarScan]:
        """The last cycle of each radar, unless it is more than a period old: radars need not fall on keyframes."""
        return [
            scan
            for name, scan in self._cycles.items()
            if 0 <= time_ns - scan.time_ns <= 1e9 / self.rig.mounts[name].rate_hz
        ]

    def _sight(self, name: str, image: Image, view: View) -> Sight:
        told = self.sensors[name].attributes()
        model = CameraModel(**{key: told[key] for key in ("width", "height", "K", "model", "distortion")})
        lines = int(told.get("line_time_ns", 0))
        on_ego = self.rig.mounts[name].fixed_to == "ego"
        return Sight(image=image, model=model, line_time_ns=lines, view=view, ego_row=self._ego_row, on_ego=on_ego)

    def _boxes(self, images: Mapping[str, Image], view: View, time_ns: int) -> dict[str, Boxes2D]:
        distance = self._cuboids.distances_m(view.link_poses(time_ns))
        boxes = {}
        for name, image in images.items():
            if len(image.amodal):
                camera = self.sensors[name].attributes()
                boxes[name] = boxes_2d(image, self.cast, distance, (camera["width"], camera["height"]))
        return boxes

    def close(self) -> None:
        """Frees the OpenGL context and the ray-casting scene."""
        for engine in self.engines.values():
            close = getattr(engine, "close", None)
            if close is not None:
                close()
        self.engines.clear()

    def _schedule(self, duration_s: float) -> list[tuple[int, dict[str, int]]]:
        times: dict[int, dict[str, int]] = {}
        for name, mount in self.rig.mounts.items():
            for k in range(mount.count(duration_s)):
                times.setdefault(mount.time_ns(k), {})[name] = k
        for k in range(_count(self.rig.keyframe_hz, duration_s)):
            times.setdefault(_time_ns(self.rig.keyframe_hz, k), {})
        return sorted(times.items())

    def _end_ns(self, item: tuple[int, dict[str, int]]) -> int:
        time_ns, due = item
        return max([time_ns, *(self.sensors[name].window_ns(k)[1] for name, k in due.items())])

    def _start_ns(self, item: tuple[int, dict[str, int]]) -> int:
        time_ns, due = item
        return min([time_ns, *(self.sensors[name].window_ns(k)[0] for name, k in due.items())])

    def _is_keyframe(self, time_ns: int) -> bool:
        k = round(time_ns * 1e-9 * self.rig.keyframe_hz)
        return _time_ns(self.rig.keyframe_hz, k) == time_ns


def _best_visibility(boxes: Iterable[Boxes2D]) -> dict[int, float]:
    best: dict[int, float] = {}
    for camera in boxes:
        for actor_id, share in zip(camera.actor_id.tolist(), camera.visibility.tolist(), strict=True):
            best[actor_id] = max(best.get(actor_id, 0.0), share)
    return best


def _points(readings: Iterable[PointCloud | RadarScan]) -> dict[int, int]:
    """Points of lidars or detections of radars, by actor id."""
    counts: dict[int, int] = {}
    for reading in readings:
        ids, number = np.unique(reading.columns["instance"], return_counts=True)
        for actor_id, count in zip(ids.tolist(), number.tolist(), strict=True):
            counts[actor_id] = counts.get(actor_id, 0) + count
    return counts


def _time_ns(rate_hz: float, k: int) -> int:
    return int(np.rint(1e9 * k / rate_hz))


def _count(rate_hz: float, duration_s: float) -> int:
    return max(int(np.ceil(duration_s * rate_hz - 1e-9)), 0)
