"""Runs an exported file under ONNX Runtime and compares it with the PyTorch module it came from."""

import numpy as np
import onnx
import onnxruntime
import torch

import check_vector
import model as net
from checks import Refused, refusing, standing_still
from graph import empty_caches

DIFFERING = 0.001  # largest share of tokens that ONNX Runtime may give otherwise than PyTorch
EXACT = "export from eval mode, in float32, without random numbers"
UNRUN = "take no size from the traced example (reshape with -1 or x.shape, F.interpolate(scale_factor=...)), no negative axes in movedim"
SHARED = 20, 28  # tokens a side at which two threads share out the work in parts that are no multiples of a vector


def open_session(path, threads=1):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def told_phase(period, positions):
    """The input that tells rows their positions in their clips, as a part of what a session is fed; nothing where `period` is 1."""
    return {"phase": (np.asarray(positions) % period).astype(np.int32)} if period > 1 else {}


def run_file(session, inputs, height, width, positions=None):
    """inputs [steps, N, ...] -> (outputs [steps, N, ...], new caches after the last step), from zero caches.

    `positions` are those in their clips at which rows begin, where the file asks for them; the row's number if not given.
    """
    metadata = session.get_modelmeta().custom_metadata_map
    period = int(metadata.get("phase.period", 1))
    caches = empty_caches(metadata, inputs.shape[1], height, width)
    names = [output.name for output in session.get_outputs()]
    positions = np.arange(inputs.shape[1]) if positions is None else positions
    outputs = []
    for number, step in enumerate(inputs):
        phase = told_phase(period, positions + number)
        found = dict(zip(names, session.run(names, {session.get_inputs()[0].name: step, **phase, **caches})))
        outputs.append(found[names[0]])
        caches = {name: found[f"new_{name}"] for name in caches}
    return np.stack(outputs), caches


def steps_of(frames, chunk):
    """A clip [1 + k * chunk, H, W, 3], a tensor -> numpy [steps, 1, chunk, H, W, 3] as the file takes it."""
    return net.lead_in(frames, chunk).unflatten(0, (-1, 1, chunk)).numpy()


def file_digest(session):
    """The digest of the check clip's tokens as the file gives them, step by step; None for a decoder."""
    metadata = session.get_modelmeta().custom_metadata_map
    if metadata["role"] != "encoder":
        return None
    frames = check_vector.check_frames(*(int(metadata[f"check.{key}"]) for key in ("seed", "frames", "height", "width")))
    chunk = int(metadata["chunk.frames"])
    frames = check_vector.hold(frames, int(metadata.get("check.held", 0)))
    return check_vector.digest(run_file(session, steps_of(frames, chunk), *frames.shape[1:3])[0])


@torch.no_grad()
def verify_file(stepped, spec, path, sizes=((4, 4), (6, 10)), steps=4):
    """Runs the written file at several sizes: like PyTorch, and every row by itself as in company."""
    unfolded = [node.name for node in onnx.load(str(path)).graph.node if node.op_type == "BatchNormalization"]
    if unfolded:
        raise Refused(
            f"The graph keeps {len(unfolded)} BatchNormalization nodes",
            "norms folded into convolutions",
            "put each norm right behind its convolution",
        )
    with refusing(f"ONNX Runtime cannot run {path.name} or tell its sizes apart", UNRUN):
        run_everywhere(stepped, spec, path, sizes, steps)


