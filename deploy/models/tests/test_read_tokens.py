"""Exports and records load, and hold the tokens that they were made of (files written by ExportTest in jobs/)."""

from pathlib import Path

import numpy as np
import pytest

import read_tokens

EXPORTS = Path(__file__).parent / "exports"
FIXTURES = Path(__file__).parents[3] / "schemas/src/test/resources/fixtures"


def lines():
    """camera, clip, position, time and tokens of every token frame that was exported."""
    for line in (EXPORTS / "tokens.tsv").read_text().splitlines():
        camera, *numbers = line.split("\t")
        clip, position, time, *tokens = map(int, numbers)
        yield camera, clip, position, time, np.array(tokens).reshape(4, 4)


def expected(camera):
    return [line for line in lines() if line[0] == camera]


def joined(ids):
    """Tokens of ids 9+9."""
    return ids[..., 0] - 256 | ids[..., 1] - 256 - 512 << 9


@pytest.mark.parametrize("folder, of_ids", [("npz", lambda ids: ids), ("npz-ids", joined)])
def test_npz_matches(folder, of_ids):
    for camera in ("camera-0", "camera-1"):
        parts = [read_tokens.npz(path) for path in sorted((EXPORTS / folder).glob(f"{camera}-*.npz"))]
        assert {part["camera"] for part in parts} == {camera}
        assert {part["tokenizer_id"] for part in parts} == {"codes-1"}
        rows = expected(camera)
        assert np.array_equal(of_ids(np.concatenate([part["tokens"] for part in parts])), np.stack([row[4] for row in rows]))
        for name, column in (("clip", 1), ("position", 2), ("first_captured_at_micros", 3)):
            assert np.concatenate([part[name] for part in parts]).tolist() == [row[column] for row in rows]
        assert all(part["tokens"].max() < part["vocabulary"] for part in parts)


def test_shards_match():
    found = {}
    for key, tokens, about in read_tokens.shards(sorted((EXPORTS / "tar-ids").glob("*.tar"))):
        assert key == f"{about['camera']}-{about['epoch'][0]}-{about['clip'][0]}-{about['position'][0]}"
        assert about["vocabulary"] == 1280 and tokens.shape == (9, 4, 4, 2)
        found.setdefault(about["camera"], []).append(joined(tokens))
    for camera, tokens in found.items():
        assert np.array_equal(np.concatenate(tokens), np.stack([row[4] for row in expected(camera)]))
    assert sorted(found) == ["camera-0", "camera-1"]


@pytest.mark.parametrize("folder", ["parquet", "parquet-ids"])
def test_parquet_matches(folder):
    pytest.importorskip("pyarrow")
    tables = [read_tokens.parquet(path) for path in sorted((EXPORTS / folder).glob("*.parquet"))]
    rows = [row for table in tables for row in table.to_pylist()]
    assert len(rows) == 36
    for camera in ("camera-0", "camera-1"):
        mine = [row for row in rows if row["camera"] == camera]
        for row, (_, clip, position, time, tokens) in zip(mine, expected(camera), strict=True):
            numbers = np.array(row["tokens"])
            found = numbers if folder == "parquet" else joined(numbers.reshape(-1, 2))
            assert np.array_equal(found.reshape(row["height"], row["width"]), tokens)
            assert (row["clip"], row["position"], row["first_captured_at_micros"]) == (clip, position, time)
            assert row["tokenizer_id"] == "codes-1" and row["bits"] == 18


def test_a_record_of_the_sequences_topic_is_read():
    window = read_tokens.record((FIXTURES / "token-sequence-v1.bin").read_bytes(), read_tokens.schema("TokenSequence"))
    assert window["camera"] == "gate" and window["vocabulary"] == 1280 and window["overlap"] == 80
    assert read_tokens.places(window).tolist() == [[1, 0], [511, 1279]]


@pytest.mark.parametrize("kind, name", [("ArchiveSegment", "archive-segment"), ("TokenFrame", "token-frame")])
def test_the_phase_period_is_read_and_is_one_in_older_records(kind, name):
    newest = read_tokens.record((FIXTURES / f"{name}-v3.bin").read_bytes(), read_tokens.schema(kind))
    oldest = read_tokens.record((FIXTURES / f"{name}-v1.bin").read_bytes(), read_tokens.schema(kind))
    assert newest["phasePeriod"] == 8 and oldest["phasePeriod"] == 1
    assert newest["camera"] == oldest["camera"] and newest.keys() == oldest.keys()


def test_a_record_of_the_archive_topic_is_read():
    segment = read_tokens.record((FIXTURES / "archive-segment-v1.bin").read_bytes(), read_tokens.schema("ArchiveSegment"))
    assert segment["gaps"] == [{"from": 38, "to": 39}, {"from": 41, "to": 41}]
    assert segment["payload"] == bytes([0x81, 0, 0xFF]) and segment["checksum"] == -123_456_789


@pytest.mark.parametrize("low", [0, 9, 6])
def test_windows_become_token_frames_again(low):
    generator = np.random.default_rng(low)
    frames = generator.integers(0, 1 << 18, (3, 2, 3))
    stream = [(read_tokens.BEGIN_CLIP, 0)]
    for i, frame in enumerate(frames):
        stream.append((read_tokens.FRAME if i else read_tokens.KEYFRAME, 0))
        for token in frame.ravel().tolist():
            mask = (1 << low) - 1
            stream.append((256 + (token & mask), 256 + (1 << low) + (token >> low)) if low else (256 + token, 0))
    stream.append((read_tokens.END_CLIP, 0))
    ids = np.array(stream, "<i4")[:, : 2 if low else 1]
    windows = []
    for start in range(0, len(ids), 7):
        from_ = max(0, start - 2)
        part = ids[from_ : start + 7]
        windows.append(
            {"height": 2, "width": 3, "lowBits": low, "overlap": start - from_, "places": len(part), "ids": part.tobytes()}
        )
    assert np.array_equal(read_tokens.tokens(windows), frames)


def test_cut_and_foreign_records_are_refused():
    older = (FIXTURES / "token-sequence-v1.bin").read_bytes()
    for length in range(10, len(older)):
        with pytest.raises(ValueError):
            read_tokens.record(older[:length], read_tokens.schema("TokenSequence"))
    value = (FIXTURES / "token-sequence-v3.bin").read_bytes()
    with pytest.raises(ValueError, match="after the record"):
        read_tokens.record(value + b"x", read_tokens.schema("TokenSequence"))
    with pytest.raises(ValueError, match="single object"):
        read_tokens.record(b"{}", read_tokens.schema("TokenSequence"))
