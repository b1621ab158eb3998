package io.nolook.verification;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.identity.MadeWith;
import io.nolook.window.CameraFrame;
import io.nolook.window.CameraWindow;
import io.nolook.window.Carried;
import io.nolook.window.Chunk;
import io.nolook.window.FrameFate;
import io.nolook.window.WindowAssembler;
import io.nolook.window.WindowResult;
import io.nolook.window.WindowSpec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A job of one camera, its frames, and the claims that it records. */
final class VerifiedJob {
    static final String CAMERA = "gate";
    static final long NOW = 1_700_000_000_000L;
    static final long IDLE = 60_000;
    static final long RESET_AFTER = 5_000;
    static final long FRESH = 200;
    private static final long MAX_AHEAD = 10_000;

    /** A frame and when it was sent. */
    record Sent(CameraFrame frame, long atMillis) {}

    WindowSpec spec;
    WindowAssembler assembler;
    final List<Sent> sent = new ArrayList<>();
    final List<Claim> claims = new ArrayList<>();
    final Recomputed tokens = new Recomputed();
    final Map<String, WindowSpec> told = new HashMap<>();
    Optional<CameraWindow> window = Optional.empty();
    long now = NOW;
    long lagMillis;
    long clockMillis;
    boolean drained;

    VerifiedJob(long sampleIntervalMicros) {
        spec = new WindowSpec(MadeWith.model("model-a"), 4, 2, 5, sampleIntervalMicros, RESET_AFTER, MAX_AHEAD, FRESH);
        assembler = new WindowAssembler(spec);
    }

    /** From the next frame on. */
    VerifiedJob restartedWith(MadeWith madeWith) {
        spec = new WindowSpec(madeWith, 4, 2, 5, spec.sampleIntervalMicros(), RESET_AFTER, MAX_AHEAD, FRESH);
        assembler = new WindowAssembler(spec);
        return this;
    }

    VerifiedJob frames(long epoch, long from, long to) {
        for (long sequence = from; sequence <= to; sequence++) {
            frame(epoch, sequence, 64);
        }
        return this;
    }

    VerifiedJob frame(long epoch, long sequence, int width) {
        now += 40;
        byte[] rgb = ByteBuffer.allocate(18).putLong(epoch).putLong(sequence).array();
        CameraFrame frame = new CameraFrame(
                CAMERA, epoch, sequence, (now + clockMillis) * 1000, width, 48, rgb, now - lagMillis, Carried.NOTHING);
        sent.add(new Sent(frame, now));
        WindowResult result = assembler.step(window, frame, now);
        window = Optional.of(result.window());
        result.chunks().forEach(this::record);
        return this;
    }

    VerifiedJob drain() {
        window = window.map(last -> assembler.finish(last, CAMERA)).map(finished -> {
            finished.chunks().forEach(this::record);
            return finished.window();
        });
        return this;
    }

    VerifiedJob silence() {
        now += IDLE;
        window.flatMap(last -> assembler.finishSkip(last, CAMERA))
                .ifPresent(finished -> finished.chunks().forEach(this::record));
        window = Optional.empty();
        return this;
    }

    void record(Chunk chunk) {
        claims.add(new Claim(
                claims.size(),
                Claim.Key.of(chunk),
                chunk.span(),
                chunk.keyframe(),
                chunk.skipped(),
                spec.madeWith(),
                tokens.of(chunk)));
    }

    Verdict verified(Allowance... allowances) {
        Set<Allowance> allowed = EnumSet.noneOf(Allowance.class);
        Collections.addAll(allowed, allowances);
        List<Claim> inOrder = new ArrayList<>();
        claims.forEach(claim -> inOrder.add(renumbered(claim, inOrder.size())));
        Verdict verdict = new Verdict();
        CameraVerifier verifier =
                new CameraVerifier(inOrder, new VerificationSpec(spec, IDLE, allowed), verdict, models());
        long ahead = sent.stream() // counted with their dead letters
                .filter(each -> verifier.frame(each.frame(), each.atMillis()).equals(Optional.of(FrameFate.AHEAD)))
                .count();
        verifier.finish(CAMERA);
        assertThat(verdict.fates().values().stream().mapToLong(Long::longValue).sum())
                .as("every frame has one fate")
                .isEqualTo(sent.size() - ahead);
        return verdict;
    }

    /** Another model, told while the job runs: the same pictures and options. */
    VerifiedJob toldToUse(String model) {
        told.put(spec.madeWith().model(), spec);
        MadeWith before = spec.madeWith();
        MadeWith madeWith = new MadeWith(model, before.runtime(), before.width(), before.height(), before.fit());
        spec = new WindowSpec(madeWith, 4, 2, 5, spec.sampleIntervalMicros(), RESET_AFTER, MAX_AHEAD, FRESH);
        told.put(model, spec);
        assembler = new WindowAssembler(spec);
        return this;
    }

    /** A keyframe that somebody asks for. */
    VerifiedJob ask() {
        WindowAssembler.Finished asked = assembler.beginClip(window.orElseThrow(), CAMERA);
        asked.chunks().forEach(this::record);
        window = Optional.of(asked.window());
        return this;
    }

    private Recomputation models() {
        Recomputed recomputed = new Recomputed();
        return new Recomputation() {
            @Override
            public Optional<WindowSpec> window(String model) {
                return model.equals(spec.madeWith().model()) ? Optional.of(spec) : Optional.ofNullable(told.get(model));
            }

            @Override
            public Digest tokens(String model, Chunk chunk) {
                return recomputed.of(chunk);
            }
        };
    }

    /** Tokens that depend, like a model's, on all chunks of the clip so far. */
    static final class Recomputed {
        Digest last = new Digest(0, 0);

        Digest of(Chunk chunk) {
            if (chunk.position() == 0) {
                last = new Digest(0, 0);
            }
            byte[] rgb = chunk.rgb();
            last = Digest.of(ByteBuffer.allocate(rgb.length + 16)
                    .putLong(last.high())
                    .putLong(last.low())
                    .put(rgb)
                    .array());
            return last;
        }
    }

    static Claim renumbered(Claim claim, int order) {
        return new Claim(
                order, claim.key(), claim.span(), claim.keyframe(), claim.skipped(), claim.madeWith(), claim.tokens());
    }
}
