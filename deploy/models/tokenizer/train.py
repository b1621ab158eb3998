"""Trains the tokenizer on a folder of videos for a number of minutes; stops on time, resumes where it stopped."""

import argparse
import copy
import csv
import math
import random
import time
from pathlib import Path

import numpy as np
import torch

import measure
import model as net
from clips import Sampler, load_folder

GROUP = 9  # bits per entropy group: a 512-way distribution


def entropy_terms(z, sharpness=2.0):
    """(certainty, use) in bits per bit: mean entropy of a position's bits, entropy of the mean code.

    The use of codes is measured over groups of nine bits drawn anew at every step, so that correlation between any two
    bits costs; single bits would not see it.
    """
    bits = z.shape[1]
    flat = z.permute(0, 2, 3, 1).reshape(-1, bits)
    p = torch.sigmoid(2 * sharpness * flat).clamp(1e-6, 1 - 1e-6)
    certainty = -(p * p.log2() + (1 - p) * (1 - p).log2()).mean()
    order = torch.randperm(bits, device=z.device)
    use = 0.0
    for group in order.split(GROUP):
        joint = torch.ones_like(flat[:, :1])
        for bit in group.tolist():
            one = p[:, bit : bit + 1]
            joint = torch.cat([joint * (1 - one), joint * one], 1)
        mean = joint.mean(0)
        use = use - (mean * (mean + 1e-9).log2()).sum()
    return certainty, use / bits


def reconstruction_loss(y, x, clips, plain=1.0):
    """The logarithm of each clip's squared error (what PSNR averages), and `plain` times L1 and gradients."""
    error = y - x
    l1 = error.abs().mean()
    edges = (error[..., 1:] - error[..., :-1]).abs().mean() + (error[..., 1:, :] - error[..., :-1, :]).abs().mean()
    per_clip = (error**2).reshape(clips, -1).mean(1)
    return plain * (l1 + 0.3 * edges) + 0.1 * (per_clip + 1e-3).log().mean(), per_clip.mean()


