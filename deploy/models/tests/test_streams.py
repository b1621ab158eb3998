"""Recognition along streams: the job's event rule, what counts as told and as a false alarm, settings chosen elsewhere."""

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from conftest import record

from recognition import data, events, learn, learning_curve, streams, train
from recognition.events import Rule


def told(rule, *probabilities, rate=20.0):
    """Events of one label beside the background, token frames of four frames each but the first."""
    scores = [(1 - p, p) for p in probabilities]
    return [event for _, event in events.detect(scores, events.spans(4 * len(scores) - 3, rate), rule)]


def test_an_action_begins_above_the_threshold_and_ends_below_the_release():
    begun, ended = told(Rule(0.6, 0.4, 0, 0), 0.1, 0.5, 0.7, 0.5, 0.45, 0.3, 0.5)
    assert (begun.ended, ended.ended) == (False, True) and begun.label == ended.label == 1
    assert begun.start == ended.start == 5 / 20
    assert ended.end == 16 / 20 and ended.confidence == 0.7


def test_shorter_than_the_least_duration_is_not_told():
    rule = Rule(0.6, 0.4, 0.35, 0)
    assert told(rule, 0.1, 0.7, 0.1, 0.1) == []
    begun, ended = told(rule, 0.1, 0.7, 0.7, 0.1)
    assert not begun.ended and ended.ended and begun.end == 8 / 20


def test_the_background_is_never_told():
    assert told(Rule(0.6, 0.4, 0, 0), 0.0, 0.0) == []


def test_another_label_takes_over():
    scores = [(0.1, 0.8, 0.1), (0.05, 0.25, 0.7)]
    found = events.detect(scores, events.spans(5, 20), Rule(0.6, 0.1, 0, -1))
    assert [(step, event.label, event.ended) for step, event in found] == [(0, 1, False), (1, 1, True), (1, 2, False), (1, 2, True)]


def test_what_is_seen_at_the_end_ends_if_it_was_told():
    assert [event.ended for event in told(Rule(0.6, 0.4, 0, 0), 0.9)] == [False, True]
    assert told(Rule(0.6, 0.4, 10, 0), 0.9) == []


@pytest.mark.parametrize("wrong", [{"threshold": 0.3}, {"release": 0.0}, {"threshold": 1.1}, {"min_duration": -1.0}])
def test_rules_that_cannot_be_are_refused(wrong):
    with pytest.raises(ValueError, match="expected"):
        Rule(**wrong)


