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
from torch.utils.data import DataLoader

import measure
import model as net
import refinement
from bottleneck import Signs
from clips import Batches, load_folder
from configs import CONFIGS, build
from grow import grown
from muon import Muon
from weights import load_state


def reconstruction_loss(y, x, clips, plain=1.0):
    """The logarithm of each clip's squared error (what PSNR averages), and `plain` times L1 and gradients."""
    error = y - x
    l1 = error.abs().mean()
    edges = (error[..., 1:] - error[..., :-1]).abs().mean() + (error[..., 1:, :] - error[..., :-1, :]).abs().mean()
    per_clip = (error**2).reshape(clips, -1).mean(1)
    return plain * (l1 + 0.3 * edges) + 0.1 * (per_clip + 3e-4).log().mean(), per_clip


def optimizers(parameters, rate, adam, trunk=1.0):
    """Muon for the weights of convolutions, AdamW for what has no matrix; `adam` for all.

    `parameters` is [(name, weight)]; all but the refinement's get `trunk` times the rate.
    """
    scales = {False: 1.0} if trunk == 1 else {False: trunk, True: 1.0}

    def groups(wanted):
        chosen = [(refinement.owns(name) and trunk != 1, weight) for name, weight in parameters if wanted(weight)]
        parts = ({"params": [weight for new, weight in chosen if new == kind], "scale": scale} for kind, scale in scales.items())
        return [part for part in parts if part["params"]]

    matrices = [] if adam else groups(lambda weight: weight.dim() == 4)
    rest = groups(lambda weight: adam or weight.dim() != 4)
    adamw = torch.optim.AdamW(rest, lr=rate, betas=(0.9, 0.99), weight_decay=0.01)
    return [Muon(matrices, rate), adamw] if matrices else [adamw]


def clock(time_of_day):
    """Seconds since the epoch of `HH:MM` or `HH:MM:SS` today; None for none."""
    if not time_of_day:
        return None
    exact = time_of_day if time_of_day.count(":") == 2 else time_of_day + ":00"
    return time.mktime(time.strptime(time.strftime("%Y-%m-%d ") + exact, "%Y-%m-%d %H:%M:%S"))


