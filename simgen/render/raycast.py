"""Ray casting: what each ray of a sensor hits first, every ray at its own moment, every link where it then was.

Two levels. The world's triangles stand in one tree, which all rays are cast on. Links never move in any tree: each
distinct mesh is parked once, in its own frame, in a second tree (a column of boxes that do not touch); the rays that
meet a link's bounding box are moved into its frame at their own time and cast there, all links in one call.
"""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Float32, Int32, Int64, UInt8, UInt32
from numpy import ndarray

from simgen.motion import View
from simgen.readings import CameraModel
from simgen.render import raycast_kernels as kernels
from simgen.render import raycast_moving as moving
from simgen.render.raycast_candidates import candidates
from simgen.render.raycast_crew import Crew
from simgen.render.raycast_embree import Tree
from simgen.render.raycast_glass import Panes, in_front, pierce
from simgen.render.raycast_parking import Parking, face_normals
from simgen.render.raycast_pattern import RayPattern
from simgen.render.raycast_room import Room
from simgen.render.scene import Scene
from simgen.world.mesh import merge

_WORTH_A_CREW = 30_000  # with fewer rays, handing out the work takes longer than the work


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinkMotion:
    """Where links are over a short time: what `View` knows, as arrays.

    Attributes:
        times_ns: of the snapshots.
        pose, twist: as in `Snapshot`.
    """

    times_ns: Int64[ndarray, " s"]
    pose: Float[ndarray, "s l 7"]
    twist: Float[ndarray, "s l 6"]

    @classmethod
    def of(cls, view: View, start_ns: int, end_ns: int) -> "LinkMotion":
        """The motion between two times, which the view must cover.

        Raises:
            ValueError: the view is too short.
        """
        if start_ns < view.start_ns or end_ns > view.end_ns:
            raise ValueError(f"view covers {view.start_ns}..{view.end_ns} ns, asked for {start_ns}..{end_ns}")
        times = np.array([snapshot.time_ns for snapshot in view.snapshots], np.int64)
        first = max(int(np.searchsorted(times, start_ns, side="right")) - 1, 0)
        last = min(int(np.searchsorted(times, end_ns, side="left")), len(times) - 1)
        chosen = view.snapshots[first : last + 1]
        return cls(
            times_ns=times[first : last + 1],
            pose=np.stack([snapshot.link_pose for snapshot in chosen]),
            twist=np.stack([snapshot.link_twist for snapshot in chosen]).astype(np.float64),
        )

    def matrices(self, row: int, at_ns: Int64[ndarray, " n"]) -> Float[ndarray, "n 4 4"]:
        """Poses of one link at many times within."""
        found: Float[ndarray, "n 4 4"] = moving.link_matrices(self.times_ns, self.pose, self.twist, row, at_ns)
        return found

    @classmethod
    def still(cls, link_poses: Float[ndarray, "l 7"]) -> "LinkMotion":
        """Links that stand where they are."""
        poses = np.asarray(link_poses, np.float64)[None]
        return cls(times_ns=np.zeros(1, np.int64), pose=poses, twist=np.zeros((1, poses.shape[1], 6)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hits:
    """What each ray met first.

    Attributes:
        t: metres along the ray, inf for none.
        link: id of the link, 0 for the world, -1 for none.
        material: index in `Scene.materials`, -1 for none.
        point: in the frame of that link (in the world's for link 0) at the moment of the ray; NaN for none.
        normal: of the triangle, in the same frame, on the side that the ray came from; empty where not wanted.
        cosine: of the angle of incidence, 0..1.
        panes: how many panes of glass the ray went through before; None where glass was not passed.
        glass: what the nearest of them is, for the rays that `glass_ray` names.
        face: triangle of that link's mesh (of the world's: surfaces, then traffic lights); where asked for.
        met: rays and rows of all links that they meet, whatever stands in front; where asked for.
    """

    t: Float32[ndarray, " n"]
    link: Int32[ndarray, " n"]
    material: Int32[ndarray, " n"]
    point: Float[ndarray, "n 3"]
    normal: Float32[ndarray, "turned 3"]
    cosine: Float32[ndarray, " n"]
    panes: UInt8[ndarray, " n"] | None = None
    glass: "Hits | None" = None
    glass_ray: Int64[ndarray, " g"] | None = None
    face: Int32[ndarray, " asked"] = field(default_factory=lambda: np.zeros(0, np.int32))
    met: tuple[Int32[ndarray, " k"], Int32[ndarray, " k"]] = field(
        default_factory=lambda: (np.zeros(0, np.int32), np.zeros(0, np.int32))
    )


class Raycaster:
    """Both trees of one scene; for the thread that makes it alone.

    Attributes:
        crew: the threads that it works with, for what comes after the rays.
    """

    def __init__(self, scene: Scene, threads: int = 0) -> None:
        """Builds the trees.

        Args:
            scene: what there is to hit.
            threads: that cast rays; 0 takes all cores. Results do not depend on it.

        Raises:
            MissingLibraryError: Open3D is missing.
        """
        self.scene = scene
        still = merge([scene.surfaces, *(mesh for _, mesh in scene.signals)])
        index = {material: k for k, material in enumerate(scene.materials)}
        lookup = np.array([index[material] for material in still.materials], np.int32)
        self._still_material = lookup[still.material] if len(still.faces) else np.zeros(0, np.int32)
        self._still_normals = face_normals(still)
        self._still = Tree(still.vertices, still.faces, threads)
        self._parked = Parking.of(scene.link_meshes)
        self._links = Tree(self._parked.vertices, self._parked.faces, threads)
        self.crew, self._alone, self._room = Crew(threads), Crew(1), Room()

    def close(self) -> None:
        """Frees both trees and ends the threads."""
        self.crew.close()
        empty = np.zeros((0, 3), np.float32), np.zeros((0, 3), np.int32)
        self._still, self._links = Tree(*empty), Tree(*empty)

    def cast(
        self,
        pattern: RayPattern,
        world_from_sensor: Float[ndarray, "bounds 4 4"],
        bounds_ns: Int64[ndarray, " bounds"],
        motion: LinkMotion,
        *,
        ignore: Bool[ndarray, " l"] | None = None,
        through: Bool[ndarray, " m"] | None = None,
        behind: bool = False,
        normals: bool = True,
    ) -> Hits:
        """The first hit of every ray, or the first behind glass.

        Args:
            pattern: rays in the sensor's frame.
            world_from_sensor: at the ends of the groups; a group's own rays lie between entries g and g + 1.
            bounds_ns: the times of those ends, sorted.
            motion: of all links, over those times.
            ignore: links that rays pass through (the ego's own, for most sensors).
            through: materials that rays pass through, by their index in the scene.
            behind: also which triangles were hit, and which links stand behind them.
            normals: whether those are wanted.
        """
        poses = np.ascontiguousarray(world_from_sensor[:, :3], np.float64)
        crew = self.crew if pattern.count >= _WORTH_A_CREW else self._alone
        rays = _fired(crew, pattern, poses)
        t_still, face = self._still.cast(rays)
        if through is not None:
            still_panes = pierce(self._still, rays, t_still, face, through[self._still_material])
        nearest, winner = t_still.copy(), np.full(len(rays), -1, np.int32)
        wanted = self._parked.solid if ignore is None else self._parked.solid & ~ignore
        reach = np.full(len(rays), np.inf, np.float32) if behind else nearest
        moved, ray_of, row_of, entry = self._moving(crew, (pattern, poses, bounds_ns), motion, wanted, reach)
        t, moved_face = self._links.cast(moved)
        if through is not None:
            own = (self._parked.faces_of, row_of)
            moved_panes = pierce(self._links, moved, t, moved_face, through[self._parked.material], own)
        kernels.keep_nearest(ray_of, row_of, entry, t, moved_face, self._parked.faces_of, nearest, winner)
        hits = self._resolved(crew, rays, face, winner, nearest, (moved, t, moved_face, row_of), normals)
        if behind:
            hits = self._with_faces(hits, face, winner, moved_face, row_of, ray_of)
        if through is None:
            return hits
        return self._with_glass(crew, hits, rays, still_panes, moved_panes, (moved, ray_of, row_of, entry))

    def _with_glass(
        self,
        crew: Crew,
        hits: Hits,
        rays: Float32[ndarray, "n 6"],
        still: Panes,
        moving: Panes,
        moved: tuple[Float32[ndarray, "m 6"], Int32[ndarray, " m"], Int32[ndarray, " m"], Float[ndarray, " m"]],
    ) -> Hits:
        """The hits behind glass with the panes before them."""
        moved_rays, ray_of, row_of, entry = moved
        panes, ray, number = in_front(still, moving, ray_of, entry, hits.t)
        late = number >= len(still.ray)
        last = number[late] - len(still.ray)
        at = moving.ray[last]
        faces = np.concatenate([still.face, moving.face])[number]
        distance = np.concatenate([still.t, (entry[moving.ray] + moving.t).astype(np.float32)])[number]
        index = np.where(late, np.cumsum(late) - 1, -1).astype(np.int32)
        met = (moved_rays[at], moving.t[last], moving.face[last], row_of[at])
        glass = self._resolved(crew, rays[ray], faces, index, distance, met, len(hits.normal) > 0)
        return replace(hits, panes=panes, glass=glass, glass_ray=ray)

    def _moving(
        self,
        crew: Crew,
        fired: tuple[RayPattern, Float[ndarray, "bounds 3 4"], Int64[ndarray, " bounds"]],
        motion: LinkMotion,
        wanted: Bool[ndarray, " l"],
        nearest: Float32[ndarray, " n"],
    ) -> tuple[Float32[ndarray, "m 6"], Int32[ndarray, " m"], Int32[ndarray, " m"], Float[ndarray, " m"]]:
        (pattern, poses, bounds_ns), parked = fired, self._parked
        links = (motion.times_ns, motion.pose, motion.twist)
        swept = np.empty((max(len(motion.times_ns) - 1, 1), len(wanted), 7))
        moving.swept_spheres(*links, parked.spheres, wanted, swept)
        sent = (pattern.tiles, pattern.tiled, pattern.delay, poses, bounds_ns)

        def move(piece: int, a: int, b: int) -> int:
            pairs, about = candidates(pattern.tiles[a:b], pattern.cones[a:b], poses, bounds_ns, motion.times_ns, swept)
            pairs[:, 0] += a
            while True:
                found = self._room.piece(piece)
                count = moving.moving_rays(pairs, about, sent, (links, parked.boxes, parked.place), nearest, found)
                if count <= len(found[1]):
                    return int(count)
                self._room.widen(piece, count)

        return self._room.gathered(crew, len(pattern.tiles), move)

    def _resolved(
        self,
        crew: Crew,
        rays: Float32[ndarray, "n 6"],
        face: UInt32[ndarray, " n"],
        winner: Int32[ndarray, " n"],
        nearest: Float32[ndarray, " n"],
        moved: tuple[Any, ...],
        normals: bool,
    ) -> Hits:
        n = len(rays)
        hits = Hits(
            t=nearest,
            link=np.empty(n, np.int32),
            material=np.empty(n, np.int32),
            point=np.empty((n, 3)),
            normal=np.empty((n if normals else 0, 3), np.float32),
            cosine=np.empty(n, np.float32),
        )
        tables = (self._still_normals, self._still_material, self._parked.normals, self._parked.material)
        result = (hits.link, hits.material, hits.point, hits.normal, hits.cosine)

        def look_up(a: int, b: int) -> None:
            part = (values[a:b] for values in (rays, face, winner, nearest))
            kernels.resolve(*part, *moved, self._parked.place, *tables, *(values[a:b] for values in result))

        crew.split(n, look_up)
        return hits

    def _with_faces(
        self,
        hits: Hits,
        face: UInt32[ndarray, " n"],
        winner: Int32[ndarray, " n"],
        moved_face: UInt32[ndarray, " m"],
        row_of: Int32[ndarray, " m"],
        ray_of: Int32[ndarray, " m"],
    ) -> Hits:
        own = self._parked.faces_of[row_of]
        of_link = moved_face.astype(np.int64)  # a miss is beyond all
        is_hit = (of_link >= own[:, 0]) & (of_link < own[:, 1])
        result = face.astype(np.int32)  # a miss becomes -1
        moving_hits = np.flatnonzero(winner >= 0)
        of = winner[moving_hits]
        result[moving_hits] = of_link[of] - own[of, 0]
        return replace(hits, face=result, met=(ray_of[is_hit], row_of[is_hit]))

    def depth_map(
        self,
        camera: CameraModel,
        world_from_camera: Float[ndarray, "4 4"],
        link_poses: Float[ndarray, "l 7"],
        *,
        ignore: Bool[ndarray, " l"] | None = None,
    ) -> tuple[Float32[ndarray, "h w"], UInt32[ndarray, "h w"]]:
        """Depth (z, +inf for the sky) and instance through the pixel centres of a pinhole camera at one moment."""
        pattern = RayPattern.pinhole(camera)
        bounds = camera.height + 1
        poses = np.broadcast_to(world_from_camera, (bounds, 4, 4))
        motion = LinkMotion.still(link_poses)
        hits = self.cast(pattern, poses, np.zeros(bounds, np.int64), motion, ignore=ignore)
        shape = (camera.height, camera.width)
        depth = hits.t.reshape(shape) * pattern.directions[..., 2].astype(np.float32)
        instance = np.where(hits.link > 0, self.scene.actor_of_link[np.maximum(hits.link, 0)], 0)
        return depth, instance.astype(np.uint32).reshape(shape)


def _fired(crew: Crew, pattern: RayPattern, poses: Float[ndarray, "bounds 3 4"]) -> Float32[ndarray, "n 6"]:
    """The rays in the world, each at its own moment."""
    rays = np.empty((pattern.count, 6), np.float32)
    beams = pattern.directions.shape[1]

    def fire(a: int, b: int) -> None:
        part = rays[a * beams : b * beams]
        kernels.world_rays(pattern.directions[a:b], pattern.delay, poses[a : b + 1], part)

    crew.split(len(pattern.directions), fire)
    return rays