def test_every_end_has_its_beginning():
    random = np.random.default_rng(0)
    for _ in range(50):
        scores = random.dirichlet([0.3] * 3, 40)
        found = [event for _, event in events.detect(scores, events.spans(157, 20), Rule(0.5, 0.3, 0.15, 0))]
        assert [event.ended for event in found] == [False, True] * (len(found) // 2)
        assert all((one.label, one.start) == (other.label, other.start) for one, other in zip(found[::2], found[1::2]))


def test_spans_are_those_of_the_chunks():
    assert events.spans(7, 5) == [(0, 0), (0.2, 0.8), (1.0, 1.2)]


def stream_of(frames, *words):
    return streams.Stream(np.zeros(0), frames, words)


def begun(step, label):
    return step, events.Event(label, 0, 0, 1.0)


def test_a_word_is_told_once_while_it_is_shown_or_soon_behind():
    stream = stream_of(101, (1, 2.0, 4.0), (2, 10.0, 12.0))
    found = [begun(2, 1), begun(4, 1), begun(5, 1), begun(7, 2), begun(14, 1), begun(24, 2)]
    counts = streams.judged(found + [(9, events.Event(2, 0, 0, 1.0, ended=True))], stream, 5)
    assert counts == streams.Counts(words=2, right=1, wrong=2, alarms=2, seconds=20.2), "1.6 s is early, 5.6 s is the last moment"


def test_words_lie_where_the_frames_say():
    random, gaps = np.random.default_rng(1), [np.full((40, 2, 2, 3), 9, np.uint8)]
    frames, places = streams.joined([(1, np.zeros((8, 2, 2, 3), np.uint8)), (0, np.ones((5, 2, 2, 3), np.uint8))], gaps, random)
    assert [(label, frames[first:last + 1].mean()) for label, first, last in places] == [(1, 0), (0, 1)]
    assert (frames == 9).all((1, 2, 3)).sum() == len(frames) - 13
    assert all(streams.GAP[0] <= apart < streams.GAP[1] for apart in np.diff([-1, places[0][1] - 1])), "a gap comes first"


def table(recalls, alarms):
    """Two settings: strict and lax."""
    def counts(recall, alarm):
        return streams.Counts(10, recall, 0, 0, 10), {"a": streams.Counts(alarms=alarm, seconds=3600)}

    return {name: counts(*each) for name, each in zip(("strict", "lax"), zip(recalls, alarms))}


def test_settings_are_chosen_on_the_other_folds():
    tables = [table((9, 10), (0, 5)), table((5, 9), (1, 6)), table((5, 9), (0, 7))]
    found, = streams.nested_rows(tables, ["a"], [], [0.8])
    assert found["settings"] == ["lax", "lax", "lax"]
    found, = streams.nested_rows(tables, ["a"], ["a"], [0.7])
    assert found["settings"] == ["lax", "strict", "strict"], "each fold's own figures do not count"
    assert (found["words"], found["recall"], found["false_alarms"], found["hours"]) == (30, 0.6667, 6, 3)
    assert found["a"]["false_alarms"] == found["false_alarms"]


def test_temperatures_are_chosen_on_the_other_folds():
    sure, wrong = torch.tensor([[4.0, 0.0]]), torch.tensor([[0.0, 4.0]])
    logits, of_fold = [sure, sure, sure, wrong], np.array([0, 0, 1, 1])
    found = train.nested(logits, np.array([0, 0, 0, 0]), of_fold)
    assert found[0] > 1 > found[1], "fold 0 hears of the error in fold 1, and fold 1 of none"
    assert train.calibrated(logits, of_fold, found)[0].max() < train.calibrated(logits, of_fold, found)[2].max()


def clips(people, each, label="a"):
    return [data.Clip(Path(f"{label}_{person}_{take}"), label, f"s{person}") for person in range(people) for take in range(each)]


def test_clips_are_spread_over_the_people():
    some, random = clips(4, 2), np.random.default_rng(0)
    found = learning_curve.taken(some, ["s0", "s1", "s3"], 4, random)
    groups = [some[place].group for place in found]
    assert len(set(found)) == 4 and set(groups[:3]) == {"s0", "s1", "s3"}
    assert len(learning_curve.taken(some, ["s0", "s1"], 9, random)) == 4, "no more than there are"


def test_people_left_out_are_in_no_pool_and_differ_between_seeds():
    people = {f"s{number}" for number in range(20)}
    found = [learning_curve.split(people, seed, 5) for seed in range(3)]
    assert all(len(pool) == 15 and not set(pool) & set(out) for pool, out in found)
    assert len({person for _, out in found for person in out}) == 15


def test_background_is_a_quarter_and_nobody_else_is_taken():
    every = clips(4, 2, "a") + clips(4, 2, "b") + [data.Clip(Path(f"o{n}"), "background", f"o{n}") for n in range(9)]
    course = SimpleNamespace(clips=every, labels=("a", "b", "background"), background="background", measured=np.arange(16))
    part = learning_curve.chosen(course, ["s1", "s2"], 4, np.random.default_rng(0))
    assert [every[place].label for place in part] == ["a"] * 4 + ["b"] * 4 + ["background"] * 2
    assert {every[place].group for place in part[:8]} == {"s1", "s2"}


@pytest.mark.parametrize("program", [streams, learning_curve])
def test_starts_as_a_file(program):
    shown = subprocess.run([sys.executable, program.__file__, "--help"], capture_output=True, text=True, check=True).stdout
    assert "people" in shown


def test_too_few_sources_are_refused():
    course = SimpleNamespace(grey=1.0, options=SimpleNamespace(folds=2))
    with pytest.raises(ValueError, match="fold 0: found no video without words.*at least 2 sources"):
        streams.word_streams(course, [], None, 5.0, 0)


def test_from_folders_to_the_table(folder, exported, monkeypatch, tmp_path):
    """What heads learned from is left out of the other footage; both measurements stand in one table, and the picture is drawn."""
    monkeypatch.setattr(data, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(learn, "BATCH", 8)
    monkeypatch.setattr(streams, "MODELS", tmp_path)
    monkeypatch.setattr(streams, "THRESHOLDS", [0.4, 0.6])
    (tmp_path / "images").mkdir()
    common = ["--data", str(folder / "words"), "--encoder", str(exported / "encoder.onnx"), "--versions", "1", "--steps", "2", "--folds", "2"]
    common += ["--out", str(tmp_path / "table.json")]
    for name in ("garden", "road"):
        record(tmp_path / "quiet" / f"{name}_1.mp4", "testsrc2=size=64x48:rate=10", 40)
    quiet = ["--quiet", str(tmp_path / "quiet"), "--near", str(folder / "other"), str(folder / "words"), "--heads", str(tmp_path / "heads")]
    monkeypatch.setattr(sys, "argv", ["streams.py", *common, *quiet])
    streams.main()
    monkeypatch.setattr(sys, "argv", ["learning_curve.py", *common, "--seeds", "2", "--left-out", "1", "--points", "1x1", "2x1"])
    learning_curve.main()
    found = json.loads((tmp_path / "table.json").read_text())
    measured = found["streams"]["as recorded"]
    assert measured["default"]["words"] == 6 and measured["default"]["hours"] == round(2 * 20 / 5 / 3600, 3)
    assert len(measured["curve"]) == 2 * len(streams.DURATIONS) and len(measured["nested"]) == len(streams.RECALLS)
    assert [(point["people"], point["tested"]) for point in found["learning_curve"]["2"]["points"]] == [(1, [2, 2]), (2, [2, 2])]
    assert sorted(path.name for path in (tmp_path / "heads").iterdir()) == ["fold-0.pt", "fold-1.pt"]
    assert (tmp_path / "images" / "recognition-streams.png").exists()
