package io.nolook.tool.verify;

import io.nolook.failure.FailureCode;
import io.nolook.failure.IntakeException;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.kafka.GroupOffsets;
import io.nolook.kafka.KafkaOptions;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.ReceivedRecords;
import io.nolook.kafka.TopicReader;
import io.nolook.model.VideoTokenizer;
import io.nolook.record.CameraKeys;
import io.nolook.record.DeadLetters;
import io.nolook.record.FrameIntake;
import io.nolook.record.ReceivedRecord;
import io.nolook.schema.FailedFrame;
import io.nolook.schema.SingleObject;
import io.nolook.verification.Allowance;
import io.nolook.verification.CameraVerifier;
import io.nolook.verification.Claim;
import io.nolook.verification.Fate;
import io.nolook.verification.Fault;
import io.nolook.verification.Verdict;
import io.nolook.verification.VerificationSpec;
import io.nolook.window.CameraFrame;
import io.nolook.window.FrameFate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;

/**
 * Holds the frames, tokens and dead letters of a job against each other.
 *
 * <p>Reads the topics once for every {@value #MOST_CAMERAS} cameras or {@value #MOST_CLAIMS} token frames, which bounds
 * its memory. One thread.
 */
public final class TopicVerification {
    /** Cameras verified in one reading: the live activations of each are on the heap. */
    static final int MOST_CAMERAS = 256;

    /** Token frames kept in one reading, about 300 bytes of heap each; one camera may exceed it alone. */
    static final int MOST_CLAIMS = 1_000_000;

    /** Which frames are looked at. */
    public enum Extent {
        /** Those that the job's last checkpoint has read: for a job that runs. */
        COMMITTED,
        /** Every frame: for a job that was drained. */
        ALL
    }

    private final TokenizeSettings tokenize;
    private final KafkaSettings kafka;
    private final Extent extent;
    private final FrameIntake intake;
    private final SingleObject<FailedFrame> letterFormat = SingleObject.failedFrames();
    private final Map<String, Verdict> verdicts = new TreeMap<>();
    private long framesTombstones;

    public TopicVerification(TokenizeSettings tokenize, KafkaSettings kafka, Extent extent) {
        this.tokenize = tokenize;
        this.kafka = kafka;
        this.extent = extent;
        intake = tokenize.intake();
    }

    /**
     * Verifies everything, of one model.
     *
     * @param tokenizer recomputes the tokens; stays the caller's
     * @param progress is told how many frames have been looked at
     */
    public VerifyReport run(VideoTokenizer tokenizer, LongConsumer progress) throws InterruptedException {
        return run(tokenizer, hash -> Optional.empty(), progress);
    }

    /**
     * Verifies everything.
     *
     * @param tokenizer of the options; stays the caller's
     * @param others models that the job may have been told to use, by hash; stay the caller's
     * @param progress is told how many frames have been looked at
     */
    public VerifyReport run(
            VideoTokenizer tokenizer, Function<String, Optional<VideoTokenizer>> others, LongConsumer progress)
            throws InterruptedException {
        Function<String, Optional<VideoTokenizer>> models =
                hash -> hash.equals(tokenizer.fileHash()) ? Optional.of(tokenizer) : others.apply(hash);
        Map<Integer, Long> ends =
                extent == Extent.COMMITTED ? GroupOffsets.committed(kafka, kafka.framesTopic()) : endsOfFrames();
        DeadLetterIndex letters = new DeadLetterIndex(kafka, this::unreadable);
        TokenClaims tokens = new TokenClaims(kafka, tokenizer.spec().spatialStride());
        Map<String, Integer> counts = tokens.count(this::unreadable);
        long tokensTombstones = tokens.tombstones();
        long[] done = {0};
        boolean first = true;
        for (Set<String> group : groups(counts)) {
            Reading reading = new Reading(tokenizer, models, letters, tokens.of(group));
            boolean withUnheardOf = first;
            try (TopicReader reader = new TopicReader(kafka, kafka.framesTopic(), IsolationLevel.READ_UNCOMMITTED)) {
                reading.startAt(reader.beginnings());
                reader.readTo(ends, record -> {
                    String camera = CameraKeys.cameraOrUnknown(record.key());
                    if (group.contains(camera) || withUnheardOf && !counts.containsKey(camera)) {
                        reading.take(camera, record);
                        progress.accept(++done[0]);
                    }
                });
            }
            reading.finish();
            first = false;
        }
        letters.leftOver(
                ends,
                (camera, place) -> verdict(camera)
                        .found(
                                Fault.UNFOUNDED,
                                "found a dead letter of record " + place.partition() + "/" + place.offset()
                                        + ", expected none: the record is a good frame, or gone"));
        return VerifyReport.of(
                tokenizer.spec().tokenizerId(),
                tokenizer.runtimeId(),
                extent,
                verdicts,
                new VerifyReport.Tombstones(framesTombstones, tokensTombstones, letters.tombstones()));
    }

    private Map<Integer, Long> endsOfFrames() {
        try (TopicReader reader = new TopicReader(kafka, kafka.framesTopic(), IsolationLevel.READ_UNCOMMITTED)) {
            return reader.ends();
        }
    }

