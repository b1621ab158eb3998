"""Exports a head as one self-describing ONNX step graph, and refuses one that would not stream or is for another grid."""

import base64
import inspect
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn as nn
from onnx import helper
from torch.nn.modules.conv import _ConvNd

import check_vector
import checks
import model as net
import verify
from checks import Refused, Stepped
from fold import fold_norms
from graph import OPSET, cache_sizes, drop_unused
from quantizer import Lfq

COPIED = (  # from the encoder whose tokens the head reads
    "tokenizer_id quantizer codes bits bit_order threshold factorization stride.time stride.space chunk.frames "
    "clip.first_chunk clip.tail input.range input.colour"
).split()
ESCAPES = ("escape.bits",)  # copied, too, where the encoder has them: whoever runs the head resolves escapes before it
BATCHES = range(1, 9)
CHECK_TOKENS = 3
CLOSE = 1e-4  # largest difference of a probability between PyTorch and the file


@dataclass(frozen=True)
class HeadSpec:
    """What the metadata says that neither the head nor the encoder's metadata can."""

    name: str
    version: str
    labels: tuple
    encoder: dict  # the metadata of encoder.onnx
    background: str = ""  # one of the labels, or none
    temperature: float = 1.0
    trained_fps: float = 5.0
    decision: str = "mean-log"  # or last
    size: int = 128  # pixels a side

    def __post_init__(self):
        if self.background and self.background not in self.labels:
            raise ValueError(f"background: found {self.background}, expected one of {', '.join(self.labels)}")
        wrong = [label for label in self.labels if not label.strip() or "\n" in label]
        if wrong or len(set(self.labels)) < max(2, len(self.labels)):
            raise ValueError(f"labels: found {self.labels!r}, expected two or more, each once, none empty or of several lines")
        if self.temperature <= 0:
            raise ValueError(f"temperature: found {self.temperature}, expected more than 0")

    @property
    def quantizer(self):
        return Lfq(int(self.encoder["bits"]))

    @property
    def chunk(self):
        return int(self.encoder["chunk.frames"])

    @property
    def bits(self):
        return int(self.encoder["bits"])

    @property
    def grid(self):
        return self.size // int(self.encoder["stride.space"])


class HeadStep(nn.Module):
    """tokens int32 [N, h, w], caches -> probabilities float [N, labels], new caches."""

    def __init__(self, head, spec, paths):
        super().__init__()
        self.head, self.spec, self.paths = head, spec, paths
        self.eval()

    def forward(self, tokens, *caches):
        memory = net.Memory(dict(zip(self.paths, caches)))
        logits = self.head(self.spec.quantizer.values(tokens), 1, memory)
        return (probabilities(logits, self.spec), *(memory.new_caches[path] for path in self.paths))


def probabilities(logits, spec):
    return torch.softmax(logits * (1 / spec.temperature), 1)


def as_recognizer(head, spec):
    def probe(count, generator):
        tokens = torch.randint(0, spec.quantizer.codes, (count, spec.grid, spec.grid), generator=generator, dtype=torch.int32)
        return spec.quantizer.values(tokens)

    return Stepped("recognizer", head, 1, 1, spec.chunk, probe, lambda logits: probabilities(logits, spec))


def export_head(head, spec, path):
    """Proves the head, writes the file, proves the file; returns what it found."""
    check_fits(head, spec)
    stepped = as_recognizer(fold_norms(head), spec)
    checks.check_causality(stepped)
    check_steps(stepped)
    field = checks.receptive_field(stepped)
    checks.check_rebuild(stepped, checks.preceding_chunks(field, spec.chunk))
    shapes = cache_shapes(stepped)
    facts = metadata(spec, field, shapes) | check(stepped, spec)
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as partial:
        written = Path(partial) / path.name
        write(stepped, spec, facts, written)
        verify_head(stepped, spec, written)
        written.replace(path)
    parameters = sum(weight.numel() for weight in stepped.module.parameters())
    return {"receptive_field": field, "parameters": parameters, "multiply_adds": multiply_adds(stepped), "caches": shapes}


def check_fits(head, spec):
    """The head must read the tokenizer's bits, on its grid, and name every label."""
    expected = {"grid": spec.grid, "bits": spec.bits, "labels": len(spec.labels)}
    for what, value in expected.items():
        if getattr(head, what) != value:
            raise Refused(
                f"The head is for {what} {getattr(head, what)}",
                f"{value}: {spec.encoder['tokenizer_id']} at {spec.size}x{spec.size} pixels, labels {', '.join(spec.labels)}",
                f"train a head with {what}={value}, or name the encoder and the labels that it was trained for",
            )
    if spec.encoder["quantizer"] != "lfq":
        raise Refused(f"The tokenizer's quantizer is {spec.encoder['quantizer']}", "lfq, whose bits are the code", "a head of your own")


@torch.no_grad()
def check_steps(stepped, steps=8):
    """Logits after every step must be those of the full clip, up to the last bits."""
    x = stepped.random(steps, 3)
    apart = (stepped.clip(x)[0] - stepped.steps(x)[0]).abs().max().item()
    if not apart < CLOSE:
        raise Refused(
            f"The head's logits differ by {apart:.3g} between the full clip and single steps",
            f"less than {CLOSE}",
            "keep everything a step needs of earlier ones in its caches, and no statistic of the batch (call eval())",
        )


