"""Scores of a stream to events, by the rule of the recognizing job (`EventDetector.java`): hysteresis and a least duration.

At most one label is seen at a time: the likeliest that is not the background.
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Rule:
    """When scores become events: the options `action.threshold`, `action.release`, `action.min-duration`."""

    threshold: float = 0.6
    release: float = 0.4
    min_duration: float = 0.5  # seconds
    background: int = -1  # the label that is never told; -1 for none

    def __post_init__(self):
        if not 0 < self.release <= self.threshold <= 1:
            raise ValueError(f"found threshold {self.threshold}, release {self.release}, expected 0 < release <= threshold <= 1")
        if self.min_duration < 0:
            raise ValueError(f"found min_duration {self.min_duration}, expected at least 0")


@dataclass(frozen=True)
class Event:
    """A label seen for a while; times are seconds of the first frame of the first token frame and the last of the last."""

    label: int
    start: float
    end: float
    confidence: float  # the largest probability so far
    ended: bool = False


def likeliest(probabilities, background):
    """The likeliest label but the background; the first of equals."""
    return max((label for label in range(len(probabilities)) if label != background), key=lambda label: probabilities[label])


def detect(probabilities, spans, rule):
    """[(token frame, event)] of one gapless run: scores [t][labels] and spans [t][2] in seconds.

    A beginning is told when the least duration is reached, an end when it is seen. What is told at the end of the run ends.
    """
    events, seen, told = [], None, False
    for step, (scores, (first, last)) in enumerate(zip(probabilities, spans)):
        best = likeliest(scores, rule.background)
        over = seen and (scores[seen.label] < rule.release or (best != seen.label and scores[best] >= rule.threshold))
        if over:
            events += [(step, replace(seen, ended=True))] if told else []
            seen, told = None, False
        if seen:
            seen = replace(seen, end=last, confidence=max(seen.confidence, scores[seen.label]))
        elif scores[best] >= rule.threshold:
            seen = Event(best, first, last, scores[best])
        if seen and not told and seen.end - seen.start >= rule.min_duration - 1e-9:
            events.append((step, seen))
            told = True
    return events + ([(len(spans) - 1, replace(seen, ended=True))] if told else [])


def spans(frames, rate, chunk=4):
    """Seconds of the first and last frame of each token frame; the first token frame is one frame, a run is cut at its end."""
    starts = [0, *range(1, frames, chunk)]
    return [(first / rate, min(frames - 1, first + chunk - 1 if first else 0) / rate) for first in starts]
