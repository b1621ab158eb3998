"""Records are read as Java wrote them, those of older releases too, and written as Java reads them."""

from pathlib import Path

import numpy as np
import pytest

import nolook
from nolook import sequences

pytest.importorskip("fastavro")

FIXTURES = Path(__file__).parents[3] / "schemas/src/test/resources/fixtures"


def test_a_record_of_the_sequences_topic_is_read():
    window = nolook.record((FIXTURES / "token-sequence-v1.bin").read_bytes(), nolook.schema("TokenSequence"))
    assert window["camera"] == "gate" and window["vocabulary"] == 1280 and window["overlap"] == 80
    assert nolook.places(window).tolist() == [[1, 0], [511, 1279]]


@pytest.mark.parametrize("kind, name", [("ArchiveSegment", "archive-segment"), ("TokenFrame", "token-frame")])
def test_the_phase_period_is_read_and_is_one_in_older_records(kind, name):
    newest = nolook.record((FIXTURES / f"{name}-v3.bin").read_bytes(), nolook.schema(kind))
    oldest = nolook.record((FIXTURES / f"{name}-v1.bin").read_bytes(), nolook.schema(kind))
    assert newest["phasePeriod"] == 8 and oldest["phasePeriod"] == 1
    assert newest["camera"] == oldest["camera"] and newest.keys() == oldest.keys()


def test_a_record_of_the_archive_topic_is_read():
    segment = nolook.record((FIXTURES / "archive-segment-v1.bin").read_bytes(), nolook.schema("ArchiveSegment"))
    assert segment["gaps"] == [{"from": 38, "to": 39}, {"from": 41, "to": 41}]
    assert segment["payload"] == bytes([0x81, 0, 0xFF]) and segment["checksum"] == -123_456_789


@pytest.mark.parametrize("low", [0, 9, 6])
def test_windows_become_token_frames_again(low):
    generator = np.random.default_rng(low)
    frames = generator.integers(0, 1 << 18, (3, 2, 3))
    stream = [(sequences.BEGIN_CLIP, 0)]
    for i, frame in enumerate(frames):
        stream.append((sequences.FRAME if i else sequences.KEYFRAME, 0))
        for token in frame.ravel().tolist():
            mask = (1 << low) - 1
            stream.append((256 + (token & mask), 256 + (1 << low) + (token >> low)) if low else (256 + token, 0))
    stream.append((sequences.END_CLIP, 0))
    ids = np.array(stream, "<i4")[:, : 2 if low else 1]
    windows = []
    for start in range(0, len(ids), 7):
        from_ = max(0, start - 2)
        part = ids[from_ : start + 7]
        windows.append(
            {"height": 2, "width": 3, "lowBits": low, "overlap": start - from_, "places": len(part), "ids": part.tobytes()}
        )
    assert np.array_equal(nolook.tokens(windows), frames)


def test_cut_and_foreign_records_are_refused():
    older = (FIXTURES / "token-sequence-v1.bin").read_bytes()
    for length in range(10, len(older)):
        with pytest.raises(ValueError):
            nolook.record(older[:length], nolook.schema("TokenSequence"))
    value = (FIXTURES / "token-sequence-v3.bin").read_bytes()
    with pytest.raises(ValueError, match="after the record"):
        nolook.record(value + b"x", nolook.schema("TokenSequence"))
    with pytest.raises(ValueError, match="single object"):
        nolook.record(b"{}", nolook.schema("TokenSequence"))
