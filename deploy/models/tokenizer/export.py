"""Exports a tokenizer as two self-describing ONNX step graphs, and refuses one that would not stream.

As a library: `export_streaming(encoder, decoder, Spec(...), folder)` takes any two modules that follow the convention of
`model.py`; deploy/docs/own-tokenizer.md shows how. What is refused, and why, is in `checks.py`, `fold.py` and `verify.py`; nothing is
left behind then.
"""

import argparse
import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn as nn
from torch.nn.modules.conv import _ConvNd, _ConvTransposeNd

import checks
import model as net
from check_vector import vector_for
from checks import Refused
from fold import check_unchanged, fold_norms, round_weights
from graph import divisor, write_graph
from quantizer import Lfq, Quantizer
from reference import check_reference
from streaming import Begun
from verify import verify_file
from weights import exported, load_weights

INT8 = "int8"
FIRST_CHUNK = {"repeat": None, "zeros": 0.0, "black": -1.0}  # the value before frame 0, as the encoder takes it
WEIGHTS = {"fp32": (), "mixed": ("decoder",), "fp16": ("encoder", "decoder")}  # whose weights are stored as float16


@dataclass(frozen=True)
class Spec:
    """What the metadata says that the modules cannot."""

    name: str
    version: str
    quantizer: Quantizer = Lfq(net.BITS)
    chunk: int = net.CHUNK  # frames per token frame
    space: int = net.SPATIAL  # pixels per token, both ways
    factorization: str = ""  # ways to split a token's bits for a language model; "" is 9+9,6+12 for 18 bits, else all in one
    trained_fps: str = "8-30"
    trained_size: str = "64x64"
    weights: str = "fp32"  # or mixed (float16 in the decoder), fp16
    first_chunk: str = "repeat"  # what the encoder finds before frame 0 in its chunk: copies, or zeros (grey), or black (-1)

    def __post_init__(self):
        if self.first_chunk not in FIRST_CHUNK:
            raise ValueError(f"first_chunk: found {self.first_chunk}, expected {', '.join(FIRST_CHUNK)}")
        if self.weights not in WEIGHTS:
            raise ValueError(f"weights: found {self.weights}, expected {', '.join(WEIGHTS)}")
        wrong = [way for way in self.factors().split(",") if sum(map(int, way.split("+"))) != self.bits]
        if wrong:
            raise ValueError(f"factorization: found {wrong[0]}, expected factors of {self.bits} bits")

    @property
    def bits(self):
        return self.quantizer.bits

    def factors(self):
        return self.factorization or ("9+9,6+12" if self.bits == 18 else str(self.bits))

    def halves(self, role):
        """Whether this role's weights are stored as float16."""
        return role in WEIGHTS[self.weights]


def export_streaming(encoder, decoder, spec, folder, reference=None):
    """Proves both modules, writes encoder.onnx and decoder.onnx, proves the files; returns what it found.

    `decoder` may be None: then there is an encoder only. `reference` gives the published module's own tokens, frames uint8
    [T, H, W, 3] -> [t, h, w]: the file must give at least 99.9 % of them.
    """
    modules = {"encoder": encoder} | ({} if decoder is None else {"decoder": decoder})
    return export_roles(modules, tokenizer_id(encoder, decoder, spec), spec, folder, reference)


def export_roles(modules, identity, spec, folder, reference=None):
    """The same of {role: module}: of a decoder alone, which reads the tokens that `identity` names."""
    report, folder = {"tokenizer_id": identity}, Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as partial:
        for role, module in modules.items():
            module = begun(role, module.eval(), spec)
            checks.check_shape(checks.as_role(role, module, spec), spec)
            written = as_written(role, module, spec)
            stepped = checks.as_role(role, written, spec)
            found = prove(stepped, spec) | {"changed": check_unchanged(role, module, written, spec)}
            vector = vector_for(role, written, spec)
            metadata = common_metadata(role, identity, spec, found) | own_metadata(module) | vector
            path = Path(partial) / f"{role}.onnx"
            write_graph(stepped, spec, metadata, path)
            verify_file(stepped, spec, path)
            if reference and role == "encoder":
                found["reference"] = check_reference(path, spec, reference)
            report[role] = found | {"multiply_adds": multiply_adds(stepped, spec), "check": vector}
        for role in modules:
            (Path(partial) / f"{role}.onnx").replace(folder / f"{role}.onnx")
    return report


