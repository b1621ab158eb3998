"""Rewrites an exported encoder with its convolutions in 8-bit integers; its tokens mean the same.

Convolutions but the first and the last become integer ones: activations of 8 bits with one scale each, weights of 7 bits
with one a channel, so that no processor's products saturate. Scales come from clips of the kind that it will see. Then
`exact.py` sees to it that all processors give the same tokens, which `integers.py` shows. Nothing is trained.
"""

import argparse
import random
import tempfile
from pathlib import Path

import numpy as np
import onnx
import torch
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

import check_vector
import exact
from checks import Refused
from clips import centre_crop, load_folder
from edit import Graph
from graph import empty_caches
from still_integers import reference
from verify import file_digest, open_session, run_file, steps_of, told_phase

MARGIN = 0.01  # least clearance in the check clip: far above what the last bits between convolutions move
SEEDS = 3000
CHECK_GRID = 2  # tokens of the check clip each way: of more, some value is always near a border
OUTERMOST = 0.001, 99.999  # percentiles that get a byte of their own
EXACT_GRID = 4  # the same where nothing is near a border
MOST_CLIPS = 60  # drawn of a folder: all that the network gives them is in memory at once, 100 MB a clip
SHOWN = 3  # clips of which every token and cache is compared with whole numbers without a runtime
SMALL = 64  # pixels of the clips that are compared at every phase
STEPS = 6  # of a clip that is looked at: all caches are full then


def quantize(source, clips, target, size=128):
    """Writes `target`; `clips` are uint8 arrays [T, H, W, 3] of at least `size` pixels either way."""
    session = open_session(source)
    metadata = dict(session.get_modelmeta().custom_metadata_map)
    require_encoder(metadata)
    with tempfile.TemporaryDirectory(dir=Path(target).parent) as folder:
        seen = Calibration(session, metadata, [centre_crop(clip, size) for clip in clips])
        model = with_integers(source, seen, Path(folder))
        stated = metadata | {"weights": "int8"} | exact.byte_caches(model.graph)
        if exact.is_known(model.graph, seen.period):
            stated |= exact.make_exact(model.graph, first_results(source, seen, Path(folder)), int(metadata["bits"]), seen.period)
        described(model, stated)
        stated |= checked_exactly(model) if "arithmetic" in stated else checked(model, stated, folder)
        described(model, stated)
        onnx.checker.check_model(model)
        written = Path(folder) / "encoder.onnx"
        onnx.save(model, str(written))
        if file_digest(open_session(written)) != stated["check.digest"]:
            raise Refused("The file gives its check clip other tokens than stated", "the same", "run it again")
        if "arithmetic" in stated:
            for steps in shown(seen):
                require_exact(model, open_session(written), steps)
        written.replace(target)


def with_integers(source, seen, folder):
    """The model whose convolutions but the first and the last are integer ones."""
    prepared, integers = str(folder / "prepared.onnx"), str(folder / "integers.onnx")
    quant_pre_process(str(source), prepared, skip_symbolic_shape=True)
    graph = Graph(onnx.load(prepared).graph)
    floats = [exact.first_convolution(graph).name, *graph.last_convolutions()]
    quantize_static(
        prepared,
        integers,
        seen.again(),
        quant_format=QuantFormat.QDQ,
        per_channel=True,
        reduce_range=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        calibrate_method=CalibrationMethod.Percentile,
        op_types_to_quantize=["Conv"],
        nodes_to_exclude=floats,
    )
    return onnx.load(integers)


def first_results(source, seen, folder):
    """(least, largest) of what the first convolution gives, but for the outermost of its values."""
    model = onnx.load(str(source))
    first = next(node.output[0] for node in model.graph.node if node.op_type == "Conv")
    model.graph.output.append(onnx.helper.make_tensor_value_info(first, onnx.TensorProto.FLOAT, None))
    onnx.save(model, str(folder / "first.onnx"))
    session = open_session(folder / "first.onnx")
    limits = [np.percentile(session.run([first], feed)[0], OUTERMOST) for feed in seen.again()]
    return np.min(limits, 0)[0], np.max(limits, 0)[1]


def quantize_folder(source, folder, target, size=128):
    """The same, with the videos of a folder."""
    chunk = int(open_session(source).get_modelmeta().custom_metadata_map["chunk.frames"])
    clips = [clip for clips in load_folder(folder, size, STEPS * chunk).values() for clip in clips]
    if not clips:
        raise Refused(f"{folder} holds no video of 9 frames or more", "some dozens of seconds of video", "give another folder")
    clips = random.Random(0).sample(clips, min(MOST_CLIPS, len(clips)))
    print(f"scales from {len(clips)} clips", flush=True)
    quantize(source, clips, target, size)


def require_encoder(metadata):
    if metadata.get("role") != "encoder" or metadata.get("quantizer") != "lfq" or metadata.get("weights") == "int8":
        found = f"a {metadata.get('role')} with {metadata.get('quantizer')}, weights {metadata.get('weights')}"
        raise Refused(f"The file is {found}", "an encoder with lfq in floating point", "export it with --weights fp32")


