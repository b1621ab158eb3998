"""Exports load, and hold the tokens that they were made of (files written by ExportTest in jobs/)."""

import numpy as np
import pytest

import nolook


def of(exported, camera):
    return [row for row in exported if row[0] == camera]


def joined(ids):
    """Tokens of ids 9+9."""
    return ids[..., 0] - 256 | ids[..., 1] - 256 - 512 << 9


@pytest.mark.parametrize("folder, of_ids", [("npz", lambda ids: ids), ("npz-ids", joined)])
def test_npz_matches(exports, exported, folder, of_ids):
    for camera in ("camera-0", "camera-1"):
        parts = [nolook.npz(path) for path in sorted((exports / folder).glob(f"{camera}-*.npz"))]
        assert {part["camera"] for part in parts} == {camera}
        assert {part["tokenizer_id"] for part in parts} == {"codes-1"}
        rows = of(exported, camera)
        assert np.array_equal(of_ids(np.concatenate([part["tokens"] for part in parts])), np.stack([row[4] for row in rows]))
        for name, column in (("clip", 1), ("position", 2), ("first_captured_at_micros", 3)):
            assert np.concatenate([part[name] for part in parts]).tolist() == [row[column] for row in rows]
        assert all(part["tokens"].max() < part["vocabulary"] for part in parts)


def test_shards_match(exports, exported):
    found = {}
    for key, tokens, about in nolook.shards(sorted((exports / "tar-ids").glob("*.tar"))):
        assert key == f"{about['camera']}-{about['epoch'][0]}-{about['clip'][0]}-{about['position'][0]}"
        assert about["vocabulary"] == 1280 and tokens.shape == (9, 4, 4, 2)
        found.setdefault(about["camera"], []).append(joined(tokens))
    for camera, tokens in found.items():
        assert np.array_equal(np.concatenate(tokens), np.stack([row[4] for row in of(exported, camera)]))
    assert sorted(found) == ["camera-0", "camera-1"]


@pytest.mark.parametrize("folder", ["parquet", "parquet-ids"])
def test_parquet_matches(exports, exported, folder):
    pytest.importorskip("pyarrow")
    tables = [nolook.parquet(path) for path in sorted((exports / folder).glob("*.parquet"))]
    rows = [row for table in tables for row in table.to_pylist()]
    assert len(rows) == 36
    for camera in ("camera-0", "camera-1"):
        mine = [row for row in rows if row["camera"] == camera]
        for row, (_, clip, position, time, tokens) in zip(mine, of(exported, camera), strict=True):
            numbers = np.array(row["tokens"])
            found = numbers if folder == "parquet" else joined(numbers.reshape(-1, 2))
            assert np.array_equal(found.reshape(row["height"], row["width"]), tokens)
            assert (row["clip"], row["position"], row["first_captured_at_micros"]) == (clip, position, time)
            assert row["tokenizer_id"] == "codes-1" and row["bits"] == 18
