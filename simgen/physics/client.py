"""The one importer of PyBullet: a private DIRECT client with the static world, the ego's chassis and the actors'
bodies.

Gravity is not PyBullet's: whoever is free to fall gets it as a force, so bodies that are only carried along stay put.
"""

import ctypes
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any, Concatenate, ParamSpec, TypeVar

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from scipy.spatial import ConvexHull

from simgen.motion import PHYSICS_HZ

CHUNK_FACES = 8000
"""Triangles a shape: PyBullet copies meshes through a fixed block of shared memory (131072 vertices, 524288
indices)."""

WORLD, EGO, CARRIED, FREE = 1, 2, 4, 8
"""Collision groups; carried bodies meet the ego and free bodies, free ones everything."""


@contextmanager
def _quiet() -> Iterator[None]:
    """Keeps what C code prints off the terminal (PyBullet greets with its build time when imported)."""
    libc = ctypes.CDLL(None)
    sink = os.open(os.devnull, os.O_WRONLY)
    kept = {stream: os.dup(stream) for stream in (1, 2)}
    sys.stdout.flush()
    libc.fflush(None)
    try:
        for stream in kept:
            os.dup2(sink, stream)
        yield
    finally:
        libc.fflush(None)
        for stream, copy in kept.items():
            os.dup2(copy, stream)
            os.close(copy)
        os.close(sink)


def import_pybullet() -> ModuleType:
    """PyBullet, without its greeting on standard output."""
    with _quiet():
        import pybullet
    return pybullet


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """One contact point of two bodies in one step.

    Attributes:
        body_a, body_b: handles; -1 is the static world.
        impulse_Ns: normal force times the step.
    """

    body_a: int
    body_b: int
    impulse_Ns: float
    point_m: tuple[float, float, float]


Listed = tuple[list[list[float]], list[int]]
"""Corners, and three of their numbers a triangle, as PyBullet takes them."""

Call = tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]
"""A method of `Client`, and what it was called with."""

P = ParamSpec("P")
T = TypeVar("T")

_idle: list[int] = []
"""Emptied worlds: PyBullet takes 17 ms to make one, and less than 1 ms to empty it."""

_MOST_IDLE = 4


def listed(triangles: Float[ndarray, "f 3 3"]) -> tuple[Listed, ...]:
    """Triangles as lists, in pieces that PyBullet can take."""
    pieces = []
    for start in range(0, len(triangles), CHUNK_FACES):
        corners, number = np.unique(triangles[start : start + CHUNK_FACES].reshape(-1, 3), axis=0, return_inverse=True)
        pieces.append((corners.tolist(), number.reshape(-1).tolist()))
    return tuple(pieces)


def _recorded(method: Callable[Concatenate["Client", P], T]) -> Callable[Concatenate["Client", P], T]:
    """Notes calls of a method while the client records."""

    @wraps(method)
    def call(self: "Client", /, *args: P.args, **kwargs: P.kwargs) -> T:
        if self.calls is not None:
            # Arrays may be filled with something else later.
            copies = tuple(arg.copy() if isinstance(arg, ndarray) else arg for arg in args)
            self.calls.append((method, copies, kwargs))
        return method(self, *args, **kwargs)

    return call


