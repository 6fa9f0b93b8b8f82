"""Everything of one concrete scenario in its place: ego, cars, people, bodies, lights."""

import dataclasses

import numpy as np
from jaxtyping import Bool, Float, UInt8, UInt32
from numpy import ndarray

from simgen.geometry import Pose, yaw_of
from simgen.motion import LEAD_NS, Actor
from simgen.physics import spline
from simgen.physics.bodies import Bodies
from simgen.physics.cars import Cars
from simgen.physics.casting import WALKING, cast_of
from simgen.physics.client import Client
from simgen.physics.corridor import Crowd
from simgen.physics.driver import Driver
from simgen.physics.ego import ego_of
from simgen.physics.grip import grip_of
from simgen.physics.ground import Ground
from simgen.physics.places import pose_of, standing
from simgen.physics.routes import Placed, longer, placed, stop_station, stops_on
from simgen.physics.signals import Lights
from simgen.physics.skeleton import Skeleton
from simgen.physics.strolls import stroll
from simgen.physics.tiles import NearWorld, Tiles
from simgen.physics.vehicle_parameters import GRAVITY_MPS2
from simgen.physics.walkers import Walkers
from simgen.physics.yielding import EgoOnWay, Yielding
from simgen.scenario.scenario import ConcreteScenario, Entity
from simgen.world.lamps import mask
from simgen.world.lanes import LanePosition
from simgen.world.weather import COLUMNS, Weather
from simgen.world.world import World

_ABSENT = np.full(7, np.nan)
_NEAR_END_M = 150.0


