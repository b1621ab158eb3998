"""Two tokenizers as others would bring them, untrained and tiny: deploy/docs/own-tokenizer.md explains them, Java runs their files.

fsq-windowed  3-D convolutions that look both ways inside a window of 8 frames, finite scalar quantization, 8 x 8 pixels
lfq16         caches of its own, lookup-free quantization, 2 frames and 16 x 16 pixels a token, the decoder stored as float16
"""

import argparse
import sys
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F

sys.path.insert(0, str(Path(__file__).parents[1] / "tokenizer"))

from export import Spec, export_streaming
from model import Memory
from quantizer import Fsq, Lfq
from windowed import Windowed, WindowedDecoder


class VolumeEncoder(nn.Module):
    """[N, 8, 3, H, W] -> z [N, 6, H/8, W/8] of the last four frames; knows nothing of streams."""

    def __init__(self):
        super().__init__()
        self.fold = nn.Conv3d(3, 8, (3, 4, 4), (2, 4, 4), (1, 0, 0))
        self.mix = nn.Conv3d(8, 12, (4, 3, 3), (1, 2, 2), (0, 1, 1))  # all four that are left
        self.out = nn.Conv3d(12, 6, 1)

    def forward(self, window):
        x = F.silu(self.mix(F.silu(self.fold(window.transpose(1, 2)))))
        return self.out(x)[:, :, 0]


class VolumeDecoder(nn.Module):
    """[N, 3, 6, h, w] -> [N, 4, 3, 8h, 8w], the frames of the last of three token frames."""

    def __init__(self):
        super().__init__()
        self.mix = nn.Conv3d(6, 12, 3, 1, (0, 1, 1))
        self.out = nn.Conv2d(12, 4 * 3 * 16, 1)

    def forward(self, window):
        x = self.out(F.silu(self.mix(window.transpose(1, 2)))[:, :, 0])
        x = F.interpolate(F.pixel_shuffle(x, 4), scale_factor=2.0)
        return 2 * x.reshape(-1, 4, 3, *x.shape[2:])


class PairEncoder(nn.Module):
    """[N*frames, 3, H, W] -> z [N*frames/2, 18, H/16, W/16]: two frames and the two before them make a token."""

    def __init__(self):
        super().__init__()
        self.patches = nn.Sequential(nn.Conv2d(3, 8, 4, 4), nn.BatchNorm2d(8), nn.SiLU(), nn.Conv2d(8, 12, 4, 4), nn.SiLU())
        self.out = nn.Conv2d(4 * 12, 18, 1)

    def forward(self, x, frames, memory):
        x = self.patches(x)
        x = memory.exchange("pairs", x.reshape(-1, frames, *x.shape[1:]), 2)
        tokens = [x[:, end - 2 : end + 2].flatten(1, 2) for end in range(2, frames + 1, 2)]
        return self.out(torch.stack(tokens, 1).flatten(0, 1))


class PairDecoder(nn.Module):
    """q [N*tokens, 18, h, w] -> [N*2*tokens, 3, 16h, 16w], from a token frame and the one before."""

    def __init__(self):
        super().__init__()
        self.mix = nn.Conv2d(2 * 18, 2 * 8, 1)
        self.up = nn.ConvTranspose2d(8, 6, 4, 4)
        self.out = nn.ConvTranspose2d(6, 3, 4, 4)

    def forward(self, q, tokens, memory):
        joined = memory.exchange("pairs", q.reshape(-1, tokens, *q.shape[1:]), 1)
        x = torch.stack([joined[:, :-1], joined[:, 1:]], 2).flatten(2, 3).flatten(0, 1)
        x = F.silu(self.mix(x))
        x = x.reshape(-1, 8, *x.shape[2:])  # half of the channels for each frame
        return 4 * self.out(F.silu(self.up(x)))


@torch.no_grad()
def spread(encoder, out):
    """Sets the last layer so that every channel of z has mean 0 and deviation 1 over noise, coarse and fine."""
    clips = [F.interpolate(torch.rand(16, 3, 64 // k, 64 // k) * 2 - 1, size=(64, 64)) for k in (1, 4, 16, 64)]
    z = torch.cat([encoder(clip, 16, Memory()) for clip in clips])
    mean, deviation = z.mean((0, 2, 3)), z.std((0, 2, 3))
    out.weight.div_(deviation.view(-1, *[1] * (out.weight.dim() - 1)))
    out.bias.sub_(mean).div_(deviation)


def fsq_windowed():
    torch.manual_seed(3)
    encoder = Windowed(VolumeEncoder(), frames=8, chunk=4)
    decoder = WindowedDecoder(VolumeDecoder(), tokens=3, chunk=4)
    spread(encoder.eval(), encoder.model.out)
    return encoder, decoder.eval(), Spec("fsq-windowed", "1", Fsq((8, 8, 8, 5, 5, 5)), chunk=4, space=8)


def lfq16():
    torch.manual_seed(4)
    encoder, decoder = PairEncoder().eval(), PairDecoder().eval()
    spread(encoder, encoder.out)
    return encoder, decoder, Spec("lfq16", "1", Lfq(18), chunk=2, space=16, weights="mixed")


ALL = {"fsq-windowed": fsq_windowed, "lfq16": lfq16}


def write_all(folder):
    for name, make in ALL.items():
        export_streaming(*make(), folder)
        for role in ("encoder", "decoder"):
            (folder / f"{role}.onnx").replace(folder / f"{name}-{role}.onnx")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    write_all(folder)
    for name in ALL:
        print(*folder.glob(f"{name}-*.onnx"), sep="\n")


if __name__ == "__main__":
    main()
