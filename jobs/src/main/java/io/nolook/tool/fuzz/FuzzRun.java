package io.nolook.tool.fuzz;

import com.sun.management.ThreadMXBean;
import io.nolook.failure.IntakeException;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.record.DeadLetters;
import io.nolook.record.FrameIntake;
import io.nolook.record.ReceivedRecord;
import io.nolook.schema.FailedFrame;
import io.nolook.schema.SingleObject;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/** Gives mutated records to the intake of the job, and sees that each becomes a frame or a dead letter, in time. */
public final class FuzzRun {
    /** Most CPU time of one input. */
    public static final long MOST_CPU_MILLIS = 1000;

    private static final int MOST_FAILURES = 20;

    private final TokenizeSettings settings;
    private final Path failures;
    private final List<Corpus.Sample> corpus;
    private final SingleObject<FailedFrame> letters = SingleObject.failedFrames();
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Map<String, Long> deadLettered = new TreeMap<>();
    private final List<String> said = new ArrayList<>();
    private FrameIntake intake;
    private long decoded;
    private long crashes;
    private long tooSlow;
    private long slowestNanos;
    private long mostAllocated;

    /**
     * @param pictures folder of JPEG and PNG files to begin from, beside simulated ones
     * @param failures folder that takes the bytes of inputs that fail
     */
    public FuzzRun(TokenizeSettings settings, Optional<Path> pictures, Path failures) throws IOException {
        this.settings = settings;
        this.failures = failures;
        corpus = new ArrayList<>(Corpus.simulated());
        if (pictures.isPresent()) {
            corpus.addAll(Corpus.files(pictures.get()));
        }
        intake = settings.intake();
    }

    /**
     * Tries so many inputs.
     *
     * @param progress is told how many have been tried
     */
    public FuzzReport run(long inputs, long seed, LongConsumer progress) throws IOException {
        Mutator mutator = new Mutator(corpus, seed);
        for (long i = 0; i < inputs; i++) {
            one(mutator.next());
            progress.accept(i + 1);
        }
        long accounted = decoded
                + crashes
                + deadLettered.values().stream().mapToLong(Long::longValue).sum();
        return new FuzzReport(
                crashes == 0 && tooSlow == 0 && accounted == inputs,
                seed,
                inputs,
                decoded,
                deadLettered,
                crashes,
                tooSlow,
                MOST_CPU_MILLIS,
                slowestNanos / 1e6,
                mostAllocated,
                said);
    }

    private void one(ReceivedRecord record) throws IOException {
        long cpu = threads.getCurrentThreadCpuTime();
        long allocated = threads.getCurrentThreadAllocatedBytes();
        try {
            intake.decode(record);
            decoded++;
        } catch (IntakeException e) {
            deadLettered.merge(letter(record, e), 1L, Long::sum);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            crashes++;
            keep("crash", record, e.toString());
            intake = settings.intake();
        }
        long nanos = threads.getCurrentThreadCpuTime() - cpu;
        slowestNanos = Math.max(slowestNanos, nanos);
        mostAllocated = Math.max(mostAllocated, threads.getCurrentThreadAllocatedBytes() - allocated);
        if (nanos > MOST_CPU_MILLIS * 1_000_000) {
            tooSlow++;
            keep("slow", record, nanos / 1_000_000 + " ms of CPU time");
        }
    }

    /** The code, once the dead letter has been written and read back. */
    private String letter(ReceivedRecord record, IntakeException failure) throws IOException {
        FailedFrame letter = DeadLetters.of(record, failure, settings.frameMaxBytes() + DeadLetters.ENVELOPE_BYTES);
        return letters.decode(letters.encode(letter)).getCode();
    }

    private void keep(String kind, ReceivedRecord record, String what) throws IOException {
        if (said.size() >= MOST_FAILURES) {
            return;
        }
        Path file = Files.createDirectories(failures).resolve(kind + "-" + record.offset() + ".bin");
        byte[] value = record.value();
        Files.write(file, value == null ? new byte[0] : value);
        said.add(file + ": " + what);
    }
}
