"""Writes one step of a tokenizer module as an ONNX file: bytes in, tokens out (or back), named caches, dynamic sizes."""

import inspect
import warnings

import numpy as np
import onnx
import torch
import torch.nn as nn
from onnx import helper, numpy_helper

import checks
import model as net

OPSET = 17
UNWRITTEN = "use functions that ONNX has (operators of opset 17), and no sizes, branches or loops that depend on values"


class Step(nn.Module):
    """One step of a module, whose inputs are (frames or tokens, phase int32 [N] where the module asks for it, caches)."""

    role = None  # which the names of weights begin with

    def __init__(self, module, spec, paths):
        super().__init__()
        self.add_module(self.role, module)
        self.spec, self.paths = spec, paths
        self.eval()  # torch.onnx puts a wrapper that is in training mode back into it, its modules included

    @property
    def module(self):
        return getattr(self, self.role)

    def memory(self, others):
        """Memory from the inputs behind the first."""
        asks = net.period(self.module) > 1
        return net.Memory(dict(zip(self.paths, others[asks:])), others[0] if asks else 0)


class EncoderStep(Step):
    """frames uint8 [N, T, H, W, 3] RGB, phase, caches -> tokens int32 [N, H/s, W/s], new caches."""

    role = "encoder"

    def forward(self, frames, *others):
        memory = self.memory(others)
        z = self._encode(frames, memory)
        return (self.spec.quantizer.decide(z), *(memory.new_caches[path] for path in self.paths))

    def _encode(self, frames, memory):
        """Patches where the encoder takes them, else pictures as the convention says."""
        if not hasattr(self.module, "encode_patches"):
            height, width = frames.shape[2:4]
            x = frames.reshape(-1, height, width, 3).permute(0, 3, 1, 2)
            return self.module(x.float() / 127.5 - 1, self.spec.chunk, memory)
        return self.module.encode_patches(to_patches(frames).float() / 127.5 - 1, self.spec.chunk, memory)


class DecoderStep(Step):
    """tokens int32 [N, h, w], phase, caches -> frames uint8 [N, T, s*h, s*w, 3] RGB, new caches."""

    role = "decoder"

    def forward(self, tokens, *others):
        memory = self.memory(others)
        pixels = self._decode(self.spec.quantizer.values(tokens), tokens.shape, memory)
        return (pixels, *(memory.new_caches[path] for path in self.paths))

    def _decode(self, q, shape, memory):
        height, width = shape[1] * self.spec.space, shape[2] * self.spec.space
        if hasattr(self.module, "decode_patches"):
            x = from_patches(checks.to_bytes(self.module.decode_patches(q, 1, memory)), height, width)
        else:
            x = checks.to_bytes(self.module(q, 1, memory)).permute(0, 2, 3, 1)
        return x.reshape(-1, self.spec.chunk, height, width, 3)


# Pixels into channels. ONNX Runtime's CPU transposition is fast when it moves whole runs of bytes or a single axis only,
# so a row of a patch (12 bytes) moves as one, then the channels move as one axis, then planes are put in order: 0.3 ms
# a chunk of 128x128 where the one transposition that does it all takes 1 ms.


def to_patches(frames):
    """uint8 [N, T, H, W, 3] -> [N*T, 48, H/4, W/4] in the channel order of pixel_unshuffle."""
    side = net.PATCH
    rows, columns = frames.shape[2] // side, frames.shape[3] // side
    x = frames.reshape(-1, rows, side, columns, side * 3).permute(0, 1, 3, 2, 4)
    x = x.reshape(-1, rows * columns, side * side * 3).permute(0, 2, 1)
    planes = torch.arange(side * side * 3).view(side, side, 3).permute(2, 0, 1).reshape(-1)
    return x[:, planes].reshape(-1, side * side * 3, rows, columns)


