package io.nolook.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.token.StreamOrder.Begins;
import io.nolook.token.StreamOrder.Kind;
import io.nolook.token.StreamOrder.Place;
import io.nolook.token.StreamOrder.Verdict;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class StreamOrderTest {
    /** The newest token frame taken: epoch 5, clip 40, position 3, captured at 1000. */
    private static final Optional<Place> NEWEST = Optional.of(new Place(5, 40, 3, 1000));

    @ParameterizedTest
    @EnumSource
    void theFirstBeginsAnewWhateverItIs(Kind kind) {
        assertThat(StreamOrder.of(Optional.empty(), new Place(5, 40, 3, 0), Begins.of(kind)))
                .isEqualTo(Verdict.BEGINS_ANEW);
    }

    @ParameterizedTest(name = "epoch {0}, clip {1}, position {2}, captured at {3}, {4}: {5}")
    @CsvSource({
        // in its clip
        "5, 40, 4, 2000, NOTHING, NEXT",
        "5, 40, 5, 2000, NOTHING, HOLE",
        "5, 40, 3, 1000, NOTHING, DUPLICATE",
        "5, 40, 0, 2000, NOTHING, DUPLICATE",
        // another clip
        "5, 56, 0, 2000, CLIP_BY_INTERVAL, NEXT",
        "5, 56, 0, 2000, CLIP, BEGINS_ANEW",
        "5, 56, 0, 2000, NUMBERS, BEGINS_ANEW",
        "5, 56, 1, 2000, NOTHING, HOLE",
        "5, 8, 9, 2000, NOTHING, DUPLICATE",
        "5, 8, 0, 2000, CLIP, DUPLICATE",
        // another epoch
        "6, 0, 0, 2000, CLIP, BEGINS_ANEW",
        "6, 0, 0, 2000, CLIP_BY_INTERVAL, BEGINS_ANEW",
        "6, 0, 4, 2000, NOTHING, HOLE",
        "4, 90, 0, 2000, CLIP, LATE",
        "4, 90, 1, 2000, NOTHING, LATE",
        // numbers that begin anew
        "4, 90, 0, 2000, NUMBERS, BEGINS_ANEW",
        "4, 90, 0, 500, NUMBERS, BEGINS_ANEW",
        "5, 0, 0, 2000, NUMBERS, BEGINS_ANEW",
        "5, 0, 0, 1000, NUMBERS, DUPLICATE"
    })
    void oneRuleForAll(long epoch, long clip, int position, long capturedAt, Kind kind, Verdict verdict) {
        assertThat(StreamOrder.of(NEWEST, new Place(epoch, clip, position, capturedAt), Begins.of(kind)))
                .isEqualTo(verdict);
    }

    /** Token frames at the end of the clip before were lost, and nothing but the keyframe can tell. */
    @ParameterizedTest(name = "follows {0}/{1}: {2}")
    @CsvSource({"40, 3, NEXT", "40, 4, HOLE", "41, 3, HOLE"})
    void aKeyframeByIntervalSaysWhatItFollows(long clip, int position, Verdict verdict) {
        Begins begins = new Begins(Kind.CLIP_BY_INTERVAL, Optional.of(new StreamOrder.Predecessor(clip, position)));
        assertThat(StreamOrder.of(NEWEST, new Place(5, 56, 0, 2000), begins)).isEqualTo(verdict);
    }

    @Test
    void aClipGoesOnFromWhereAHoleEnded() {
        Place behindHole = new Place(5, 40, 7, 2000);
        assertThat(StreamOrder.of(NEWEST, behindHole, Begins.NOTHING)).isEqualTo(Verdict.HOLE);
        assertThat(StreamOrder.of(Optional.of(behindHole), new Place(5, 40, 8, 3000), Begins.NOTHING))
                .isEqualTo(Verdict.NEXT);
    }
}