@torch.no_grad()
def cache_shapes(stepped):
    """Module path -> `frames,channels,h,w`, plain numbers: the grid is fixed."""
    return {path: ",".join(map(str, cache.shape[1:])) for path, cache in stepped.clip(stepped.random(1, 0))[1].items()}


def metadata(spec, field, shapes):
    return {
        "contract": "1",
        "model.name": spec.name,
        "model.version": spec.version,
        "role": "recognizer",
        **{key: spec.encoder[key] for key in COPIED},
        **{key: spec.encoder[key] for key in ESCAPES if key in spec.encoder},
        "state.policy": "replay",
        "receptive_field": str(field),
        "input.size": f"{spec.size}x{spec.size}",
        "labels": "\n".join(spec.labels),
        "label.background": spec.background,
        "temperature": f"{spec.temperature:.6g}",
        "trained.fps": f"{spec.trained_fps:g}",
        "clip.decision": spec.decision,
        **{f"cache.{path}.shape": shape for path, shape in shapes.items()},
    }


@torch.no_grad()
def check(stepped, spec, seed=1):
    """Seeded token frames, drawn as for a decoder, and the full-clip module's probabilities."""
    tokens = check_vector.check_tokens(seed, CHECK_TOKENS, spec.grid, spec.grid, spec)
    expected = stepped.decide(stepped.clip(spec.quantizer.values(tokens))[0]).numpy()
    return {
        "check.seed": str(seed),
        "check.tokens": str(CHECK_TOKENS),
        "check.height": str(spec.grid),
        "check.width": str(spec.grid),
        "check.expected": base64.b64encode(np.ascontiguousarray(expected, "<f4").tobytes()).decode(),
    }


def write(stepped, spec, facts, path):
    """Traces one step, with N dynamic, and puts the metadata into the file."""
    shapes = cache_sizes(facts)
    caches = [torch.zeros(2, *map(int, shape)) for shape in shapes.values()]
    names = [f"cache.{name}" for name in shapes]
    options = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            HeadStep(stepped.module, spec, list(shapes)),
            (torch.zeros(2, spec.grid, spec.grid, dtype=torch.int32), *caches),
            str(path),
            opset_version=OPSET,
            input_names=["tokens", *names],
            output_names=["probabilities", *(f"new_{name}" for name in names)],
            dynamic_axes={each: {0: "N"} for name in names for each in (name, f"new_{name}")} | {"tokens": {0: "N"}, "probabilities": {0: "N"}},
            **options,
        )
    model = onnx.load(str(path))
    drop_unused(model.graph)
    state_shapes(model.graph, [(len(spec.labels),), *(tuple(map(int, shape)) for shape in shapes.values())])
    helper.set_model_props(model, facts)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def state_shapes(graph, shapes):
    """Outputs [N, ...] with the sizes that tracing does not know."""
    for output, shape in zip(graph.output, shapes):
        output.CopyFrom(helper.make_tensor_value_info(output.name, onnx.TensorProto.FLOAT, ["N", *shape]))


def run_head(session, tokens, caches=None):
    """tokens [steps, N, h, w] -> (probabilities [steps, N, labels], caches after the last step), from zero caches."""
    shapes = cache_sizes(session.get_modelmeta().custom_metadata_map)
    if caches is None:
        caches = {f"cache.{name}": np.zeros((tokens.shape[1], *map(int, shape)), np.float32) for name, shape in shapes.items()}
    names, found = [output.name for output in session.get_outputs()], []
    for step in tokens:
        result = dict(zip(names, session.run(names, {"tokens": step, **caches})))
        found.append(result["probabilities"])
        caches = {name: result[f"new_{name}"] for name in caches}
    return np.stack(found), caches


@torch.no_grad()
def verify_head(stepped, spec, path, steps=4):
    """Runs the written file: like PyTorch, and every row in any company as alone, bit for bit."""
    session = verify.open_session(path)
    tokens = np.random.default_rng(0).integers(0, spec.quantizer.codes, (steps, max(BATCHES), spec.grid, spec.grid), np.int32)
    clips = [spec.quantizer.values(torch.from_numpy(tokens[:, row])) for row in range(tokens.shape[1])]
    expected = torch.stack([stepped.decide(stepped.clip(clip)[0]) for clip in clips], 1).numpy()
    found, caches = run_head(session, tokens)
    apart = float(np.abs(found - expected).max())
    if not apart < CLOSE:
        raise Refused(f"{path.name} gives probabilities {apart:.3g} away from PyTorch's", f"less than {CLOSE}", verify.EXACT)
    for rows in BATCHES:
        part, part_caches = run_head(session, tokens[:, :rows])
        same = np.array_equal(part, found[:, :rows])
        if not same or any(not np.array_equal(part_caches[name], caches[name][:rows]) for name in caches):
            raise Refused(
                f"{path.name} gives other bits in a batch of {rows} than of {max(BATCHES)}",
                "the same bits at every batch size",
                "use convolutions and elementwise functions only, nothing that mixes rows",
            )


@torch.no_grad()
def multiply_adds(stepped):
    """Of all convolutions, a token frame."""
    counts = []
    hooks = [
        child.register_forward_hook(lambda module, _, output: counts.append(output.numel() * module.weight[0].numel()))
        for child in stepped.module.modules()
        if isinstance(child, _ConvNd)
    ]
    stepped.clip(stepped.random(1, 0))
    for hook in hooks:
        hook.remove()
    return sum(counts)
