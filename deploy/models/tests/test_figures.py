"""The drawings: right sizes, right pictures, a reason where there is nothing to draw."""

import subprocess

import numpy as np
import pytest
from PIL import Image

import figures


def test_ticks_are_round_and_cover_the_range():
    assert figures.nice_ticks(0, 60) == [0, 20, 40, 60]
    ticks = figures.nice_ticks(22.16, 23.4)
    assert ticks[0] <= 22.16 and ticks[-1] >= 23.4 and 3 <= len(ticks) <= 8
    assert len(figures.nice_ticks(5, 5)) > 1


@pytest.mark.parametrize("rows", ["20,22.2,11.5\n", "20,22.2,11.5\n40,22.9,12.5\n"])
def test_curve_is_drawn(tmp_path, rows):
    (tmp_path / "c.csv").write_text("minutes,psnr,joint_entropy\n" + rows)
    figures.training_curve(tmp_path / "c.csv", tmp_path / "c.png")
    colours = {tuple(colour) for colour in np.array(Image.open(tmp_path / "c.png")).reshape(-1, 3)}
    assert figures.LINE in colours


def test_no_measurements_are_named(tmp_path):
    (tmp_path / "c.csv").write_text("minutes,psnr,joint_entropy\n")
    with pytest.raises(ValueError, match="no measurements.*--validation"):
        figures.training_curve(tmp_path / "c.csv", tmp_path / "c.png")


def test_sheet_shows_originals_above_reconstructions(tiny, tmp_path):
    video, out = tmp_path / "v.mp4", tmp_path / "s.png"
    command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "color=red:size=64x64:rate=10", "-frames:v", "10", str(video)]
    subprocess.run(command, check=True)
    figures.contact_sheet(*tiny, [video, video], out, size=32, columns=3, frames=9)
    sheet = np.array(Image.open(out))
    assert sheet.shape == (2 * (figures.LABEL + 2 * 36 + 4), 3 * 36 - 4, 3)
    original, rebuilt = sheet[figures.LABEL + 16, 16], sheet[figures.LABEL + 36 + 16, 16]
    assert original[0] > 240 and original[1] < 20
    assert not np.array_equal(original, rebuilt)
