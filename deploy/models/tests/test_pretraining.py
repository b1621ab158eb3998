"""The study of what pre-training brings: its trunk is the predictor, frozen is frozen, and nobody is on two sides."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from generation import figures, pretraining as study
from generation.model import WINDOW, Predictor, by_groups, rows_of
from generation.train import load
from recognition.data import Clip

WORDS, RECORDINGS = ("call", "help"), 2


def small():
    torch.manual_seed(0)
    return Predictor(32, 2, 4).eval()


def material(people, views):
    """Clips whose tokens tell the word: one half of their values, or the other."""
    random, clips, tokens = np.random.default_rng(people[0]), [], []
    for person in people:
        for number, word in enumerate(WORDS):
            for recording in range(RECORDINGS):
                clips.append(Clip(Path(f"{word}_s{person:03d}_r{recording}.mp4"), word, f"s{person:03d}"))
                tokens.append(random.integers(0, 1 << 17, (study.FRAMES, 16, 16), np.int32) | number << 17)
    targets = np.array([WORDS.index(clip.label) for clip in clips])
    return study.Material(clips, targets, [np.stack(tokens)] * views, 0b100000_100000_100000)


@pytest.fixture(scope="module")
def materials():
    return [material([1, 2, 3], 2), material([4], 1), material([5, 6], 1)]


@pytest.fixture
def trunk(materials, monkeypatch):
    monkeypatch.setattr(study, "PROBE_STEPS", 4)
    monkeypatch.setattr(study, "STEPS", 2)
    monkeypatch.setattr(study, "BATCH", 2)
    return study.Trunk(small(), materials, WORDS)


def same(first, second):
    return all(torch.equal(one, other) for one, other in zip(first.state_dict().values(), second.state_dict().values()))


@torch.no_grad()
@pytest.mark.parametrize("length", [1, 3, WINDOW + 2])
def test_states_are_those_of_the_predictor(length):
    model, tokens = small(), torch.randint(0, 64, (2, length, 16, 16, 3), generator=torch.Generator().manual_seed(1))
    phases = (torch.arange(length) % study.PERIOD).view(1, -1, 1, 1)
    embedded = model.embedding(rows_of(tokens, phases))
    past = model.before_each(embedded)
    hidden = model.hidden(model.context(past, phases), past, embedded.flatten(0, 1))

    found = study.states(model, tokens, torch.arange(64))

    assert found.shape == (2, length, 3, 64, 32)
    for part, expected in ((found[:, :, 0], embedded), (found[:, :, -1], hidden)):
        assert torch.allclose(part, expected.reshape(2, length, 8, 2, 8, 2, 32).mean((3, 5)).flatten(2, 3), atol=1e-4)


def test_the_shipped_weights_are_what_recognizers_begin_with(materials):
    path = study.MODELS / "generation" / "weights.pt"
    some = [study.Material(each.clips[:1], each.targets[:1], [view[:1] for view in each.views], each.escape) for each in materials]
    predictor = study.Trunk(load(path), some, WORDS).predictor
    written = torch.load(path, map_location="cpu", weights_only=True)["weights"]

    assert predictor.state_dict().keys() == written.keys()
    assert all(torch.equal(value.half(), written[name]) for name, value in predictor.state_dict().items())
    torch.manual_seed(0)
    assert not same(predictor, Predictor(**predictor.told)), "other than the random ones"


def test_frozen_stays_and_tuned_changes_a_copy(trunk):
    places = np.arange(4)
    probe = trunk.probe(places, 1e-2, 0)
    assert same(trunk.predictor, small()), "a probe trains nothing below it"
    assert not same(probe, trunk.probe(places, 0.0, 0)), "the probe itself learns"

    tuned = trunk.tuned(places, probe, 1e-2, 0)
    assert same(trunk.predictor, small()), "the next draw begins with the same"
    assert not same(tuned.trunk, small())
    changed = [name for name, value in tuned.trunk.state_dict().items() if not torch.equal(value, trunk.predictor.state_dict()[name])]
    assert {name.split(".")[0] for name in changed} >= {"embedding", "before", "beside", "layers"}


def test_a_probe_and_everything_untrained_say_the_same(trunk):
    probe = trunk.probe(np.arange(4), 1e-2, 0)
    whole = study.Recognizer(trunk.predictor, probe).eval()
    with torch.no_grad():
        alone = probe(trunk.states[2][0].flatten(0, 1))
        assert torch.allclose(whole(trunk.tokens[2][0]), alone, atol=1e-2)


def test_a_step_looks_at_a_part_of_the_blocks_and_a_test_at_all():
    raster = by_groups(torch.arange(256).view(1, 16, 16))[0]
    chosen, places = study.places_of(torch.arange(64), 16, 16)
    assert sorted(chosen.tolist()) == sorted(places.tolist()) == list(range(256))
    chosen, places = study.places_of(torch.tensor([9]), 16, 16)
    assert raster[chosen][places].tolist() == [34, 35, 50, 51]
    seen = []
    whole = study.Recognizer(small(), study.Probe(32, 3, 2))
    whole.probe.forward = lambda states, blocks: seen.append(sorted(blocks.tolist())) or torch.zeros(len(states), 2)
    for training in (True, True, False):
        whole.train(training)(torch.zeros(1, 1, 16, 16, 3, dtype=torch.uint8))
    assert len(seen[0]) == len(seen[1]) == 32 and seen[0] != seen[1]
    assert seen[2] == list(range(64))


def test_nobody_is_on_two_sides():
    people = {f"s{number:03d}" for number in range(20)}
    parts = study.parted(people)
    assert [len(part) for part in parts] == list(study.PEOPLE)
    assert len(set().union(*parts)) == sum(study.PEOPLE)
    assert parts == study.parted(people), "drawn once"
    with pytest.raises(ValueError, match="found 6 people, expected 20"):
        study.parted({f"s{number}" for number in range(6)})


@pytest.mark.parametrize("each", [1, 2, 4])
def test_a_draw_is_of_so_many_clips_of_each_word(materials, each):
    places = study.drawn(materials[0], each, 0)
    taken = [materials[0].clips[place] for place in places]
    assert len(set(places)) == each * len(WORDS)
    for word in WORDS:
        people = [clip.group for clip in taken if clip.label == word]
        assert len(people) == each and len(set(people)) == min(each, 3), "of as many people as may be"
    assert any(list(places) != list(study.drawn(materials[0], each, seed)) for seed in range(1, 9))


def test_every_row_is_judged_on_the_same_clips(trunk, materials):
    rates = {name: {"probe": {"rate": 1e-2}, "tuned": {"rate": 1e-3}} for name in ("pre-trained", "random")}
    trunks = {"pre-trained": trunk, "random": trunk}
    found = dict(study.one(trunks, rates, materials, study.drawn(materials[0], 1, 0), WORDS, 1, 0))
    assert set(found) == set(study.ROWS)
    assert all(right.shape == (len(materials[2].clips),) for right in found.values())
    assert (found["probe"] == found["random"]).all() and (found["tuned"] == found["scratch"]).all(), "but for the weights they are one"


def test_differences_are_of_the_same_draw():
    right = {"probe": ["1111", "1100"], "random": ["1110", "0100"]}
    runs = [{"row": row, "clips_a_word": 1, "draw": draw, "right": each} for row, some in right.items() for draw, each in enumerate(some)]
    found = study.summary({"runs": runs, "groups": ["a", "a", "b", "b"]})
    assert [(each["row"], each["mean"]) for each in found["rows"]] == [("random", 50.0), ("probe", 75.0)]
    (only,) = found["differences"]
    assert (only["row"], only["minus"]) == ("probe", "random")
    assert (only["mean"], only["deviation"], only["more"], only["people"]) == (25.0, 0.0, 2, [25.0, 25.0])


def test_runs_of_other_settings_are_made_anew(tmp_path):
    path = tmp_path / "table.json"
    assert study.kept(path, {"frames": 3})["runs"] == []
    path.write_text('{"frames": 3, "runs": ["one"], "seconds": 5}')
    assert study.kept(path, {"frames": 3})["runs"] == ["one"]
    assert study.kept(path, {"frames": 4})["runs"] == []


def test_the_table_kept_is_what_its_runs_say(tmp_path):
    table = json.loads((study.MODELS / "generation" / "pretraining.json").read_text())
    assert table | study.summary(table) == table
    assert len(set().union(*table["people"])) == sum(map(len, table["people"])), "nobody on two sides"
    assert set(table["groups"]) == set(table["people"][2])
    assert list(figures.ROWS) == list(study.ROWS)
    figures.draw(table, tmp_path / "images" / "table.png")
    assert (tmp_path / "images" / "table.png").stat().st_size > 0
