"""Small modules in the shape of three published tokenizers, which their worked examples in the guide take in place of them.

They keep what makes those hard to stream, and the names that a user calls; the widths and the code are this project's.

magvit2  like magvit2-pytorch: zeros in front, of pictures and of [N*H*W, C, T]; a clip begins with zeros; a norm that `encode`
         never applies; the first channel is the most significant bit
vidtok   like AutoencoderVidTok of diffusers: copies of the first frame in front, by `torch.cat` and by `F.pad`; LayerNorm and
         attention within the frame; FSQ
taehv    like TAEHV: [N, T, C, H, W], frames folded into the batch, each beside the one before
"""

import torch
import torch.nn as nn
import torch.nn.functional as F

CHANNELS, BITS = 6, 8


class ZeroConv(nn.Module):
    """3 x 3 x 3 over a frame and the two before it; zeros in front of the clip and around the frame."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv = nn.Conv3d(inputs, outputs, 3)

    def forward(self, x):
        return self.conv(F.pad(x, (1, 1, 1, 1, 2, 0)))


class ZeroHalve(nn.Module):
    """Half of the frames: a convolution over each pixel's [N*H*W, C, T]."""

    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Conv1d(channels, channels, 3, 2)

    def forward(self, x):
        n, c, t, h, w = x.shape
        x = self.conv(F.pad(x.permute(0, 3, 4, 1, 2).reshape(-1, c, t), (2, 0)))
        return x.reshape(n, h, w, c, t // 2).permute(0, 3, 4, 1, 2)


class Signs(nn.Module):
    """Channels -> bits, the first the most significant."""

    def __init__(self, channels):
        super().__init__()
        self.project_in, self.project_out = nn.Linear(channels, BITS), nn.Linear(BITS, channels)

    def forward(self, x):
        z = self.project_in(x.movedim(1, 4))
        return x, ((z > 0) * 2 ** torch.arange(BITS - 1, -1, -1)).sum(-1), torch.zeros(())


class VideoTokenizer(nn.Module):
    def __init__(self):
        super().__init__()
        shrink = nn.Conv3d(CHANNELS, CHANNELS, (1, 4, 4), (1, 4, 4))
        self.layers = nn.ModuleList([ZeroConv(3, CHANNELS), nn.ELU(), shrink, ZeroHalve(CHANNELS)])
        self.norm = nn.LayerNorm(CHANNELS)  # never applied
        self.quantizers = Signs(CHANNELS)
        self.out = nn.Sequential(ZeroConv(CHANNELS, 2 * 3 * 16))

    def encode(self, video, quantize=False, video_contains_first_frame=True):
        x = F.pad(video, (0, 0, 0, 0, 1, 0)) if video_contains_first_frame else video
        for layer in self.layers:
            x = layer(x)
        return self.quantizers(x) if quantize else x

    def decode(self, quantized, video_contains_first_frame=True):
        n, _, t, h, w = quantized.shape
        y = self.out(quantized).reshape(n, 3, 2, 4, 4, t, h, w)
        y = y.permute(0, 1, 5, 2, 6, 3, 7, 4).reshape(n, 3, 2 * t, 4 * h, 4 * w)
        return y[:, :, 1:] if video_contains_first_frame else y


class CopyConv(nn.Module):
    """A convolution whose clip has `front` copies of its first frame in front."""

    def __init__(self, conv, front):
        super().__init__()
        self.conv, self.front = conv, front

    def forward(self, x):
        copies = x[:, :, :1].repeat(1, 1, self.front, *[1] * (x.dim() - 3))
        return self.conv(torch.cat([copies, x], 2))


class VidTokEncoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.patches = nn.Conv3d(3, CHANNELS, (1, 4, 4), (1, 4, 4))
        self.pixel, self.norm = CopyConv(nn.Conv1d(CHANNELS, CHANNELS, 3), 2), nn.LayerNorm(CHANNELS)
        self.attention = nn.Linear(CHANNELS, 3 * CHANNELS)
        self.halve = CopyConv(nn.Conv3d(CHANNELS, CHANNELS, (3, 1, 1), (2, 1, 1)), 1)
        self.mean = nn.AvgPool3d((3, 1, 1), (2, 1, 1))
        self.out = nn.Conv3d(CHANNELS, 3, 1)

    def forward(self, x):
        x = self.patches(x)
        n, c, t, h, w = x.shape
        y = self.pixel(F.silu(x).permute(0, 3, 4, 1, 2).reshape(-1, c, t))
        x = x + y.reshape(n, h, w, c, t).permute(0, 3, 4, 1, 2)
        q, k, v = self.attention(self.norm(x.permute(0, 2, 3, 4, 1).reshape(n, t, -1, c))).chunk(3, -1)
        x = x + (torch.softmax(q @ k.transpose(2, 3), -1) @ v).reshape(n, t, h, w, c).permute(0, 4, 1, 2, 3)
        return self.out(self.halve(x) + self.mean(F.pad(x, (0, 0, 0, 0, 1, 0), mode="replicate")))


class AutoencoderVidTok(nn.Module):
    LEVELS = 8

    def __init__(self):
        super().__init__()
        self.encoder = VidTokEncoder()

    def forward(self, sample, encoder_mode=True):
        z = self.encoder(torch.cat([sample[:, :, :1], sample], 2))
        half = (self.LEVELS - 1) * 1.001 / 2
        digits = torch.round(torch.tanh(z + torch.atanh(torch.tensor(0.5 / half))) * half - 0.5) + self.LEVELS // 2
        places = self.LEVELS ** torch.arange(3).view(1, 3, 1, 1, 1)
        return z, (digits * places).sum(1).to(torch.int32)


class Beside(nn.Module):
    """A frame beside the one before."""

    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Conv2d(2 * channels, channels, 3, 1, 1)

    def forward(self, x, past):
        return F.relu(x + self.conv(torch.cat([x, past], 1)))


class TAEHV(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.ModuleList([nn.Conv2d(3, CHANNELS, 4, 4), Beside(CHANNELS)])
        self.pool, self.latents = nn.Conv2d(4 * CHANNELS, CHANNELS, 1), nn.Conv2d(CHANNELS, 16, 1)

    def encode_video(self, x, show_progress_bar=True):
        n, t, c, h, w = x.shape
        x = self.encoder[0](x.reshape(n * t, c, h, w))
        before = F.pad(x.reshape(n, t, *x.shape[1:]), (0, 0, 0, 0, 0, 0, 1, 0))[:, :t].reshape(x.shape)
        x = self.encoder[1](x, before)
        z = self.latents(self.pool(x.reshape(-1, 4 * CHANNELS, *x.shape[2:])))
        return z.reshape(n, t // 4, *z.shape[1:])
