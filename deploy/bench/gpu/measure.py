"""Checks and measures an encoder on a CUDA device (or, in a dry run, on the CPU), and writes one JSON file.

Every part watches the time: what there was no time for is listed under "left_out". Nothing is written that was not seen.
"""

import argparse
import hashlib
import json
import platform
import subprocess
import time
from pathlib import Path

import numpy as np
import onnxruntime as ort

FPS = 30  # of a camera


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", action="append", required=True, help="NAME=FILE.onnx; may be given more than once")
    parser.add_argument("--out", required=True, type=Path, help="JSON file that is written")
    parser.add_argument("--provider", choices=["cuda", "cpu"], default="cuda", help="cpu for a dry run")
    parser.add_argument("--device", type=int, default=0, help="number of the CUDA device")
    parser.add_argument("--seconds", type=float, default=180, help="most time that all parts may take")
    parser.add_argument("--batches", default="1,2,4,8,16,32,64,128", help="cameras in one run")
    parser.add_argument("--size", default="128x128", help="WIDTHxHEIGHT of the frames")
    parser.add_argument("--clips", type=Path, help="folder of .npy files, uint8 [frames, H, W, 3]; else made-up ones")
    parser.add_argument("--digest", action="store_true", help="print the digest of the tokens of a clip, and end")
    return parser.parse_args()


class Model:
    """A file in a session, and how to step it."""

    def __init__(self, file: bytes, given: argparse.Namespace, provider: str, tf32: bool = False):
        options = ort.SessionOptions()
        options.use_deterministic_compute = True
        cuda = {"device_id": given.device, "cudnn_conv_algo_search": "HEURISTIC", "use_tf32": int(tf32)}
        providers = [("CUDAExecutionProvider", cuda)] if provider == "cuda" else ["CPUExecutionProvider"]
        self.session = ort.InferenceSession(file, options, providers=providers)
        if provider == "cuda" and self.session.get_providers()[0] != "CUDAExecutionProvider":
            raise RuntimeError(f"found {self.session.get_providers()}, expected the CUDA provider")
        self.where = provider
        self.number = given.device if provider == "cuda" else 0
        metadata = self.session.get_modelmeta().custom_metadata_map
        self.chunk = int(metadata["chunk.frames"])
        self.period = int(metadata.get("phase.period", 1))
        self.width, self.height = map(int, given.size.split("x"))
        self.outputs = [output.name for output in self.session.get_outputs()]
        self.caches = {
            "cache." + key[len("cache.") : -len(".shape")]: [self.side(side) for side in shape.split(",")]
            for key, shape in metadata.items()
            if key.startswith("cache.") and key.endswith(".shape")
        }

    def side(self, text: str) -> int:
        letter, _, divisor = text.strip().partition("/")
        whole = {"H": self.height, "W": self.width}.get(letter)
        return int(letter) if whole is None else whole // int(divisor or 1)

    def zeros(self, batch: int) -> dict:
        return {name: np.zeros([batch, *shape], np.float32) for name, shape in self.caches.items()}

    def phase(self, batch: int, position: int) -> dict:
        """The input that tells a step's position in its clip, for models that ask."""
        return {"phase": np.full(batch, position % self.period, np.int32)} if self.period > 1 else {}

    def step(self, frames: np.ndarray, caches: dict, position: int) -> tuple[np.ndarray, dict]:
        given = {"frames": frames, **self.phase(len(frames), position), **caches}
        outputs = dict(zip(self.outputs, self.session.run(self.outputs, given)))
        return outputs["tokens"], {name: outputs["new_" + name] for name in caches}

    def clip(self, chunks: list[np.ndarray]) -> tuple[list[np.ndarray], dict]:
        """Tokens of every step, and the last caches."""
        caches, tokens = self.zeros(len(chunks[0])), []
        for position, frames in enumerate(chunks):
            found, caches = self.step(frames, caches, position)
            tokens.append(found)
        return tokens, caches

    def to_device(self, array: np.ndarray) -> ort.OrtValue:
        return ort.OrtValue.ortvalue_from_numpy(array, self.where, self.number)


