"""Exports the predictor as two self-describing ONNX step graphs: predictor.onnx scores token frames, sampler.onnx draws them.

Their cache is the window of token frames itself, in bytes: exact, so that a checkpoint carries it.
"""

import argparse
import base64
import inspect
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper

if __name__ == "__main__":  # started as a file: the package's parent comes first, as both folders have a model.py
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import generation  # noqa: F401, I001  (finds the tokenizer's modules)
import check_vector
import verify
from checks import Refused
from generation.model import FACTORS, PERIOD, VALUES, WINDOW, nats
from generation.steps import PER_BIT, PLANES, DrawStep, ScoreStep, parts_of
from generation.tokens import BITS, SIZE
from generation.train import load
from graph import OPSET, drop_unused

MODELS = Path(__file__).resolve().parents[1]
BATCHES = 1, 2, 3, 5, 8
CLOSE = 2e-3  # largest difference of a token's bits between PyTorch and the file
ALIKE = 0.98  # least share of drawn tokens that PyTorch draws, too: a draw may fall on a border
STEPS = 11  # of the check: more than the window
CHECK_STEPS, CHECK_SEED = 2, 1
DRAW_BITS = 24  # of a number from 0 to 1
LEAST_HALVED = 64  # numbers of a tensor
COPIED = (
    "tokenizer_id quantizer codes bits bit_order threshold factorization stride.time stride.space chunk.frames"
    " clip.first_chunk clip.tail input.range input.colour escape.bits phase.period trained.fps"
).split()


def export(model, encoder, folder, name, version):
    """Writes and proves both files; `encoder` is the metadata of the encoder whose tokens the model knows."""
    folder.mkdir(parents=True, exist_ok=True)
    space = int(encoder["stride.space"])
    grid = SIZE // space
    facts = {
        "contract": "1", "model.name": name, "model.version": version, **{key: encoder[key] for key in COPIED},
        "state.policy": "carry", "token.factors": ",".join([str(BITS)] * FACTORS), "window.frames": str(WINDOW), "input.size": f"{SIZE}x{SIZE}",
        "cache.window.shape": f"1,{PLANES},{grid},{grid}", "cache.window.type": "uint8", "cache.window.start": "0",
        "check.seed": str(CHECK_SEED), "check.tokens": str(CHECK_STEPS), "check.height": str(grid), "check.width": str(grid),
    }  # fmt: skip
    looks_back = {"predictor": str((WINDOW + 1) * int(encoder["chunk.frames"])), "sampler": "unbounded"}  # which reads what it drew
    for role, step, prove in (("predictor", ScoreStep, scores_proven), ("sampler", DrawStep, draws_proven)):
        with tempfile.TemporaryDirectory(dir=folder) as partial:
            written = Path(partial) / f"{role}.onnx"
            write(step(model), examples(role, 2, grid), {**facts, "role": role, "receptive_field": looks_back[role], **stated(role, model, grid)}, written)
            prove(model, written, grid)
            written.replace(folder / written.name)


def examples(role, count, grid):
    """Inputs of a step by name, as they are at the beginning of a stream."""
    window = np.zeros((count, 1, PLANES, grid, grid), np.uint8)
    phase = np.zeros(count, np.int32)
    if role == "predictor":
        return {"tokens": np.zeros((count, grid, grid), np.int32), "phase": phase, "cache.window": window}
    return {
        "draws": np.zeros((count, FACTORS, grid, grid), np.float32),
        "temperature": np.ones(count, np.float32),
        "kept": np.full(count, VALUES, np.int32),
        "first": np.zeros(count, np.int32),
        "begin": window[:, 0],
        "phase": phase,
        "cache.window": window,
    }


