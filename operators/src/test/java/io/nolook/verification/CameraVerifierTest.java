package io.nolook.verification;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.identity.MadeWith;
import io.nolook.window.Chunk;
import io.nolook.window.KeyframeReason;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a job may do passes; whatever it may not is found and named. */
class CameraVerifierTest {

    private static Claim withTokens(Claim claim, Digest tokens) {
        return new Claim(
                claim.order(), claim.key(), claim.span(), claim.keyframe(), claim.skipped(), claim.madeWith(), tokens);
    }

    /** Anything a camera may send and a job may decide. */
    private static VerifiedJob anyJob(Random random) {
        VerifiedJob job = new VerifiedJob(random.nextInt(3) == 0 ? 100_000 : 0);
        long epoch = 1;
        long next = 0;
        int moves = 20 + random.nextInt(120);
        for (int i = 0; i < moves; i++) {
            switch (random.nextInt(29)) {
                case 0 -> next += 1 + random.nextInt(5);
                case 1 -> next = Math.max(0, next - 1 - random.nextInt(6));
                case 2 -> {
                    epoch++;
                    next = 0;
                }
                case 3 -> job.frame(Math.max(0, epoch - 1), next, 64);
                case 4 -> job.now += random.nextInt((int) VerifiedJob.RESET_AFTER * 2);
                case 5 -> job.drain();
                case 6 -> job.silence();
                case 7, 8 -> job.lagMillis = random.nextInt(2 * (int) VerifiedJob.FRESH);
                case 9 ->
                    job.restartedWith(new MadeWith("model-a", random.nextBoolean() ? "cpu" : "gpu", 3, 2, "CROP"));
                case 12 -> job.toldToUse(random.nextBoolean() ? "model-a" : "model-b");
                case 13 -> {
                    if (job.window.isPresent()) {
                        job.ask();
                    }
                }
                case 10 -> job.frame(epoch, next + (1L << 40), 64);
                case 11 -> job.clockMillis = random.nextInt(4) * 1_000_000L - 2_000_000;
                default -> {}
            }
            job.frame(epoch, next++, random.nextInt(30) == 0 ? 80 : 64);
        }
        job.drained = random.nextBoolean();
        return job.drained ? job.drain() : job;
    }

    @Property(tries = 1500)
    void whatAJobMayDoPasses(@ForAll Random random) {
        VerifiedJob job = anyJob(random);
        Verdict verdict = job.drained ? job.verified() : job.verified(Allowance.LATER_TOKENS);
        assertThat(verdict.examples()).isEmpty();
        assertThat(verdict.passed()).isTrue();
        assertThat(verdict.frames(Fate.UNACCOUNTED)).isZero();
        assertThat(verdict.frames(Fate.PENDING) == 0 || !job.drained).isTrue();
    }

    @Test
    void aModelThatCameWithinAClipIsFound() {
        VerifiedJob job =
                new VerifiedJob(0).frames(1, 0, 30).toldToUse("model-b").frames(1, 31, 60);
        assertThat(job.drain().verified().passed()).isTrue();
        Claim inside = job.claims.stream()
                .filter(claim -> claim.madeWith().model().equals("model-b")
                        && claim.key().position() == 1)
                .findFirst()
                .orElseThrow();
        job.claims.set(
                inside.order(),
                new Claim(
                        inside.order(),
                        inside.key(),
                        inside.span(),
                        inside.keyframe(),
                        inside.skipped(),
                        MadeWith.model("model-a"),
                        inside.tokens()));
        assertThat(job.verified().examples().get(0)).startsWith("ILLEGITIMATE").contains("expected one model a clip");
    }

    /** A camera began its numbers anew and kept its epoch: the job hears nothing in order, and forgets it. */
    @Test
    void silenceCountsFromTheNewestFrameInOrder() {
        VerifiedJob job = new VerifiedJob(0).frames(5, 0, 8);
        job.now += VerifiedJob.IDLE / 2;
        job.frame(5, 0, 64);
        job.now += VerifiedJob.IDLE / 2;
        job.frame(5, 1, 64);
        job.window = Optional.empty();
        Verdict verdict = job.frames(5, 2, 14).drain().verified();

        assertThat(verdict.examples()).isEmpty();
        assertThat(verdict.frames(Fate.DUPLICATE)).isEqualTo(2);
        assertThat(verdict.frames(Fate.TOKENIZED)).isEqualTo(22);
    }

