"""What the checks must not refuse: masks, small z, an encoder alone; and errors of libraries that become refusals."""

import pytest
import torch

import check_vector
import checks
import export
from test_export import Wrapped, metadata


class Masked(Wrapped):
    """Attention of every frame's brightness to itself and the two before it; a mask closes the rest."""

    def __init__(self, encoder, back=2, ahead=0):
        super().__init__(encoder)
        self.back, self.ahead = back, ahead

    def forward(self, x, frames, memory):
        x = memory.exchange("window", x.reshape(-1, frames, *x.shape[1:]), self.back)
        grey = x.mean((2, 3, 4))
        place = torch.arange(x.shape[1])
        apart = place[self.back :, None] - place[None]
        scores = grey[:, self.back :, None] * grey[:, None]
        scores = scores.masked_fill((apart < -self.ahead) | (apart > self.back), float("-inf"))
        mixed = (torch.softmax(scores, -1) @ x.flatten(2)).reshape(-1, *x.shape[2:])
        return self.encoder(mixed, frames, memory)


def test_masked_attention_is_not_taken_for_looking_ahead_or_for_endless_memory(tiny, spec):
    stepped = checks.as_encoder(Masked(tiny[0]), spec)
    checks.check_causality(stepped)
    alone = checks.receptive_field(checks.as_encoder(tiny[0], spec))
    assert checks.receptive_field(stepped) == alone + 2
    with pytest.raises(export.Refused, match=r"looks ahead: changing the inputs from step 1 on changed step 0 \(\d+ of 288 values of z"):
        checks.check_causality(checks.as_encoder(Masked(tiny[0], ahead=1), spec))


class Fades(Wrapped):
    """z and half of what it was before, on and on: what is far back is below the last bit."""

    def forward(self, x, frames, memory):
        total, summed = memory.caches.get("total"), []
        for token in self.encoder(x, frames, memory).split(1):
            total = token.unsqueeze(1) if total is None else token + 0.5 * total
            summed.append(total[:, 0])
        memory.new_caches["total"] = total
        return torch.cat(summed)


def test_a_memory_that_fades_has_no_end(tiny, spec):
    with pytest.raises(export.Refused, match="still remembers an input 128 steps back"):
        checks.receptive_field(checks.as_encoder(Fades(tiny[0]), spec))


class Scaled(Wrapped):
    """z times some numbers."""

    def __init__(self, encoder, *scales):
        super().__init__(encoder)
        self.scales = torch.tensor(scales).view(1, -1, 1, 1)

    def forward(self, x, frames, memory):
        return self.encoder(x, frames, memory) * self.scales


def test_the_margin_of_the_check_clip_is_in_the_scale_of_z(tiny, spec):
    """As on the unit sphere, where every value is small; a channel at the border has no margin in any scale."""
    loud, quiet = (check_vector.check_encoder(Scaled(tiny[0], scale), spec) for scale in (1.0, 1e-3))
    assert loud["check.digest"] == quiet["check.digest"] == check_vector.check_encoder(tiny[0], spec)["check.digest"]
    assert float(quiet["check.margin"]) < check_vector.MARGIN < float(loud["check.margin"])


def test_z_at_the_border_has_no_check_clip(tiny, spec, monkeypatch):
    monkeypatch.setattr(check_vector, "SEEDS", 2)
    with pytest.raises(export.Refused, match="No check clip of 4 keeps z more than 0.002 .* clear"):
        check_vector.check_encoder(Scaled(tiny[0], *[1.0] * 17, 1e-9), spec)


class Bessel(Wrapped):
    """A function that ONNX does not have."""

    def forward(self, x, frames, memory):
        return self.encoder(torch.special.i1(x), frames, memory)


class OneSize(Wrapped):
    """Takes the size of the picture from the traced example."""

    def forward(self, x, frames, memory):
        return self.encoder(x + torch.zeros(1, 1, int(x.shape[2]), int(x.shape[3])), frames, memory)


@pytest.mark.parametrize(
    ("flaw", "reason"),
    [
        (Bessel, "torch.onnx cannot write the encoder: .*special_i1.*Fix: use functions that ONNX has"),
        (OneSize, "ONNX Runtime cannot run encoder.onnx.*Fix: take no size from the traced example"),
    ],
)
def test_errors_of_the_libraries_name_a_fix(tiny, spec, tmp_path, flaw, reason):
    with pytest.raises(export.Refused, match=reason):
        export.export_streaming(flaw(tiny[0]), None, spec, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_encoder_alone(tiny, spec, tmp_path):
    report = export.export_streaming(tiny[0], None, spec, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["encoder.onnx"]
    assert report["tokenizer_id"] == metadata(tmp_path / "encoder.onnx")["tokenizer_id"] != export.tokenizer_id(*tiny, spec)
