"""Writes tiny tokenizer files for tests: good ones, and encoders that each break one promise of the contract.

phased-encoder    a good one: the good pair's encoder, with half of its phase (of 3) added to z

Each bad file is the good one but for its flaw: where its tokens for the check clip change, its check digest is made anew.

rows-mixed        a row of a batch is added to its neighbour (a row alone is as in the good file)
nondeterministic  random numbers are added to z
long-memory       a cache keeps a decaying sum of all history
wrong-check       the check digest is that of another model
too-many-codes    tokens go beyond the number of codes that its metadata states
batch-size        N >= 2 gives other last bits than N = 1 (N = 1 is as in the good file)
one-size          every N gives other last bits (N = 1 is as in the good file)
row-index         half the index of the row is added to z (a row alone is as in the good file)
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

sys.path.insert(0, str(Path(__file__).parents[1] / "tokenizer"))

import check_vector
import export
import model as net
import refinement
import verify

CHANNELS, BLOCKS = (4, 4, 4), (1, 1, 1)


def tiny_modules(seed=0, channels=CHANNELS, blocks=BLOCKS):
    """An untrained pair whose norms are set from random clips, so that tokens vary with the picture."""
    torch.manual_seed(seed)
    return set_norms(net.Encoder(channels, blocks, halvings=1), net.Decoder(channels, blocks, halvings=1))


def refining_modules(period, seed=0):
    """The same with refinement and hard-swish; every weight matters."""
    torch.manual_seed(seed)
    sizes = {"channels": CHANNELS, "blocks": BLOCKS, "refine": period}
    encoder, decoder = refinement.RefiningEncoder(**sizes), refinement.RefiningDecoder(**sizes)
    net.activate(encoder, "hard-swish")
    torch.nn.init.normal_(encoder.head.features.weight, std=0.3)
    torch.nn.init.normal_(decoder.sharpener.synthesis.weight, std=0.1)
    return set_norms(encoder, decoder)


def set_norms(encoder, decoder):
    """Untrained modules with norms from random clips and a louder z."""
    for module in (*encoder.modules(), *decoder.modules()):
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = None  # a plain mean over the passes below
    with torch.no_grad():
        encoder.out.weight.mul_(3)
        for _ in range(2):
            z = encoder(torch.rand(24, 3, 64, 64) * 2 - 1, 24, net.Memory())
            decoder(net.signs(z), len(z), net.Memory())
    return encoder.eval(), decoder.eval()


def insert_after(graph, value, nodes, result):
    """Puts `nodes` behind the node that makes `value`; its other readers then read `result`."""
    place = next(i for i, node in enumerate(graph.node) if value in node.output) + 1
    for node in list(graph.node)[place:]:
        for i, name in enumerate(node.input):
            if name == value:
                node.input[i] = result
    for node in reversed(nodes):
        graph.node.insert(place, node)


def constant(graph, name, values, dtype=np.int64):
    graph.initializer.append(numpy_helper.from_array(np.array(values, dtype), name))
    return name


def first_of(graph, kind):
    return next(node for node in graph.node if node.op_type == kind)


def mix_rows(graph):
    """z + 0.5 * z of the next row, round the batch; nothing at N = 1, where the next row is the row itself."""
    z = first_of(graph, "Greater").input[0]
    zero, one, end = constant(graph, "zero", [0]), constant(graph, "one", [1]), constant(graph, "end", [2**31])
    insert_after(
        graph,
        z,
        [
            helper.make_node("Slice", [z, one, end, zero], ["z_tail"]),
            helper.make_node("Slice", [z, zero, one, zero], ["z_head"]),
            helper.make_node("Concat", ["z_tail", "z_head"], ["z_next"], axis=0),
            helper.make_node("Sub", ["z_next", z], ["z_difference"]),
            helper.make_node("Mul", ["z_difference", constant(graph, "half", 0.5, np.float32)], ["z_half"]),
            helper.make_node("Add", [z, "z_half"], ["z_mixed"]),
        ],
        "z_mixed",
    )


def add_noise(graph):
    z = first_of(graph, "Greater").input[0]
    noise = helper.make_node("RandomUniformLike", [z], ["noise"], low=-1.0, high=1.0)
    insert_after(graph, z, [noise, helper.make_node("Add", [z, "noise"], ["z_noisy"])], "z_noisy")


def keep_history(graph, path="down2", decay=0.9):
    """new_cache = what it was + 0.9 * cache."""
    name = f"new_cache.{path}"
    maker = next(node for node in graph.node if name in node.output)
    maker.output[0] = "without_history"
    decayed = helper.make_node("Mul", [f"cache.{path}", constant(graph, "decay", decay, np.float32)], ["history"])
    graph.node.extend([decayed, helper.make_node("Add", ["without_history", "history"], [name])])


def add_batch_size(graph):
    """The input of the first convolution + 0.001 * min(N - 1, 1)."""
    x = first_of(graph, "Conv").input[0]
    zero, one = constant(graph, "zero", 0), constant(graph, "one", 1)
    insert_after(
        graph,
        x,
        [
            helper.make_node("Shape", ["frames"], ["sizes"]),
            helper.make_node("Gather", ["sizes", zero], ["rows"]),
            helper.make_node("Sub", ["rows", one], ["others"]),
            helper.make_node("Min", ["others", one], ["company"]),
            helper.make_node("Cast", ["company"], ["company_float"], to=TensorProto.FLOAT),
            helper.make_node("Mul", ["company_float", constant(graph, "little", 0.001, np.float32)], ["term"]),
            helper.make_node("Add", [x, "term"], ["x_sized"]),
        ],
        "x_sized",
    )


def add_every_size(graph):
    """The input of the first convolution + 0.001 * (N - 1)."""
    x = first_of(graph, "Conv").input[0]
    insert_after(
        graph,
        x,
        [
            helper.make_node("Shape", ["frames"], ["sizes"]),
            helper.make_node("Gather", ["sizes", constant(graph, "zero", 0)], ["rows"]),
            helper.make_node("Sub", ["rows", constant(graph, "one", 1)], ["others"]),
            helper.make_node("Cast", ["others"], ["others_float"], to=TensorProto.FLOAT),
            helper.make_node("Mul", ["others_float", constant(graph, "little", 0.001, np.float32)], ["term"]),
            helper.make_node("Add", [x, "term"], ["x_sized"]),
        ],
        "x_sized",
    )


def add_row_index(graph):
    """z + 0.5 * the index of the row."""
    z = first_of(graph, "Greater").input[0]
    zero, one = constant(graph, "zero", 0), constant(graph, "one", 1)
    insert_after(
        graph,
        z,
        [
            helper.make_node("Shape", ["frames"], ["sizes"]),
            helper.make_node("Gather", ["sizes", zero], ["rows"]),
            helper.make_node("Range", [zero, "rows", one], ["index"]),
            helper.make_node("Cast", ["index"], ["index_float"], to=TensorProto.FLOAT),
            helper.make_node("Mul", ["index_float", constant(graph, "half", 0.5, np.float32)], ["index_half"]),
            helper.make_node("Reshape", ["index_half", constant(graph, "column", [-1, 1, 1, 1])], ["term"]),
            helper.make_node("Add", [z, "term"], ["z_indexed"]),
        ],
        "z_indexed",
    )


def add_phase(graph):
    """z + 0.5 * the phase of the row."""
    z = first_of(graph, "Greater").input[0]
    graph.input.append(helper.make_tensor_value_info("phase", TensorProto.INT32, ["N"]))
    insert_after(
        graph,
        z,
        [
            helper.make_node("Cast", ["phase"], ["phase_float"], to=TensorProto.FLOAT),
            helper.make_node("Mul", ["phase_float", constant(graph, "half", 0.5, np.float32)], ["phase_half"]),
            helper.make_node("Reshape", ["phase_half", constant(graph, "column", [-1, 1, 1, 1])], ["term"]),
            helper.make_node("Add", [z, "term"], ["z_phased"]),
        ],
        "z_phased",
    )


def write(model, path, digest=None, **changed):
    if digest:
        changed["check.digest"] = digest
    helper.set_model_props(model, {entry.key: entry.value for entry in model.metadata_props} | changed)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def write_with_own_digest(model, path, **changed):
    """`write`, with the digest of the tokens that the file itself gives the check clip."""
    write(model, path, **changed)
    write(model, path, verify.file_digest(verify.open_session(path)), **changed)


FLAWS = {
    "rows-mixed": mix_rows,
    "nondeterministic": add_noise,
    "long-memory": keep_history,
    "batch-size": add_batch_size,
    "one-size": add_every_size,
    "row-index": add_row_index,
}


def write_all(folder):
    folder.mkdir(parents=True, exist_ok=True)
    spec = export.Spec("tiny", "1", trained_fps="10", trained_size="64x64")
    export.export_streaming(*tiny_modules(), spec, folder)
    good = folder / "tiny-encoder.onnx"
    (folder / "encoder.onnx").replace(good)
    (folder / "decoder.onnx").replace(folder / "tiny-decoder.onnx")
    for name, flaw in FLAWS.items():
        model, path = onnx.load(str(good)), folder / f"{name}.onnx"
        flaw(model.graph)
        (write_with_own_digest if name == "long-memory" else write)(model, path)
    phased = onnx.load(str(good))
    add_phase(phased.graph)
    write_with_own_digest(phased, folder / "phased-encoder.onnx", **{"phase.period": "3"})
    other = check_vector.check_encoder(tiny_modules(seed=1)[0], spec)["check.digest"]
    write(onnx.load(str(good)), folder / "wrong-check.onnx", other)
    write(onnx.load(str(good)), folder / "too-many-codes.onnx", quantizer="planted", codes="1000", bits="10")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    write_all(folder)
    for path in sorted(folder.glob("*.onnx")):
        print(path)


if __name__ == "__main__":
    main()
