"""Lane centres against another implementation: SUMO's netconvert."""

import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import shapely
from lxml import etree

from simgen.world.lanes import Lane
from simgen.world.opendrive.network import lane_network
from simgen.world.opendrive.polynomials import Polynomials
from simgen.world.opendrive.read import read_opendrive
from simgen.world.opendrive.types import OpenDrive

CORPUS = Path(__file__).resolve().parents[2] / ".." / "shared" / "corpus"
MAPS = sorted(path.relative_to(CORPUS) for path in CORPUS.rglob("*.xodr"))
USUAL = [
    Path(name)
    for name in (
        "carla/Town01.xodr",
        "esmini/resources/xodr/fabriksgatan.xodr",
        "esmini/resources/xodr/curves_elevation.xodr",
        "esmini/resources/xodr/e6mini.xodr",
        "esmini/EnvironmentSimulator/Unittest/xodr/road_straight_curve_junction.xodr",
        "esmini/EnvironmentSimulator/Unittest/xodr/straight_500m_signs_lht.xodr",
        "esmini/EnvironmentSimulator/Unittest/xodr/circular_road.xodr",
        "esmini/EnvironmentSimulator/Unittest/xodr/simple_highway.xodr",
        "esmini/EnvironmentSimulator/Unittest/xodr/highway_example_with_merge_and_split.xodr",
        "esmini/EnvironmentSimulator/Unittest/xodr/four_lanes_with_offset.xodr",
    )
]
# Those of 77 that netconvert makes something of whose lanes outside junctions keep their width and do not roll.
COMPARED_AT_LEAST = 68
NETCONVERT = Path(sys.executable).parent / "netconvert"
AGREEMENT_M = 0.05

PATIENCE_S = 20

pytestmark = [
    pytest.mark.skipif(not MAPS, reason="the shared corpus is not here"),
    pytest.mark.skipif(not NETCONVERT.exists(), reason="netconvert (eclipse-sumo) is not installed"),
]


def _patient() -> None:
    """netconvert never ends on some maps; processor time, unlike a clock, does not run faster on a busy machine."""
    resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE_S, PATIENCE_S))


def convert(source: Path, folder: Path) -> etree._Element | None:
    """SUMO's network of a map, None where it refuses the map.

    It numbers lanes in the order of the file, which the standard wants to be from left to right.
    """
    tree = etree.parse(source)
    for side in tree.iter("left", "right"):
        side[:] = sorted(side.iterchildren("lane"), key=lambda lane: -int(lane.get("id")))
    tree.write(folder / "map.xodr")
    options = "--opendrive.curve-resolution 0.1 --opendrive.import-all-lanes --output.original-names"
    options += " --offset.disable-normalization --no-turnarounds --precision 4"
    command = [NETCONVERT, "--opendrive-files", "map.xodr", *options.split(), "-o", "out.net.xml"]
    done = subprocess.run(command, cwd=folder, capture_output=True, preexec_fn=_patient, check=False)
    out = folder / "out.net.xml"
    return etree.parse(out).getroot() if done.returncode == 0 and out.exists() else None


def is_constant(values: Polynomials, start_m: float, end_m: float) -> bool:
    index = np.searchsorted(values.starts_m, [start_m + 1e-6, end_m - 1e-3], side="right") - 1
    used = values.coefficients[max(index[0], 0) : index[1] + 1]
    return len(used) == 0 or bool(np.all(np.abs(used[:, 1:]) < 1e-9) and np.ptp(used[:, 0]) < 1e-6)


def is_comparable(drive: OpenDrive, lane: Lane) -> bool:
    """netconvert gives a lane one width, looks at the lane offset only at the ends of pieces, and knows no roll."""
    road = drive.roads[lane.road]
    side = 1 if lane.index > 0 else -1
    lanes = road.sections[lane.section].lanes
    beside = [lanes[i] for i in range(side, lane.index + side, side) if i in lanes]
    return (
        not lane.junction
        and all(len(one.widths) and is_constant(one.widths, one.start_m, one.end_m) for one in beside)
        and is_constant(road.lane_offset, beside[-1].start_m, beside[-1].end_m)
        and not np.any(road.superelevation.coefficients)
    )


def distances(drive: OpenDrive, network: etree._Element) -> tuple[np.ndarray, str]:
    """Distances of points, a metre apart, of SUMO's lanes from ours with the same road and number; the worst lane."""
    lanes: dict[str, list[Lane]] = {}
    for lane in lane_network(drive, np.zeros(3)).lanes.values():
        lanes.setdefault(f"{lane.road}_{lane.index}", []).append(lane)
    found, worst = [np.zeros(0)], (0.0, "")
    for theirs in network.iterfind("edge/lane"):
        name = theirs.findtext("param[@key='origId']") or next(
            (param.get("value") for param in theirs.iterfind("param") if param.get("key") == "origId"), ""
        )
        shape = np.array([point.split(",")[:2] for point in theirs.get("shape").split()], dtype=np.float64)
        line = shapely.LineString(shape)
        if theirs.getparent().get("function") == "internal" or line.length < 3.0 or name not in lanes:
            continue
        points = shapely.line_interpolate_point(line, np.arange(1.0, line.length - 1.0, 1.0))
        best, counts = np.full(len(points), np.inf), np.zeros(len(points), dtype=bool)
        for ours in lanes[name]:
            centre = shapely.LineString(ours.centre[:, :2])
            away, along = shapely.distance(centre, points), shapely.line_locate_point(centre, points)
            # SUMO moves the ends of lanes to the outlines of its junctions.
            inside = (along > 0.5) & (along < centre.length - 0.5) & is_comparable(drive, ours)
            counts = np.where(away < best, inside, counts)
            best = np.minimum(away, best)
        found.append(best[counts])
        worst = max(worst, (float(best[counts].max(initial=0.0)), name))
    return np.concatenate(found), worst[1]


@pytest.mark.parametrize("name", USUAL, ids=lambda name: name.stem)
def test_lane_centres_agree(name: Path, tmp_path: Path) -> None:
    network = convert(CORPUS / name, tmp_path)
    assert network is not None
    away, lane = distances(read_opendrive(CORPUS / name), network)
    assert len(away) > 50
    assert away.max() < AGREEMENT_M, f"lane {lane}"


@pytest.mark.full
def test_lane_centres_agree_on_every_map(tmp_path: Path) -> None:
    compared = 0
    for name in MAPS:
        (tmp_path / "out.net.xml").unlink(missing_ok=True)
        network = convert(CORPUS / name, tmp_path)
        if network is not None:
            away, lane = distances(read_opendrive(CORPUS / name), network)
            print(f"{name.as_posix():90s} {len(away):7d} points, at most {away.max(initial=0.0):.4f} m")
            assert away.max(initial=0.0) < AGREEMENT_M, f"{name}: lane {lane}"
            compared += len(away) > 0
    assert compared >= COMPARED_AT_LEAST
