"""Rewrites an exported encoder with its convolutions in 8-bit integers; its tokens mean the same.

Convolutions but the first and the last become integer ones: activations of 8 bits with one scale each, weights of 7 bits
with one a channel, so that no processor's products saturate. Scales come from clips of the kind that it will see. What is
between convolutions, the caches and the decision stay as they are. Nothing is trained.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np
import onnx
import torch
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

import check_vector
from checks import Refused
from clips import centre_crop, load_folder
from graph import empty_caches
from verify import file_digest, open_session, run_file, steps_of

MARGIN = 0.01  # least clearance in the check clip: far above what the last bits between convolutions move
SEEDS = 3000
CHECK_GRID = 2  # tokens of the check clip each way: of more, some value is always near a border
STEPS = 6  # of a clip that is looked at: all caches are full then


def quantize(source, clips, target, size=128):
    """Writes `target`; `clips` are uint8 arrays [T, H, W, 3] of at least `size` pixels either way."""
    session = open_session(source)
    metadata = dict(session.get_modelmeta().custom_metadata_map)
    require_encoder(metadata)
    with tempfile.TemporaryDirectory(dir=Path(target).parent) as folder:
        prepared, integers = str(Path(folder) / "prepared.onnx"), str(Path(folder) / "integers.onnx")
        quant_pre_process(str(source), prepared, skip_symbolic_shape=True)
        convolutions = [node.name for node in onnx.load(prepared).graph.node if node.op_type == "Conv"]
        quantize_static(
            prepared,
            integers,
            Calibration(session, metadata, [centre_crop(clip, size) for clip in clips]),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            reduce_range=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            calibrate_method=CalibrationMethod.Percentile,
            op_types_to_quantize=["Conv"],
            nodes_to_exclude=[convolutions[0], convolutions[-1]],
        )
        graph = onnx.load(integers)
        described(graph, metadata | {"weights": "int8"} | checked(graph, metadata, folder))
        written = Path(folder) / "encoder.onnx"
        onnx.save(graph, str(written))
        if file_digest(open_session(written)) != stated(graph, "check.digest"):
            raise Refused("The file gives its check clip other tokens than before", "the same", "run it again")
        written.replace(target)


def quantize_folder(source, folder, target, size=128):
    """The same, with the videos of a folder."""
    chunk = int(open_session(source).get_modelmeta().custom_metadata_map["chunk.frames"])
    clips = [clip for clips in load_folder(folder, size, STEPS * chunk).values() for clip in clips]
    if not clips:
        raise Refused(f"{folder} holds no video of 9 frames or more", "some dozens of seconds of video", "give another folder")
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
        self.metadata, self.period = metadata, int(metadata.get("phase.period", 1))
        self.feeds = (feed for clip in clips for feed in self.steps(clip))

    def get_next(self):
        return next(self.feeds, None)

    def steps(self, clip):
        feed = empty_caches(self.metadata, 1, *clip.shape[1:3])
        names = [output.name for output in self.session.get_outputs()]
        whole = 1 + min((len(clip) - 1) // self.chunk, STEPS - 1) * self.chunk
        for position, frames in enumerate(steps_of(torch.from_numpy(clip[:whole].copy()), self.chunk)):
            feed = feed | {"frames": frames}
            if self.period > 1:
                feed["phase"] = np.array([position % self.period], np.int32)
            yield feed
            found = dict(zip(names, self.session.run(names, feed)))
            feed = {name: found[f"new_{name}"] for name in feed if name.startswith("cache.")}


def checked(graph, metadata, folder):
    """A check clip whose values stay clear of where tokens change, and its digest."""
    count, chunk = int(metadata["check.frames"]), int(metadata["chunk.frames"])
    height = width = CHECK_GRID * int(metadata["stride.space"])
    held = width // 2 if "check.held" in metadata else 0
    watched = str(Path(folder) / "watched.onnx")
    onnx.save(with_decided(graph, metadata), watched)
    session = open_session(watched)
    for seed in range(1, SEEDS):
        frames = check_vector.hold(check_vector.check_frames(seed, count, height, width), held)
        steps = steps_of(frames, chunk)
        clearance = np.abs(run_file(session, steps, height, width)[0]).min()
        if clearance > MARGIN:
            tokens = run_file(open_session_of(graph, folder), steps, height, width)[0]
            return {
                "check.seed": str(seed),
                "check.height": str(height),
                "check.width": str(width),
                **({"check.held": str(held)} if held else {}),
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


def stated(graph, key):
    return next(entry.value for entry in graph.metadata_props if entry.key == key)


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
