"""Writes reference values of PSNR, SSIM and MS-SSIM for the Java tests, computed by scikit-image.

The pictures are made by integer arithmetic that MetricReferenceTest repeats. Needs scikit-image (pip install
scikit-image); pytorch-msssim, where installed, checks MS-SSIM once more where it accepts the size. The tests read the
committed table and need neither:

    python metric_reference.py ../../../operators/src/test/resources/fixtures/metric-reference.tsv
"""

import argparse
from pathlib import Path

import numpy as np
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

WEIGHTS = (0.0517, 0.3295, 0.3462, 0.2726)
BORDER = 5
CASES = [  # width, height, amplitude of the noise, blur (0 or 1)
    (128, 128, 10, 0),
    (128, 128, 40, 0),
    (128, 128, 3, 1),
    (128, 128, 127, 1),
    (256, 176, 25, 1),
    (200, 96, 15, 0),
    (88, 88, 20, 1),
    (64, 64, 20, 0),
    (40, 24, 60, 1),
]


def pictures(width, height, amplitude, blur):
    """uint8 [H,W,3]: ramps with a checkerboard, and the same with its right neighbour mixed in and noise added."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    original = ((x * (c + 2) + y * (5 - c)) // 3 + ((x // 9) ^ (y // 7)) % 2 * 60) % 256
    right = original[:, np.minimum(np.arange(width) + 1, width - 1)]
    index = (y * width + x) * 3 + c
    noise = (index * 2654435761 % 2**32 >> 20) % (2 * amplitude + 1) - amplitude
    decoded = (original + right) // 2 if blur else original
    return original.astype(np.uint8), np.clip(decoded + noise, 0, 255).astype(np.uint8)


def valid(picture):
    return picture[BORDER:-BORDER, BORDER:-BORDER]


def ssim_maps(x, y):
    """The maps of one channel over whole windows: SSIM, and SSIM with its luminance divided out."""
    options = dict(gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=255, full=True)
    full = valid(structural_similarity(x, y, **options)[1])
    flat = valid(structural_similarity(x, y, K2=1e9, **options)[1])  # contrast and structure tend to 1: luminance
    return full, full / flat


def ms_ssim(x, y):
    values = []
    for c in range(3):
        a, b, product = x[..., c].astype(np.float64), y[..., c].astype(np.float64), 1
        for scale, weight in enumerate(WEIGHTS):
            if min(a.shape) < 2 * BORDER + 1:
                return float("nan")
            full, contrast = ssim_maps(a, b)
            last = scale == len(WEIGHTS) - 1
            product *= max(0, (full if last else contrast).mean()) ** weight
            a, b = (p.reshape(p.shape[0] // 2, 2, p.shape[1] // 2, 2).mean((1, 3)) if not last else p for p in (a, b))
        values.append(product)
    return float(np.mean(values))


def check_with_pytorch(x, y, ours):
    import torch
    from pytorch_msssim import ms_ssim as theirs

    tensors = [torch.tensor(p.transpose(2, 0, 1)[None].tolist(), dtype=torch.float64) for p in (x, y)]
    value = theirs(*tensors, data_range=255, weights=list(WEIGHTS)).item()
    assert abs(value - ours) < 1e-4, (value, ours)
    print(f"pytorch-msssim agrees: {value:.6f} {ours:.6f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("table", type=Path)
    table = parser.parse_args().table
    lines = ["width\theight\tamplitude\tblur\tpsnr\tssim\tms_ssim"]
    for case in CASES:
        x, y = pictures(*case)
        psnr = peak_signal_noise_ratio(x, y, data_range=255)
        ssim = np.mean([ssim_maps(x[..., c].astype(float), y[..., c].astype(float))[0].mean() for c in range(3)])
        multi = ms_ssim(x, y)
        if min(case[:2]) > 160:
            try:
                check_with_pytorch(x, y, multi)
            except ImportError:
                print("found no pytorch-msssim: not checked with it")
        lines.append("\t".join([*map(str, case), f"{psnr:.6f}", f"{ssim:.7f}", f"{multi:.7f}"]))
    table.write_text("\n".join(lines) + "\n")
    print(table)


if __name__ == "__main__":
    main()
