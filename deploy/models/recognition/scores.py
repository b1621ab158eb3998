"""Figures of clip decisions: accuracy, calibration, temperature, and what the choice of subjects leaves open."""

import numpy as np
import torch
import torch.nn.functional as F

DECISIONS = ("mean-log", "last")


def decisions(logits, temperature=1.0, rule="mean-log"):
    """Logits [t, C] of each clip -> probabilities [clips, C] of the clip-level decision."""
    found = []
    for clip in logits:
        logs = F.log_softmax(clip / temperature, 1)
        found.append(torch.softmax(logs.mean(0) if rule == "mean-log" else logs[-1], 0))
    return torch.stack(found).numpy()


def top1(probabilities, targets):
    return float((probabilities.argmax(1) == targets).mean())


def ece(probabilities, targets, bins=10):
    """Expected calibration error over bins of equal width: |accuracy - confidence| weighted by how many are in each."""
    confidence, right = probabilities.max(1), probabilities.argmax(1) == targets
    places = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [abs(right[places == b].mean() - confidence[places == b].mean()) * (places == b).mean() for b in set(places)]
    return float(sum(gaps))


def negative_log(probabilities, targets):
    return float(-np.log(probabilities[np.arange(len(targets)), targets].clip(1e-9)).mean())


def best_temperature(logits, targets, rule="mean-log"):
    """The one of a fixed ladder with the least negative log-likelihood of the decisions."""
    ladder = np.exp(np.linspace(np.log(0.2), np.log(5), 65))
    return float(min(ladder, key=lambda each: negative_log(decisions(logits, float(each), rule), targets)))


def paired_interval(first, second, groups, draws=10000, seed=0):
    """(mean, low, high) of first - second (right or wrong, clip by clip) in percent; 95 % over subjects drawn anew."""
    difference, names = np.asarray(first, float) - np.asarray(second, float), sorted(set(groups))
    sums = np.array([difference[[g == name for g in groups]].sum() for name in names])
    counts = np.array([sum(g == name for g in groups) for name in names])
    drawn = np.random.default_rng(seed).integers(len(names), size=(draws, len(names)))
    means = sums[drawn].sum(1) / counts[drawn].sum(1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(100 * difference.mean()), float(100 * low), float(100 * high)
