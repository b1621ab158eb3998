"""Teaches an encoder with another activation the fresh codes of a trained one; the decoder stays as it is.

The student starts with the teacher's weights. Its numbers are compared with the teacher's before signs are taken, which
says more a step than pictures do; so a decoder of the teacher's codes reads the student's at once.
"""

from pathlib import Path

import torch
import torch.nn.functional as F

import model as net
import refinement
import train
from weights import load_weights


class Distiller(train.Trainer):
    def __init__(self, options, clips):
        self.teacher = load_weights(options.teacher)[0].requires_grad_(False).to(options.device)
        super().__init__(options, clips)

    def freeze(self):
        """Everything but what makes fresh codes."""
        self.decoder.requires_grad_(False)
        for name, weight in self.encoder.named_parameters():
            weight.requires_grad_(not refinement.owns(name))

    def _forward(self, x, count):
        patches, frames = F.pixel_unshuffle(x, net.PATCH), len(x) // count
        with torch.autocast(x.device.type, dtype=torch.bfloat16, enabled=self.options.bfloat16):
            with torch.no_grad():
                target = self.numbers(self.teacher, patches, frames)
            own = self.numbers(self.encoder, patches, frames)
        squared = (own - target).square()
        equal = net.signs(net.remainders(own.atanh(), 3)) == net.signs(net.remainders(target.atanh(), 3))
        found = {"signs": equal.float().mean().item()}
        return squared.mean().add(1e-5).log(), squared.unflatten(0, (count, -1)).mean((1, 2, 3, 4)), found

    @staticmethod
    def numbers(encoder, patches, frames):
        """[B, 6, h, w] in -1..1, before signs are taken."""
        return torch.tanh(encoder.out(encoder.features(patches, frames, net.Memory())).float()).clamp(-0.99999, 0.99999)


def main():
    parser = train.arguments()
    parser.description = __doc__.splitlines()[0]
    parser.add_argument("--teacher", type=Path, required=True, help="weights of the network whose codes are learned")
    train.train(parser.parse_args(), Distiller)


if __name__ == "__main__":
    main()
