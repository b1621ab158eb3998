"""Draws a training curve from train.py's .csv, the table of the quantizer study, and a contact sheet of originals
above their reconstructions."""

import argparse
import csv
import json
import math
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

import measure
import model as net
from clips import centre_crop, decode

INK, PALE = (40, 40, 40), (215, 215, 215)
LINES = (20, 90, 160), (200, 80, 30), (40, 140, 60), (130, 60, 150)
GAP = 4  # pixels between pictures of a contact sheet
LABEL = 16  # pixels of a line of text


def nice_ticks(low, high, count=5):
    """About `count` round values that cover low..high."""
    if high - low < 1e-3:
        low, high = low - 0.5, high + 0.5
    step = 10 ** math.floor(math.log10((high - low) / count))
    step *= next(factor for factor in (1, 2, 5, 10) if (high - low) / (step * factor) <= count)
    ticks = np.arange(math.floor(low / step), math.ceil(high / step) + 1) * step
    return [round(float(tick), 6) for tick in ticks]


def draw_panel(draw, box, lines, title, x_title):
    """Lines {name: [[(x, y), ...], ...]}, several of one name, in a box (left, top, right, bottom) with its axes; named when
    there are several names."""
    left, top, right, bottom = box
    font = ImageFont.load_default()
    across_all, up_all = zip(*(point for several in lines.values() for line in several for point in line))
    x_ticks, y_ticks = nice_ticks(min(across_all), max(across_all)), nice_ticks(min(up_all), max(up_all))

    def place(a, b):
        across = (a - x_ticks[0]) / (x_ticks[-1] - x_ticks[0])
        up = (b - y_ticks[0]) / (y_ticks[-1] - y_ticks[0])
        return left + across * (right - left), bottom - up * (bottom - top)

    for tick in y_ticks:
        height = place(0, tick)[1]
        draw.line([(left, height), (right, height)], PALE)
        draw.text((left - 40, height - 6), f"{tick:g}", INK, font)
    for tick in x_ticks:
        across = place(tick, y_ticks[0])[0]
        draw.line([(across, bottom), (across, bottom + 4)], INK)
        draw.text((across - 8, bottom + 7), f"{tick:g}", INK, font)
    draw.line([(left, top), (left, bottom), (right, bottom)], INK)
    for number, ((name, several), colour) in enumerate(zip(lines.items(), LINES)):
        for line in several:
            points = [place(a, b) for a, b in sorted(line)]
            draw.line(points, colour, 2)
            for across, height in points:
                draw.ellipse([across - 3, height - 3, across + 3, height + 3], colour)
        if len(lines) > 1:
            draw.text((right - 130, bottom - 8 - LABEL * (len(lines) - number)), name, colour, font)
    draw.text((left, top - 20), title, INK, font)
    draw.text((right - 6 * len(x_title), bottom + 22), x_title, INK, font)


def draw_panels(panels, x_titles, out):
    """Panels {title: lines} side by side; one title of the x axis for each."""
    image = Image.new("RGB", (450 * len(panels), 320), "white")
    for number, ((title, lines), x_title) in enumerate(zip(panels.items(), x_titles)):
        left = 450 * number + 60
        draw_panel(ImageDraw.Draw(image), (left, 40, left + 370, 260), lines, title, x_title)
    image.save(out)


def training_curve(paths, out):
    """PSNR and joint entropy on the validation clips over the minutes of training, of runs that followed each other."""
    rows, before = [], 0.0
    for path in paths:
        with open(path, newline="") as lines:
            run = [{key: float(value) for key, value in row.items()} for row in csv.DictReader(lines)]
        rows += [row | {"minutes": before + row["minutes"]} for row in run]
        before = rows[-1]["minutes"] if run else before
    if not rows:
        raise ValueError(f"{paths[0]} has no measurements; train.py writes one every 20 minutes when it is given --validation")
    titles = {"psnr": "PSNR on the validation clips, dB", "joint_entropy": "joint entropy of the tokens there, bits of 18"}
    panels = {title: {key: [[(row["minutes"], row[key]) for row in rows]]} for key, title in titles.items()}
    draw_panels(panels, ["minutes of training"] * len(panels), out)


QUANTIZERS = {"lfq": "plain LFQ", "residual-lfq": "residual LFQ", "vq": "VQ", "rvq": "RVQ"}


