"""The tokenizer network against its contract: codes, shapes, causality, steps."""

import pytest
import torch

import checks
import model as net


@pytest.fixture
def exact():
    """oneDNN chooses its arithmetic by the size of the batch, which moves last bits; without it equal sums have equal bits."""
    with torch.backends.mkldnn.flags(enabled=False):
        yield


def index(*z):
    return int(net.indices(torch.tensor(z).view(1, -1, 1, 1)))


@pytest.mark.parametrize(
    ("z", "expected"),
    [((1.0, -1.0, -1.0), 1), ((-1.0, -1.0, 1.0), 4), ((-1.4, 8.7, -4.2), 2), ((0.0, 0.0, 0.0), 0), ((1.0, 1.0, 1.0), 7)],
)
def test_index_counts_channel_one_as_least_significant(z, expected):
    assert index(*z) == expected


def test_channel_eighteen_alone_is_131072():
    assert index(*[-1.0] * 17, 1.0) == 131072


def test_codes_of_three_bits_in_order():
    rows = net.codes(torch.arange(8, dtype=torch.int32).view(8, 1, 1), 3).view(8, 3)
    written = " ".join("".join("+" if bit > 0 else "-" for bit in row) for row in rows)
    assert written == "--- +-- -+- ++- --+ +-+ -++ +++"


def test_codes_invert_indices():
    z = torch.randn(3, 18, 5, 7)
    assert torch.equal(net.codes(net.indices(z)), net.signs(z))
    tokens = torch.randint(0, 2**18, (2, 9, 9), dtype=torch.int32)
    assert torch.equal(net.indices(net.codes(tokens)), tokens)


def test_straight_through_quantizes_and_passes_the_gradient():
    z = torch.randn(1, 18, 2, 2, requires_grad=True)
    q = net.straight_through(z)
    (q * 3).sum().backward()
    assert torch.equal(q.detach().sign(), net.signs(z))
    assert torch.equal(z.grad, torch.full_like(z, 3))


@pytest.mark.parametrize("halvings", [1, 2, 3])
def test_residual_signs_name_the_interval_of_a_number(halvings):
    z = torch.linspace(-3, 3, 72).view(2, 4, 3, 3)
    middles = net.numbers(net.signs(net.remainders(z, halvings)), halvings)
    if halvings == 1:
        assert torch.equal(middles, net.signs(z))
    else:
        assert (middles - torch.tanh(z)).abs().max() <= 0.5**halvings
        assert middles.unique().numel() == 2**halvings


def test_a_number_learns_through_all_its_signs():
    z = torch.zeros(1, 1, 1, 1, requires_grad=True)
    net.numbers(net.straight_through(net.remainders(z, 3)), 3).sum().backward()
    assert z.grad.item() == pytest.approx(0.875)


@torch.no_grad()
def test_seventeen_frames_are_five_token_frames_of_sixteen_by_sixteen(tiny):
    clip = net.lead_in(torch.rand(17, 3, 128, 128) * 2 - 1)
    z = tiny[0](clip, len(clip), net.Memory())
    assert z.shape == (5, 18, 16, 16)
    assert tiny[1](net.signs(z), 5, net.Memory())[net.CHUNK - 1 :].shape == (17, 3, 128, 128)


@torch.no_grad()
def test_a_still_is_the_first_token_frame_of_a_video_that_starts_with_it(tiny, exact):
    clip = torch.rand(9, 3, 64, 64) * 2 - 1
    video = tiny[0](net.lead_in(clip), 12, net.Memory())
    still = tiny[0](net.lead_in(clip[:1]), 4, net.Memory())
    assert torch.equal(still, video[:1])


@torch.no_grad()
@pytest.mark.parametrize("role", ["encoder", "decoder"])
def test_steps_equal_the_full_clip_bit_for_bit(tiny, spec, role, exact):
    stepped = checks.as_encoder(tiny[0], spec) if role == "encoder" else checks.as_decoder(tiny[1], spec)
    x = stepped.random(9, 7)
    whole, caches = stepped.clip(x)
    single, step_caches = stepped.steps(x)
    assert torch.equal(whole, single)
    assert caches.keys() == step_caches.keys()
    assert all(torch.equal(caches[path], step_caches[path]) for path in caches)


@torch.no_grad()
def test_any_later_change_leaves_earlier_tokens(tiny):
    clip = net.lead_in(torch.rand(17, 3, 32, 32) * 2 - 1)
    before = tiny[0](clip, 20, net.Memory())
    for frame in range(4, 20):
        changed = clip.clone()
        changed[frame] = -changed[frame]
        after = tiny[0](changed, 20, net.Memory())
        earlier = frame // 4
        assert torch.equal(before[:earlier], after[:earlier])
        assert not torch.equal(before[earlier], after[earlier]), "a frame must reach its own token frame"


@torch.no_grad()
def test_rows_of_a_batch_are_clips_of_their_own(tiny, exact):
    clips = torch.rand(2, 8, 3, 32, 32) * 2 - 1
    together = tiny[0](clips.flatten(0, 1), 8, net.Memory())
    assert torch.equal(together[2:], tiny[0](clips[1], 8, net.Memory()))


@torch.no_grad()
@pytest.mark.parametrize("role", ["encoder", "decoder"])
def test_derived_receptive_field_is_the_true_one(tiny, spec, role, exact):
    """By perturbation with real numbers: the oldest input of the field reaches the last step, the one before it does not."""
    stepped = checks.as_encoder(tiny[0], spec) if role == "encoder" else checks.as_decoder(tiny[1], spec)
    inputs = checks.receptive_field(stepped) // stepped.frames_per_input
    x = stepped.random(-(-inputs // stepped.inputs) + 2, 11)
    expected, caches = stepped.clip(x)

    def reaches(position):
        changed = x.clone()
        changed[position] *= -100
        found, new_caches = stepped.clip(changed)
        same = torch.equal(found[-stepped.outputs :], expected[-stepped.outputs :])
        return not same or any(not torch.equal(caches[path], new_caches[path]) for path in caches)

    assert reaches(len(x) - inputs)
    assert not any(reaches(position) for position in range(len(x) - inputs))
