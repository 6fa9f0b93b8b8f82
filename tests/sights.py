"""Pictures of small stages, as the labellers of images take them."""

import numpy as np

from simgen.labels.sight import Sight
from simgen.motion import Cast, Snapshot, View
from simgen.readings import CameraModel, Image
from simgen.render.camera_view import Moment
from simgen.render.raster import Rasteriser
from simgen.render.scene import Scene
from simgen.world.weather import Weather
from simgen.world.world import World

CAMERA = CameraModel.from_fov(640, 480, 60.0)


def still_view(cast: Cast, link_pose: np.ndarray) -> View:
    """Links that do not move."""
    snapshots = [
        Snapshot(
            time_ns=time_ns,
            link_pose=link_pose,
            link_twist=np.zeros((len(link_pose), 6), np.float32),
            lamps=np.zeros(len(cast.actors), np.uint32),
            signals=np.zeros(0, np.uint8),
            weather=Weather().array(),
        )
        for time_ns in (-200_000_000, 0, 200_000_000)
    ]
    return View(snapshots)


def look(world: World, cast: Cast, link_pose: np.ndarray, eye: np.ndarray, camera: CameraModel = CAMERA) -> Sight:
    """What a camera there sees; the ego, actor 1, is not in the picture."""
    rasteriser = Rasteriser(Scene.of(world, cast))
    moment = Moment(world_from_camera=eye, link_pose=link_pose)
    result = rasteriser.render(camera, moment, ("rgb", "depth", "instance"), hidden_actors=(1,))
    rasteriser.close()
    image = Image(k=0, time_ns=0, reported_time_ns=0, world_from_sensor=eye, channels=result.channels)
    return Sight(image=image, model=camera, line_time_ns=0, view=still_view(cast, link_pose), ego_row=0)
