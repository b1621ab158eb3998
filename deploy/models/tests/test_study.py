"""The learned codebooks and the language model of the quantizer study."""

import numpy as np
import pytest
import torch

import bottleneck
import model as net
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


def test_nearest_is_what_a_plain_search_finds(monkeypatch):
    torch.manual_seed(0)
    book, rows = bottleneck.Codebook(6, 3), torch.randn(50, 3)
    book.vectors = torch.randn(64, 3)
    book.vectors[40] = book.vectors[3]
    rows[7] = book.vectors[3]
    plain = ((rows.unsqueeze(1) - book.vectors) ** 2).sum(2).min(1)[1]
    assert torch.equal(book.nearest(rows), plain) and plain[7] == 3, "the first of equals"
    monkeypatch.setattr(bottleneck.Codebook, "BLOCK", 16)
    monkeypatch.setattr(bottleneck.Codebook, "ROWS", 20)
    assert torch.equal(book.nearest(rows), plain), "however it is cut"


def test_a_vector_that_nothing_chooses_gives_way():
    torch.manual_seed(0)
    book = bottleneck.Codebook(3, 2)
    for _ in range(100):
        book.learn(torch.randn(64, 2) + 50)
    for _ in range(200):
        book.learn(torch.randn(64, 2))
    assert len(book.nearest(torch.randn(500, 2)).unique()) == 8


def test_the_second_codebook_is_for_what_the_first_leaves():
    torch.manual_seed(0)
    coarse, fine = torch.tensor([[4.0, 0], [-4, 0], [0, 4], [0, -4]]), torch.tensor([[0.5, 0.5], [-0.5, 0.5], [0.5, -0.5], [-0.5, -0.5]])
    books = bottleneck.ResidualCodebooks(4, 2)
    for _ in range(300):
        flat = coarse[torch.randint(4, (64,))] + fine[torch.randint(4, (64,))] + 0.02 * torch.randn(64, 2)
        z = flat.t().reshape(1, 2, 8, 8)
        books(z)
    every = (coarse.unsqueeze(1) + fine).flatten(0, 1).t().reshape(1, 2, 4, 4)
    tokens = books.indices(every)
    assert len(tokens.unique()) == 16 and int(tokens.max()) < 16
    assert (books.code(every) - every).abs().max() < 0.3
    assert len((tokens // 4).view(4, 4)[0].unique()) == 1, "the most significant half names the coarse vector"


def test_residual_codebooks_pass_the_gradient_and_want_equal_books():
    books = bottleneck.ResidualCodebooks(4, 2)
    z = torch.randn(2, 2, 4, 4, requires_grad=True)
    q, penalty, _ = books(z)
    q.sum().backward()
    assert torch.equal(z.grad, torch.ones_like(z)) and penalty > 0
    with pytest.raises(ValueError, match="7 bits in 2 codebooks"):
        bottleneck.ResidualCodebooks(7, 2)


def test_the_coarse_half_comes_first():
    """Residual LFQ: flipping a number's first sign moves it most, and changes the first factor."""
    quantizer, z = bottleneck.Signs(halvings=3), torch.full((1, 2, 1, 1), 1.2)
    tokens = {name: quantizer.indices(net.remainders(x, 3)).numpy() for name, x in (("high", z), ("fine", z * 0.75), ("low", -z))}
    factors = {name: study.factors(each, (8, 8), quantizer).ravel().tolist() for name, each in tokens.items()}
    assert factors["high"][0] == factors["fine"][0] != factors["low"][0]
    assert factors["high"][1] != factors["fine"][1]


def test_factors_of_each_quantizer():
    token = np.array([0b10110])
    assert study.factors(token, (4, 8), bottleneck.SIGNS).tolist() == [[0b10, 0b101]], "low bits are the first signs"
    assert study.factors(token, (4, 8), bottleneck.Codebook(5, 2)).tolist() == [[0b10, 0b110]]
    assert study.factors(np.array([0b1101]), (4, 4), bottleneck.ResidualCodebooks(4, 2)).tolist() == [[0b11, 0b01]]


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
    monkeypatch.setattr(study, "LANGUAGE_BATCH", 4)
    tokens = np.full((40, 2 * study.GRID**2), 9) if alike else np.random.default_rng(0).integers(0, 64, (40, 2 * study.GRID**2))
    bits = study.predictability(tokens, tokens, bottleneck.SIGNS, 6, 25)
    assert (bits < 4.5) if alike else (5.5 < bits < 8)
