"""Virtual and direct junctions: routes lead through them, and roads that overlap there are one surface."""

import itertools

import numpy as np
import pytest
import shapely

from simgen.world.build import world_from_opendrive
from simgen.world.opendrive.network import lane_network
from simgen.world.opendrive.read import read_opendrive

MARK = '<roadMark sOffset="0" type="broken" width="0.12" laneChange="both"/>'


def lane(number: int, before: int = 0, after: int = 0) -> str:
    links = (f'<predecessor id="{before}"/>' if before else "") + (f'<successor id="{after}"/>' if after else "")
    width = '<width sOffset="0" a="3.5" b="0" c="0" d="0"/>'
    return f'<lane id="{number}" type="driving"><link>{links}</link>{width}</lane>'


def road(name: str, links: str, line: str, length: float, *, lanes: tuple[str, str], junction: str = "-1") -> str:
    left, right = (
        f"<{side}>{text}</{side}>" if text else "" for side, text in zip(("left", "right"), lanes, strict=True)
    )
    return f"""<road id="{name}" length="{length}" junction="{junction}"><link>{links}</link>
      <planView>{line}</planView><lanes><laneSection s="0">{left}<center><lane id="0" type="none">{MARK}</lane></center>
      {right}</laneSection></lanes></road>"""


def straight(x: float, y: float, heading: float, length: float) -> str:
    return f'<geometry s="0" x="{x}" y="{y}" hdg="{heading}" length="{length}"><line/></geometry>'


def arc(x: float, y: float, heading: float, length: float, curvature: float) -> str:
    shape = f'<arc curvature="{curvature}"/>'
    return f'<geometry s="0" x="{x}" y="{y}" hdg="{heading}" length="{length}">{shape}</geometry>'


TURN_M = 12.0 * np.pi / 2.0
# A driveway to the right of a main road: at s = 60 one turns into it, at s = 84 one comes out of it.
VIRTUAL = f"""<OpenDRIVE><header revMajor="1" revMinor="8"/>
{road("1", "", straight(0, 0, 0, 150), 150, lanes=(lane(1), lane(-1)))}
{
    road(
        "9",
        '<predecessor elementType="junction" elementId="5"/>',
        straight(72, -12, -np.pi / 2, 40),
        40,
        lanes=(lane(1), lane(-1)),
    )
}
{
    road(
        "20",
        '<predecessor elementType="road" elementId="1" elementS="60" elementDir="+"/>'
        '<successor elementType="road" elementId="9" contactPoint="start"/>',
        arc(60, 0, 0, TURN_M, -1 / 12),
        TURN_M,
        lanes=("", lane(-1, -1, -1)),
        junction="5",
    )
}
{
    road(
        "21",
        '<predecessor elementType="road" elementId="9" contactPoint="start"/>'
        '<successor elementType="road" elementId="1" elementS="84" elementDir="+"/>',
        arc(72, -12, np.pi / 2, TURN_M, -1 / 12),
        TURN_M,
        lanes=("", lane(-1, 1, -1)),
        junction="5",
    )
}
<junction id="5" type="virtual" mainRoad="1" sStart="55" sEnd="90" orientation="-">
  <connection id="0" incomingRoad="1" connectingRoad="20" contactPoint="start"><laneLink from="-1" to="-1"/>
  </connection>
  <connection id="1" incomingRoad="9" connectingRoad="21" contactPoint="start"><laneLink from="1" to="-1"/></connection>
</junction></OpenDRIVE>"""

# A motorway and the exit that leaves it; both lie on each other at first.
DIRECT = f"""<OpenDRIVE><header revMajor="1" revMinor="8"/>
{
    road(
        "1",
        '<successor elementType="junction" elementId="7"/>',
        straight(0, 0, 0, 80),
        80,
        lanes=("", lane(-1) + lane(-2)),
    )
}
{
    road(
        "2",
        '<predecessor elementType="junction" elementId="7"/>',
        straight(80, 0, 0, 80),
        80,
        lanes=("", lane(-1) + lane(-2)),
    )
}
{
    road(
        "3",
        '<predecessor elementType="junction" elementId="7"/>',
        arc(80, -3.5, 0, 80, -1 / 200),
        80,
        lanes=("", lane(-1)),
    )
}
<junction id="7" type="direct">
  <connection id="0" incomingRoad="1" linkedRoad="2" contactPoint="start">
    <laneLink from="-1" to="-1"/><laneLink from="-2" to="-2"/></connection>
  <connection id="1" incomingRoad="1" linkedRoad="3" contactPoint="start">
    <laneLink from="-2" to="-1" overlapZone="20"/></connection>
</junction></OpenDRIVE>"""


@pytest.mark.parametrize(
    ("start", "goal", "over"),
    [("1", "9", ["1", "20", "9"]), ("9", "1", ["9", "21", "1"])],
    ids=["into the driveway", "out of it"],
)
def test_routes_lead_through_a_virtual_junction(start: str, goal: str, over: list[str]) -> None:
    network = lane_network(read_opendrive(VIRTUAL), np.zeros(3))
    begins = {name for name, one in network.lanes.items() if one.road == start and not one.predecessors}
    ends = {name for name, one in network.lanes.items() if one.road == goal and not one.successors}
    routes = [network.route(a, b, lane_changes=False) for a in sorted(begins) for b in sorted(ends)]
    ways = [way for way in routes if way]
    assert any([name for name, _ in itertools.groupby(network.lanes[one].road for one in way)] == over for way in ways)
    for way in ways:
        for before, after in itertools.pairwise(way):
            gap = network.lanes[before].centre[-1] - network.lanes[after].centre[0]
            assert np.linalg.norm(gap) < 1e-6
            assert network.lanes[before].tangent[-1] @ network.lanes[after].tangent[0] > 0.999


def test_the_main_road_goes_on_through_a_virtual_junction() -> None:
    network = lane_network(read_opendrive(VIRTUAL), np.zeros(3))
    assert network.route("1/0/-1", "1/2/-1") == ("1/0/-1", "1/1/-1", "1/2/-1")
    assert network.route("1/2/1", "1/0/1") == ("1/2/1", "1/1/1", "1/0/1")
    assert sum(one.length_m for one in network.lanes.values() if (one.road, one.index) == ("1", -1)) == pytest.approx(
        150.0
    )


@pytest.mark.parametrize("text", [VIRTUAL, DIRECT], ids=["virtual", "direct"])
def test_overlapping_roads_are_one_surface(text: str) -> None:
    world = world_from_opendrive(text)
    mesh = next(one.mesh for one in world.surfaces if one.name == "road")
    corners = mesh.vertices[mesh.faces].astype(np.float64)
    corners = corners[np.abs(mesh.normals[mesh.faces][:, :, 2]).min(axis=1) > 0.9]
    plan = shapely.polygons(corners[:, :, :2])
    together = shapely.union_all(plan, grid_size=1e-4)
    lanes = [shapely.Polygon(np.concatenate([one.left, one.right[::-1]])[:, :2]) for one in world.lanes.lanes.values()]
    assert shapely.area(plan).sum() == pytest.approx(together.area, abs=0.05)
    assert sum(one.area for one in lanes) > together.area + 20.0
    assert shapely.union_all(lanes).difference(together.buffer(0.01)).area < 0.05