def begun(role, module, spec):
    """The module, and in front of an encoder what stands before frame 0 where the Spec says so."""
    value = FIRST_CHUNK[spec.first_chunk]
    return module if role != "encoder" or value is None else Begun(module, spec.chunk, spec.space, value).eval()


def export_decoder(decoder, of, spec, folder):
    """A decoder alone, of the tokens of the encoder in the folder `of`."""
    return export_roles({"decoder": decoder}, exported(of / "encoder.onnx")[1]["tokenizer_id"], spec, folder)


def as_written(role, module, spec):
    """The module whose numbers the file holds, and which the file must equal: norms folded, weights rounded if asked."""
    with checks.refusing(f"The {role} cannot be copied", "run it under torch.no_grad() before: modules that keep tensors"):
        folded = fold_norms(module)
    return round_weights(folded) if spec.halves(role) else folded


def own_metadata(module):
    """What a module says of itself, such as its window."""
    activation = getattr(module, "activation_name", "silu")
    told = {} if activation == "silu" else {"activation": activation}
    return told | (module.metadata() if hasattr(module, "metadata") else {"mode": "streaming"})


def prove(stepped, spec):
    """Every check on the PyTorch module; returns its receptive field, P, the agreement and the cache shapes."""
    checks.check_causality(stepped)
    agreement = checks.check_steps(stepped)
    field = checks.receptive_field(stepped)
    chunks = checks.preceding_chunks(field, spec.chunk)
    checks.check_rebuild(stepped, chunks)
    shapes = cache_shapes(stepped, spec)
    return {"agreement": agreement, "receptive_field": field, "preceding_chunks": chunks, "caches": shapes}


def tokenizer_id(encoder, decoder, spec):
    """Name, version and twelve hex digits over all weights, the encoder's first, each module's by name."""
    digest = hashlib.sha256()
    for module in filter(None, (encoder, decoder)):
        for key, value in sorted(module.state_dict().items()):
            if value.is_floating_point():
                digest.update(f"{key}{list(value.shape)}".encode())
                digest.update(value.detach().cpu().float().contiguous().numpy().astype("<f4").tobytes())
    meaning = [spec.quantizer.meaning(), spec.first_chunk.replace(Spec.first_chunk, "")]
    digest.update(",".join(filter(None, meaning)).encode())
    return f"{spec.name}-{spec.version}-{digest.hexdigest()[:12]}"


def common_metadata(role, identity, spec, found):
    return {
        "contract": "1",
        "model.name": spec.name,
        "model.version": spec.version,
        "role": role,
        "tokenizer_id": identity,
        "quantizer": spec.quantizer.name,
        "codes": str(spec.quantizer.codes),
        "bits": str(spec.bits),
        **spec.quantizer.metadata(),
        "factorization": spec.factors(),
        "weights": "fp16" if spec.halves(role) else "fp32",
        "stride.time": str(spec.chunk),
        "stride.space": str(spec.space),
        "chunk.frames": str(spec.chunk),
        "clip.first_chunk": "repeat-first",
        "clip.tail": "repeat-last",
        "state.policy": "replay",
        "receptive_field": str(found["receptive_field"]),
        "input.range": "0..255",
        "input.colour": "RGB",
        "trained.fps": spec.trained_fps,
        "trained.size": spec.trained_size,
        **{f"cache.{path}.shape": shape for path, shape in found["caches"].items()},
    }


@torch.no_grad()
def cache_shapes(stepped, spec):
    """Module path -> `depth,channels,H/k,W/k`, H and W being pixels of the picture, found by running one step."""
    x = stepped.random(1, 0)
    pixels = x.shape[-1] * (spec.space if stepped.role == "decoder" else 1)
    shapes = {}
    for path, cache in stepped.clip(x)[1].items():
        depth, channels, height, width = cache.shape[1:]
        shapes[path] = f"{depth},{channels},{_ratio('H', pixels, height)},{_ratio('W', pixels, width)}"
    return shapes


