"""Every rig of the library films a moment with every channel, and what it wrote is true."""

from pathlib import Path

import pytest

import simgen
from simgen import library
from simgen.readings import CAMERA_CHANNELS
from simgen.record.checks import validate

pytestmark = pytest.mark.full


@pytest.mark.parametrize("entry", library.entries("rigs"), ids=lambda entry: entry.name)
def test_every_rig_films_the_truth(entry: library.Entry, tmp_path: Path) -> None:
    out = tmp_path / "film"
    simgen.generate("urban_traffic", rig=entry.name, seed=2, duration_s=0.2, channels=CAMERA_CHANNELS, out=out)
    report = validate(out)
    assert report.checks
    assert report.failures == ()