class Calibration(CalibrationDataReader):
    """Inputs of the steps of clips, with the caches as they are then."""

    def __init__(self, session, metadata, clips):
        self.session, self.chunk = session, int(metadata["chunk.frames"])
        self.metadata, self.period, self.clips = metadata, int(metadata.get("phase.period", 1)), clips
        self.again()

    def again(self):
        """The same from the beginning."""
        self.feeds = (feed for clip in self.clips for feed in self.steps(clip))
        return self

    def get_next(self):
        return next(self.feeds, None)

    def __iter__(self):
        return self.feeds

    def steps(self, clip):
        feed = empty_caches(self.metadata, 1, *clip.shape[1:3])
        names = [output.name for output in self.session.get_outputs()]
        for position, frames in enumerate(beginning(clip, self.chunk)):
            feed = feed | {"frames": frames} | told_phase(self.period, [position])
            yield feed
            found = dict(zip(names, self.session.run(names, feed)))
            feed = {name: found[f"new_{name}"] for name in feed if name.startswith("cache.")}


def beginning(clip, chunk):
    """The first steps of a clip, as the file takes them."""
    whole = 1 + min((len(clip) - 1) // chunk, STEPS - 1) * chunk
    return steps_of(torch.from_numpy(clip[:whole].copy()), chunk)


def checked_exactly(model):
    """A check clip, and its digest as whole numbers give it without a runtime."""
    metadata = {entry.key: entry.value for entry in model.metadata_props}
    side = EXACT_GRID * int(metadata["stride.space"])
    held = held_columns(side, metadata)
    frames = check_vector.hold(check_vector.check_frames(1, int(metadata["check.frames"]), side, side), int(held.get("check.held", 0)))
    tokens = reference(model).tokens(steps_of(frames, int(metadata["chunk.frames"]))[:, 0])
    stated = {"check.seed": "1", "check.height": str(side), "check.width": str(side), "check.digest": check_vector.digest(tokens)}
    return stated | held | {"check.margin": "exact"}


def held_columns(side, metadata):
    """What is said of how much of a check clip stands still: half of it, where the file it comes from has such a clip."""
    return {"check.held": str(side // 2)} if "check.held" in metadata else {}


def shown(seen):
    """Batches [steps, N, T, H, W, 3] that prove a file: clips, and one with every phase in which blocks stand still for a time."""
    yield from (beginning(clip, seen.chunk) for clip in seen.clips[:SHOWN])
    if seen.period > 1:
        rows = [stopped(seen.clips[row % len(seen.clips)], seen.chunk) for row in range(seen.period)]
        yield np.concatenate([beginning(clip, seen.chunk) for clip in rows], 1)


def stopped(clip, chunk):
    """`STEPS` chunks of the middle of a clip, the left half of which stands still in all but the last two."""
    count = 1 + (STEPS - 1) * chunk
    clip = centre_crop(clip, min(SMALL, *clip.shape[1:3]))[np.arange(count) % len(clip)]
    half = clip[: count - 2 * chunk, :, : clip.shape[2] // 2]
    half[:] = half[:1].copy()
    return clip


def require_exact(model, session, steps):
    """The file's tokens and caches of steps [steps, N, T, H, W, 3] are those of whole numbers without a runtime."""
    found, caches = run_file(session, steps, *steps.shape[3:5])
    for row in range(steps.shape[1]):
        encoder = reference(model)
        same = [np.array_equal(encoder.tokens(steps[:, row], row), found[:, row])]
        same += [np.array_equal(encoder.caches[name.removeprefix("cache.")], cache[row]) for name, cache in caches.items()]
        if not all(same):
            raise Refused("The file's tokens are not those of whole numbers", "the same, bit for bit", "use the runtime of requirements.txt")


def checked(graph, metadata, folder):
    """A check clip whose values stay clear of where tokens change, and its digest."""
    count, chunk = int(metadata["check.frames"]), int(metadata["chunk.frames"])
    height = width = CHECK_GRID * int(metadata["stride.space"])
    held = held_columns(width, metadata)
    watched = str(Path(folder) / "watched.onnx")
    onnx.save(with_decided(graph, metadata), watched)
    session = open_session(watched)
    for seed in range(1, SEEDS):
        frames = check_vector.hold(check_vector.check_frames(seed, count, height, width), int(held.get("check.held", 0)))
        steps = steps_of(frames, chunk)
        clearance = np.abs(run_file(session, steps, height, width)[0]).min()
        if clearance > MARGIN:
            tokens = run_file(open_session_of(graph, folder), steps, height, width)[0]
            return {
                "check.seed": str(seed),
                "check.height": str(height),
                "check.width": str(width),
                **held,
                "check.margin": f"{clearance:.2g}",
                "check.digest": check_vector.digest(tokens),
            }
    raise Refused(f"No check clip of {SEEDS} keeps values {MARGIN} clear of where tokens change", "one", "train longer")


def open_session_of(graph, folder):
    path = str(Path(folder) / "unchecked.onnx")
    onnx.save(graph, path)
    return open_session(path)


def with_decided(graph, metadata):
    """The graph with what the last comparison decides as its first output."""
    watched = onnx.ModelProto()
    watched.CopyFrom(graph)
    decided = [node.input[0] for node in watched.graph.node if node.op_type == "Greater"][-1]
    watched.graph.output.insert(0, onnx.helper.make_tensor_value_info(decided, onnx.TensorProto.FLOAT, None))
    described(watched, metadata)
    return watched


def described(graph, metadata):
    del graph.metadata_props[:]
    onnx.helper.set_model_props(graph, metadata)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("encoder", type=Path, help="exported file in floating point")
    parser.add_argument("clips", type=Path, help="folder of videos to take the scales from; some dozens of seconds do")
    parser.add_argument("--out", type=Path, required=True, help="file to write")
    parser.add_argument("--size", type=int, default=128, help="pixels of the middle that is looked at")
    options = parser.parse_args()
    quantize_folder(options.encoder, options.clips, options.out, options.size)
    print(options.out)


if __name__ == "__main__":
    main()
