"""Draws the table of recognition.json: accuracy of each row, and which words are taken for which."""

import argparse
import json
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

INK, PALE, BAR, LEVEL = (40, 40, 40), (215, 215, 215), (20, 90, 160), (200, 80, 30)
NAMES = {
    "tokens": "tokens",
    "pixels": "pixels, equal head",
    "random": "tokens of random weights",
    "single": "one frame's tokens",
    "gestures": "gestures (motion), tokens",
}
CELL, LINE = 34, 34  # pixels


def draw(table, out):
    rows = {row["row"]: row for row in table["rows"]}
    image = Image.new("RGB", (900, 400), "white")
    pen, font = ImageDraw.Draw(image), ImageFont.load_default()
    pen.text((20, 14), "top-1 of held-out clips, % (line: always the most frequent label)", INK, font)
    for number, (name, row) in enumerate(rows.items()):
        bar(pen, font, 40 + number * LINE, NAMES[name], row["top1.mean-log"], row["majority"])
    if "tokens" in rows:
        matrix(pen, font, 540, 60, rows["tokens"])
    out.parent.mkdir(exist_ok=True)
    image.save(out)


def bar(pen, font, top, name, share, level):
    left, full = 190, 260
    pen.text((20, top + 6), name, INK, font)
    pen.rectangle([left, top, left + full, top + 22], PALE)
    pen.rectangle([left, top, left + round(full * share), top + 22], BAR)
    pen.line([(left + full * level, top - 2), (left + full * level, top + 24)], LEVEL, 2)
    pen.text((left + full + 8, top + 6), f"{100 * share:.1f}", INK, font)


def matrix(pen, font, left, top, row):
    """Rows: what was shown; columns: what was said; darker is more often."""
    counts, labels = np.array(row["confusion"]), row["label_names"]
    counts = counts[: len([line for line in counts if line.sum()])]
    pen.text((left, top - 46), "tokens: shown (rows) and said (columns), clips", INK, font)
    for place, label in enumerate(labels):
        pen.text((left + place * CELL + 2, top - 16 - 10 * (place % 2)), label[:10], INK, font)
    for line, shown in enumerate(counts):
        pen.text((left - 54, top + line * CELL + 10), labels[line][:8], INK, font)
        for place, count in enumerate(shown):
            shade = tuple(round(255 - (255 - tone) * count / max(1, shown.sum())) for tone in BAR)
            box = [left + place * CELL, top + line * CELL, left + (place + 1) * CELL - 2, top + (line + 1) * CELL - 2]
            pen.rectangle(box, shade, PALE)
            pen.text((box[0] + 11, box[1] + 10), str(count) if count else "", "white" if count > shown.sum() / 2 else INK, font)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table", type=Path, help="recognition.json")
    parser.add_argument("--out", type=Path, required=True, help="PNG")
    options = parser.parse_args()
    draw(json.loads(options.table.read_text()), options.out)
    print(options.out)


if __name__ == "__main__":
    main()
