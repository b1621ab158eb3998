"""The learned codebook and the language model of the vocabulary study."""

import numpy as np
import pytest
import torch

import bottleneck
import study


def test_codebook_settles_on_the_clusters_it_sees():
    torch.manual_seed(0)
    centres = torch.tensor([[1.0, 0.0], [-1.0, 0.5], [0.0, -2.0], [3.0, 3.0]])
    book = bottleneck.Codebook(4, 2)
    for _ in range(300):
        points = centres[torch.randint(4, (64,))] + 0.05 * torch.randn(64, 2)
        book(points.view(4, 4, 4, 2).permute(0, 3, 1, 2))
    tokens = book.nearest(centres)
    assert len(tokens.unique()) == 4
    assert (book.vectors[tokens] - centres).abs().max() < 0.1
    z = centres.t().view(1, 2, 2, 2)
    assert torch.equal(book.indices(z).flatten().long(), tokens)
    assert torch.allclose(book.code(z), z, atol=0.1)


def test_codebook_passes_the_gradient_and_asks_for_commitment():
    book = bottleneck.Codebook(3, 2)
    z = torch.randn(2, 2, 4, 4, requires_grad=True)
    q, penalty, _ = book(z)
    q.sum().backward(retain_graph=True)
    assert torch.equal(z.grad, torch.ones_like(z))
    penalty.backward()
    assert penalty > 0 and not torch.equal(z.grad, torch.ones_like(z))


def test_codes_are_numbered_by_use():
    assert study.ranks(np.array([3, 3, 3, 1, 1, 0]), 2).tolist() == [2, 1, 3, 0]


def test_factors_are_high_then_low():
    assert study.factors(np.array([0b10110]), (4, 8)).tolist() == [[0b10, 0b110]]


def test_language_model_sees_no_token_that_comes_later():
    torch.manual_seed(0)
    model = study.LanguageModel((4, 8), width=16, layers=1).eval()
    count = study.GRID**2
    parts = torch.stack([torch.randint(4, (1, 2 * count)), torch.randint(8, (1, 2 * count))], 2)
    with torch.no_grad():
        before = model(parts)
        changed = parts.clone()
        changed[:, count + 10] = (changed[:, count + 10] + 1) % 4
        after = model(changed)
    assert before.shape == (1, count)
    assert torch.allclose(before[:, :10], after[:, :10], atol=1e-5)
    assert not torch.allclose(before[:, 11:], after[:, 11:], atol=1e-5)


@pytest.mark.parametrize("alike", [True, False])
def test_tokens_that_repeat_are_predictable_and_random_ones_are_not(alike, monkeypatch):
    full = study.LanguageModel
    monkeypatch.setattr(study, "LanguageModel", lambda sizes: full(sizes, width=32, layers=1))
    tokens = np.full((40, 2 * study.GRID**2), 9) if alike else np.random.default_rng(0).integers(0, 64, (40, 2 * study.GRID**2))
    bits, steps = study.predictability(tokens, tokens, 6, 0.15)
    assert steps > 0
    assert (bits < 4.5) if alike else (5.5 < bits < 8)