class Client:
    """One physics world of its own; any number may live in a process.

    Attributes:
        calls: all that changed the world since it was made, for `replay`; None where that is not wanted.
    """

    def __init__(self) -> None:
        self._p: Any = import_pybullet()
        self._id: int = _idle.pop() if _idle else self._p.connect(self._p.DIRECT)
        self.calls: list[Call] | None = []
        self._begin()

    def _begin(self) -> None:
        self._static: set[int] = set()
        self._p.setPhysicsEngineParameter(
            fixedTimeStep=1.0 / PHYSICS_HZ,
            numSubSteps=0,
            numSolverIterations=50,
            deterministicOverlappingPairs=1,
            physicsClientId=self._id,
        )
        self._p.setGravity(0.0, 0.0, 0.0, physicsClientId=self._id)

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Empties the world; a second call does nothing."""
        if self._id >= 0:
            if len(_idle) < _MOST_IDLE:
                self._p.resetSimulation(physicsClientId=self._id)
                _idle.append(self._id)
            else:
                self._p.disconnect(physicsClientId=self._id)
            self._id = -1

    def replay(self, calls: Sequence[Call]) -> None:
        """Makes the world again that some calls made; they are not recorded.

        The very same calls, as PyBullet's own `restoreState` leaves much that decides the order of contacts as it was.
        """
        self._p.resetSimulation(physicsClientId=self._id)
        self.calls = None
        self._begin()
        for method, args, kwargs in calls:
            method(self, *args, **kwargs)

    @_recorded
    def add_static(self, pieces: Sequence[Listed]) -> None:
        """Loads what does not move, as concave triangle meshes."""
        for corners, numbers in pieces:
            shape = self._p.createCollisionShape(
                self._p.GEOM_MESH, vertices=corners, indices=numbers, physicsClientId=self._id
            )
            body = self._p.createMultiBody(0.0, shape, useMaximalCoordinates=True, physicsClientId=self._id)
            self._p.changeDynamics(body, -1, lateralFriction=0.8, restitution=0.0, physicsClientId=self._id)
            self._filter(body, WORLD, WORLD | EGO | FREE)
            self._static.add(body)

    @_recorded
    def add_box(
        self,
        size_m: Sequence[float],
        centre_m: Sequence[float],
        mass_kg: float,
        inertia_kg_m2: Sequence[float] | None = None,
        *,
        ego: bool = False,
    ) -> int:
        """A body whose frame is its centre of mass, with a box around `centre_m` in that frame; returns its handle."""
        shape = self._p.createCollisionShape(
            self._p.GEOM_BOX,
            halfExtents=[0.5 * float(side) for side in size_m],
            collisionFramePosition=[float(x) for x in centre_m],
            physicsClientId=self._id,
        )
        return self._body(shape, mass_kg, inertia_kg_m2, ego=ego)

    @_recorded
    def add_hulls(self, hulls: Sequence[Float[ndarray, "n 3"]], mass_kg: float) -> int:
        """A carried body of convex pieces, whose corners are given about its centre of mass; returns its handle."""
        if len(hulls) == 1:
            shape = self._p.createCollisionShape(
                self._p.GEOM_MESH, vertices=hulls[0].tolist(), physicsClientId=self._id
            )
        else:
            shape = self._compound(hulls)
        return self._body(shape, mass_kg, None, ego=False)

    def _compound(self, hulls: Sequence[Float[ndarray, "n 3"]]) -> int:
        """One shape of convex pieces, which PyBullet takes from a file alone: an object of the file each."""
        lines, first = [], 1
        for k, hull in enumerate(hulls):
            lines += [f"o piece{k}", *(f"v {x!r} {y!r} {z!r}" for x, y, z in hull.tolist())]
            lines += [f"f {first + a} {first + b} {first + c}" for a, b, c in ConvexHull(hull).simplices.tolist()]
            first += len(hull)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "pieces.obj"
            path.write_text("\n".join(lines) + "\n", encoding="ascii")
            shape: int = self._p.createCollisionShape(self._p.GEOM_MESH, fileName=str(path), physicsClientId=self._id)
        return shape

    def _body(self, shape: int, mass_kg: float, inertia_kg_m2: Sequence[float] | None, *, ego: bool) -> int:
        body: int = self._p.createMultiBody(mass_kg, shape, useMaximalCoordinates=True, physicsClientId=self._id)
        self._p.changeDynamics(
            body,
            -1,
            linearDamping=0.0,
            angularDamping=0.0,
            lateralFriction=0.5,
            restitution=0.05,
            physicsClientId=self._id,
        )
        if inertia_kg_m2 is not None:
            self._p.changeDynamics(
                body, -1, mass=mass_kg, localInertiaDiagonal=list(inertia_kg_m2), physicsClientId=self._id
            )
        if ego:
            self._filter(body, EGO, WORLD | CARRIED | FREE)
        else:
            self._filter(body, CARRIED, EGO | FREE)
        return body

    @_recorded
    def release(self, body: int) -> None:
        """Lets a carried body meet the world and other actors too."""
        self._filter(body, FREE, WORLD | EGO | CARRIED | FREE)

    @_recorded
    def carry(self, body: int) -> None:
        """Makes a released body a carried one again."""
        self._filter(body, CARRIED, EGO | FREE)

    def _filter(self, body: int, group: int, mask: int) -> None:
        self._p.setCollisionFilterGroupMask(body, -1, group, mask, physicsClientId=self._id)

    @_recorded
    def place(self, body: int, pose: Float[ndarray, "7"], twist: Float[ndarray, "6"]) -> None:
        """Sets pose and velocity of a body's centre of mass (world axes)."""
        at = pose.tolist()
        velocity = twist.tolist()
        self._p.resetBasePositionAndOrientation(body, at[:3], at[3:], physicsClientId=self._id)
        self._p.resetBaseVelocity(body, velocity[:3], velocity[3:], physicsClientId=self._id)

    def state(self, body: int) -> tuple[Float[ndarray, "7"], Float[ndarray, "6"]]:
        """Pose and velocity of a body's centre of mass (world axes)."""
        position, rotation = self._p.getBasePositionAndOrientation(body, physicsClientId=self._id)
        linear, angular = self._p.getBaseVelocity(body, physicsClientId=self._id)
        return np.array(position + rotation), np.array(linear + angular)

    @_recorded
    def push(self, body: int, at: Sequence[float], force_N: Sequence[float], torque_Nm: Sequence[float]) -> None:
        """Force at a point and torque, world axes, for the next step."""
        world = self._p.WORLD_FRAME
        self._p.applyExternalForce(body, -1, force_N, at, world, physicsClientId=self._id)
        self._p.applyExternalTorque(body, -1, torque_Nm, world, physicsClientId=self._id)

    @_recorded
    def step(self) -> None:
        """One physics step."""
        self._p.stepSimulation(physicsClientId=self._id)

    def touches(self) -> list[Touch]:
        """Contacts of the last step that pressed."""
        found = []
        for point in self._p.getContactPoints(physicsClientId=self._id):
            if point[9] > 0.0:
                a, b = (-1 if body in self._static else body for body in point[1:3])
                found.append(Touch(body_a=a, body_b=b, impulse_Ns=point[9] / PHYSICS_HZ, point_m=point[5]))
        return found

    def ray_heights(self, origins: Float[ndarray, "n 3"], depth_m: float) -> Float[ndarray, " n"]:
        """Height of the first thing straight below each origin (world z, metres); NaN where there is none."""
        ends = origins - np.array([0.0, 0.0, depth_m])
        hits = self._p.rayTestBatch(origins.tolist(), ends.tolist(), physicsClientId=self._id)
        return np.array([hit[3][2] if hit[0] >= 0 else np.nan for hit in hits])