class Stage:
    """The state of a running scenario, and who is who in it.

    Attributes:
        entities: in the order of the cast.
        role: of every entity by name: "ego", "car" or "walker", and its row there.
        lamps: bit field an actor, as switched by the scenario.
    """

    def __init__(self, concrete: ConcreteScenario, world: World, ground: Ground, tiles: Tiles) -> None:
        self.concrete, self.world, self.ground = concrete, world, ground
        self.cast = cast_of(concrete)
        self.entities: tuple[Entity, ...] = (concrete.ego, *concrete.actors)
        self.client = Client()
        self.near = NearWorld(self.client, tiles)
        self.skeleton = Skeleton(self.cast)
        self.lights = Lights(world, concrete.seed)
        grip = grip_of(Weather(**{name: float(getattr(concrete.weather, name)) for name in COLUMNS}))
        self._grip = grip
        self.vehicle = ego_of(self.client, ground, self.cast.ego.model, grip)
        self.bodies = Bodies(self.client, self.cast, self.vehicle.body)
        on_foot = [actor for actor in self.cast.actors[1:] if self._walks(actor)]
        rolling = [actor for actor in self.cast.actors[1:] if not self._walks(actor)]
        self.walkers, self.cars = Walkers(self.cast, on_foot), Cars(self.cast, rolling)
        self.role: dict[str, tuple[str, int]] = {self.cast.ego.name: ("ego", 0)}
        self.role |= {actor.name: ("walker", row) for row, actor in enumerate(on_foot)}
        self.role |= {actor.name: ("car", row) for row, actor in enumerate(rolling)}
        self.lamps: UInt32[ndarray, " a"] = np.array([mask(*entity.lamps) for entity in self.entities], dtype=np.uint32)
        self.stops: list[tuple[tuple[float, int], ...]] = [()] * len(rolling)
        self.ego_stops: tuple[tuple[float, int], ...] = ()
        self._size = np.array([actor.model.extent_m[:2] for actor in self.cast.actors]).reshape(-1, 2)
        self._middle = np.array([actor.model.centre_m[0] for actor in self.cast.actors])
        self._roots = self.skeleton.roots
        self._lines = np.full(len(rolling), np.inf)
        self._ego_line = np.inf
        self._yielding = Yielding(world, len(rolling))
        self.ego_lane: LanePosition | None = None
        self._place_ego()
        for entity in concrete.actors:
            self.appear(entity, entity.start if entity.present else None)

    def _walks(self, actor: Actor) -> bool:
        return self.entities[actor.id - 1].controller == "walker" or actor.category in WALKING

    def _place_ego(self) -> None:
        entity = self.concrete.ego
        speed = min(float(entity.speed_mps), self.vehicle.most_mps(0.0))  # type: ignore[arg-type]
        place = placed(entity.start, entity.route, self.world.lanes, self.ground)
        back = place.s_m - speed * LEAD_NS * 1e-9
        origin, ahead, _, _ = spline.frame(
            place.path.control, place.path.spacing_m, back, place.offset_m, place.turn_rad
        )
        heading = float(np.arctan2(ahead[1], ahead[0]))
        self.vehicle.place(standing(self.ground, np.array(origin) + np.array([0.0, 0.0, 1.0]), heading), speed)
        self.driver = Driver(entity.parameters, brakes=entity.controller == "driver", ego=type(self.vehicle))
        self.driver.put(place.path, back, place.offset_m)
        self.driver.desired_mps = float(entity.parameters.get("desired_speed_mps", speed))
        self.ego_stops = stops_on(place.path, self.world.signals)

    def appear(self, entity: Entity, position: object) -> None:
        """Puts an actor at a position with the entity's speed and controller; None takes it away."""
        kind, row = self.role[entity.name]
        if position is None:
            (self.walkers if kind == "walker" else self.cars).stand(row, _ABSENT)
            return
        entity_there = entity if position is entity.start else _moved(entity, position)
        if kind == "walker":
            self._place_walker(entity_there, row)
        else:
            self._place_car(entity_there, row)

    def _place_car(self, entity: Entity, car: int) -> None:
        speed = float(entity.speed_mps)  # type: ignore[arg-type]
        if entity.controller == "static":
            self.cars.stand(car, pose_of(entity.start, self.world.lanes, self.ground).array())
            return
        place = placed(entity.start, entity.route, self.world.lanes, self.ground)
        back = Placed(
            path=place.path, s_m=place.s_m - speed * LEAD_NS * 1e-9, offset_m=place.offset_m, turn_rad=place.turn_rad
        )
        self.set_path(car, back, speed)
        drives = entity.controller == "driver"
        self.cars.mode[car] = 2 if drives else 1
        self.cars.desired_mps[car] = float(entity.parameters.get("desired_speed_mps", speed))
        style = ("time_gap_s", "standstill_m", "accelerate_mps2", "decelerate_mps2", "hardest_mps2")
        for column, name in enumerate(style):
            if name in entity.parameters:
                self.cars.drivers[car, column] = float(entity.parameters[name])
        hardest = style.index("hardest_mps2")
        self.cars.drivers[car, hardest] = min(self.cars.drivers[car, hardest], self._grip * GRAVITY_MPS2)

    def _place_walker(self, entity: Entity, walker: int) -> None:
        pose = pose_of(entity.start, self.world.lanes, self.ground)
        speed = float(entity.speed_mps)  # type: ignore[arg-type]
        x, y, z = pose.translation.tolist()
        upright = Pose.from_xyz_rpy(x, y, z, yaw=float(yaw_of(pose.rotation)))
        self.walkers.stand(walker, upright.array())
        if speed > 0.0 and entity.controller != "static":
            path = stroll(entity, pose, self.ground)
            self.walkers.put(walker, path, speed)
            self.walkers.start_at(walker, speed, (0.37 * walker) % 1.0)
            if "path_m" in entity.parameters:
                self.walkers.stroll(walker)

    def set_path(self, car: int, place: Placed, speed_mps: float) -> None:
        """Sets a car on a path and notes its stop lines."""
        self.cars.put(car, place.path, place.s_m, speed_mps, place.offset_m, place.turn_rad)
        self.stops[car] = stops_on(place.path, self.world.signals)

    def locate_ego(self) -> LanePosition | None:
        """The lane that the ego is on, None off the lanes; asked once a snapshot."""
        root = self.vehicle.root()[0]
        heading = np.array([float(np.arctan2(self.vehicle.ahead()[1], self.vehicle.ahead()[0]))])
        lanes = self.world.lanes
        self.ego_lane = lanes.locate(root[None, :2], heading_rad=heading, z_m=root[2:3])[0] if lanes.lanes else None
        self.driver.locate(self.vehicle)
        return self.ego_lane

    def watch_ego(self) -> None:
        """Notes the stop lines on the ego's path."""
        path = self.driver.path
        self.ego_stops = () if path is None else stops_on(path, self.world.signals)

    def release(self, index: int) -> None:
        """An actor (index in the cast) was hit: from now on physics moves it."""
        if index <= 0 or index in self.bodies.free:
            return
        self.bodies.release(index)
        kind, row = self.role[self.entities[index].name]
        if kind == "walker":
            self.walkers.freeze(row)
        else:
            self.cars.stand(row, self.cars.root(row))

    def relax(self) -> None:
        """Lets the limbs of people who were hit follow their bodies."""
        for index, (pose, twist) in self.bodies.free.items():
            kind, row = self.role[self.entities[index].name]
            if kind == "walker":
                self.walkers.relax(row, pose, twist)

    def fill(self, local: Float[ndarray, "l 7"], delay_s: float) -> None:
        """Local poses of everybody, as they are `delay_s` from now."""
        self.vehicle.fill(local, delay_s)
        self.cars.fill(local, delay_s)
        self.walkers.fill(local, delay_s)
        self.bodies.fill(local, delay_s)

    def crowd(self, links: Float[ndarray, "l 7"], twists: Float[ndarray, "l 6"]) -> Crowd:
        """Footprints of everybody."""
        root, velocity = links[self._roots], twists[self._roots, :2]
        heading = yaw_of(root[:, 3:])
        there: Bool[ndarray, " a"] = ~np.isnan(root[:, 0])
        ahead = np.stack([np.cos(heading), np.sin(heading)], axis=1)
        centre = root[:, :2] + self._middle[:, None] * ahead
        box = np.column_stack([centre, root[:, 2], heading, 0.5 * self._size])
        return Crowd(np.nan_to_num(box), np.ascontiguousarray(np.nan_to_num(velocity)), there)

    def go_further(self) -> None:
        """Continues paths over lanes whose end comes near."""
        for car, path in enumerate(self.cars.paths):
            if path is not None and path.goes_on_after(float(self.cars.state[car, 0]), _NEAR_END_M):
                further = longer(self.world.lanes, path)
                self.cars.paths[car] = further
                self.cars.repack()
                self.stops[car] = stops_on(further, self.world.signals)
        way = self.driver.path
        if way is not None and way.goes_on_after(self.driver.s_m, _NEAR_END_M):
            self.driver.path = longer(self.world.lanes, way)
            self.watch_ego()

    def obey(self, states: UInt8[ndarray, " s"], *, look: bool) -> float:
        """Tells cars how far their stop lines are; the ego's distance from its root.

        Args:
            states: codes of the traffic lights.
            look: choose the lines anew (some times a second), not only measure.
        """
        cars = self.cars
        if look:
            reds = [
                stop_station(stops, cars.state[car, 0] + cars.sizes[car, 2], cars.state[car, 1], states.tolist())
                for car, stops in enumerate(self.stops)
            ]
            front = self._middle[0] + 0.5 * self._size[0, 0]
            speed = max(self.vehicle.speed_mps, 0.0)
            red = stop_station(self.ego_stops, self.driver.s_m + front, speed, states.tolist())
            rear = self._middle[0] - 0.5 * self._size[0, 0]
            bumpers = (self.driver.s_m + front, self.driver.s_m + rear)
            waits = self._yielding.lines(cars, reds, EgoOnWay(self.driver.path, bumpers, speed, red))
            self._lines = np.minimum(reds, waits[1:])
            self._ego_line = min(red, waits[0])
        cars.stop_m = self._lines - cars.state[:, 0] - cars.sizes[:, 2]
        return float(self._ego_line - self.driver.s_m)


def _moved(entity: Entity, position: object) -> Entity:
    return dataclasses.replace(entity, start=position, route=())  # type: ignore[arg-type]