def study_plot(path, out):
    """The quantizers at equal bits: reconstruction half-way and at the end, and over what a token costs a language model."""
    rows = [row for row in json.loads(Path(path).read_text()) if "psnr_half" in row]
    found = {name: [row for row in rows if row["quantizer"] == key] for key, name in QUANTIZERS.items()}
    found = {name: some for name, some in found.items() if some}
    steps = {name: [[(0.5 * row["steps"], row["psnr_half"]), (row["steps"], row["psnr"])] for row in some] for name, some in found.items()}
    costs = {name: [[(row["language_model_bits"], row["psnr"])] for row in some if "language_model_bits" in row] for name, some in found.items()}
    panels = {"PSNR, dB; each line a seed": steps, "PSNR, dB, at the end": costs}
    draw_panels(panels, ("steps of training", "bits a token costs the language model"), out)


def contact_sheet(encoder, decoders, videos, out, size=128, columns=6, frames=33, held=False):
    """For each video `columns` frames out of its first `frames`, or of its first one held, and under them what their
    tokens give back by each decoder."""
    rows = []
    for path in videos:
        original = centre_crop(decode(path, size, 1 if held else frames), size // net.SPATIAL * net.SPATIAL)
        original = np.repeat(original, frames, 0) if held else original
        rebuilt = [measure.round_trip(encoder, decoder, original)[0] for decoder in decoders]
        picked = np.linspace(0, len(original) - 1, columns).round().astype(int)
        likeness = ", ".join(f"{measure.psnr(pictures, original):.1f}" for pictures in rebuilt)
        if held:
            steps = ", ".join(f"{measure.psnr(rebuilt[0][at], original[at]):.1f}" for at in picked)
            likeness = f"{steps} dB at token frames {', '.join(str(1 + (at + 3) // net.CHUNK) for at in picked)}"
        rows.append((f"{Path(path).name}   {likeness}{'' if held else ' dB'}", original[picked], *(pictures[picked] for pictures in rebuilt)))
    width = columns * (size + GAP) - GAP
    lines = 1 + len(decoders)
    image = Image.new("RGB", (width, len(rows) * (LABEL + lines * (size + GAP) + GAP)), "white")
    draw, top = ImageDraw.Draw(image), 0
    for title, *pictures in rows:
        draw.text((2, top + 2), title, INK, ImageFont.load_default())
        top += LABEL
        for row in pictures:
            for column, picture in enumerate(row):
                image.paste(Image.fromarray(picture), (column * (size + GAP), top))
            top += size + GAP
        top += GAP
    image.save(out)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    kinds = parser.add_subparsers(dest="kind", required=True)
    curve = kinds.add_parser("curve", help="training curve")
    curve.add_argument("csv", type=Path, nargs="+", help="beside the checkpoint, written by train.py; several for runs in a row")
    table = kinds.add_parser("study", help="plot of the quantizer study")
    table.add_argument("json", type=Path, help="table written by study.py")
    sheet = kinds.add_parser("sheet", help="contact sheet; publish only videos whose licence allows it")
    sheet.add_argument("weights", type=Path, help="checkpoint, or folder of exported files")
    sheet.add_argument("videos", type=Path, nargs="+")
    sheet.add_argument("--size", type=int, default=128, help="pixels, short side and centre crop")
    sheet.add_argument("--columns", type=int, default=6, help="frames shown of each video")
    sheet.add_argument("--frames", type=int, default=33, help="frames tokenized of each video")
    sheet.add_argument("--held", action="store_true", help="the first frame of each video held for so many frames")
    sheet.add_argument("--beside", type=Path, help="weights whose decoder reads the same tokens, for a third row")
    for kind in (curve, table, sheet):
        kind.add_argument("--out", type=Path, required=True, help="PNG file")
    options = parser.parse_args()
    if options.kind == "curve":
        training_curve(options.csv, options.out)
    elif options.kind == "study":
        study_plot(options.json, options.out)
    else:
        encoder, decoder, _ = measure.load_weights(options.weights)
        decoders = [decoder] + ([measure.load_weights(options.beside)[1]] if options.beside else [])
        contact_sheet(encoder, decoders, options.videos, options.out, options.size, options.columns, options.frames, options.held)
    print(options.out)


if __name__ == "__main__":
    main()
