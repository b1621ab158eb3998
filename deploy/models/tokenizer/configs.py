"""Named sizes of the network in `model.py`."""

import model as net

# base: the widths and four blocks a stage (eight in the middle) of MAGVIT-v2. Temporal taps only in so many blocks as
# keep the activations of a camera below 3 MiB at 128x128.
CONFIGS = {
    "small": ({}, {}),
    "base": (
        {"channels": (128, 256, 512), "blocks": (4, 4, 8), "temporal": (0, 2, 1)},
        {"channels": (128, 256, 512), "blocks": (4, 4, 8), "temporal": (1, 1, 1)},
    ),
    "study": ({"channels": (32, 64, 96), "blocks": (1, 1, 2)}, {"channels": (32, 64, 96), "blocks": (1, 1, 2)}),
}


def build(config="small", bits=net.BITS, halvings=net.HALVINGS):
    """(encoder, decoder) in eval mode, with random weights."""
    encoder, decoder = CONFIGS[config]
    return net.Encoder(**encoder, bits=bits, halvings=halvings).eval(), net.Decoder(**decoder, bits=bits, halvings=halvings).eval()
