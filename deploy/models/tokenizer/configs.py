"""Named sizes of the network in `model.py`."""

import model as net
from refinement import RefiningDecoder, RefiningEncoder

# clear: the encoder of small, so its tokens, and a decoder of two and a half times the multiply-adds: 1.3 GMAC a frame at
# 128x128. Its further blocks see no further into the past.
# base: the widths and four blocks a stage (eight in the middle) of MAGVIT-v2. Temporal taps only in so many blocks as
# keep the activations of a camera below 3 MiB at 128x128.
CONFIGS = {
    "small": ({}, {}),
    "clear": ({}, {"channels": (64, 160, 256), "blocks": (3, 3, 4), "temporal": (1, 2, 3)}),
    "base": (
        {"channels": (128, 256, 512), "blocks": (4, 4, 8), "temporal": (0, 2, 1)},
        {"channels": (128, 256, 512), "blocks": (4, 4, 8), "temporal": (1, 1, 1)},
    ),
    "study": ({"channels": (32, 64, 96), "blocks": (1, 1, 2)}, {"channels": (32, 64, 96), "blocks": (1, 1, 2)}),
}


def build(config="small", bits=net.BITS, halvings=net.HALVINGS, refine=0, activation="silu"):
    """(encoder, decoder) in eval mode, with random weights.

    `refine` is the period of refinement, 0 for none; `activation` is the encoder's, whose numbers must be the same everywhere.
    """
    encoder, decoder = ({**sizes, "bits": bits, "halvings": halvings} for sizes in CONFIGS[config])
    if refine and (bits, halvings) != (net.BITS, net.HALVINGS):
        raise ValueError(f"found {bits} bits in {halvings} halvings, expected {net.BITS} in {net.HALVINGS} to refine")
    if refine:
        modules = RefiningEncoder(**encoder, refine=refine), RefiningDecoder(**decoder, refine=refine)
    else:
        modules = net.Encoder(**encoder), net.Decoder(**decoder)
    net.activate(modules[0], activation)
    return modules[0].eval(), modules[1].eval()