def write(step, feeds, facts, path):
    """Traces one step, with N dynamic, and puts the metadata into the file."""
    options = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    names = [*step.INPUTS, *step.OUTPUTS]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            step, tuple(torch.from_numpy(feeds[name]) for name in step.INPUTS), str(path), opset_version=OPSET,
            input_names=list(step.INPUTS), output_names=list(step.OUTPUTS), dynamic_axes={name: {0: "N"} for name in names}, **options,
        )  # fmt: skip
    written = onnx.load(str(path))
    drop_unused(written.graph)
    halve(written.graph)
    helper.set_model_props(written, facts)
    onnx.checker.check_model(written)
    onnx.save(written, str(path))


def halve(graph):
    """Weights that are numbers of half precision, stored so with a Cast behind, which a runtime folds when it loads the file."""
    for tensor in graph.initializer:
        values, name = numpy_helper.to_array(tensor), tensor.name
        if values.dtype == np.float32 and values.size >= LEAST_HALVED and np.array_equal(values, values.astype(np.float16)):
            tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}_half"))
            graph.node.insert(0, helper.make_node("Cast", [f"{name}_half"], [name], f"{name}_cast", to=onnx.TensorProto.FLOAT))


@torch.no_grad()
def stated(role, model, grid):
    """The check vector: what PyTorch makes of seeded inputs, from a clip's beginning on."""
    places, window, found = grid * grid, torch.zeros(1, 1, PLANES, grid, grid, dtype=torch.uint8), []
    tokens = seeded(places, FACTORS * BITS).astype(np.int32).reshape(-1, 1, grid, grid)
    draws = (seeded(places * FACTORS, DRAW_BITS) / 2**DRAW_BITS).astype(np.float32).reshape(-1, 1, FACTORS, grid, grid)
    step = (ScoreStep if role == "predictor" else DrawStep)(model)
    for number in range(CHECK_STEPS):
        feeds = {name: torch.from_numpy(value) for name, value in examples(role, 1, grid).items()}
        given = {"tokens": tokens[number], "draws": draws[number], "phase": np.array([number], np.int32)}
        feeds |= {name: torch.from_numpy(value) for name, value in given.items() if name in feeds} | {"cache.window": window}
        result, window = step(*(feeds[name] for name in step.INPUTS))
        found.append(result.numpy().ravel())
    return {"check.expected": base64.b64encode(np.stack(found).astype("<f4" if role == "predictor" else "<i4").tobytes()).decode()}


def seeded(count, bits):
    """int64 [steps, count]: the top bits of the check vectors' generator."""
    return np.array(check_vector.generator_values(CHECK_SEED, CHECK_STEPS * count, 64 - bits)).reshape(CHECK_STEPS, count)