def from_patches(x, height, width):
    """uint8 [B, 48, H/4, W/4] in the channel order of pixel_shuffle -> [B, H, W, 3]."""
    side = net.PATCH
    rows, columns = height // side, width // side
    planes = torch.arange(side * side * 3).view(3, side, side).permute(1, 2, 0).reshape(-1)
    x = x[:, planes].reshape(-1, side * side * 3, rows * columns).permute(0, 2, 1)
    x = x.reshape(-1, rows, columns, side, side * 3).permute(0, 1, 3, 2, 4)
    return x.reshape(-1, height, width, 3)


def divisor(ratio):
    """`H/8` -> 8, `H` -> 1."""
    return int(ratio.partition("/")[2] or 1)


def cache_sizes(metadata):
    """`cache.<path>.shape` entries -> {path: [depth, channels, `H/k`, `W/k`]}."""
    return {key[6:-6]: shape.split(",") for key, shape in metadata.items() if is_cache(key)}


def is_cache(key):
    return key.startswith("cache.") and key.endswith(".shape")


def empty_caches(metadata, rows, height, width):
    """What a clip begins with, by input name, for pictures of height x width pixels: zeros, or the bytes that stand for 0."""
    caches = {}
    for name, (d, c, h, w) in cache_sizes(metadata).items():
        shape = rows, int(d), int(c), height // divisor(h), width // divisor(w)
        start = int(metadata.get(f"cache.{name}.start", 0))
        caches[f"cache.{name}"] = np.full(shape, start, metadata.get(f"cache.{name}.type", "float32"))
    return caches


