"""Camera frames with every label, beside bare moderngl and PyBullet's TinyRenderer on the same meshes."""

import time
from collections import deque
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import moderngl
import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.geometry import Pose
from simgen.motion import Actor, Cast
from simgen.physics.client import import_pybullet
from simgen.readings import CAMERA_CHANNELS, CameraModel
from simgen.render.camera_view import Moment, State, clip_matrix
from simgen.render.picture import looking_at
from simgen.render.raster import Rasteriser
from simgen.render.scene import Scene
from simgen.world.lanes import LaneNetwork
from simgen.world.material import Material, Texture
from simgen.world.mesh import Mesh
from simgen.world.model import Model, Part
from simgen.world.shapes import box, capsule, ellipsoid, revolve
from simgen.world.weather import Weather
from simgen.world.world import Surface, World

pybullet = import_pybullet()  # it greets on standard output otherwise

_BODIES = 30
_SIZES = ((640, 480), (1600, 900))
_LEARNER = (84, 84)

_VERTEX = """
#version 330
in vec3 in_position; in vec3 in_normal;
uniform mat4 clip_from_camera; uniform mat4 camera_from_body;
out vec3 normal; out float z;
void main() {
    vec4 seen = camera_from_body * vec4(in_position, 1.0);
    normal = mat3(camera_from_body) * in_normal; z = seen.z;
    gl_Position = clip_from_camera * seen;
    gl_Position.z = gl_Position.w - 0.2;
}
"""
_FRAGMENT = """
#version 330
in vec3 normal; in float z; uniform uint id; uniform vec3 paint;
layout(location = 0) out vec4 colour; layout(location = 1) out float depth;
layout(location = 2) out uint label; layout(location = 3) out vec4 facing;
void main() {
    vec3 n = normalize(normal);
    colour = vec4(paint * (0.4 + 0.6 * max(-n.y, 0.0)), 1.0); depth = z; label = id; facing = vec4(n, 0.0);
}
"""


def rows() -> list[dict[str, Any]]:
    """A row for each image size and reference: frames a second of ours, theirs, and their ratio."""
    scene, poses = stage()
    result = []
    for width, height in _SIZES:
        camera = CameraModel.from_fov(width, height, 70.0)
        name = f"camera_{width}x{height}"
        ours, blended, bare, tiny = _rates(
            [
                _ours(scene, poses, camera),
                _ours(scene, poses, camera, antialias=2),
                _bare(scene, poses, camera),
                _tiny(scene, poses, camera),
            ]
        )
        result.append(_row(name, ours, "bare moderngl, 4 targets", bare))
        result.append(_row(name, ours, "PyBullet TinyRenderer", tiny))
        result.append(_row(f"{name}_antialiased", blended, "bare moderngl, 4 targets", bare))
    camera = CameraModel.from_fov(*_LEARNER, 90.0)
    ours, tiny = _rates([_ours(scene, poses, camera, ("rgb",)), _tiny(scene, poses, camera)])
    result.append(_row("camera_84x84_rgb", ours, "PyBullet TinyRenderer", tiny))
    return result


def _row(name: str, value: float, reference: str, other: float) -> dict[str, Any]:
    return {
        "name": name,
        "value": value,
        "unit": "frames/s",
        "reference": reference,
        "reference_value": other,
        "ratio": value / other,
    }


