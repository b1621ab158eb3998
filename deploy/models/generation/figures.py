"""Draws pretraining.json: a dot for each draw of clips, a line at the mean, for every row and number of clips."""

import argparse
import json
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

INK, PALE = (40, 40, 40), (225, 225, 225)
ROWS = {
    "convolutional": ("convolutional network, from scratch", (90, 90, 90)),
    "random": ("random layers kept, probe on top", (240, 170, 130)),
    "scratch": ("random layers, everything trained", (200, 80, 30)),
    "probe": ("pre-trained layers kept, probe on top", (120, 175, 225)),
    "tuned": ("pre-trained layers, everything trained", (20, 90, 160)),
}
LEFT, RIGHT, TOP, BOTTOM = 50, 620, 40, 330
SLOT = 30  # pixels between rows


def draw(table, out, top=80, chance=12.5):
    """`top` and `chance` in percent."""
    image = Image.new("RGB", (900, 380), "white")
    pen, font = ImageDraw.Draw(image), ImageFont.load_default()

    def up(percent):
        return BOTTOM - percent / top * (BOTTOM - TOP)

    pen.text((LEFT, 14), "top-1 of people never seen, %; a dot for each draw of clips, a line at the mean", INK, font)
    for percent in range(0, top + 1, 20):
        pen.line([(LEFT, up(percent)), (RIGHT, up(percent))], PALE)
        pen.text((LEFT - 24, up(percent) - 6), str(percent), INK, font)
    pen.line([(LEFT, up(chance)), (RIGHT, up(chance))], INK)
    pen.text((RIGHT + 8, up(chance) - 6), "chance", INK, font)
    numbers = sorted({run["clips_a_word"] for run in table["runs"]})
    width = (RIGHT - LEFT) / len(numbers)
    for place, number in enumerate(numbers):
        middle = LEFT + (place + 0.5) * width
        pen.text((middle - 30, BOTTOM + 12), f"{number} clip{'s' * (number > 1)} a word", INK, font)
        for column, (row, (_, colour)) in enumerate(ROWS.items()):
            found = [100 * run["top1"] for run in table["runs"] if (run["row"], run["clips_a_word"]) == (row, number)]
            column_of(pen, middle + (column - 2) * SLOT, [up(each) for each in found], colour)
    for line, (name, colour) in enumerate(ROWS.values()):
        pen.ellipse([RIGHT + 10, TOP + 18 * line + 2, RIGHT + 18, TOP + 18 * line + 10], colour)
        pen.text((RIGHT + 26, TOP + 18 * line), name, INK, font)
    out.parent.mkdir(exist_ok=True)
    image.save(out)


def column_of(pen, middle, heights, colour):
    for height in heights:
        pen.ellipse([middle - 4, height - 4, middle + 4, height + 4], colour)
    if heights:
        mean = sum(heights) / len(heights)
        pen.line([(middle - 11, mean), (middle + 11, mean)], INK, 2)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table", type=Path, help="pretraining.json")
    parser.add_argument("--out", type=Path, required=True, help="PNG")
    options = parser.parse_args()
    draw(json.loads(options.table.read_text()), options.out)
    print(options.out)


if __name__ == "__main__":
    main()
