from pathlib import Path

import pytest

from simgen.export.kitti import kitti
from tests.record.conftest import footage, recorded

__all__ = ["exported", "footage", "recorded"]


@pytest.fixture(scope="session")
def exported(recorded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export") / "kitti"
    kitti(recorded, folder)
    return folder