def write_graph(stepped, spec, metadata, path):
    """Traces one step, with N, H and W dynamic, and puts the metadata into the file."""
    shapes = cache_sizes(metadata)
    rows, height, width = 2, 4 * spec.space, 6 * spec.space
    caches = [torch.zeros(rows, int(d), int(c), height // divisor(h), width // divisor(w)) for d, c, h, w in shapes.values()]
    encodes = stepped.role == "encoder"
    first = torch.zeros(rows, spec.chunk, height, width, 3, dtype=torch.uint8)
    if not encodes:
        first = torch.zeros(rows, height // spec.space, width // spec.space, dtype=torch.int32)
    axes = {"frames": {0: "N", 2: "H", 3: "W"}, "tokens": {0: "N", 1: f"H/{spec.space}", 2: f"W/{spec.space}"}, "phase": {0: "N"}}
    phase = {"phase": torch.arange(rows, dtype=torch.int32)} if net.period(stepped.module) > 1 else {}
    for name, shape in shapes.items():
        axes[f"cache.{name}"] = axes[f"new_cache.{name}"] = {0: "N", 3: shape[2], 4: shape[3]}
    options = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    with warnings.catch_warnings(), checks.refusing(f"torch.onnx cannot write the {stepped.role}", UNWRITTEN):
        warnings.simplefilter("ignore")
        torch.onnx.export(
            (EncoderStep if encodes else DecoderStep)(stepped.module, spec, list(shapes)),
            (first, *phase.values(), *caches),
            str(path),
            opset_version=OPSET,
            input_names=["frames" if encodes else "tokens", *phase, *(f"cache.{name}" for name in shapes)],
            output_names=["tokens" if encodes else "frames", *(f"new_cache.{name}" for name in shapes)],
            dynamic_axes=axes,
            **options,
        )
    model = onnx.load(str(path))
    if hasattr(stepped.module, "encode_patches" if encodes else "decode_patches"):
        fix_reshapes(model.graph)  # known to hold for the reshapes of model.py only
    drop_unused(model.graph)
    if spec.halves(stepped.role):
        halve_weights(model.graph)
    helper.set_model_props(model, metadata)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def fix_reshapes(graph):
    """Reshapes that keep height and width get constant shapes (0 = as in the input) instead of computed ones.

    That takes about a hundred small integer nodes out of a graph. 0 copies the dimension at the same place, so a change
    of rank goes through an axis of length 1: an Unsqueeze before, or a Squeeze behind.
    """
    ranks = value_ranks(graph)
    made_by = {output: node for node in graph.node for output in node.output}
    nodes = []
    for node in graph.node:
        leading = leading_sizes(made_by.get(node.input[1]), made_by) if node.op_type == "Reshape" else None
        before, after = ranks.get(node.input[0]) if leading else None, len(leading or ()) + 2
        if before not in (after - 1, after, after + 1):
            nodes.append(node)
            continue
        name, source, target = node.name, node.input[0], node.output[0]
        one = numpy_helper.from_array(np_ints(1), f"{name}_axis")
        if after > before:
            nodes.append(helper.make_node("Unsqueeze", [source, one.name], [f"{name}_wide"], f"{name}_unsqueeze"))
            source = f"{name}_wide"
        elif after < before:
            leading, target = [leading[0], 1, *leading[1:]], f"{name}_wide"
        shape = numpy_helper.from_array(np_ints(*leading, 0, 0), f"{name}_shape")
        nodes.append(helper.make_node("Reshape", [source, shape.name], [target], name))
        if after < before:
            nodes.append(helper.make_node("Squeeze", [target, one.name], [node.output[0]], f"{name}_squeeze"))
        graph.initializer.extend([shape] + [one] * (after != before))
    del graph.node[:]
    graph.node.extend(nodes)


def np_ints(*values):
    return np.array(values, np.int64)


def value_ranks(graph):
    """Value name -> number of axes, where shape inference knows it."""
    inferred = onnx.shape_inference.infer_shapes(helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])).graph
    values = [*inferred.input, *inferred.value_info, *inferred.output]
    return {value.name: len(value.type.tensor_type.shape.dim) for value in values if value.type.tensor_type.HasField("shape")}


def leading_sizes(shape, made_by):
    """The constant sizes in front of a height and a width that some picture's shape gives unchanged; else None."""
    if shape is None or shape.op_type != "Concat" or len(shape.input) < 4:
        return None
    parts = [made_by.get(name) for name in shape.input]
    if any(part is None for part in parts) or any(part.op_type != "Constant" for part in parts[:-2]):
        return None
    for part in parts[-2:]:
        gather = made_by.get(part.input[0]) if part.op_type == "Unsqueeze" else None
        if gather is None or gather.op_type != "Gather" or made_by[gather.input[0]].op_type != "Shape":
            return None
    return [int(numpy_helper.to_array(part.attribute[0].t).item()) for part in parts[:-2]]


def halve_weights(graph):
    """Convolution weights as float16 with a Cast behind, which a runtime folds when it loads the file."""
    names = {node.input[1] for node in graph.node if node.op_type in ("Conv", "ConvTranspose")}
    weights = [tensor for tensor in graph.initializer if tensor.name in names]
    if len(weights) != len(names):
        raise checks.Refused(
            f"{len(names) - len(weights)} convolutions compute their weights",
            "constant weights, to store as float16",
            "keep weights in parameters, or weights=fp32",
        )
    for tensor in weights:
        values, name = numpy_helper.to_array(tensor), tensor.name
        if not np.array_equal(values, values.astype(np.float16).astype(np.float32)):
            raise checks.Refused(
                f"The weights {name} changed when the graph was written",
                "numbers of half precision, as rounded before",
                "put each norm into its convolution (fold.py finds `.conv` with `.norm`, and neighbours in a Sequential)",
            )
        tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}_half"))
        graph.node.insert(0, helper.make_node("Cast", [f"{name}_half"], [name], f"{name}_cast", to=onnx.TensorProto.FLOAT))


def drop_unused(graph):
    """Removes nodes and initializers that nothing reads."""
    needed, kept = {output.name for output in graph.output}, []
    for node in reversed(graph.node):
        if needed & set(node.output):
            needed |= reads(node)
            kept.append(node)
    initializers = [tensor for tensor in graph.initializer if tensor.name in needed]
    del graph.node[:], graph.initializer[:]
    graph.node.extend(reversed(kept))
    graph.initializer.extend(initializers)


def reads(node):
    """Every value that a node reads, the graphs inside it (of a loop or a condition) included."""
    inner = (child for attribute in node.attribute for child in attribute.g.node)
    return set(node.input).union(*(reads(child) for child in inner), *({o.name for o in a.g.output} for a in node.attribute))
