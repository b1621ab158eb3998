"""The drawings: right sizes, right pictures, a reason where there is nothing to draw."""

import json
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
    figures.training_curve([tmp_path / "c.csv"], tmp_path / "c.png")
    colours = {tuple(colour) for colour in np.array(Image.open(tmp_path / "c.png")).reshape(-1, 3)}
    assert figures.LINES[0] in colours


def test_runs_in_a_row_follow_each_other(tmp_path, monkeypatch):
    drawn = []
    monkeypatch.setattr(figures, "draw_panels", lambda panels, *_: drawn.extend(panels.values()))
    for name, rows in (("a", "20,22.0,11.0\n40,23.0,12.0\n"), ("b", "9,23.5,12.0\n")):
        (tmp_path / f"{name}.csv").write_text("minutes,psnr,joint_entropy\n" + rows)
    figures.training_curve([tmp_path / "a.csv", tmp_path / "b.csv"], tmp_path / "c.png")
    assert drawn[0] == {"psnr": [[(20, 22.0), (40, 23.0), (49, 23.5)]]}


def test_study_has_a_line_for_each_kind_of_quantizer(tmp_path):
    def row(quantizer, seed, psnr):
        return {"quantizer": quantizer, "seed": seed, "steps": 800, "psnr_half": psnr - 1, "psnr": psnr, "language_model_bits": 12 + psnr / 9}

    rows = [row(quantizer, seed, 18 + place + seed / 4) for place, quantizer in enumerate(figures.QUANTIZERS) for seed in (0, 1)]
    rows.append({"quantizer": "lfq", "bits": 10, "minutes": 3.5, "psnr": 90})
    (tmp_path / "s.json").write_text(json.dumps(rows))
    figures.study_plot(tmp_path / "s.json", tmp_path / "s.png")
    colours = {tuple(colour) for colour in np.array(Image.open(tmp_path / "s.png")).reshape(-1, 3)}
    assert set(figures.LINES) <= colours


def test_no_measurements_are_named(tmp_path):
    (tmp_path / "c.csv").write_text("minutes,psnr,joint_entropy\n")
    with pytest.raises(ValueError, match="no measurements.*--validation"):
        figures.training_curve([tmp_path / "c.csv"], tmp_path / "c.png")


def test_sheet_shows_originals_above_reconstructions(tiny, tmp_path):
    video, out = tmp_path / "v.mp4", tmp_path / "s.png"
    command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "color=red:size=64x64:rate=10", "-frames:v", "10", str(video)]
    subprocess.run(command, check=True)
    encoder, decoder = tiny
    figures.contact_sheet(encoder, [decoder], [video, video], out, size=32, columns=3, frames=9)
    sheet = np.array(Image.open(out))
    assert sheet.shape == (2 * (figures.LABEL + 2 * 36 + 4), 3 * 36 - 4, 3)
    original, rebuilt = sheet[figures.LABEL + 16, 16], sheet[figures.LABEL + 36 + 16, 16]
    assert original[0] > 240 and original[1] < 20
    assert not np.array_equal(original, rebuilt)

    figures.contact_sheet(encoder, [decoder, decoder], [video], out, size=32, columns=3, frames=9, held=True)
    sheet = np.array(Image.open(out))
    assert sheet.shape == (figures.LABEL + 3 * 36 + 4, 3 * 36 - 4, 3)
    second, third = (sheet[figures.LABEL + row * 36 : figures.LABEL + row * 36 + 32] for row in (1, 2))
    assert np.array_equal(second, third), "a row for each decoder"