def stage() -> tuple[Scene, Float[ndarray, "l 7"]]:
    """Thirty bodies of 800 triangles on textured ground: 31 meshes, 24 000 triangles, all in view."""
    rng = np.random.Generator(np.random.Philox(key=1))
    pixels = np.repeat(rng.integers(150, 255, (256, 256, 1), dtype=np.uint8), 3, axis=2)
    ground = Material(
        name="ground", semantic="road", base_colour=(0.3, 0.3, 0.3), texture=Texture(name="grain", pixels=pixels)
    )
    paint = Material(name="paint", semantic="car", paint=True, roughness=0.3)
    meshes = [
        ellipsoid((1.0, 0.6, 0.8), paint, rings=21, segments=20),
        revolve(np.column_stack([0.6 + 0.2 * np.sin(np.arange(21)), 0.1 * np.arange(21)]), paint, segments=20),
        capsule((0.0, 0.0, 0.4), (0.0, 0.0, 1.5), 0.4, paint, rings=10, segments=20),
    ]
    floor = Surface(name="ground", mesh=box((200.0, 200.0, 1.0), ground, (0.0, 0.0, -0.5)))
    world = World(name="stage", surfaces=(floor,), lanes=LaneNetwork({}), origin_m=np.zeros(3))
    actors = [
        Actor(id=k + 1, name=f"body{k}", model=_model(meshes[k % 3]), category="car", is_ego=k == 0,
              paint=tuple(rng.uniform(0.1, 0.8, 3).tolist()))
        for k in range(_BODIES)
    ]  # fmt: skip
    places = [Pose.from_xyz_rpy(8.0 + 3.0 * (k // 5), 3.0 * (k % 5) - 6.0, 0.0, yaw=k).array() for k in range(_BODIES)]
    return Scene.of(world, Cast.of(actors)), np.stack(places)


def _model(mesh: Mesh) -> Model:
    part = Part(name="body", mesh=mesh, parent=-1)
    return Model(name="body", category="car", parts=(part,), extent_m=(2.0, 2.0, 2.0), centre_m=(0.0, 0.0, 1.0))


@cache
def _eye(k: int) -> Float[ndarray, "4 4"]:
    return looking_at(np.array([0.02 * k, 0.0, 2.5]), np.array([20.0, 0.0, 0.0]))


def _moved(poses: Float[ndarray, "l 7"], k: int) -> Float[ndarray, "l 7"]:
    result = poses.copy()
    result[:, 0] += 0.03 * k
    return result


def _ours(
    scene: Scene,
    poses: Float[ndarray, "l 7"],
    camera: CameraModel,
    channels: Sequence[str] = CAMERA_CHANNELS,
    antialias: int = 1,
) -> Callable[[int], None]:
    rasteriser = Rasteriser(scene)
    state = State(weather=Weather(), lamps=np.zeros(len(scene.cast.actors), np.uint32))
    labelled = len(channels) > 1
    ahead: deque[Callable[[], object]] = deque()

    def frame(k: int) -> None:
        """Draws an image while the one before is labelled, as episodes are recorded; one is done for each call."""
        moments = [Moment(world_from_camera=_eye(j), link_pose=_moved(poses, j)) for j in (k - 1, k, k + 1)]
        begun = rasteriser.begin(
            camera, moments[1], channels, state=state, before=moments[0], after=moments[2], outlines=labelled,
            antialias=antialias,
        )  # fmt: skip
        if ahead:
            ahead.popleft()()
        ahead.append(begun)

    return frame


def _uniform(program: moderngl.Program, name: str) -> moderngl.Uniform:
    found = program[name]
    if not isinstance(found, moderngl.Uniform):
        raise TypeError(f"{name} is no uniform")
    return found


def _bare(scene: Scene, poses: Float[ndarray, "l 7"], camera: CameraModel) -> Callable[[int], None]:
    gl = moderngl.create_context(standalone=True, backend="egl")  # type: ignore[arg-type]
    size = camera.width, camera.height
    program = gl.program(vertex_shader=_VERTEX, fragment_shader=_FRAGMENT)
    _uniform(program, "clip_from_camera").value = clip_matrix(camera)
    kinds = ((4, "f1"), (1, "f4"), (1, "u4"), (4, "f2"))
    textures = [gl.texture(size, components, dtype=kind) for components, kind in kinds]
    target = gl.framebuffer(textures, gl.depth_renderbuffer(size))
    buffers = [
        bytearray(texture.width * texture.height * texture.components * int(texture.dtype[1])) for texture in textures
    ]
    buffers[0] = bytearray(size[0] * size[1] * 4)
    known: dict[int, moderngl.VertexArray] = {}
    bodies = []
    for mesh in (scene.surfaces, *scene.link_meshes):
        if id(mesh) not in known:
            data = gl.buffer(np.hstack([mesh.vertices, mesh.normals]).astype("f4").tobytes())
            known[id(mesh)] = gl.vertex_array(
                program, [(data, "3f 3f", "in_position", "in_normal")], gl.buffer(mesh.faces.astype("i4").tobytes())
            )
        bodies.append(known[id(mesh)])

    def frame(k: int) -> None:
        with gl:
            target.use()
            gl.enable_only(moderngl.DEPTH_TEST | moderngl.CULL_FACE)
            gl.front_face = "cw"
            target.clear(depth=1.0)
            matrices = np.concatenate([np.eye(4)[None], Pose.from_array(_moved(poses, k)).matrix()])
            matrices = np.linalg.inv(_eye(k)) @ matrices
            for row, (body, matrix) in enumerate(zip(bodies, matrices, strict=True)):
                _uniform(program, "camera_from_body").write(matrix.T.astype("f4").tobytes())
                _uniform(program, "id").value = row
                _uniform(program, "paint").value = (0.5, 0.4, 0.3)
                body.render()
            for at, (buffer, (components, kind)) in enumerate(zip(buffers, kinds, strict=True)):
                target.read_into(buffer, components=components, attachment=at, dtype=kind)

    return frame


def _tiny(scene: Scene, poses: Float[ndarray, "l 7"], camera: CameraModel) -> Callable[[int], None]:
    client = pybullet.connect(pybullet.DIRECT)
    shapes: dict[int, int] = {}
    for mesh, pose in zip(
        (scene.surfaces, *scene.link_meshes), (np.array([0, 0, 0, 0, 0, 0, 1.0]), *poses), strict=True
    ):
        if id(mesh) not in shapes:
            shapes[id(mesh)] = pybullet.createVisualShape(
                pybullet.GEOM_MESH, vertices=mesh.vertices.tolist(), indices=mesh.faces.reshape(-1).tolist(),
                normals=mesh.normals.tolist(), physicsClientId=client,
            )  # fmt: skip
        pybullet.createMultiBody(0.0, -1, shapes[id(mesh)], pose[:3], pose[3:], physicsClientId=client)
    fov = np.degrees(2 * np.arctan(camera.height / 2 / camera.K[1, 1]))
    projection = pybullet.computeProjectionMatrixFOV(fov, camera.width / camera.height, 0.1, 200.0)

    def frame(k: int) -> None:
        view = pybullet.computeViewMatrix([0.02 * k, 0.0, 2.5], [20.0, 0.0, 0.0], [0, 0, 1])
        pybullet.getCameraImage(
            camera.width, camera.height, view, projection, shadow=1,
            renderer=pybullet.ER_TINY_RENDERER, physicsClientId=client,
        )  # fmt: skip

    return frame


def _rates(makers: list[Callable[[int], None]], seconds: float = 1.5, rounds: int = 3) -> list[float]:
    """Frames a second of each, best of rounds that take turns, so that a busy moment of the machine hits all alike."""
    best = [0.0] * len(makers)
    for frame in makers:
        frame(0)
    for _ in range(rounds):
        for at, frame in enumerate(makers):
            frame(1)
            start, count = time.perf_counter(), 0
            while time.perf_counter() - start < seconds / rounds or count < 2:
                count += 1
                frame(count)
            best[at] = max(best[at], count / (time.perf_counter() - start))
    return best


if __name__ == "__main__":
    for row in rows():
        print("{name:28} {value:8.1f} {unit}  {reference:26} {reference_value:8.1f}  ratio {ratio:.2f}".format(**row))
