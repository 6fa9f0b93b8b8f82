from pathlib import Path

import pytest

from simgen.record.writer import EpisodeWriter
from tests.record.filming import Film, film


@pytest.fixture(scope="session")
def footage() -> Film:
    return film(4)


@pytest.fixture(scope="session")
def recorded(footage: Film, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("recorded") / "000000.h5"
    with EpisodeWriter(path, footage.take) as writer:
        for frame in footage.frames:
            writer.write(frame)
    return path