class Trainer:
    def __init__(self, options, clips):
        self.options = options
        self.shape = self._shape()
        self.refine = self.shape.get("refine", 0)
        self.encoder, self.decoder = (module.train() for module in self.networks())
        self.quantizer = self.bottleneck()
        kinds = [(options.held, options.frames, options.batch)]
        if options.held_batch:
            kinds.append((1.0, options.held_frames, options.held_batch))
        self.source = Batches(clips, options.crop, kinds, random.randrange(2**31))
        self.drawn = self._drawn()
        self.steps, self.minutes, self.curve = 0, 0.0, []
        self.began, self.until = time.time(), clock(options.until)
        if self.refine:
            refinement.begin(self.encoder, self.decoder, [clip for source in clips.values() for clip in source])
        if options.start:
            self._start(load_state(options.start))
        layout = torch.channels_last if options.device == "cuda" else torch.contiguous_format
        self.encoder.to(options.device, memory_format=layout), self.decoder.to(options.device, memory_format=layout)
        self.freeze()
        named = [pair for module in (self.decoder, self.encoder) for pair in module.named_parameters() if pair[1].requires_grad]
        self.parameters = [weight for _, weight in named]
        if options.frozen_norm or options.decoder_only:
            self.encoder.eval(), self.decoder.eval()
        self.optimizers = optimizers(named, options.rate, options.adam, options.trunk)
        self.average = copy.deepcopy(self.encoder), copy.deepcopy(self.decoder)
        if options.checkpoint.exists():
            self._resume(load_state(options.checkpoint))

    def _shape(self):
        """What `build` is told; refinement and activation are those of the weights to go on from where options are silent."""
        options, found = self.options, {}
        source = options.checkpoint if options.checkpoint.exists() else options.start
        if source and None in (options.refine, options.activation):
            found = load_state(source)["shape"]
        shape = {"config": options.config, "bits": options.bits, "halvings": options.halvings}
        for key, plain in (("refine", 0), ("activation", "silu")):
            value = found.get(key, plain) if getattr(options, key) is None else getattr(options, key)
            shape |= {key: value} if value != plain else {}
        return shape

    def networks(self):
        return build(**self.shape)

    def bottleneck(self):
        return Signs(self.options.halvings, self.options.entropy, self.refine)

    def freeze(self):
        """Keeps what the options say stays as it is."""
        if self.options.decoder_only or self.options.keep_trunk:
            for name, weight in self.encoder.named_parameters():
                last = refinement.owns(name) or name.startswith("out.")
                weight.requires_grad_(weight.requires_grad and self.options.keep_trunk and last)

    def _start(self, state):
        """Takes the weights that fit, in the first channels of wider layers; layers of another kind start from noise."""
        for module, key in ((self.encoder, "encoder"), (self.decoder, "decoder")):
            own = module.state_dict()
            module.load_state_dict(grown(module, state[key]))
            print(f"{key}: started with {len(own.keys() & state[key].keys())} of {len(own)} tensors of {self.options.start}", flush=True)

    def _load(self, state):
        for module, key in ((self.encoder, "encoder"), (self.decoder, "decoder")):
            module.load_state_dict({name: value.float() for name, value in state[key].items()})

    def _resume(self, state):
        self._load({"encoder": state["raw_encoder"], "decoder": state["raw_decoder"]})
        self.average[0].load_state_dict(state["encoder"])
        self.average[1].load_state_dict(state["decoder"])
        for optimizer, saved in zip(self.optimizers, state["optimizers"]):
            optimizer.load_state_dict(saved)
        self.steps, self.minutes, self.curve = state["steps"], state["minutes"], state["curve"]
        print(f"resumed at step {self.steps}, {self.minutes:.1f} of {self.options.minutes} minutes", flush=True)

    def save(self):
        self.options.checkpoint.parent.mkdir(parents=True, exist_ok=True)
        partial = self.options.checkpoint.with_suffix(".partial")
        torch.save(
            {
                "shape": self.shape,
                "encoder": self.average[0].state_dict(),
                "decoder": self.average[1].state_dict(),
                "raw_encoder": self.encoder.state_dict(),
                "raw_decoder": self.decoder.state_dict(),
                "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
                "steps": self.steps,
                "minutes": self.minutes,
                "curve": self.curve,
            },
            partial,
        )
        partial.replace(self.options.checkpoint)

    def _drawn(self):
        """Batches without end, drawn here or by other processes ahead of time."""
        workers = self.options.workers
        if not workers:
            return iter(self.source)
        fork = torch.multiprocessing.get_context("fork")  # so that they share the decoded clips
        return iter(DataLoader(self.source, batch_size=None, num_workers=workers, pin_memory=True, multiprocessing_context=fork))

    def batches(self):
        """[(frames of all clips [N*T, 3, S, S] in -1..1, N)]: clips of one length each."""
        device = self.options.device
        return [(x.to(device, non_blocking=True).float() / 127.5 - 1, count) for x, count in next(self.drawn)]

    def progress(self):
        """0 to 1: of the minutes, or of the time until the clock says stop, whichever is further."""
        share = self.minutes / self.options.minutes
        if self.options.until:
            share = max(share, (time.time() - self.began) / max(1.0, self.until - self.began))
        return min(1.0, share)

    def step(self):
        options, progress = self.options, self.progress()
        rate = options.rate * min(1.0, (self.steps + 1) / 50) * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * progress)))
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = rate * group.get("scale", 1.0)
            optimizer.zero_grad(set_to_none=True)
        if options.settle:
            self.quantizer.entropy = options.entropy * (1 - progress)
            self.source.true_colours.fill_(progress > 2 / 3)
        batches, losses, scores, found = self.batches(), [], [], {}
        clips = sum(count for _, count in batches)
        for x, count in batches:
            loss, squared, found = self._forward(x, count)
            (loss * count / clips).backward()
            losses.append(loss.detach() * count / clips)
            scores.append(-10 * (squared.detach() / 4).log10().mean())
        torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
        for optimizer in self.optimizers:
            optimizer.step()
        self.steps += 1
        self._follow(min(0.998, (1 + self.steps) / (10 + self.steps)))
        return {"loss": sum(losses), **dict(zip(("psnr", "held"), scores)), **found, "rate": rate}

    def _forward(self, x, count):
        """(loss, each clip's squared error, figures to follow) of `count` clips."""
        options = self.options
        y, penalty, found = self._pictures(x, count)
        loss, squared = reconstruction_loss(y, x, count, plain=0.0 if options.decoder_only else options.plain)
        return loss if options.decoder_only else loss + penalty, squared, found

    def _pictures(self, x, count):
        """(what becomes of the frames, the quantizer's penalty, its figures) of `count` clips, each begun at a phase of its own."""
        options, frames = self.options, len(x) // count
        phase = torch.randint(max(1, self.refine), (count,)).to(x.device)
        with torch.autocast(x.device.type, dtype=torch.bfloat16, enabled=options.bfloat16):
            with torch.set_grad_enabled(not options.decoder_only):
                z = self.encoder(x, frames, net.Memory(phase=phase)).float()
            q, penalty, found = self.quantizer(z)
            y = self.decoder(q, frames // net.CHUNK, net.Memory(phase=phase)).float()
        return y, penalty, found

    @torch.no_grad()
    def _follow(self, decay):
        for slow, fast in zip(self.average, (self.encoder, self.decoder)):
            for a, b in zip([*slow.parameters(), *slow.buffers()], [*fast.parameters(), *fast.buffers()]):
                a.lerp_(b, 1 - decay) if a.is_floating_point() else a.copy_(b)

    def run(self, validation):
        smooth, last_save, last_measure = {}, time.monotonic(), time.monotonic()
        while self.progress() < 1:
            began = time.monotonic()
            for key, value in self.step().items():
                smooth[key] = value if key not in smooth else 0.98 * smooth[key] + 0.02 * value
            self.minutes += min(time.monotonic() - began, 30) / 60  # a paused process does not use up its budget
            if self.steps % 50 == 0:
                self._tell(smooth)
                if not smooth["psnr"] > 0:
                    raise SystemExit(f"train: found {smooth['psnr']:.3g} dB at step {self.steps}, expected more than 0: give a lower --rate")
            if time.monotonic() - last_save > 180:
                self.save()
                last_save = time.monotonic()
            if validation and time.monotonic() - last_measure > 1200:
                self.measure(validation)
                last_measure = time.monotonic()
        self._tell(smooth)
        if validation:
            self.measure(validation)
        self.save()

    def _tell(self, figures):
        print(f"step {self.steps} {self.minutes:.1f} min " + " ".join(f"{k} {v:.4g}" for k, v in figures.items()), flush=True)

    def measure(self, validation):
        found = measure.figures(*self.average, validation, self.quantizer)
        row = {"step": self.steps, "minutes": round(self.minutes, 1), "psnr": found["psnr"]}
        row |= {"joint_entropy": found["joint_entropy_bits"], "least_bit_entropy": min(found["bit_entropy"])}
        self.curve.append(row)
        print("measured " + str(row), flush=True)
        with open(self.options.checkpoint.with_suffix(".csv"), "w", newline="") as out:
            writer = csv.DictWriter(out, row)
            writer.writeheader()
            writer.writerows(self.curve)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of videos, searched recursively")
    parser.add_argument("--validation", type=Path, help="folder of .mp4 files to measure on every 20 minutes; never trained on")
    parser.add_argument("--checkpoint", type=Path, default=Path("checkpoints/tokenizer.pt"), help="written every 3 minutes; resumed from")
    parser.add_argument("--start", type=Path, help="weights to start from when there is no checkpoint")
    parser.add_argument("--minutes", type=float, default=120, help="training time, over all resumed runs")
    parser.add_argument("--until", help="time of day, HH:MM or HH:MM:SS, at which the rate has fallen and training stops, minutes left or not")
    parser.add_argument("--batch", type=int, default=8, help="clips per step")
    parser.add_argument("--frames", type=int, default=13, help="frames per clip, 4k + 1")
    parser.add_argument("--crop", type=int, default=64, help="pixels, a multiple of 8")
    parser.add_argument("--held", type=float, default=0.0, help="share of clips in which much stands still")
    parser.add_argument("--held-batch", type=int, default=0, help="clips of that kind in every step, beside the others")
    parser.add_argument("--held-frames", type=int, default=37, help="frames of these, 4k + 1")
    parser.add_argument("--settle", action="store_true", help="entropy weight falls to 0 towards the end, true colours in the last third")
    parser.add_argument("--rate", type=float, default=2e-3, help="peak learning rate")
    parser.add_argument("--entropy", type=float, default=0.05, help="weight of the entropy terms")
    parser.add_argument("--plain", type=float, default=0.3, help="weight of L1 and gradients beside the squared error")
    parser.add_argument("--config", choices=sorted(CONFIGS), default="small", help="size of the network")
    parser.add_argument("--bits", type=int, default=net.BITS, help="of a token")
    parser.add_argument("--halvings", type=int, default=net.HALVINGS, help="signs taken of one number; a divisor of the bits")
    parser.add_argument("--refine", type=int, help="period of refinement, 0 for none (default: of --start, or none)")
    parser.add_argument("--activation", choices=net.ACTIVATIONS, help="of the encoder (default: of --start, or silu)")
    parser.add_argument("--trunk", type=float, default=1.0, help="share of the rate for all but the refinement")
    parser.add_argument("--adam", action="store_true", help="AdamW for all weights instead of Muon")
    parser.add_argument("--frozen-norm", action="store_true", help="batch norm as at inference, which few and like clips would upset")
    parser.add_argument("--decoder-only", action="store_true", help="keep the encoder and its codes; finish the decoder for PSNR")
    parser.add_argument("--keep-trunk", action="store_true", help="keep the encoder but for its last layer and its refinement")
    parser.add_argument("--max-frames", type=int, default=160, help="frames decoded of each video")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--bfloat16", action="store_true", help="autocast; pays on hardware with bfloat16 arithmetic")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--workers", type=int, default=0, help="processes that draw clips ahead of time; 0 for none but this one")
    parser.add_argument("--seed", type=int, default=0)
    return parser


def train(options, trainer=Trainer):
    """Runs until the minutes are used up, and leaves the checkpoint. `trainer` may do something else with each step."""
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed), random.seed(options.seed), np.random.seed(options.seed)
    torch.backends.cudnn.benchmark = True
    # Whole float32: `Still` counts in whole numbers, and Muon's iteration of small matrices grows without bound on less.
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = False
    clips = load_folder(options.data, 128, options.max_frames)
    frames = sum(len(clip) for source in clips.values() for clip in source)
    print(f"{sum(map(len, clips.values()))} clips, {frames} frames: " + ", ".join(f"{k} {len(v)}" for k, v in clips.items()), flush=True)
    # The first 33 frames follow the trend cheaply; measure.py gives the figures to publish.
    validation = measure.load_validation(options.validation, max_frames=33) if options.validation else None
    trainer(options, clips).run(validation)
    print(options.checkpoint)


if __name__ == "__main__":
    train(arguments().parse_args())
