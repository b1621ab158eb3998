package io.nolook.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.frame.FrameSize;
import io.nolook.model.ActivationCache.Carrier;
import io.nolook.model.ModelStep.Start;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
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
            List.of(CacheShape.parse("down1", "2,3,H/8,W/8", CacheShape.Cell.FLOAT)),
            Map.of());
    private static final FrameSize SIZE = new FrameSize(32, 32);

    private static final StreamModel<?, ?> MODEL = model();

    private static StreamModel<?, ?> model() {
        return (StreamModel<?, ?>) Proxy.newProxyInstance(
                ActivationCacheTest.class.getClassLoader(),
                new Class<?>[] {StreamModel.class},
                (proxy, call, given) -> switch (call.getName()) {
                    case "newActivations" -> Activations.zeros(SPEC, SIZE);
                    case "spec" -> SPEC;
                    default -> throw new AssertionError("found a call of " + call.getName());
                });
    }

    @Test
    void whatAnotherModelHadIsNotTaken() throws Exception {
        ActivationCache cache = new ActivationCache(10 * ENTRY, Carrier.NONE);
        Activations before = cache.holdFresh("a", step(0), MODEL).activations();
        cache.release("a");
        assertThat(cache.holdFresh("a", step(0), MODEL).activations()).isSameAs(before);
        cache.release("a");
        assertThat(cache.holdFresh("a", step(0), model()).activations()).isNotSameAs(before);
        assertThat(cache.bytes()).isEqualTo(ENTRY);
    }

    @Test
    void isReadyForTheStepAfterTheLastAndNoOther() throws Exception {
        ActivationCache cache = new ActivationCache(10 * ENTRY, Carrier.NONE);
        fresh(cache, "a", 0);
        cache.release("a");
        assertThat(cache.holdReady("a", step(2))).isEmpty();
        assertThat(cache.holdReady("a", new StepPlace(1, 99, 1))).isEmpty();
        assertThat(cache.holdReady("b", step(1))).isEmpty();
        assertThat(cache.holdReady("a", step(1)).orElseThrow().start()).isEqualTo(Start.CURRENT);
    }

    @Test
    void forgetsTheLeastRecentlyUsedThatIsNotHeld() throws Exception {
        ActivationCache cache = new ActivationCache(2 * ENTRY, Carrier.NONE);
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
    void exceedsTheBoundOnlyByWhatIsHeld() throws Exception {
        ActivationCache cache = new ActivationCache(0, Carrier.NONE);
        fresh(cache, "a", 0);
        fresh(cache, "b", 0);
        assertThat(cache.overCommitted()).isTrue();
        cache.release("a");
        cache.release("b");
        assertThat(cache.bytes()).isZero();
        assertThat(cache.holdReady("a", step(1))).isEmpty();
    }

    @Test
    void forgetsACameraThatIsGone() throws Exception {
        ActivationCache cache = new ActivationCache(10 * ENTRY, Carrier.NONE);
        fresh(cache, "a", 0);
        cache.release("a");
        cache.forget("a");
        assertThat(cache.bytes()).isZero();
        cache.forget("a");
    }

    @Test
    void forgetsACameraThatIsGoneWhenItsWorkIsDone() throws Exception {
        ActivationCache cache = new ActivationCache(10 * ENTRY, Carrier.NONE);
        fresh(cache, "a", 0);
        fresh(cache, "a", 1);
        cache.forget("a");
        cache.release("a");
        assertThat(cache.bytes()).as("held: kept").isEqualTo(ENTRY);
        cache.release("a");
        assertThat(cache.bytes()).isZero();
    }

    @Test
    void keepsACameraThatComesBackBeforeItsWorkIsDone() throws Exception {
        ActivationCache cache = new ActivationCache(10 * ENTRY, Carrier.NONE);
        fresh(cache, "a", 0);
        cache.forget("a");
        fresh(cache, "a", 0);
        cache.release("a");
        cache.release("a");
        assertThat(cache.holdReady("a", step(1))).isPresent();
    }

    @Test
    void whatGoesForWantOfRoomIsCarriedOnceAChange() throws Exception {
        List<String> carried = new ArrayList<>();
        ActivationCache cache = new ActivationCache(
                ENTRY, (model, camera, ready, activations) -> carried.add(camera + ready.position()));
        fresh(cache, "a", 0);
        cache.release("a");
        cache.carryAll();
        cache.carryAll();
        assertThat(carried).containsExactly("a1");

        fresh(cache, "b", 3);
        cache.release("b");
        assertThat(carried).as("a has not changed since").containsExactly("a1");
        fresh(cache, "c", 5);
        assertThat(carried).containsExactly("a1", "b4");
        cache.forget("c");
        cache.release("c");
        assertThat(carried).as("c is gone").containsExactly("a1", "b4");
    }

    @Test
    void whatWasCarriedComesBackForItsStepOnly() throws Exception {
        ActivationCache cache = new ActivationCache(10 * ENTRY, Carrier.NONE);
        Activations before = Activations.zeros(SPEC, SIZE);
        cache.restore("a", step(4), MODEL, before);

        assertThat(cache.holdReady("a", step(3))).isEmpty();
        assertThat(cache.holdReady("a", step(4)))
                .hasValueSatisfying(held -> assertThat(held.activations()).isSameAs(before));
    }

    @Test
    void releasingWhatIsNotHeldIsAMistake() throws Exception {
        ActivationCache cache = new ActivationCache(ENTRY, Carrier.NONE);
        assertThatThrownBy(() -> cache.release("a")).hasMessageContaining("no work of camera a");
        assertThatThrownBy(() -> new ActivationCache(-1, Carrier.NONE)).hasMessageContaining("activations.max-bytes");
    }

    private static void fresh(ActivationCache cache, String camera, int position) throws Exception {
        cache.holdFresh(camera, step(position), MODEL);
    }

    private static StepPlace step(int position) {
        return new StepPlace(1, 0, position);
    }
}
