"""The maps that the project draws: what is shipped is what the drawing gives, and other programs take it."""

import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree
from simgen.worlds.maps.draw import DRAWINGS

ROOT = Path(__file__).resolve().parents[2]
MAPS = ROOT / "worlds" / "maps"
SCHEMA = (
    ROOT / ".." / "shared/corpus/esmini/resources/schema/OpenDRIVE_1.7/localSchema/opendrive_17_core.xsd"
).resolve()


@pytest.mark.parametrize("name", sorted(DRAWINGS))
def test_the_shipped_map_is_what_the_program_draws(name: str) -> None:
    assert (MAPS / f"{name}.xodr").read_bytes() == DRAWINGS[name]()


@pytest.mark.skipif(not SCHEMA.is_file(), reason="the shared corpus is not here")
def test_maps_follow_the_schema_of_the_standard() -> None:
    schema = etree.XMLSchema(etree.parse(SCHEMA))
    for name in DRAWINGS:
        schema.assertValid(etree.parse(MAPS / f"{name}.xodr"))


@pytest.mark.parametrize("name", sorted(DRAWINGS))
def test_netconvert_takes_the_map(name: str, tmp_path: Path) -> None:
    program = Path(sys.executable).parent / "netconvert"
    if not program.exists():
        pytest.skip("no netconvert: install the extra [test]")
    if b'type="direct"' in (MAPS / f"{name}.xodr").read_bytes():
        pytest.skip("netconvert does not know the direct junctions of OpenDRIVE 1.7")
    done = subprocess.run(
        [program, "--opendrive", MAPS / f"{name}.xodr", "-o", tmp_path / "net.xml"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert "Error" not in done.stderr
