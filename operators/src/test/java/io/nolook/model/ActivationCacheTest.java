package io.nolook.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.frame.FrameSize;
import io.nolook.model.ModelStep.Start;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ActivationCacheTest {
    private static final long ENTRY = 4 * 2 * 3 * 4 * 4;
    private static final ModelSpec SPEC = new ModelSpec(
            "model 1",
            ModelSpec.Role.ENCODER,
            "id",
            "lfq",
            1 << 18,
            18,
            4,
            8,
            39,
            List.of(CacheShape.parse("down1", "2,3,H/8,W/8")),
            Map.of());
    private static final FrameSize SIZE = new FrameSize(32, 32);

    @Test
    void isReadyForTheStepAfterTheLastAndNoOther() {
        ActivationCache cache = new ActivationCache(10 * ENTRY, ENTRY);
        fresh(cache, "a", 0);
        cache.release("a");
        assertThat(cache.holdReady("a", step(2))).isEmpty();
        assertThat(cache.holdReady("a", new StepPlace(1, 99, 1))).isEmpty();
        assertThat(cache.holdReady("b", step(1))).isEmpty();
        assertThat(cache.holdReady("a", step(1)).orElseThrow().start()).isEqualTo(Start.CURRENT);
    }

    @Test
    void forgetsTheLeastRecentlyUsedThatIsNotHeld() {
        ActivationCache cache = new ActivationCache(2 * ENTRY, ENTRY);
        fresh(cache, "held", 0);
        fresh(cache, "idle", 0);
        cache.release("idle");
        fresh(cache, "new", 0);
        assertThat(cache.bytes()).isEqualTo(2 * ENTRY);
        assertThat(cache.overCommitted()).isFalse();
        assertThat(cache.holdReady("idle", step(1))).isEmpty();
        assertThat(cache.holdReady("held", step(1))).isPresent();
    }

    @Test
    void exceedsTheBoundOnlyByWhatIsHeld() {
        ActivationCache cache = new ActivationCache(0, ENTRY);
        fresh(cache, "a", 0);
        fresh(cache, "b", 0);
        assertThat(cache.overCommitted()).isTrue();
        cache.release("a");
        cache.release("b");
        assertThat(cache.bytes()).isZero();
        assertThat(cache.holdReady("a", step(1))).isEmpty();
    }

    @Test
    void forgetsACameraThatIsGone() {
        ActivationCache cache = new ActivationCache(10 * ENTRY, ENTRY);
        fresh(cache, "a", 0);
        cache.release("a");
        cache.forget("a");
        assertThat(cache.bytes()).isZero();
        cache.forget("a");
    }

    @Test
    void forgetsACameraThatIsGoneWhenItsWorkIsDone() {
        ActivationCache cache = new ActivationCache(10 * ENTRY, ENTRY);
        fresh(cache, "a", 0);
        fresh(cache, "a", 1);
        cache.forget("a");
        cache.release("a");
        assertThat(cache.bytes()).as("held: kept").isEqualTo(ENTRY);
        cache.release("a");
        assertThat(cache.bytes()).isZero();
    }

    @Test
    void keepsACameraThatComesBackBeforeItsWorkIsDone() {
        ActivationCache cache = new ActivationCache(10 * ENTRY, ENTRY);
        fresh(cache, "a", 0);
        cache.forget("a");
        fresh(cache, "a", 0);
        cache.release("a");
        cache.release("a");
        assertThat(cache.holdReady("a", step(1))).isPresent();
    }

    @Test
    void releasingWhatIsNotHeldIsAMistake() {
        ActivationCache cache = new ActivationCache(ENTRY, ENTRY);
        assertThatThrownBy(() -> cache.release("a")).hasMessageContaining("no work of camera a");
        assertThatThrownBy(() -> new ActivationCache(-1, ENTRY)).hasMessageContaining("activations.max-bytes");
    }

    private static void fresh(ActivationCache cache, String camera, int position) {
        cache.holdFresh(camera, step(position), () -> Activations.zeros(SPEC, SIZE));
    }

    private static StepPlace step(int position) {
        return new StepPlace(1, 0, position);
    }
}