class Trainer:
    def __init__(self, options, clips):
        self.options = options
        self.encoder, self.decoder = net.Encoder().to(options.device), net.Decoder().to(options.device)
        self.sampler = Sampler(clips, options.crop, options.frames, random.randrange(2**31))
        self.steps, self.minutes, self.curve = 0, 0.0, []
        if options.start:
            self._load(torch.load(options.start, map_location=options.device))
        self.parameters = [*self.decoder.parameters()]
        if options.decoder_only:
            self.encoder.eval().requires_grad_(False)
            self.decoder.eval()  # batch norm as at inference: only weights move
        else:
            self.parameters += self.encoder.parameters()
        self.optimizer = torch.optim.AdamW(self.parameters, lr=options.rate, betas=(0.9, 0.99), weight_decay=0.01)
        self.average = copy.deepcopy(self.encoder), copy.deepcopy(self.decoder)
        if options.checkpoint.exists():
            self._resume(torch.load(options.checkpoint, map_location=options.device))

    def _load(self, state):
        for module, key in ((self.encoder, "encoder"), (self.decoder, "decoder")):
            module.load_state_dict({name: value.float() for name, value in state[key].items()})

    def _resume(self, state):
        self._load({"encoder": state["raw_encoder"], "decoder": state["raw_decoder"]})
        self.average[0].load_state_dict(state["encoder"])
        self.average[1].load_state_dict(state["decoder"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.steps, self.minutes, self.curve = state["steps"], state["minutes"], state["curve"]
        print(f"resumed at step {self.steps}, {self.minutes:.1f} of {self.options.minutes} minutes", flush=True)

    def save(self):
        self.options.checkpoint.parent.mkdir(parents=True, exist_ok=True)
        partial = self.options.checkpoint.with_suffix(".partial")
        torch.save(
            {
                "encoder": self.average[0].state_dict(),
                "decoder": self.average[1].state_dict(),
                "raw_encoder": self.encoder.state_dict(),
                "raw_decoder": self.decoder.state_dict(),
                "optimizer": self.optimizer.state_dict(),
                "steps": self.steps,
                "minutes": self.minutes,
                "curve": self.curve,
            },
            partial,
        )
        partial.replace(self.options.checkpoint)

    def batch(self):
        clips = [net.lead_in(self.sampler.draw()) for _ in range(self.options.batch)]
        return torch.cat(clips).to(self.options.device)

    def step(self):
        options, progress = self.options, min(1.0, self.minutes / self.options.minutes)
        rate = options.rate * min(1.0, (self.steps + 1) / 100) * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * progress)))
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        x = self.batch()
        frames = len(x) // options.batch
        with torch.autocast(x.device.type, dtype=torch.bfloat16, enabled=options.bfloat16):
            with torch.set_grad_enabled(not options.decoder_only):
                z = self.encoder(x, frames, net.Memory()).float()
            y = self.decoder(net.straight_through(z), frames // net.CHUNK, net.Memory()).float()
        pixels, squared = reconstruction_loss(y, x, options.batch, plain=0.0 if options.decoder_only else 1.0)
        commitment = ((z - net.signs(z).detach()) ** 2).mean()
        certainty, use = entropy_terms(z)
        loss = pixels if options.decoder_only else pixels + 0.1 * commitment + options.entropy * (certainty - 2 * use)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
        self.optimizer.step()
        self.steps += 1
        self._follow(min(0.998, (1 + self.steps) / (10 + self.steps)))
        return {"psnr": -10 * math.log10(squared.item() / 4), "commitment": commitment.item(), "use": use.item(), "rate": rate}

    @torch.no_grad()
    def _follow(self, decay):
        for slow, fast in zip(self.average, (self.encoder, self.decoder)):
            for a, b in zip([*slow.parameters(), *slow.buffers()], [*fast.parameters(), *fast.buffers()]):
                a.lerp_(b, 1 - decay) if a.is_floating_point() else a.copy_(b)

    def run(self, validation):
        smooth, last_save, last_measure = {}, time.monotonic(), time.monotonic()
        while self.minutes < self.options.minutes:
            began = time.monotonic()
            for key, value in self.step().items():
                smooth[key] = value if key not in smooth else 0.98 * smooth[key] + 0.02 * value
            self.minutes += min(time.monotonic() - began, 30) / 60  # a paused process does not use up its budget
            if self.steps % 50 == 0:
                print(f"step {self.steps} {self.minutes:.1f} min " + " ".join(f"{k} {v:.4g}" for k, v in smooth.items()), flush=True)
            if time.monotonic() - last_save > 180:
                self.save()
                last_save = time.monotonic()
            if validation and time.monotonic() - last_measure > 1200:
                self.measure(validation)
                last_measure = time.monotonic()
        if validation:
            self.measure(validation)
        self.save()

    def measure(self, validation):
        found = measure.figures(*self.average, validation)
        row = {"step": self.steps, "minutes": round(self.minutes, 1), "psnr": found["psnr"]}
        row |= {"joint_entropy": found["joint_entropy_bits"], "least_bit_entropy": min(found["bit_entropy"])}
        self.curve.append(row)
        print("measured " + str(row), flush=True)
        with open(self.options.checkpoint.with_suffix(".csv"), "w", newline="") as out:
            writer = csv.DictWriter(out, row)
            writer.writeheader()
            writer.writerows(self.curve)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of videos, searched recursively")
    parser.add_argument("--validation", type=Path, help="folder of .mp4 files to measure on every 20 minutes; never trained on")
    parser.add_argument("--checkpoint", type=Path, default=Path("checkpoints/tokenizer.pt"), help="written every 3 minutes; resumed from")
    parser.add_argument("--start", type=Path, help="weights to start from when there is no checkpoint")
    parser.add_argument("--minutes", type=float, default=120, help="training time, over all resumed runs")
    parser.add_argument("--batch", type=int, default=8, help="clips per step")
    parser.add_argument("--frames", type=int, default=13, help="frames per clip, 4k + 1")
    parser.add_argument("--crop", type=int, default=64, help="pixels, a multiple of 8")
    parser.add_argument("--rate", type=float, default=1e-3, help="peak learning rate")
    parser.add_argument("--entropy", type=float, default=0.05, help="weight of the entropy terms")
    parser.add_argument("--decoder-only", action="store_true", help="keep the encoder and its codes; finish the decoder for PSNR")
    parser.add_argument("--max-frames", type=int, default=160, help="frames decoded of each video")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--bfloat16", action="store_true", help="autocast; pays on hardware with bfloat16 arithmetic")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed), random.seed(options.seed), np.random.seed(options.seed)
    clips = load_folder(options.data, 128, options.max_frames)
    frames = sum(len(clip) for source in clips.values() for clip in source)
    print(f"{sum(map(len, clips.values()))} clips, {frames} frames: " + ", ".join(f"{k} {len(v)}" for k, v in clips.items()), flush=True)
    # The first 33 frames follow the trend cheaply; measure.py gives the figures to publish.
    validation = measure.load_validation(options.validation, max_frames=33) if options.validation else None
    trainer = Trainer(options, clips)
    trainer.run(validation)
    print(options.checkpoint)


if __name__ == "__main__":
    main()