def clips(given: argparse.Namespace, chunk: int, batch: int, steps: int) -> list[np.ndarray]:
    """Chunks [batch, T, H, W, 3] of moving pictures, another one for each row; the first frame fills the first chunk."""
    width, height = map(int, given.size.split("x"))
    count = 1 + chunk * (steps - 1)
    rows = []
    files = sorted(given.clips.glob("*.npy")) if given.clips else []
    for row in range(batch):
        if files:
            clip = np.load(files[row % len(files)], mmap_mode="r")
            rows.append(np.stack([clip[i % len(clip)][:height, :width] for i in range(count)]))
            continue
        random = np.random.default_rng(row)
        coarse = random.integers(0, 256, (height // 8 + 2, width // 8 + 2 + count // 4, 3)).astype(np.float32)
        wide = coarse.repeat(8, 0).repeat(8, 1)
        noise = random.normal(0, 4, (count, height, width, 3))
        frames = np.stack([wide[:height, 2 * i : 2 * i + width] for i in range(count)]) + noise
        rows.append(np.clip(frames, 0, 255).astype(np.uint8))
    frames = np.stack(rows)
    first = np.repeat(frames[:, :1], chunk, 1)
    return [first] + [np.ascontiguousarray(frames[:, 1 + chunk * i : 1 + chunk * (i + 1)]) for i in range(steps - 1)]


def digest(tokens: list[np.ndarray]) -> str:
    return hashlib.sha256(b"".join(np.ascontiguousarray(step, "<i4").tobytes() for step in tokens)).hexdigest()


def identity(model: Model, given, batches: list[int], steps: int) -> dict:
    """Whether the first row is the same bits alone, in any batch, and again."""
    widest = clips(given, model.chunk, max(batches), steps)
    alone, cache = model.clip([chunk[:1] for chunk in widest])
    found = {"steps": steps, "same": {}, "tokens_differ": {}}
    for batch in batches:
        tokens, caches = model.clip([chunk[:batch] for chunk in widest])
        again, _ = model.clip([chunk[:batch] for chunk in widest])
        equal = all(np.array_equal(one[:1], other) for one, other in zip(tokens, alone))
        bits = all(np.array_equal(caches[name][:1], cache[name]) for name in cache)
        runs = all(np.array_equal(one, other) for one, other in zip(tokens, again))
        found["same"][batch] = {"tokens_as_alone": equal, "caches_as_alone": bits, "runs": runs}
        found["tokens_differ"][batch] = int(sum((one[:1] != other).sum() for one, other in zip(tokens, alone)))
    return found


def beside(model: Model, other: Model, given, steps: int) -> dict:
    """How far the tokens and caches of two sessions are apart."""
    chunks = clips(given, model.chunk, 4, steps)
    mine, cache = model.clip(chunks)
    theirs, others = other.clip(chunks)
    differ = int(sum((one != two).sum() for one, two in zip(mine, theirs)))
    return {
        "tokens": int(sum(step.size for step in mine)),
        "differ": differ,
        "largest_cache_difference": max(
            float(np.abs(cache[name].astype(np.float64) - others[name].astype(np.float64)).max()) for name in cache
        ),
    }


def split(model: Model, given, batch: int, seconds: float) -> dict:
    """Milliseconds of a step: frames in, run, tokens out with caches on the device; and all through host memory."""
    chunks = clips(given, model.chunk, batch, 3)
    caches = {name: model.to_device(value) for name, value in model.zeros(batch).items()}
    times = {"copy_in": [], "run": [], "copy_out": []}
    until, step = time.perf_counter() + seconds / 2, 0
    while step < 8 or time.perf_counter() < until and step < 500:
        begun = time.perf_counter()
        frames = model.to_device(chunks[step % len(chunks)])
        binding = model.session.io_binding()
        binding.bind_ortvalue_input("frames", frames)
        for name, value in model.phase(batch, step).items():
            binding.bind_cpu_input(name, value)
        for name, value in caches.items():
            binding.bind_ortvalue_input(name, value)
        for name in model.outputs:
            binding.bind_output(name, model.where, model.number)
        binding.synchronize_inputs()
        copied = time.perf_counter()
        model.session.run_with_iobinding(binding)
        binding.synchronize_outputs()
        ran = time.perf_counter()
        outputs = dict(zip(model.outputs, binding.get_outputs()))
        outputs["tokens"].numpy()
        ended = time.perf_counter()
        caches = {name: outputs["new_" + name] for name in caches}
        if step >= 3:
            for name, value in zip(times, (copied - begun, ran - copied, ended - ran)):
                times[name].append(1000 * value)
        step += 1
    host, host_caches = [], model.zeros(batch)
    until = time.perf_counter() + seconds / 2
    while len(host) < 8 or time.perf_counter() < until and len(host) < 500:
        begun = time.perf_counter()
        _, host_caches = model.step(chunks[len(host) % len(chunks)], host_caches, len(host))
        host.append(1000 * (time.perf_counter() - begun))
    medians = {name: float(np.median(values)) for name, values in times.items()}
    whole = sum(medians.values())
    hosted = float(np.median(host[3:]))
    frames = batch * model.chunk
    return {
        "steps": step,
        "milliseconds": medians,
        "frames_per_second": 1000 * frames / whole,
        "cameras_at_30": int(1000 * frames / whole / FPS),
        "through_host_milliseconds": hosted,
        "through_host_frames_per_second": 1000 * frames / hosted,
    }


def memory() -> int | None:
    """MiB in use on the first GPU, where nvidia-smi tells."""
    text = smi("memory.used")
    return int(text[0]) if text else None


def smi(query: str) -> list[str]:
    command = ["nvidia-smi", "--query-gpu=" + query, "--format=csv,noheader,nounits"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip().splitlines()
    except (OSError, subprocess.CalledProcessError):
        return []


def flat(model: Model, given, seconds: float, most: int = 10_000) -> dict:
    """Memory before and after many steps."""
    chunks, caches = clips(given, model.chunk, 8, 3), model.zeros(8)
    for warm in range(5):
        _, caches = model.step(chunks[warm % 3], caches, warm)
    before, steps, until = memory(), 0, time.perf_counter() + seconds
    while steps < most and time.perf_counter() < until:
        _, caches = model.step(chunks[steps % 3], caches, steps)
        steps += 1
    return {"steps": steps, "before_mib": before, "after_mib": memory()}


def halved(file: bytes) -> bytes:
    """The same graph with half-precision weights and products; its inputs and outputs stay."""
    import onnx
    from onnxruntime.transformers.float16 import convert_float_to_float16

    return convert_float_to_float16(onnx.load_from_string(file), keep_io_types=True).SerializeToString()


def measure(name: str, file: bytes, given, remains) -> dict:
    """Everything of one model, most wanted first."""
    batches = [int(batch) for batch in given.batches.split(",")]
    report, left_out = {"sha256": hashlib.sha256(file).hexdigest()}, []

    def part(what: str, least: float, run):
        if remains() < least:
            left_out.append(what)
            return
        print(f"{name}: {what}", flush=True)
        begun = time.perf_counter()
        try:
            report[what] = run()
        except Exception as error:  # a part that fails must not cost the others
            report[what] = {"failed": f"{type(error).__name__}: {error}"[:500]}
        report.setdefault("seconds", {})[what] = round(time.perf_counter() - begun, 2)

    model = Model(file, given, given.provider)
    report["providers"] = model.session.get_providers()
    part("digest", 2, lambda: digest(model.clip(clips(given, model.chunk, 2, 5))[0]))
    part("identity", 5, lambda: identity(model, given, batches[:7], 6))
    part("beside_cpu", 5, lambda: beside(model, Model(file, given, "cpu"), given, 12))
    # at most a third of the time that is left for each precision, shared by its batches
    each = max(0.4, min(2.0, remains() / 3 / len(batches)))
    part("speed_fp32", 5, lambda: {batch: split(model, given, batch, each) for batch in batches})
    half = []
    part("beside_tf32", 5, lambda: beside(Model(file, given, given.provider, tf32=True), model, given, 12))
    part(
        "speed_tf32",
        10,
        lambda: {b: split(Model(file, given, given.provider, tf32=True), given, b, each) for b in batches[-3:]},
    )
    part("convert_fp16", 10, lambda: half.append(Model(halved(file), given, given.provider)) or "done")
    if half:
        part("beside_fp16", 5, lambda: beside(half[0], model, given, 12))
        part("speed_fp16", 10, lambda: {b: split(half[0], given, b, each) for b in batches[-3:]})
    part("memory", 5, lambda: flat(model, given, min(30.0, remains() / 3)))
    report["left_out"] = left_out
    return report


def main():
    given = parse()
    begun = time.perf_counter()
    if given.provider == "cuda" and hasattr(ort, "preload_dlls"):
        ort.preload_dlls()  # libraries of NVIDIA's wheels, which PyTorch brings
    models = dict(model.split("=", 1) for model in given.model)
    files = {name: Path(file).read_bytes() for name, file in models.items()}
    if given.digest:
        for name, file in files.items():
            model = Model(file, given, given.provider)
            print(name, digest(model.clip(clips(given, model.chunk, 2, 5))[0]))
        return
    report = {
        "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "machine": platform.platform(),
        "onnxruntime": ort.__version__,
        "provider": given.provider,
        "gpus": smi("name,driver_version,memory.total,power.limit"),
        "size": given.size,
        "models": {},
    }
    for number, (name, file) in enumerate(files.items()):
        share = (given.seconds - (time.perf_counter() - begun)) / (len(files) - number)
        until = time.perf_counter() + share
        report["models"][name] = measure(name, file, given, lambda: until - time.perf_counter())
        report["power_watts"] = smi("power.draw")
        given.out.write_text(json.dumps(report, indent=2))
    print(given.out)


if __name__ == "__main__":
    main()