    @Property(tries = 1500)
    void whatItMayNotIsFound(@ForAll Random random) {
        VerifiedJob job = anyJob(random);
        // a lost tail cannot be told from frames that silence abandoned, nor a lost first frame from a duplicate
        List<Integer> whole = IntStream.range(0, job.claims.size())
                .filter(i -> job.claims.get(i).span().frames() == 4)
                .boxed()
                .toList();
        Assume.that(!whole.isEmpty());
        int at = whole.get(random.nextInt(whole.size()));
        Claim claim = job.claims.get(at);
        Fault expected;
        switch (random.nextInt(4)) {
            case 0 -> {
                job.claims.remove(at);
                expected = Fault.MISSING;
            }
            case 1 -> {
                job.claims.add(at, claim);
                expected = Fault.REPEATED;
            }
            case 2 -> {
                job.claims.set(at, withTokens(claim, new Digest(1, 2)));
                expected = Fault.DIFFERING;
            }
            default -> {
                Claim.Key nowhere =
                        new Claim.Key(claim.key().epoch(), claim.key().clip(), 1000);
                job.claims.add(
                        at,
                        new Claim(
                                0,
                                nowhere,
                                claim.span(),
                                claim.keyframe(),
                                claim.skipped(),
                                claim.madeWith(),
                                claim.tokens()));
                expected = Fault.UNFOUNDED;
            }
        }
        Verdict verdict = job.verified();
        assertThat(verdict.passed()).isFalse();
        assertThat(verdict.faults(expected)).as("%s", verdict.examples()).isPositive();
    }

    @Test
    void lostChunkCostsItsFrames() {
        VerifiedJob job = new VerifiedJob(0).frames(1, 0, 16);
        job.claims.remove(2);
        Verdict verdict = job.verified();
        assertThat(verdict.frames(Fate.UNACCOUNTED)).isEqualTo(4);
        assertThat(verdict.examples())
                .containsExactly("MISSING: found no token frame 1/0/2 of the frames 5 to 8, expected one");
    }

    /** A camera that was silent for long began its numbers again: the later claims of a number are not the lost one. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aLostChunkOfANumberThatComesAgainIsMissing(int lost) {
        VerifiedJob job = new VerifiedJob(0).frames(1, 0, 8).silence().frames(1, 0, 8);
        assertThat(job.verified().examples()).isEmpty();
        job.claims.remove(lost);
        assertThat(job.verified().examples())
                .containsExactly("MISSING: found no token frame 1/0/" + lost + " of the frames " + (4 * lost - 3)
                        + " to " + 4 * lost + ", expected one");
    }

    /** The chunk before another model is lost, and numbers come again: the later keyframe of a number is not the lost one. */
    @Test
    void aLostChunkBeforeAnotherModelIsMissing() {
        VerifiedJob job = new VerifiedJob(0)
                .frames(1, 0, 8)
                .toldToUse("model-b")
                .frames(1, 9, 16)
                .silence()
                .frames(1, 5, 12);
        assertThat(job.drain().verified().examples()).isEmpty();
        job.claims.removeIf(claim -> claim.key().clip() == 0 && claim.key().position() == 2);
        assertThat(job.verified().faults(Fault.MISSING)).isPositive();
        assertThat(job.verified().faults()).doesNotContainKey(Fault.DIFFERING);
    }

    @Test
    void replayThatDropsAChunkGivesOtherTokensFromThenOn() {
        VerifiedJob job = new VerifiedJob(0).frames(1, 0, 8);
        job.tokens.last = new Digest(7, 7); // the activations were rebuilt without the last chunk
        job.frames(1, 9, 16);
        assertThat(job.verified().faults(Fault.DIFFERING)).isEqualTo(2);
    }

