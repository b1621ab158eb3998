package io.nolook.flink.generate;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.flink.model.StreamRules.StepRequest;
import io.nolook.flink.model.StreamRules.Taken;
import io.nolook.frame.FrameSize;
import io.nolook.generation.Continuation;
import io.nolook.generation.ContinuationRequest;
import io.nolook.model.AdmittedForTest;
import io.nolook.model.BatchSizes;
import io.nolook.model.Draw;
import io.nolook.model.ModelSpec;
import io.nolook.model.StepModel;
import io.nolook.model.StepPlace;
import io.nolook.model.StreamModel;
import io.nolook.record.GenerateCommands;
import io.nolook.record.GeneratedTokens;
import io.nolook.record.KeptClip;
import io.nolook.record.ReceivedRecord;
import io.nolook.schema.FailedFrame;
import io.nolook.schema.FrameFit;
import io.nolook.schema.KeyframeReason;
import io.nolook.schema.TokenFrame;
import io.nolook.token.TokenPacking;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a camera is continued, behind what, and when a request is refused; no model runs. */
class ContinuationRulesTest {
    private static final FrameSize SIZE = new FrameSize(16, 16);
    private static final StreamModel<Draw, int[]> SAMPLER = sampler("ab12");

    private final ContinuationRules rules = rules(SAMPLER);
    private Optional<KeptClip> state;

    @BeforeEach
    void nothingSeen() {
        state = Optional.empty();
    }

    /** Every second, two samples of three token frames. */
    private static ContinuationRules rules(StreamModel<Draw, int[]> sampler) {
        Configuration options = new Configuration();
        options.setString("generate.every", "1 s");
        options.setString("generate.frames", "3");
        options.setString("generate.samples", "2");
        ContinuationRules rules = new ContinuationRules(GenerateSettings.of(options));
        rules.open(sampler, new UnregisteredMetricsGroup());
        return rules;
    }

    @Test
    void aCameraIsDueWhenItsClockPassesAMultiple() {
        assertThat(came(7, 0, 100_000).steps()).isEmpty();
        assertThat(came(7, 1, 999_999).steps()).isEmpty();
        var steps = came(7, 2, 1_000_000).steps();

        assertThat(steps).hasSize(6);
        assertThat(steps)
                .extracting(StepRequest::at)
                .containsExactly(
                        new StepPlace(7, 0, 0),
                        new StepPlace(7, 0, 1),
                        new StepPlace(7, 0, 2),
                        new StepPlace(7, 1, 0),
                        new StepPlace(7, 1, 1),
                        new StepPlace(7, 1, 2));
        assertThat(steps).extracting(StepRequest::camera).containsOnly("gate");
        assertThat(steps.get(0).input().begin()).hasSize(16);
        assertThat(steps.get(1).input().begin()).isEmpty();
        assertThat(steps.get(3).input().begin()).hasSize(16);
        assertThat(came(7, 3, 1_500_000).steps()).isEmpty();
        assertThat(came(7, 3, 2_500_000).steps()).isEmpty(); // seen before
    }

    /** Numbers begin anew with an epoch: the ids of samples must not meet. */
    @Test
    void samplesOfTwoEpochsHaveTwoIds() {
        came(7, 0, 100_000);
        String first = camera(came(7, 1, 1_100_000).steps());
        assertThat(came(8, 0, 5_000_000).steps()).isEmpty(); // another epoch: no time has passed in it
        String second = camera(came(8, 1, 6_100_000).steps());

        assertThat(first).isEqualTo("gate~7-4~0");
        assertThat(second).isEqualTo("gate~8-4~0");
    }

    @Test
    void recordsBeginWithTheClipAndSayHowTheyWereDrawn() {
        came(7, 0, 100_000);
        var step = came(7, 1, 1_100_000).steps().get(0);
        List<TokenFrame> records = rules.records(SAMPLER, step.origin(), new int[] {1, 2, 3, 15});

        assertThat(records).extracting(TokenFrame::getCamera).containsOnly("gate~7-4~0");
        assertThat(records).extracting(TokenFrame::getPosition).containsExactly(0, 1, 2);
        assertThat(records.get(1).getDrawn()).isNull();
        assertThat(records.get(2).getDrawn().getContinues()).isEqualTo("gate");
        assertThat(records.get(2).getDrawn().getSamplerHash()).isEqualTo("ab12");
        assertThat(records.get(2).getTokens()).isEqualTo(packed(1, 2, 3, 15));
    }

    @Test
    void requestsThatCannotBeAnsweredAreDeadLetters() {
        assertThat(refused(asked("gate"))).startsWith("camera gate: found no token frame of it");
        came(7, 1, 100_000); // its keyframe was not seen
        assertThat(refused(asked("gate"))).startsWith("camera gate: found no clip from its keyframe on");
        came(7, 2, 200_000);
        came(9, 0, 300_000);
        assertThat(asked("gate").refused()).isEmpty();
        assertThat(asked("gate").steps()).hasSize(2);
        assertThat(refused(asked("x".repeat(250)))).contains("expected 1 to 255 characters");
    }

