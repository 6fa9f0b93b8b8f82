"""Checks an episode: that it has the form it promises, and that its labels are true."""

from collections.abc import Iterator
from os import PathLike
from pathlib import Path

from simgen.errors import InputError
from simgen.record import box_check, flow_check, grid_check, label_check, lidar_check, schema, weather_check
from simgen.record.dataset import episode_paths
from simgen.record.episode import Episode
from simgen.record.evidence import Evidence, Worst
from simgen.record.report import Check, Report


def validate(path: str | PathLike[str]) -> Report:
    """Runs every check on an episode, or on each episode of a dataset.

    Raises:
        InputError: neither an episode nor a dataset, or one file that is none.
    """
    files = episode_paths(path)
    if not Path(path).is_dir():
        Episode(path).close()
    return Report(tuple(check for file in files for check in _whole(file)))


def _whole(path: Path) -> Iterator[Check]:
    """The checks of a file; one that cannot be read to its end is one more that failed."""
    try:
        yield from _checks(path)
    except InputError as error:
        yield Check(file=path.name, check="readable", passed=False, worst=1.0, unit="faults", detail=str(error))


def _checks(path: Path) -> Iterator[Check]:
    with Episode(path) as episode:
        well_formed = True
        for part, wrong in schema.faults(episode.file).items():
            well_formed &= not wrong
            yield Check(
                file=path.name,
                check=f"schema {part}",
                passed=not wrong,
                worst=float(len(wrong)),
                unit="faults",
                detail="; ".join(wrong) or "as promised",
            )
        if well_formed:  # on a broken form the truth cannot be looked at
            yield from _truths(path, episode)


def _truths(path: Path, episode: Episode) -> Iterator[Check]:
    evidence = Evidence(episode)
    boxes = box_check.check_boxes(evidence)
    found = (
        ("weather", weather_check.check_weather(evidence), weather_check.LIMIT, ""),
        ("sensor poses", box_check.check_sensor_poses(evidence), box_check.POSE_LIMIT_M, "m"),
        ("flow", flow_check.check_flow(evidence), flow_check.LIMIT_PX, "px"),
        ("lidar against depth", lidar_check.check_lidar_depth(evidence), lidar_check.DEPTH_LIMIT_M, "m"),
        ("points in cuboids", lidar_check.check_points_in_cuboids(evidence), lidar_check.CUBOID_LIMIT_M, "m"),
        ("lidar points counted", lidar_check.check_point_counts(evidence), 0.0, "points"),
        ("visible boxes", boxes["visible"], box_check.VISIBLE_LIMIT_PX, "px"),
        ("amodal boxes", boxes["amodal"], box_check.AMODAL_LIMIT_PX, "px"),
        ("visibility", boxes["visibility"], box_check.SHARE_LIMIT, ""),
        ("truncation", boxes["truncation"], box_check.SHARE_LIMIT, ""),
        ("cuboids around boxes", box_check.check_cuboid_projection(evidence), box_check.CUBOID_LIMIT_PX, "px"),
    )
    for name, worst, limit, unit in (*found, *_more(evidence)):
        yield _verdict(path, name, worst, limit, unit)


def _more(evidence: Evidence) -> Iterator[tuple[str, Worst, float, str]]:
    """Those of labels that an episode may lack."""
    joints, lines = label_check.check_keypoints(evidence), label_check.check_lanes(evidence)
    voxels = grid_check.check_occupancy(evidence)
    yield "joints in boxes", joints["box"], label_check.JOINT_BOX_LIMIT_PX, "px"
    yield "visible joints", joints["mask"], label_check.JOINT_MASK_LIMIT_PX, "px"
    yield "lane lines projected", lines["pixels"], label_check.LINE_PIXEL_LIMIT_PX, "px"
    yield "lane lines on the map", lines["map"], label_check.LINE_MAP_LIMIT_M, "m"
    yield "lane lines against depth", lines["depth"], label_check.LINE_DEPTH_LIMIT, ""
    yield "criticality", grid_check.check_criticality(evidence), grid_check.CRITICALITY_LIMIT_M, "m"
    yield "bird's-eye cells in cuboids", grid_check.check_bev(evidence), grid_check.BEV_LIMIT_M, "m"
    yield "lidar points in occupied voxels", voxels["free"], grid_check.FREE_LIMIT, ""
    yield "lidar points in seen voxels", voxels["unseen"], grid_check.FREE_LIMIT, ""
    yield "lidar flow", grid_check.check_lidar_flow(evidence), grid_check.FLOW_LIMIT_MPS, "m/s"


def _verdict(path: Path, name: str, worst: Worst, limit: float, unit: str) -> Check:
    if not worst.count:
        return Check(file=path.name, check=name, passed=True, limit=limit, unit=unit, detail="nothing to compare")
    detail = f"worst {worst.value:.3g} {unit} of {limit:g} {unit} ({worst.place}), {worst.count} compared"
    return Check(
        file=path.name,
        check=name,
        passed=worst.value <= limit,
        worst=worst.value,
        limit=limit,
        unit=unit,
        detail=detail.replace("  ", " "),
    )
