"""Events in an episode: ragged columns that are read back as they were, and what validation says of wrong ones."""

import json

import h5py
import numpy as np
import pytest

from simgen.readings import EventBatch, Image
from simgen.record.chunks import ChunkQueue, Compression
from simgen.record.columns import Store
from simgen.record.schema import _events, _ragged
from simgen.record.stored import StoredSensor
from simgen.record.streams import EVENT_DTYPES, EventStream


def batch(k: int, count: int) -> EventBatch:
    rng = np.random.default_rng(k)
    columns = {
        "x": rng.integers(0, 40, count).astype(np.uint16),
        "y": rng.integers(0, 30, count).astype(np.uint16),
        "offset_ns": np.sort(rng.integers(-20_000_000, 1, count)).astype(np.int32),
        "polarity": rng.random(count) < 0.5,
    }
    time_ns = k * 20_000_000
    return EventBatch(
        k=k, time_ns=time_ns, reported_time_ns=time_ns, world_from_sensor=np.eye(4), columns=columns
    )  # fmt: skip


@pytest.fixture
def written(tmp_path):
    batches = [batch(k, count) for k, count in enumerate((5, 0, 300, 0, 7))]
    with h5py.File(tmp_path / "events.h5", "w") as file:
        group = file.create_group("sensors/EVENTS")
        group.attrs.update({"kind": "event", "width": 40, "height": 30, "rate_hz": 50.0})
        queue = ChunkQueue(1)
        stream = EventStream(Store(queue, Compression()), group)
        for one in batches:
            stream.append(one)
        stream.close()
        queue.flush()
        queue.close()
        yield file, batches


def test_events_are_read_back_as_they_were(written):
    file, batches = written
    stored = StoredSensor(file["sensors/EVENTS"])
    assert len(stored) == len(batches)
    for one, again in zip(batches, stored, strict=True):
        assert isinstance(again, EventBatch)
        for name in EVENT_DTYPES:
            assert np.array_equal(one.columns[name], again.columns[name])


def test_validation_knows_what_events_are(written):
    group = written[0]["sensors/EVENTS"]
    assert list(_ragged(group, group["events"], EVENT_DTYPES, 5)) == []
    assert list(_events(group)) == []
    for name, wrong, message in (
        ("x", 40, "events/x: expected pixels below 40"),
        ("offset_ns", 1, "events/offset_ns: expected -20000000..0"),
        ("offset_ns", -20_000_000, "events/offset_ns: expected events in the order of time"),
    ):
        kept = group["events"][name][50]
        group["events"][name][50] = wrong
        assert message in list(_events(group))
        group["events"][name][50] = kept
    assert json.dumps(list(_events(group))) == "[]"


def test_only_events_go_into_an_event_stream(written):
    file, _ = written
    queue = ChunkQueue(1)
    stream = EventStream(Store(queue, Compression()), file.create_group("other"))
    with pytest.raises(TypeError, match="expected an EventBatch"):
        stream.append(Image(k=0, time_ns=0, reported_time_ns=0, world_from_sensor=np.eye(4), channels={}))
    queue.close()
