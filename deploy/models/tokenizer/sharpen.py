"""A second decoder for people: the same tokens, pictures that look sharp where the codes do not say what was there.

Starts from a trained decoder and keeps the encoder. The reconstruction terms are L1, MS-SSIM, and the strength of texture about
each place, which blur takes away; a patch discriminator over two frames behind one another, which sees flicker too, joins late
and lightly, with the matching of its features. Its details are invented: right in kind, not in place.
"""

import torch
import torch.nn as nn
import torch.nn.functional as F

import train

WIDTHS = (32, 64, 128)  # of the discriminator, each at half the resolution of the one before
SCALES = ((0.0517, 1), (0.3295, 2), (0.3462, 4), (0.2726, 8))  # MS-SSIM: weight, pixels averaged; as `nolook eval` weighs


class Discriminator(nn.Module):
    """Pairs of frames [B, 6, S, S] in -1..1 -> what it thinks of patches, and the features on the way."""

    def __init__(self):
        super().__init__()
        inputs = (6, *WIDTHS[:-1])
        self.layers = nn.ModuleList(nn.utils.parametrizations.spectral_norm(nn.Conv2d(a, b, 4, 2, 1)) for a, b in zip(inputs, WIDTHS))
        self.out = nn.utils.parametrizations.spectral_norm(nn.Conv2d(WIDTHS[-1], 1, 3, 1, 1))

    def forward(self, pairs):
        features = [pairs]
        for layer in self.layers:
            features.append(F.leaky_relu(layer(features[-1]), 0.2))
        return self.out(features[-1]), features[1:]


def pairs(frames, clips):
    """[N*T, 3, S, S] -> each frame behind the one before it, [N*(T-1), 6, S, S]."""
    x = frames.reshape(clips, -1, *frames.shape[1:])
    return torch.cat([x[:, :-1], x[:, 1:]], 2).flatten(0, 1)


def similarity(y, x):
    """MS-SSIM of [B, 3, S, S] in -1..1, box windows of 8 pixels: near enough to train with."""
    product = 1.0
    for weight, pixels in SCALES:
        a, b = (F.avg_pool2d(each, pixels) for each in (y, x))
        window = min(8, a.shape[-1])
        ma, mb = F.avg_pool2d(a, window, 1), F.avg_pool2d(b, window, 1)
        va = F.avg_pool2d(a * a, window, 1) - ma * ma
        vb = F.avg_pool2d(b * b, window, 1) - mb * mb
        cov = F.avg_pool2d(a * b, window, 1) - ma * mb
        contrast = (2 * cov + 3.6e-3) / (va + vb + 3.6e-3)
        level = (2 * ma * mb + 4e-4) / (ma * ma + mb * mb + 4e-4) if pixels == SCALES[-1][1] else 1.0
        product = product * (contrast * level).mean().clamp_min(1e-3) ** weight
    return product


def texture(x):
    """How strongly a picture [B, 3, S, S] changes from pixel to pixel, and over two: about each place, not where exactly."""
    strengths = []
    for step in (1, 2):
        across, down = x[..., :-step, step:] - x[..., :-step, :-step], x[..., step:, :-step] - x[..., :-step, :-step]
        strengths += [(F.avg_pool2d(each.square(), 8, 4) + 1e-5).sqrt() for each in (across, down)]
    return strengths


class Sharpening(train.Trainer):
    """Moves the decoder alone; the discriminator beside it is not kept."""

    def __init__(self, options, clips):
        options.decoder_only = True
        self.judge = Discriminator().to(options.device)
        self.judged = torch.optim.Adam(self.judge.parameters(), 1e-3, betas=(0.5, 0.9))
        super().__init__(options, clips)

    def _forward(self, x, count):
        options, (y, _, found) = self.options, self._pictures(x, count)
        likeness = similarity(y, x)
        weaker = sum((a - b).abs().mean() for a, b in zip(texture(y), texture(x)))
        plain = (y - x).abs().mean() + 0.3 * (1 - likeness) + options.texture * weaker
        found |= {"likeness": likeness.detach(), "share": energy(y.detach()) / energy(x)}
        squared = ((y - x) ** 2).reshape(count, -1).mean(1)
        if self.progress() < options.after / 2:
            return plain, squared, found
        told = self._judge(y.detach(), x, count)
        if self.progress() < options.after:
            return plain, squared, found | told
        made, features = self.judge(pairs(y, count))
        with torch.no_grad():
            _, wanted = self.judge(pairs(x, count))
        invented = -made.mean() + 2 * sum((a - b).abs().mean() for a, b in zip(features, wanted))
        return plain + options.adversarial * self._weight(plain, invented) * invented, squared, found | told

    def _judge(self, made, real, count):
        """One step of the discriminator: hinge loss."""
        self.judge.requires_grad_(True)
        loss = F.relu(1 - self.judge(pairs(real, count))[0]).mean() + F.relu(1 + self.judge(pairs(made, count))[0]).mean()
        self.judged.zero_grad(set_to_none=True)
        loss.backward()
        self.judged.step()
        self.judge.requires_grad_(False)
        return {"judge": loss.detach()}

    def _weight(self, plain, invented):
        """Of the invented term, so that it moves the last layer as far as the plain one does (Esser et al. 2021, eq. 7)."""
        last = self.decoder.out.weight
        norms = [torch.autograd.grad(loss, last, retain_graph=True)[0].norm() for loss in (plain, invented)]
        return (norms[0] / (norms[1] + 1e-6)).clamp(0, 1e3).detach()


def energy(x):
    """Mean square of what changes from pixel to pixel: what blur takes away."""
    return (x[..., 1:] - x[..., :-1]).square().mean() + (x[..., 1:, :] - x[..., :-1, :]).square().mean()


def arguments():
    parser = train.arguments()
    parser.description = __doc__.splitlines()[0]
    parser.add_argument("--texture", type=float, default=0.5, help="weight of texture's strength beside L1")
    parser.add_argument("--adversarial", type=float, default=0.3, help="share of the discriminator's pull on the last layer")
    parser.add_argument("--after", type=float, default=0.3, help="share of the run before it joins; it learns from half of that on")
    return parser


if __name__ == "__main__":
    train.train(arguments().parse_args(), Sharpening)