def _ratio(axis, pixels, size):
    if pixels % size:
        raise Refused(
            f"A cache is {size} long where the picture is {pixels} pixels",
            "a whole ratio",
            "cache at a whole fraction of the picture's size",
        )
    return axis if pixels == size else f"{axis}/{pixels // size}"


@torch.no_grad()
def multiply_adds(stepped, spec, pixels=128):
    """Multiply-adds of all convolutions and linear layers a frame, at pixels x pixels."""
    count = 0

    def add(module, inputs, output):
        nonlocal count
        count += (inputs[0] if isinstance(module, _ConvTransposeNd) else output).numel() * module.weight[0].numel()

    kinds = (_ConvNd, nn.Linear)
    hooks = [child.register_forward_hook(add) for child in stepped.module.modules() if isinstance(child, kinds)]
    sized = checks.as_role(stepped.role, stepped.module, spec, pixels // spec.space)
    sized.clip(sized.random(1, 0))
    for hook in hooks:
        hook.remove()
    return count // spec.chunk


def activation_bytes(shapes, height, width):
    """Bytes of one camera's caches (float32) at this picture size."""
    sizes = (shape.split(",") for shape in shapes.values())
    return sum(4 * int(d) * int(c) * (height // divisor(h)) * (width // divisor(w)) for d, c, h, w in sizes)


def describe(report, folder):
    """Prints what was exported, and what it costs."""
    print(report["tokenizer_id"])
    for role in [role for role in ("encoder", "decoder") if role in report]:
        found, path = report[role], folder / f"{role}.onnx"
        print(
            f"{role}: receptive field {found['receptive_field']} frames ({found['preceding_chunks']} preceding chunks), "
            f"{found['multiply_adds'] / 1e9:.3f} GMAC a frame and "
            f"{activation_bytes(found['caches'], 128, 128) / 1e6:.2f} MB of activations a camera at 128x128, "
            f"steps equal the full clip in {found['agreement']:.2%}, {found['changed']:.3%} changed by folding and rounding, "
            f"check margin {found['check'].get('check.margin', '-')}, "
            f"{path.stat().st_size / 1e6:.2f} MB"
        )
        print(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("checkpoint", type=Path, help="of train.py")
    parser.add_argument("--out", type=Path, required=True, help="folder for encoder.onnx and decoder.onnx")
    parser.add_argument("--name", default="nolook-small")
    parser.add_argument("--version", default="1")
    parser.add_argument("--trained-fps", default=Spec.trained_fps, help="frame rates of the training videos")
    parser.add_argument("--trained-size", default=Spec.trained_size, help="pixels of the training crops")
    parser.add_argument(
        "--weights",
        default=Spec.weights,
        choices=[*WEIGHTS, INT8],
        help="as stored; mixed: fp16 in the decoder; int8: mixed, and encoder-int8.onnx beside them",
    )
    parser.add_argument("--decoder-of", type=Path, metavar="FOLDER", help="write decoder.onnx alone, of the tokens of FOLDER/encoder.onnx")
    parser.add_argument("--clips", type=Path, help="with --weights int8: folder of videos to take the scales from")
    options = parser.parse_args()
    integers = options.weights == INT8
    if integers != (options.clips is not None):
        parser.error("--weights int8 and --clips go together")
    if options.decoder_of and (integers or not (options.decoder_of / "encoder.onnx").exists()):
        parser.error(f"--decoder-of: found {options.decoder_of}, expected a folder with encoder.onnx, and no encoder to write in integers")
    encoder, decoder, _ = load_weights(options.checkpoint)
    trained = {"trained_fps": options.trained_fps, "trained_size": options.trained_size}
    spec = Spec(options.name, options.version, weights="mixed" if integers else options.weights, **trained)
    if options.decoder_of:
        describe(export_decoder(decoder, options.decoder_of, spec, options.out), options.out)
    else:
        describe(export_streaming(encoder, decoder, spec, options.out), options.out)
    if integers:
        import int8

        int8.quantize_folder(options.out / "encoder.onnx", options.clips, options.out / "encoder-int8.onnx")
        print(options.out / "encoder-int8.onnx")


if __name__ == "__main__":
    main()