def run_everywhere(stepped, spec, path, sizes, steps):
    session = open_session(path)
    found, stated = file_digest(session), session.get_modelmeta().custom_metadata_map.get("check.digest")
    if stated not in (found, None):
        raise Refused(f"{path.name} gives the check clip the digest {found}", f"{stated}, the full-clip module's", EXACT)
    for rows, columns in sizes:
        height, width = rows * spec.space, columns * spec.space
        inputs, expected = random_inputs(stepped, spec, rows, columns, steps)
        found, caches = run_file(session, inputs, height, width)
        compare(stepped.role, expected, found)
        for row in range(inputs.shape[1]):
            alone, alone_caches = run_file(session, inputs[:, row : row + 1], height, width, np.array([row]))
            same = np.array_equal(alone[:, 0], found[:, row])
            if not same or any(not np.array_equal(alone_caches[name][0], caches[name][row]) for name in caches):
                raise Refused(
                    f"{path.name} gives row {row} of a batch of {inputs.shape[1]} other bits than alone, at {height}x{width}",
                    "the same bits at every batch size",
                    "use convolutions and elementwise functions only, nothing that mixes rows",
                )
    check_places(stepped, spec, path, steps)


def check_places(stepped, spec, path, steps):
    """Every row at another place of its batch, with two threads: a function may round otherwise at the end of a thread's part."""
    session, (height, width) = open_session(path, 2), (side * spec.space for side in SHARED)
    inputs = drawn(stepped, spec, *SHARED, steps, 3)
    moved = np.roll(np.arange(3), 1)
    found, caches = run_file(session, inputs, height, width)
    again, others = run_file(session, inputs[:, moved], height, width, moved)
    differing = [name for name in caches if not np.array_equal(caches[name][moved], others[name])]
    if differing or not np.array_equal(found[:, moved], again):
        raise Refused(
            f"{path.name} gives a row other bits at another place of the batch, at {height}x{width} with two threads, in "
            + (", ".join(differing) or "its result"),
            "the same bits",
            "take functions such as Log or Pow from a table: their last bits depend on where a vector ends",
        )


def drawn(stepped, spec, rows, columns, steps, batch):
    """[steps, N, ...] as the file takes it; for a network that refines, with much that stands still."""
    generator = np.random.default_rng(rows * 1000 + columns)
    if stepped.role == "encoder":
        shape = (steps, batch, spec.chunk, rows * spec.space, columns * spec.space, 3)
        inputs = generator.integers(0, 256, shape, np.uint8)
        if net.period(stepped.module) > 1:  # the left half stands still
            half = inputs[..., : columns * spec.space // 2, :]
            half[:] = half[:1, :, :1].copy()
        return inputs
    tokens = generator.integers(0, spec.quantizer.codes, (steps, batch, rows, columns), np.int32)
    return standing_still(torch.from_numpy(tokens), stepped.module).numpy()


def random_inputs(stepped, spec, rows, columns, steps, batch=3):
    """([steps, N, ...] as the file takes it, [steps, N, ...] as PyTorch's full clip answers)."""
    inputs = drawn(stepped, spec, rows, columns, steps, batch)
    if stepped.role == "encoder":
        clips = torch.from_numpy(inputs).transpose(0, 1).flatten(1, 2).permute(0, 1, 4, 2, 3).float() / 127.5 - 1
    else:
        clips = torch.stack([spec.quantizer.values(torch.from_numpy(inputs[:, row])) for row in range(batch)])
    expected = torch.stack([stepped.decide(stepped.clip(clip, row)[0]) for row, clip in enumerate(clips)], 1)
    if stepped.role == "decoder":
        expected = expected.unflatten(0, (steps, spec.chunk)).transpose(1, 2)
    return inputs, expected.numpy()


def compare(role, expected, found):
    """Tokens: at most 0.1 % may differ. Pixels: at most by one step of 255."""
    if expected.shape != found.shape:
        raise Refused(f"The file gives {found.shape} values", f"{expected.shape}", "take no size from the traced example")
    if role == "encoder":
        share = float(np.mean(expected != found))
        if share > DIFFERING:
            raise Refused(f"{share:.2%} of the file's tokens differ from PyTorch's", f"at most {DIFFERING:.1%}", EXACT)
    elif np.abs(expected.astype(int) - found.astype(int)).max() > 1:
        raise Refused("The file's frames differ from PyTorch's by more than one step of 255", "at most one", EXACT)
