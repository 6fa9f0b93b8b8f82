"""Measured road surfaces: OpenCRG files as other tools write them, laid on roads as the standard says."""

from pathlib import Path

import numpy as np
import pytest

from simgen.errors import InputError
from simgen.world.build import world_from_opendrive
from simgen.world.opendrive.crg import read_crg
from simgen.world.opendrive.geometry import road_to_world
from simgen.world.opendrive.read import read_opendrive

U, V = np.arange(0.0, 10.01, 0.5), np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
Z = 0.05 * np.sin(U)[:, None] + 0.01 * V[None, :]


def header(code: str, *, phi: bool = False) -> str:
    names = "".join(f"D:long section at v = {v:.3f},m\n" for v in V)
    line = "D:reference line phi,rad\n" if phi else ""
    return (
        "$ROAD_CRG                   ! of a test\nREFERENCE_LINE_INCREMENT = 0.5\nreference_line_start_u = 0.0\n$\n"
        f"$KD_DEFINITION\n#:{code}\nU:reference line u,m,0.0,0.5\n{line}{names}$\n" + "$" * 80 + "\n"
    )


def write(path: Path, code: str) -> Path:
    if code[2] == "F":
        width, digits = (10, 6) if code[1] == "R" else (20, 12)
        rows = ["".join(f"{value:{width}.{digits}f}" for value in row) for row in Z]
        path.write_text(header(code) + "\n".join(rows) + "\n")
    else:
        path.write_bytes(header(code).encode() + Z.astype(">f4" if code[1] == "R" else ">f8").tobytes())
    return path


@pytest.mark.parametrize("code", ["LRFI", "KDFI", "KRBI", "KDBI"])
def test_every_format_gives_the_grid(code: str, tmp_path: Path) -> None:
    grid = read_crg(write(tmp_path / "a.crg", code))
    assert grid.u_m == pytest.approx(U)
    assert grid.v_m == pytest.approx(V)
    assert grid.height_m == pytest.approx(Z, abs=2e-6)
    assert grid.height(np.array([1.25]), np.array([0.5]))[0] == pytest.approx(
        0.5 * (0.05 * np.sin(1.0) + 0.05 * np.sin(1.5)) + 0.005, abs=1e-6
    )
    assert np.isnan(grid.height(np.array([1.0]), np.array([2.5]))[0])


def test_a_curved_line_goes_round(tmp_path: Path) -> None:
    rows = [f"{0.1 * k * 0.5:10.6f}" + "".join(f"{0.0:10.5f}" for _ in V) for k in range(len(U))]
    (tmp_path / "a.crg").write_text(header("LRFI", phi=True) + "\n".join(rows) + "\n")
    grid = read_crg(tmp_path / "a.crg")
    assert grid.xy_m[-1] == pytest.approx([10.0 * np.sin(1.0), 10.0 * (1.0 - np.cos(1.0))], abs=0.25)


def road(mode: str, file: str = "a.crg", extra: str = "") -> str:
    width = '<width sOffset="0" a="1.5" b="0" c="0" d="0"/>'
    return f"""<OpenDRIVE><header revMajor="1" revMinor="8"/><road id="1" length="30" junction="-1">
      <planView><geometry s="0" x="5" y="2" hdg="0.5" length="30"><line/></geometry></planView>
      <elevationProfile><elevation s="0" a="3" b="0" c="0" d="0"/></elevationProfile>
      <lanes><laneSection s="0"><left><lane id="1" type="driving">{width}</lane></left>
      <center><lane id="0" type="none"/>
      </center><right><lane id="-1" type="driving">{width}</lane></right></laneSection></lanes>
      <surface><CRG file="{file}" sStart="8" sEnd="16" orientation="same" mode="{mode}" {extra}/></surface>
      </road></OpenDRIVE>"""


def laid(tmp_path: Path, mode: str, extra: str = "") -> np.ndarray:
    """Heights of the road at s - 8 = 0.5, 3, 3, 20 and t = 0, 1, -1, 0."""
    write(tmp_path / "a.crg", "KDFI")
    (tmp_path / "map.xodr").write_text(road(mode, extra=extra))
    one = read_opendrive(tmp_path / "map.xodr").roads["1"]
    return road_to_world(one, np.array([8.5, 11.0, 11.0, 28.0]), np.array([0.0, 1.0, -1.0, 0.0]))[:, 2]


def test_heights_are_added_or_replace(tmp_path: Path) -> None:
    measured = np.array([0.05 * np.sin(0.5), 0.05 * np.sin(3.0) + 0.01, 0.05 * np.sin(3.0) - 0.01])
    for mode, base in (("attached", 3.0), ("attached0", 0.0), ("genuine", 0.0)):
        assert laid(tmp_path, mode) == pytest.approx([*(base + measured), 3.0], abs=1e-6)
    assert laid(tmp_path, "attached", 'zOffset="0.5" zScale="2"')[:3] == pytest.approx(3.5 + 2 * measured, abs=1e-6)
    turned = laid(tmp_path, "attached", 'tOffset="0.5"')
    assert turned[1] == pytest.approx(3.0 + 0.05 * np.sin(3.0) + 0.005, abs=1e-6)


def test_the_mesh_follows_the_measurement(tmp_path: Path) -> None:
    laid(tmp_path, "attached")
    world = world_from_opendrive(tmp_path / "map.xodr")
    mesh = next(one.mesh for one in world.surfaces if one.name == "road")
    points = mesh.vertices.astype(np.float64)
    local = (points[:, :2] - [5.0, 2.0]) @ np.array([[np.cos(0.5), -np.sin(0.5)], [np.sin(0.5), np.cos(0.5)]])
    inside = (local[:, 0] > 8.01) & (local[:, 0] < 15.9)
    assert np.count_nonzero(inside) > 300
    grid = read_crg(tmp_path / "a.crg")
    assert points[inside, 2] == pytest.approx(3.0 + grid.height(local[inside, 0] - 8.0, local[inside, 1]), abs=1e-4)


def test_a_missing_file_leaves_the_road_flat(tmp_path: Path) -> None:
    (tmp_path / "map.xodr").write_text(road("attached", "nowhere.crg"))
    one = read_opendrive(tmp_path / "map.xodr").roads["1"]
    assert one.surfaces[0].grid is None
    assert road_to_world(one, np.array([10.0]), np.array([0.0]))[0, 2] == pytest.approx(3.0)
    assert read_opendrive(road("attached")).roads["1"].surfaces[0].grid is None


@pytest.mark.parametrize("file", ["../a.crg", "/etc/passwd", "below/../../a.crg"])
def test_a_file_outside_the_maps_folder_is_refused(file: str, tmp_path: Path) -> None:
    (tmp_path / "maps").mkdir()
    (tmp_path / "maps" / "map.xodr").write_text(road("attached", file))
    with pytest.raises(InputError, match=r"road 1: .*CRG: file: expected a file in the folder of the map"):
        read_opendrive(tmp_path / "maps" / "map.xodr")


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", r"\$\$\$\$: missing"), (b"$KD_DEFINITION\n#:XXXX\n$$$$\n", "expected a format"),
     (header("LRFI").encode() + b"abc", "expected numbers"), (header("KDFI").encode(), "at least two records")],
)  # fmt: skip
def test_broken_files_are_refused(content: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / "a.crg").write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_crg(tmp_path / "a.crg")