    @Test
    void anotherSamplerWaitsForTheNextKeyframe() {
        came(7, 0, 100_000);
        came(7, 1, 200_000);
        StreamModel<Draw, int[]> other = sampler("cd34");
        ContinuationRules later = rules(other);
        KeptClip restored = later.decode(rules.encode(state.orElseThrow()));

        assertThat(restored.frames()).hasSize(2);
        var next = later.take(other, Optional.of(restored), new SamplerEvent.Came(frame(7, 2, 1_300_000)), 0);
        assertThat(next.steps()).isEmpty();
        assertThat(next.state().frames()).isEmpty();
    }

    private Taken<KeptClip, ContinuationRules.Place, Draw> came(long epoch, int position, long atMicros) {
        return taken(new SamplerEvent.Came(frame(epoch, position, atMicros)));
    }

    private Taken<KeptClip, ContinuationRules.Place, Draw> asked(String camera) {
        ContinuationRequest request = new ContinuationRequest("a1", camera, new Continuation(1, 1, 4, 2, 1));
        byte[] value = GenerateCommands.encode(request, 1, "ops");
        return taken(new SamplerEvent.Asked(
                request, new ReceivedRecord("control", 0, 3, 5, GenerateCommands.key(request), value, List.of())));
    }

    private Taken<KeptClip, ContinuationRules.Place, Draw> taken(SamplerEvent event) {
        var taken = rules.take(SAMPLER, state, event, 5);
        state = Optional.of(taken.state());
        return taken;
    }

    private static String camera(List<StepRequest<ContinuationRules.Place, Draw>> steps) {
        return GeneratedTokens.camera(steps.get(0).origin().request(), 0);
    }

    private static String refused(Taken<?, ?, ?> taken) {
        FailedFrame letter = taken.refused().orElseThrow();
        assertThat(taken.steps()).isEmpty();
        assertThat(letter.getTopic()).isEqualTo("control");
        assertThat(letter.getValue()).isNotNull();
        return letter.getReason();
    }

    private static TokenFrame frame(long epoch, int position, long atMicros) {
        return TokenFrame.newBuilder()
                .setCamera("gate")
                .setEpoch(epoch)
                .setTokenizerId("tiny-1")
                .setEncoderHash("ef")
                .setRuntimeId("runtime")
                .setClip(0)
                .setPosition(position)
                .setFirstSequence(Math.max(0, position * 4L - 3))
                .setLastSequence(position * 4L)
                .setFrames(position == 0 ? 1 : 4)
                .setFirstCapturedAtMicros(atMicros)
                .setLastCapturedAtMicros(atMicros)
                .setTimeCorrected(false)
                .setSourceWidth(16)
                .setSourceHeight(16)
                .setFit(FrameFit.CROP)
                .setHeight(2)
                .setWidth(2)
                .setBits(4)
                .setTokens(packed(position, 1, 2, 3))
                .setKeyframeReason(position == 0 ? KeyframeReason.FIRST_FRAME : null)
                .build();
    }

    private static ByteBuffer packed(int... tokens) {
        return ByteBuffer.wrap(TokenPacking.pack(tokens, 4));
    }

    @SuppressWarnings("unchecked")
    private static StreamModel<Draw, int[]> sampler(String hash) {
        ModelSpec spec = spec();
        StepModel<Draw, int[]> file = (StepModel<Draw, int[]>) Proxy.newProxyInstance(
                StepModel.class.getClassLoader(),
                new Class<?>[] {StepModel.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "spec" -> spec;
                    case "fileHash" -> hash;
                    case "runtimeId" -> "runtime";
                    default -> throw new UnsupportedOperationException(method.getName());
                });
        return AdmittedForTest.of(file, SIZE, new BatchSizes(List.of(1)));
    }

    private static ModelSpec spec() {
        Map<String, String> metadata = new HashMap<>(Map.of(
                "contract", "1",
                "model.name", "fake",
                "model.version", "1",
                "role", "sampler",
                "tokenizer_id", "tiny-1",
                "quantizer", "fsq",
                "codes", "16",
                "bits", "4",
                "token.factors", "2,2",
                "window.frames", "2"));
        metadata.putAll(Map.of(
                "clip.first_chunk", "repeat-first",
                "clip.tail", "repeat-last",
                "state.policy", "carry",
                "receptive_field", "unbounded",
                "input.range", "0..255",
                "input.colour", "RGB",
                "input.size", "16x16",
                "chunk.frames", "4",
                "stride.time", "4",
                "stride.space", "8"));
        metadata.putAll(
                Map.of("cache.window.shape", "1,4,2,2", "cache.window.type", "uint8", "cache.window.start", "0"));
        return ModelSpec.of(metadata);
    }
}
