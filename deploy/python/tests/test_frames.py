"""Token frames are the same from every kind of file, and from records; PyTorch gets them clip by clip."""

import tarfile
from pathlib import Path

import numpy as np
import pytest

import nolook
from nolook import frames

FIXTURES = Path(__file__).parents[3] / "schemas/src/test/resources/fixtures"


@pytest.mark.parametrize("folder", ["npz", "parquet", "hf"])
def test_folders_are_read(exports, exported, folder):
    if folder != "npz":
        pytest.importorskip("pyarrow")
    for camera in ("camera-0", "camera-1"):
        found = list(nolook.read(exports / folder, camera=camera))
        expected = [row for row in exported if row[0] == camera]
        for frame, (_, clip, position, time, tokens) in zip(found, expected, strict=True):
            assert (frame.camera, frame.epoch, frame.clip, frame.position) == (camera, 7, clip, position)
            assert frame.first_captured_at_micros == time and frame.tokenizer_id == "codes-1"
            assert frame.tokens.dtype == np.int32 and np.array_equal(frame.tokens, tokens)


@pytest.mark.parametrize("folder", ["npz-ids", "tar-ids", "parquet-ids"])
def test_ids_are_not_taken_for_tokens(exports, folder):
    if folder == "parquet-ids":
        pytest.importorskip("pyarrow")
    with pytest.raises(ValueError, match="found ids or factors in .*, expected tokens: export without --vocabulary"):
        next(nolook.read(exports / folder))


def test_a_folder_without_files_is_refused(tmp_path):
    with pytest.raises(ValueError, match="found no .npz, .tar, .parquet, .avro in"):
        next(nolook.read(tmp_path))


def hostile_tar(path):
    with tarfile.open(path, "w") as tar:
        folder = tarfile.TarInfo("a.json")
        folder.type = tarfile.DIRTYPE
        tar.addfile(folder)


@pytest.mark.parametrize(
    "name, write",
    [
        ("a.npz", lambda path: np.savez(path, tokens=np.zeros((1, 4, 4), np.int32))),
        ("b.npz", lambda path: path.write_bytes(b"PK\3\4 no archive")),
        ("c.npz", lambda path: np.savez(path, tokens=np.array([{}], object))),
        ("a.tar", hostile_tar),
        ("b.tar", lambda path: path.write_bytes(b"x" * 600)),
        ("a.avro", lambda path: path.write_bytes(b"Obj\1\xff\xff\xff")),
        ("b.avro", lambda path: path.write_bytes(bytes(range(256)))),
        ("a.parquet", lambda path: path.write_bytes(b"PAR1" * 3)),
    ],
)
def test_files_of_somebody_else_are_refused_by_name(tmp_path, name, write):
    pytest.importorskip("fastavro")
    pytest.importorskip("pyarrow")
    write(tmp_path / name)
    with pytest.raises(ValueError, match=name.replace(".", "[.]")):
        list(nolook.read(tmp_path))


def test_packed_tokens_are_unpacked():
    pytest.importorskip("fastavro")
    fields = nolook.record((FIXTURES / "token-frame-v3.bin").read_bytes(), nolook.schema("TokenFrame"))
    frame = frames.of_record(fields)
    stream = int.from_bytes(fields["tokens"], "little")
    expected = [stream >> fields["bits"] * i & (1 << fields["bits"]) - 1 for i in range(frame.tokens.size)]
    assert frame.tokens.ravel().tolist() == expected and frame.tokens.dtype == np.int32
    with pytest.raises(ValueError, match="bytes of tokens, expected"):
        frames.of_record({**fields, "tokens": fields["tokens"] + b"x"})


@pytest.mark.parametrize("length, stride, positions", [(4, None, [0, 4]), (4, 2, [0, 2, 4]), (9, None, [0]), (10, None, [])])
def test_pytorch_gets_stretches_of_clips(exports, exported, length, stride, positions):
    torch = pytest.importorskip("torch")
    found = list(nolook.Clips(exports / "npz", length=length, stride=stride))
    assert len(found) == 4 * len(positions)
    for item in found:
        assert item["position"] in positions and item["tokens"].dtype == torch.int64
        rows = [row for row in exported if row[:2] == (item["camera"], item["clip"])]
        expected = np.stack([row[4] for row in rows])[item["position"] :][:length]
        assert np.array_equal(item["tokens"].numpy(), expected)


def test_workers_share_the_cameras(exports):
    data = pytest.importorskip("torch.utils.data")
    loader = data.DataLoader(nolook.Clips(exports / "npz", length=9), batch_size=None, num_workers=2)
    assert sorted((item["camera"], item["clip"]) for item in loader) == sorted(
        (item["camera"], item["clip"]) for item in nolook.Clips(exports / "npz", length=9)
    )