    private Verdict verdict(String camera) {
        return verdicts.computeIfAbsent(camera, name -> new Verdict());
    }

    private void unreadable(String what, String why) {
        verdict(CameraKeys.UNKNOWN).found(Fault.UNVERIFIABLE, what + ": " + why);
    }

    /** At least one group, which also takes the cameras that have no tokens. */
    private static List<Set<String>> groups(Map<String, Integer> counts) {
        List<Set<String>> groups = new ArrayList<>();
        Set<String> group = new HashSet<>();
        groups.add(group);
        long claims = 0;
        for (Map.Entry<String, Integer> camera : counts.entrySet()) {
            boolean full = group.size() >= MOST_CAMERAS || claims + camera.getValue() > MOST_CLAIMS;
            if (full && !group.isEmpty()) {
                group = new HashSet<>();
                groups.add(group);
                claims = 0;
            }
            group.add(camera.getKey());
            claims += camera.getValue();
        }
        return groups;
    }

    private VerificationSpec rules(VideoTokenizer tokenizer, long beginning) {
        Set<Allowance> allowances = EnumSet.noneOf(Allowance.class);
        if (kafka.delivery() == KafkaOptions.Delivery.AT_LEAST_ONCE) {
            allowances.add(Allowance.REPEATS);
        }
        if (extent == Extent.COMMITTED) {
            allowances.add(Allowance.LATER_TOKENS);
        }
        if (beginning > 0
                || kafka.configuration().get(KafkaOptions.START) != KafkaOptions.Start.COMMITTED_OR_EARLIEST) {
            allowances.add(Allowance.MISSING_START);
        }
        return new VerificationSpec(
                tokenize.window(tokenizer), tokenize.inference().cameraIdleTtlMillis(), allowances);
    }

    /** One reading of the frames topic, for some cameras. */
    private final class Reading {
        private final VideoTokenizer tokenizer;
        private final Function<String, Optional<VideoTokenizer>> models;
        private final DeadLetterIndex letters;
        private final Map<String, List<Claim>> claims;
        private final Map<String, CameraVerifier> verifiers = new HashMap<>();
        private Map<Integer, Long> beginnings = Map.of();

        Reading(
                VideoTokenizer tokenizer,
                Function<String, Optional<VideoTokenizer>> models,
                DeadLetterIndex letters,
                Map<String, List<Claim>> claims) {
            this.tokenizer = tokenizer;
            this.models = models;
            this.letters = letters;
            this.claims = claims;
        }

        void startAt(Map<Integer, Long> offsets) {
            beginnings = offsets;
        }

        void take(String camera, ConsumerRecord<byte[], byte[]> raw) {
            ReceivedRecord record = ReceivedRecords.of(raw);
            if (raw.value() == null) {
                framesTombstones++; // and a dead letter, as any record that is no frame
            }
            CameraFrame frame;
            try {
                frame = intake.decode(record);
            } catch (IntakeException e) {
                deadLettered(camera, record, e);
                return;
            }
            Optional<FrameFate> fate = verifiers
                    .computeIfAbsent(camera, name -> verifier(name, record.partition()))
                    .frame(frame, record.timestampMillis());
            if (fate.equals(Optional.of(FrameFate.AHEAD))) {
                deadLettered(camera, record, frame.carried().deadLetter(), FailureCode.RECORD_TOO_FAR_AHEAD);
            }
        }

        private void deadLettered(String camera, ReceivedRecord record, IntakeException why) {
            byte[] expected = letterFormat.encode(
                    DeadLetters.of(record, why, tokenize.frameMaxBytes() + DeadLetters.ENVELOPE_BYTES));
            deadLettered(camera, record, expected, why.code());
        }

        private void deadLettered(String camera, ReceivedRecord record, byte[] expected, FailureCode code) {
            DeadLetterIndex.Place place = new DeadLetterIndex.Place(record.partition(), record.offset());
            Verdict verdict = verdict(camera);
            letters.take(place, expected)
                    .ifPresentOrElse(
                            fault -> {
                                verdict.count(fault == Fault.MISSING ? Fate.UNACCOUNTED : Fate.DEAD_LETTERED, 1);
                                verdict.found(
                                        fault,
                                        "dead letter of record " + place.partition() + "/" + place.offset()
                                                + ", expected one " + code);
                            },
                            () -> verdict.count(Fate.DEAD_LETTERED, 1));
        }

        /** Cameras without any token frame have nothing to compare: their tokens are not computed. */
        private CameraVerifier verifier(String camera, int partition) {
            List<Claim> mine = claims.getOrDefault(camera, List.of());
            return new CameraVerifier(
                    mine,
                    rules(tokenizer, beginnings.getOrDefault(partition, 0L)),
                    verdict(camera),
                    mine.isEmpty() ? new NothingToCompare() : new CameraModels(models, tokenize::window));
        }

        void finish() {
            for (String camera : claims.keySet()) {
                verifiers.computeIfAbsent(camera, name -> verifier(name, -1));
            }
            verifiers.forEach((camera, verifier) -> verifier.finish(camera));
        }
    }
}
