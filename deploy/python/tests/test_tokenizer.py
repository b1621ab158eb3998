"""The tokenizer gives the tokens that `nolook tokenize` gave for the same frames.

tokenized/frames.npz holds 13 pictures of `nolook simulate --seed 7 --size 32x24`, tokens.avro what came of
`nolook tokenize -D frame.size=32x24 -D keyframe.interval=3` of them, in integers, whose arithmetic is exact on any processor.
"""

from pathlib import Path

import numpy as np
import pytest

import nolook

pytest.importorskip("onnxruntime")

TOKENIZED = Path(__file__).parent / "tokenized"
MODEL = Path(__file__).parents[2] / "models/nolook-small"


@pytest.fixture(scope="module")
def frames():
    return np.load(TOKENIZED / "frames.npz")["frames"]


@pytest.fixture(scope="module")
def tokenizer():
    return nolook.Tokenizer(MODEL, keyframe_interval=3)


def test_tokens_are_those_of_java_bit_for_bit(tokenizer, frames):
    pytest.importorskip("fastavro")
    expected = list(nolook.read(TOKENIZED / "tokens.avro"))
    assert [frame.position for frame in expected] == [0, 1, 2, 0, 1]
    for step, frame in zip(tokenizer.tokenize(frames), expected, strict=True):
        assert (step.clip, step.position) == (frame.clip, frame.position)
        assert step.tokens.dtype == np.int32 and np.array_equal(step.tokens, frame.tokens)
    assert {frame.tokenizer_id for frame in expected} == {tokenizer.tokenizer_id}


def test_tokens_come_as_soon_as_their_frames(tokenizer, frames):
    taken = 0

    def camera():
        nonlocal taken
        for taken, frame in enumerate(frames, 1):
            yield frame

    seen = [(taken, step.position) for step in tokenizer.tokenize(camera())]
    assert seen == [(1, 0), (5, 1), (9, 2), (10, 0), (13, 1)]


def test_frames_of_other_kinds_and_sizes_are_refused(tokenizer, frames):
    smaller = frames[0, :16]
    for wrong in (frames[0, :20], frames[0].astype(np.float32), frames[0, ..., :2], frames[0, ..., 0], frames[0, :0]):
        with pytest.raises(ValueError, match="found frame 0 of .*, expected uint8 .* multiples of 8: resize first"):
            next(tokenizer.tokenize([wrong]))
    with pytest.raises(ValueError, match="found frame 1 of .*, expected uint8 .* of one size"):
        list(tokenizer.tokenize([frames[0], smaller]))


def test_what_is_no_encoder_is_refused(tmp_path):
    with pytest.raises(ValueError, match="found role decoder in .*, expected encoder"):
        nolook.Tokenizer(MODEL / "decoder.onnx")
    with pytest.raises(ValueError, match="found no encoder-int8.onnx or encoder.onnx in"):
        nolook.Tokenizer(tmp_path)