def scores_proven(model, path, grid):
    """The file says what PyTorch says of whole clips, and of each row what it says of it alone."""
    session = verify.open_session(path)
    drawn = np.random.default_rng(0).integers(0, 1 << FACTORS * BITS, (STEPS, max(BATCHES), grid, grid), np.int32)
    drawn[4:7] = drawn[3]  # what stands still
    drawn[5, :, ::2] |= sum(VALUES // 2 << BITS * factor for factor in range(FACTORS))  # escapes
    found, _ = run(session, "predictor", {"tokens": drawn})
    told = parts_of(torch.from_numpy(drawn).transpose(0, 1))
    with torch.no_grad():
        expected = nats(model(told), told).sum(-1).transpose(0, 1).numpy() / PER_BIT
    worst = float(np.abs(found - expected).max())
    if worst > CLOSE:
        raise Refused(f"{path.name} differs from PyTorch by {worst:.1e} bits", f"at most {CLOSE}", "export in float32, from eval mode")
    rows_apart(session, path, "predictor", {"tokens": drawn}, found)
    print(f"{path.name}: {worst:.1e} bits from PyTorch at most, rows the same bits in batches of {BATCHES}")


def draws_proven(model, path, grid):
    """The file draws what PyTorch draws, and scores make of it what it was drawn from; each row as alone."""
    session = verify.open_session(path)
    random = np.random.default_rng(0)
    count = max(BATCHES)
    begin = np.zeros((STEPS, count, PLANES, grid, grid), np.uint8)
    begin[0, 1:] = random.integers(1, VALUES + 1, begin[0, 1:].shape)
    given = {
        "draws": random.random((STEPS, count, FACTORS, grid, grid), np.float32),
        "temperature": np.tile(np.linspace(0.5, 1.5, count, dtype=np.float32), (STEPS, 1)),
        "kept": np.tile(np.linspace(1, VALUES, count).astype(np.int32), (STEPS, 1)),
        "first": np.tile(np.arange(count, dtype=np.int32) % PERIOD, (STEPS, 1)),
        "begin": begin,
    }
    found, _ = run(session, "sampler", given)
    step = DrawStep(model)
    window, alike = torch.zeros(count, 1, PLANES, grid, grid, dtype=torch.uint8), []
    for number in range(3):
        feeds = {name: torch.from_numpy(value[number]) for name, value in given.items()}
        feeds |= {"phase": torch.full((count,), number, dtype=torch.int32), "cache.window": window}
        with torch.no_grad():
            tokens, _ = step(*(feeds[name] for name in DrawStep.INPUTS))
        alike.append(float((tokens.numpy() == found[number]).mean()))
        before = feeds["begin"].unsqueeze(1) if number == 0 else window
        newest = torch.stack([torch.from_numpy(found[number] >> BITS * factor & VALUES - 1) + 1 for factor in range(FACTORS)], 1)
        window = torch.cat([newest.to(torch.uint8).unsqueeze(1), before[:, :, :-FACTORS]], 2)
    if min(alike) < ALIKE:
        raise Refused(f"{path.name} draws {min(alike):.1%} of PyTorch's tokens", f"at least {ALIKE:.0%}", "export in float32, from eval mode")
    rows_apart(session, path, "sampler", given, found)
    print(f"{path.name}: {min(alike):.2%} of the tokens that PyTorch draws at least, rows the same bits in batches of {BATCHES}")


def rows_apart(session, path, role, given, found):
    for batch in BATCHES:
        if not np.array_equal(run(session, role, {name: value[:, :batch] for name, value in given.items()})[0], found[:, :batch]):
            raise Refused(f"{path.name} gives other bits in a batch of {batch}", "the same at every size", "see what mixes rows")


def run(session, role, given, first_phase=0, window=None):
    """Steps of a stream, inputs [steps, N, ...] by name; others as at its beginning -> (outputs [steps, N, h, w], the window after)."""
    steps, count = next(iter(given.values())).shape[:2]
    feeds = examples(role, count, next(iter(given.values())).shape[-1])
    window = feeds["cache.window"] if window is None else window
    found = []
    for number in range(steps):
        now = {name: np.ascontiguousarray(value[number]) for name, value in given.items()}
        phase = np.full(count, (first_phase + number) % PERIOD, np.int32)
        output, window = session.run(None, {**feeds, **now, "phase": phase, "cache.window": window})
        found.append(output)
    return np.stack(found), window


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--encoder", type=Path, default=MODELS / "nolook-small" / "encoder-int8.onnx")
    parser.add_argument("--out", type=Path, required=True, help="folder of the two files")
    parser.add_argument("--name", default="nolook-next")
    parser.add_argument("--version", default="1")
    options = parser.parse_args()
    torch.set_num_threads(1)
    encoder = dict(verify.open_session(options.encoder).get_modelmeta().custom_metadata_map)
    export(load(options.weights), encoder, options.out, options.name, options.version)
    grid, steps = SIZE // int(encoder["stride.space"]), 6
    for role in ("predictor", "sampler"):
        session = verify.open_session(options.out / f"{role}.onnx")
        for batch in (1, 8):
            given = {name: np.stack([value] * steps) for name, value in examples(role, batch, grid).items() if name in ("tokens", "draws")}
            times = []
            for _ in range(5):
                began = time.perf_counter()
                run(session, role, given)
                times.append((time.perf_counter() - began) / steps / batch)
            print(f"{options.out / role}.onnx, batches of {batch}: {1e3 * min(times):.2f} ms a token frame")


if __name__ == "__main__":
    main()