    @Test
    void framesThatAreLeftOutWithoutARecordAreMissing() {
        VerifiedJob job = new VerifiedJob(0).frames(1, 0, 4);
        VerifiedJob rest = new VerifiedJob(0);
        rest.now = VerifiedJob.NOW + 9 * 40;
        rest.frames(1, 9, 12);
        job.frames(1, 5, 12);
        job.claims.subList(2, job.claims.size()).clear();
        rest.claims.forEach(job.claims::add);
        Verdict verdict = job.verified();
        assertThat(verdict.passed()).isFalse();
        assertThat(verdict.frames(Fate.UNACCOUNTED)).isEqualTo(4);
        assertThat(verdict.faults(Fault.ILLEGITIMATE))
                .as("a first frame in mid-stream")
                .isEqualTo(1);
    }

    @Test
    void skippedFramesAreCountedAndASkipWithoutRecordIsFound() {
        VerifiedJob job = new VerifiedJob(0).frames(1, 0, 6);
        job.lagMillis = VerifiedJob.FRESH + 1;
        job.frames(1, 7, 11);
        job.lagMillis = 0;
        job.frames(1, 12, 16);
        Verdict verdict = job.verified();
        assertThat(verdict.examples()).isEmpty();
        assertThat(verdict.frames(Fate.SKIPPED)).isEqualTo(5);
        int at = 3;
        Claim skip = job.claims.get(at);
        assertThat(skip.keyframe()).contains(KeyframeReason.SKIP);
        assertThat(skip.skipped()).contains(new Chunk.Range(7, 11));
        job.claims.set(
                at,
                new Claim(
                        0,
                        skip.key(),
                        skip.span(),
                        Optional.of(KeyframeReason.INTERVAL),
                        Optional.empty(),
                        skip.madeWith(),
                        skip.tokens()));
        verdict = job.verified();
        assertThat(verdict.passed()).isFalse();
        assertThat(verdict.frames(Fate.UNACCOUNTED)).isPositive();
    }

    @Test
    void gapThatWasNoneIsIllegitimate() {
        VerifiedJob job = new VerifiedJob(0).frames(1, 0, 4);
        job.frame(1, 7, 64);
        Claim gap = job.claims.get(2);
        job.claims.set(
                2,
                new Claim(
                        0,
                        gap.key(),
                        gap.span(),
                        Optional.of(KeyframeReason.INTERVAL),
                        Optional.empty(),
                        gap.madeWith(),
                        gap.tokens()));
        assertThat(job.verified().examples().get(0)).startsWith("ILLEGITIMATE").contains("Range[from=5, to=6]");
    }

    @Test
    void stateThatWasLostIsIllegitimate() {
        VerifiedJob job = new VerifiedJob(0).frames(1, 0, 6);
        job.window = Optional.empty();
        job.frames(1, 7, 10);
        Verdict verdict = job.verified();
        assertThat(verdict.examples()).hasSize(1).first().asString().contains("state gone", "camera.idle-ttl");
        assertThat(verdict.frames(Fate.ABANDONED)).isEqualTo(2);
    }

    @Test
    void exchangedTokenFramesAreReordered() {
        VerifiedJob job = new VerifiedJob(0).frames(1, 0, 16);
        Collections.swap(job.claims, 2, 3);
        Verdict verdict = job.verified();
        assertThat(verdict.faults()).containsOnlyKeys(Fault.REORDERED);
    }

    @Test
    void anotherModelIsNamed() {
        VerifiedJob job = new VerifiedJob(0).frames(1, 0, 0);
        Claim claim = job.claims.get(0);
        job.claims.set(
                0,
                new Claim(
                        0,
                        claim.key(),
                        claim.span(),
                        claim.keyframe(),
                        claim.skipped(),
                        MadeWith.model("model-b"),
                        claim.tokens()));
        assertThat(job.verified().examples().get(0)).startsWith("UNVERIFIABLE").contains("model-b", "model-a");
    }

    private static final MadeWith HERE = new MadeWith("model-a", "cpu", 3, 2, "CROP");

