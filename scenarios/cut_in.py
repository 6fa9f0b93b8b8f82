"""A slower vehicle moves over into the ego's lane."""

from typing import Annotated

from simgen.errors import InputError
from simgen.library import Parameter, entry
from simgen.sampling import Number, Uniform, scaled
from simgen.scenario.actions import LaneChange, SetLamps
from simgen.scenario.position import RelativeLane, Somewhere
from simgen.scenario.scenario import CornerCase, Entity, Event, Scenario
from simgen.scenario.triggers import AtTime

REGULATION = "UN Regulation No. 157 (ALKS), guidance on traffic disturbance critical scenarios, cut-in"
"""OJ L 82, 9.3.2021, p. 75, annex 4, appendix 3; speeds above 60 km/h: its 01 series of amendments. The driver that it
compares with tolerates 0.375 m of wandering, needs 0.4 s to see the risk and 0.75 s more to brake, with 0.774 g (so too
esmini, ControllerALKS_R157SM.hpp, ReferenceDriver)."""
KMH = 1.0 / 3.6
EGO_SPEED = Uniform(low=80.0, high=110.0)
RELATIVE = Uniform(low=-35.0, high=-10.0)
GAP = Uniform(low=20.0, high=50.0)
DURATION = Uniform(low=2.0, high=5.0)
SIDES = {"left": 1, "right": -1}
BUMPERS_M = 4.7
"""Between the origins (rear axles) of two cars that touch: the length of the one behind, roughly."""


@entry("scenarios", source=REGULATION, tags=("UN R157 cut-in", "NHTSA lane change", "scenario"))
def cut_in(
    *,
    world: str = "highway",
    ego_speed_kmh: Annotated[
        Number, Parameter(text="Ve0, speed of the ego", unit="km/h", low=10, high=130)
    ] = EGO_SPEED,
    relative_kmh: Annotated[
        Number, Parameter(text="Vo0 - Ve0, how much faster the other vehicle is", unit="km/h", low=-80, high=20)
    ] = RELATIVE,
    gap_m: Annotated[
        Number, Parameter(text="dx0, between the bumpers at the beginning of the episode", unit="m", low=2, high=200)
    ] = GAP,
    change_s: Annotated[
        Number,
        Parameter(
            text="how long the change of lanes takes; 3.5 m in 2..5 s is Vy 0.7..1.8 m/s", unit="s", low=1, high=12
        ),
    ] = DURATION,
    start_s: Annotated[float, Parameter(text="when it begins to move over", unit="s", low=0, high=20)] = 1.0,
    side: Annotated[str, Parameter(text="the lane that it comes from: left or right")] = "left",
) -> Scenario:
    """A vehicle in the next lane, ahead and slower, cuts in with its indicator on.

    Ve0, Vo0, dx0 and the lateral speed are the regulation's parameters; it calls a collision preventable where a
    competent and careful driver (0.75 s delay, 0.774 g) would avoid it.
    """
    if side not in SIDES:
        raise InputError(f"scenarios/cut_in: side: expected left or right, got {side!r}")
    lanes = SIDES[side]
    return Scenario(
        name="cut_in",
        world=world,
        duration_s=10.0,
        ego=_ego(scaled(ego_speed_kmh, KMH), lanes),
        actors=(_cutter(scaled(relative_kmh, KMH), scaled(gap_m, 1.0, BUMPERS_M), lanes),),
        events=_events(start_s, change_s, lanes),
        cases=(
            CornerCase(
                case="cut_in",
                level="scenario",
                tags=("UN R157 cut-in",),
                severity=1.0,
                entities=("cutter",),
                trigger="change_lanes",
                parameters={"side": side, "start_s": start_s},
                injected=False,
            ),
        ),
        source=REGULATION,
    )


def _ego(speed_mps: Number, lanes: int) -> Entity:
    return Entity(
        name="ego",
        model="",
        start=Somewhere(
            ahead_m=400.0, behind_m=20.0, straight=True, lanes_left=max(lanes, 0), lanes_right=max(-lanes, 0)
        ),
        speed_mps=speed_mps,
        parameters={"keeps_rules": False},
        lamps=("low_beam", "position"),
    )


def _cutter(relative_mps: Number, ahead_m: Number, lanes: int) -> Entity:
    return Entity(
        name="cutter",
        model="saloon",
        controller="none",
        start=RelativeLane(entity="ego", ds_m=ahead_m, dlane=lanes),
        speed_like="ego",
        speed_mps=relative_mps,
        paint=(0.015, 0.05, 0.20),
        lamps=("low_beam", "position"),
    )


def _events(start_s: float, change_s: Number, lanes: int) -> tuple[Event, ...]:
    lamp = "indicator_right" if lanes > 0 else "indicator_left"
    first = AtTime(time_s=max(start_s - 1.0, 0.0))
    change = LaneChange(lanes=-lanes, duration_s=change_s)
    return (
        Event(name="indicate", when=first, do=SetLamps(lamps=(lamp,)), entities=("cutter",)),
        Event(name="change_lanes", when=AtTime(time_s=start_s), do=change, entities=("cutter",), case="cut_in"),
    )
