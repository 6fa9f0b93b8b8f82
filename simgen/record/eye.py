"""A stored camera as the truth checks see through it: its own projection, and every row at its own time."""

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Bool, Float, Int64
from numpy import ndarray

from simgen.readings import CameraModel
from simgen.record.evidence import Evidence
from simgen.record.stored import StoredSensor

_NODES = 9
_ITERATIONS = 6


@dataclass(frozen=True, slots=True, eq=False)
class Passage:
    """Where things were while one picture was taken: at some heights in the image, matrices to blend between.

    Attributes:
        places: vertical image coordinates.
        camera: world from camera.
        links: world from each link.
    """

    places: Float[ndarray, " p"]
    camera: Float[ndarray, "p 4 4"]
    links: Float[ndarray, "p l 4 4"]

    def at(self, path: Float[ndarray, "p *l 4 4"], v: Float[ndarray, " n"]) -> Float[ndarray, "n *l 4 4"]:
        """One of the paths at other heights; those outside the image count as its border."""
        if len(self.places) == 1:
            return np.broadcast_to(path[0], (len(v), *path.shape[1:]))
        step = self.places[1] - self.places[0]
        at = np.clip(np.nan_to_num(v) / step, 0.0, len(self.places) - 1.0)
        first = np.minimum(at.astype(np.int64), len(self.places) - 2)
        share = (at - first).reshape(-1, *[1] * (path.ndim - 1))
        return path[first] + share * (path[first + 1] - path[first])


@dataclass(slots=True)
class Eye:
    """A camera of an episode under examination."""

    evidence: Evidence
    sensor: StoredSensor
    model: CameraModel = field(init=False)
    line_time_ns: int = field(init=False)
    _known: dict[int, Passage] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        attributes = self.sensor.attributes
        self.model = CameraModel(
            width=int(attributes["width"]),
            height=int(attributes["height"]),
            K=np.asarray(attributes["K"], np.float64),
            model=str(attributes["model"]),
            distortion=np.asarray(attributes["distortion"], np.float64),
        )
        self.line_time_ns = int(attributes["line_time_ns"])

    @property
    def is_rolling(self) -> bool:
        """Rows have times of their own."""
        return self.line_time_ns > 0

    @property
    def has_range(self) -> bool:
        """Depth is the length of the ray, not that along the axis."""
        return str(self.sensor.attributes["depth_kind"]) == "range"

    def passage(self, k: int) -> Passage:
        """Where camera and links were while picture k was taken."""
        if k not in self._known:
            self._known = {other: known for other, known in self._known.items() if abs(other - k) <= 1}
            self._known[k] = self._passed(k)
        return self._known[k]

    def _passed(self, k: int) -> Passage:
        height, middle_ns = self.model.height, int(self.sensor.times_ns[k])
        if not self.is_rolling:
            links = self.evidence.links(middle_ns)[None]
            return Passage(np.array([height / 2]), self.sensor.poses[k][None], links)
        places = np.linspace(0.0, height, _NODES)
        times_ns = np.rint(middle_ns + (places - height / 2) * self.line_time_ns).astype(np.int64)
        links = np.stack([self.evidence.links(int(time_ns)) for time_ns in times_ns])
        if str(self.sensor.attributes.get("fixed_to", "ego")) == "ego":
            ego = int(self.evidence.rows_of(self.evidence.ego_id)[0])
            ego_from_camera = np.linalg.inv(self.evidence.links(middle_ns)[ego]) @ self.sensor.poses[k]
            camera = links[:, ego] @ ego_from_camera
        else:
            camera = np.repeat(self.sensor.poses[k][None], _NODES, axis=0)
        return Passage(places, camera, links)

    def unproject(
        self, depth: Float[ndarray, " n"], row: Int64[ndarray, " n"], column: Int64[ndarray, " n"]
    ) -> Float[ndarray, "n 3"]:
        """Points seen at pixel centres, in the camera's frame at the time of their row."""
        rays = self.model.rays(np.stack([column + 0.5, row + 0.5], axis=-1))
        if not self.has_range:
            rays /= rays[:, 2:]
        return np.asarray(rays * depth[:, None].astype(np.float64))

    def project(
        self, k: int, points: Float[ndarray, "n 3"], link: int | None = None
    ) -> tuple[Float[ndarray, "n 2"], Float[ndarray, "n 3"]]:
        """Image coordinates in picture k of points, NaN where they are not seen; and the points in the camera's frame.

        Args:
            k: the picture.
            points: in the world, or in the frame of a link.
            link: row of that link.
        """
        passage = self.passage(k)
        v = np.full(len(points), self.model.height / 2)
        for _ in range(_ITERATIONS if self.is_rolling else 1):
            camera = passage.at(passage.camera, v)
            world = points
            if link is not None:
                moved = passage.at(passage.links[:, link], v)
                world = np.einsum("nij,nj->ni", moved[:, :3, :3], points) + moved[:, :3, 3]
            # Blended rotations are a hair from orthonormal: a true inverse.
            seen = np.linalg.solve(camera[:, :3, :3], (world - camera[:, :3, 3])[..., None])[..., 0]
            pixels = self.model.project(seen)
            v = np.where(np.isnan(pixels[:, 1]), v, pixels[:, 1])
        return pixels, seen


def inside(eye: Eye, pixels: Float[ndarray, "n 2"], margin: float) -> Bool[ndarray, " n"]:
    """Which image coordinates lie in the image, at least `margin` pixels from its border."""
    size = np.array([eye.model.width, eye.model.height], dtype=np.float64)
    with np.errstate(invalid="ignore"):
        return np.all((pixels >= margin) & (pixels <= size - margin), axis=-1)
