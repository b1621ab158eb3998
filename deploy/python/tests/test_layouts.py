"""Layouts of other projects open with what their users open them with, and hold the tokens that were exported."""

import json
import struct

import numpy as np
import pytest


def of(exported, camera):
    return [row for row in exported if row[0] == camera]


def clips(exported):
    """Tokens [9, 4, 4] of every clip, by camera and clip."""
    found = {}
    for camera, clip, _, _, tokens in exported:
        found.setdefault((camera, clip), []).append(tokens)
    return {key: np.stack(frames) for key, frames in found.items()}


def described(folder):
    """camera and clip of every clip of a folder, in its order, and metadata.json."""
    lines = [json.loads(line) for line in (folder / "clips.jsonl").read_text().splitlines()]
    return [(line["camera"], line["clip"]) for line in lines], json.loads((folder / "metadata.json").read_text())


def test_1x_opens_as_its_loader_opens_it(exports, exported):
    folder = exports / "1x"
    order, metadata = described(folder)
    shape = metadata["num_images"], metadata["s"], metadata["s"]
    video = np.memmap(folder / "video.bin", mode="r", dtype=np.dtype(metadata["token_dtype"]), shape=shape)
    segments = np.memmap(folder / "segment_ids.bin", mode="r", dtype=np.int32, shape=metadata["num_images"])
    assert video.nbytes == (folder / "video.bin").stat().st_size and shape == (36, 4, 4)
    assert segments.tolist() == [number for number in range(4) for _ in range(9)]
    expected = clips(exported)
    assert sorted(order) == sorted(expected)
    assert np.array_equal(video, np.concatenate([expected[clip] for clip in order]))
    assert (metadata["vocab_size"], metadata["hz"]) == (1 << 18, 6.25)


def test_1x_goes_into_pytorch(exports, exported):
    torch = pytest.importorskip("torch")
    video = np.memmap(exports / "1x/video.bin", mode="r", dtype=np.uint32)
    assert torch.from_numpy(video.astype(np.int64)).reshape(-1, 4, 4).sum() == sum(int(row[4].sum()) for row in exported)


def documents(prefix):
    """Sequences of a Megatron indexed dataset, by document, as the layout has them."""
    with open(f"{prefix}.idx", "rb") as index:
        assert index.read(9) == b"MMIDIDX\0\0"
        version, code, sequences, boundaries = struct.unpack("<QBQQ", index.read(25))
        assert (version, code) == (1, 4)
        lengths = np.frombuffer(index.read(4 * sequences), "<i4")
        offsets = np.frombuffer(index.read(8 * sequences), "<i8")
        ends = np.frombuffer(index.read(8 * boundaries), "<i8")
        assert index.read() == b""
    data = np.fromfile(f"{prefix}.bin", "u1")
    assert offsets[-1] + 4 * lengths[-1] == len(data) and ends[0] == 0 and ends[-1] == sequences
    parts = [data[start : start + 4 * length].view("<i4") for start, length in zip(offsets, lengths)]
    return [np.concatenate(parts[first:end]) for first, end in zip(ends, ends[1:])]


def test_megatron_has_a_clip_a_document(exports, exported):
    order, metadata = described(exports / "megatron")
    expected = clips(exported)
    found = documents(exports / "megatron/tokens")
    assert sorted(order) == sorted(expected) and metadata["vocab_size"] == 1 << 18
    for clip, ids in zip(order, found, strict=True):
        assert np.array_equal(ids.reshape(-1, 4, 4), expected[clip])


def test_megatron_with_the_vocabulary_has_its_marks(exports, exported):
    from nolook import tokens

    order, metadata = described(exports / "megatron-ids")
    for clip, ids in zip(order, documents(exports / "megatron-ids/tokens"), strict=True):
        assert ids.max() < metadata["vocab_size"] == 1280
        assert ids[:2].tolist() == [1, 0] and ids[-2:].tolist() == [2, 0]
        window = {"places": len(ids) // 2, "ids": ids.tobytes(), "overlap": 0, "height": 4, "width": 4, "lowBits": 9}
        assert np.array_equal(tokens([window]), clips(exported)[clip])


def test_shards_open_with_webdataset(exports, exported):
    webdataset = pytest.importorskip("webdataset")
    shards = [str(path) for path in sorted((exports / "tar-ids").glob("*.tar"))]
    samples = list(webdataset.WebDataset(shards, shardshuffle=False).decode())
    assert len(samples) == len({sample["__key__"] for sample in samples}) == 4
    for sample in samples:
        about, ids = sample["json"], sample["tokens.npy"]
        found = ids[..., 0] - 256 | ids[..., 1] - 256 - 512 << 9
        assert np.array_equal(found, clips(exported)[about["camera"], about["clip"][0]])


def test_the_folder_opens_with_datasets(exports, exported, tmp_path):
    datasets = pytest.importorskip("datasets")
    rows = datasets.load_dataset(str(exports / "hf"), split="train", cache_dir=str(tmp_path))
    assert len(rows) == 36 and rows.features["tokens"].feature.dtype == "int32"
    for camera in ("camera-0", "camera-1"):
        mine = [row for row in rows.with_format("numpy") if row["camera"] == camera]
        for row, (_, clip, position, _, tokens) in zip(mine, of(exported, camera), strict=True):
            assert np.array_equal(row["tokens"].reshape(row["height"], row["width"]), tokens)
            assert (row["clip"], row["position"]) == (clip, position)