    /** The job went on elsewhere, whatever was pending: its keyframe is in the record, and every token is held to it. */
    @ParameterizedTest
    @ValueSource(longs = {4, 5, 6, 7})
    void aJobThatGoesOnElsewherePasses(long cut) {
        VerifiedJob job = new VerifiedJob(0)
                .restartedWith(new MadeWith("model-a", "cuda", 3, 2, "CROP"))
                .frames(1, 0, cut)
                .restartedWith(HERE)
                .frames(1, cut + 1, 16);
        assertThat(job.claims).extracting(Claim::keyframe).contains(Optional.of(KeyframeReason.MODEL));
        Verdict verdict = job.verified();
        assertThat(verdict.examples()).isEmpty();
        assertThat(verdict.fates().get(Fate.TOKENIZED)).isGreaterThanOrEqualTo(14);
    }

    /** With another size nothing is missing: what was given up is told, and what was made otherwise cannot be verified. */
    @ParameterizedTest
    @CsvSource({"4, 5", "5, 6", "7, 8", "6, 9"})
    void aJobThatGoesOnWithOtherPicturesLosesNothingUnsaid(long cut, long next) {
        VerifiedJob job = new VerifiedJob(0)
                .restartedWith(new MadeWith("model-a", "cpu", 3, 2, "PAD"))
                .frames(1, 0, cut);
        int before = job.claims.size();
        job.restartedWith(HERE).frames(1, next, 16);
        Verdict verdict = job.verified();
        assertThat(verdict.faults()).containsOnlyKeys(Fault.UNVERIFIABLE).containsValue((long) before);
        assertThat(verdict.fates().getOrDefault(Fate.ABANDONED, 0L)).isEqualTo((cut - 4) % 4);
        assertThat(verdict.fates().getOrDefault(Fate.UNACCOUNTED, 0L)).isZero();
    }

    /** Numbers that were too far ahead, or late, for long enough. */
    @Test
    void numbersThatBeganAnewPass() {
        VerifiedJob job = new VerifiedJob(0).frames(1, 0, 6);
        job.frames(1, 1L << 40, (1L << 40) + 2);
        job.now += VerifiedJob.RESET_AFTER;
        job.frames(1, (1L << 40) + 3, (1L << 40) + 9);
        job.frames(1, 7, 8);
        job.now += VerifiedJob.RESET_AFTER;
        job.frames(1, 9, 14);
        assertThat(Collections.frequency(
                        job.claims.stream().map(Claim::keyframe).toList(), Optional.of(KeyframeReason.EPOCH_RESET)))
                .isEqualTo(2);
        assertThat(job.verified().examples()).isEmpty();
    }

    @Test
    void whatIsExcusedPasses() {
        VerifiedJob job = new VerifiedJob(0).frames(1, 0, 16);
        List<Claim> again = List.copyOf(job.claims.subList(1, 3));
        job.claims.addAll(3, again);
        assertThat(job.verified(Allowance.REPEATS).passed()).isTrue();
        job.claims.set(3, withTokens(again.get(0), new Digest(1, 2)));
        assertThat(job.verified(Allowance.REPEATS).faults()).containsOnlyKeys(Fault.REPEATED);

        VerifiedJob running = new VerifiedJob(0).frames(1, 0, 24);
        running.sent.subList(12, running.sent.size()).clear();
        Verdict verdict = running.verified(Allowance.LATER_TOKENS);
        assertThat(verdict.passed()).isTrue();
        assertThat(verdict.laterTokenFrames()).isEqualTo(4);
        assertThat(running.verified().passed()).isFalse();

        VerifiedJob trimmed = new VerifiedJob(0).frames(1, 0, 40);
        trimmed.sent.subList(0, 7).clear();
        verdict = trimmed.verified(Allowance.MISSING_START);
        assertThat(verdict.examples()).isEmpty();
        assertThat(verdict.frames(Fate.BEFORE_START)).isEqualTo(10);
        assertThat(verdict.tokenFrames()).isGreaterThan(4);
        assertThat(trimmed.verified().passed()).isFalse();
    }
}
