"""The language model of tokens knows what it may, and nothing else."""

import numpy as np
import pytest
import torch

import verify
from generation import export, tokens
from generation.model import GROUPS, WINDOW, Predictor, group_of, nats

ROWS, COLUMNS, LENGTH = 6, 8, 12


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    model = Predictor(32, 2, 4).eval()
    for parameter in model.parameters():
        parameter.data.normal_(0, 0.3)
    return model


def clip():
    generator = torch.Generator().manual_seed(1)
    drawn = torch.randint(0, 64, (1, LENGTH, ROWS, COLUMNS, 3), generator=generator)
    drawn[:, 3:6, 2:4, 2:5] |= 32  # escapes
    return drawn


@torch.no_grad()
def changed(model, frame, row, column, factor):
    """bool [LENGTH, ROWS, COLUMNS, 3]: logits that one number has a part in."""
    before = clip()
    after = before.clone()
    after[0, frame, row, column, factor] ^= 7
    return ((model(before) - model(after)).abs().amax(-1) > 0)[0]


@pytest.mark.parametrize("frame, row, column, factor", [(2, 0, 0, 0), (2, 1, 1, 2), (3, 2, 3, 1), (2, 3, 2, 0)])
def test_a_number_tells_what_comes_after_it_and_nothing_else(model, frame, row, column, factor):
    found = changed(model, frame, row, column, factor)
    group = group_of(ROWS, COLUMNS)
    same, later = group <= group[row, column], group > group[row, column]

    assert not found[:frame].any()
    assert found[frame][later].all()
    assert found[frame, row, column, factor + 1 :].all()
    found[frame, row, column, factor + 1 :] = False
    assert not found[frame][same].any()
    assert found[frame + 1].all(), "within the layers' reach"
    assert all(found[frame + age].any() for age in range(1, WINDOW + 1))
    assert not found[frame + WINDOW + 1 :].any(), "the past is a finite window"


def test_groups_share_out_the_places():
    counts = torch.bincount(group_of(ROWS, COLUMNS).flatten())
    assert counts.tolist() == [ROWS * COLUMNS // len(GROUPS)] * len(GROUPS)


def test_likelihoods_of_all_tokens_sum_to_one(model):
    tokens_of = clip()[:, :1].repeat(64, 1, 1, 1, 1)
    tokens_of[:, 0, 0, 0, 0] = torch.arange(64)
    with torch.no_grad():
        found = nats(model(tokens_of), tokens_of)[:, 0, 0, 0, 0]
    assert torch.isclose((-found).exp().sum(), torch.tensor(1.0), atol=1e-4)


def test_factors_are_the_bits_of_a_token():
    drawn = np.random.default_rng(0).integers(0, 1 << 18, (3, 4))
    parts = tokens.factors(drawn)
    assert np.array_equal(tokens.whole(parts), drawn)
    assert tokens.factors(0b000001_000010_000011).tolist() == [3, 2, 1]


def test_it_learns_what_stands_still():
    torch.manual_seed(0)
    model = Predictor(32, 2, 4)
    optimizer = torch.optim.AdamW(model.parameters(), 3e-3)
    losses = []
    for _ in range(25):
        still = torch.randint(0, 32, (4, 1, 4, 4, 3)).expand(-1, 4, -1, -1, -1)
        loss = nats(model(still), still)[:, 1:].mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss))
    assert losses[-1] < 0.8 * losses[0], losses


def test_the_file_says_what_pytorch_says_and_each_row_as_alone(model, tmp_path):
    encoder = dict(verify.open_session(export.MODELS / "nolook-small" / "encoder-int8.onnx").get_modelmeta().custom_metadata_map)
    file = tmp_path / "next.onnx"
    export.export(model, encoder, file, "next", "1")  # which proves it
    stated = verify.open_session(file).get_modelmeta().custom_metadata_map
    assert stated["role"] == "predictor"
    assert stated["tokenizer_id"] == encoder["tokenizer_id"]
    assert stated["cache.window.shape"] == "24,H/8,W/8"
