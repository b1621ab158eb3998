package io.nolook.tool.demo;

import io.nolook.camera.Ingest;
import io.nolook.failure.IntakeException;
import io.nolook.flink.recognize.OnnxRecognizerLoader;
import io.nolook.flink.recognize.RecognizeSettings;
import io.nolook.job.recognize.RecognizeJob;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicReader;
import io.nolook.kafka.TopicWatcher;
import io.nolook.local.LocalJob;
import io.nolook.model.ModelSpec;
import io.nolook.model.onnx.ModelFiles;
import io.nolook.recognition.CameraTokens;
import io.nolook.recognition.RecognizerSpec;
import io.nolook.recognition.RunAssembler;
import io.nolook.recognition.RunCursor;
import io.nolook.recognition.TokenFate;
import io.nolook.record.TokenIntake;
import io.nolook.schema.ActionEvent;
import io.nolook.schema.ActionScores;
import io.nolook.schema.ActionState;
import io.nolook.schema.SingleObject;
import io.nolook.schema.TokenFrame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.common.IsolationLevel;

/** The recognizing job beside the tokenizing one, and what it reports. */
final class DemoRecognition implements AutoCloseable {
    private static final long STALL_NANOS = TimeUnit.MINUTES.toNanos(2);

    private final LocalJob<RecognizeJob> job;
    private final KafkaSettings kafka;
    private final TopicWatcher<ActionScores> scores;
    private final TopicWatcher<ActionEvent> actions;
    private final Set<List<Object>> scored = new HashSet<>();
    private final List<Long> reportMicros = new ArrayList<>();

    private DemoRecognition(LocalJob<RecognizeJob> job) {
        this.job = job;
        kafka = job.job().kafka();
        IsolationLevel early = IsolationLevel.READ_UNCOMMITTED;
        scores = new TopicWatcher<>(kafka, kafka.actionScoresTopic(), early, SingleObject.actionScores(), this::scored);
        actions = new TopicWatcher<>(kafka, kafka.actionsTopic(), early, SingleObject.actionEvents(), this::reported);
    }

    /** Starts the job and waits until it runs. */
    static DemoRecognition start(String bootstrapServers, Configuration configuration, Duration timeout)
            throws Exception {
        LocalJob<RecognizeJob> job = LocalJob.start(bootstrapServers, configuration, RecognizeJob::new);
        job.awaitRunning(timeout);
        return new DemoRecognition(job);
    }

    private synchronized void scored(ActionScores record) {
        scored.add(List.of(record.getCamera(), record.getEpoch(), record.getRun(), record.getPosition()));
    }

    private synchronized void reported(ActionEvent event) {
        if (event.getState() == ActionState.BEGUN) {
            reportMicros.add(Ingest.nowMicros() - event.getEndMicros());
        }
    }

    private synchronized int count() {
        return scored.size();
    }

    /**
     * Waits until all committed token frames are scored, then takes the actions to their end.
     *
     * @return what was seen, in the order of the topic
     */
    ActionReport finish() throws Exception {
        int expected = expectedScores();
        long until = System.nanoTime() + STALL_NANOS;
        while (count() < expected && System.nanoTime() < until) {
            scores.check();
            Ingest.waitUntil(Ingest.nowMicros() + TimeUnit.MILLISECONDS.toMicros(100), () -> true);
        }
        if (count() < expected) {
            throw new IllegalStateException("found " + count() + " scores, expected " + expected
                    + " of the committed token frames; the recognizing job does not keep up");
        }
        job.drain();
        scores.close();
        actions.close();
        List<ActionEvent> events = new ArrayList<>();
        try (TopicReader reader = new TopicReader(kafka, kafka.actionsTopic(), IsolationLevel.READ_COMMITTED)) {
            SingleObject<ActionEvent> format = SingleObject.actionEvents();
            reader.readToEnd(record -> events.add(decoded(format, record.value())));
        }
        return ActionReport.of(events, reportMicros);
    }

    /** How many scores must come of the committed token frames. */
    private int expectedScores() {
        RecognizeSettings settings = RecognizeSettings.of(job.job().configuration());
        ModelSpec model = ModelFiles.spec(ModelFiles.read(settings.recognizer(), OnnxRecognizerLoader.ROLE));
        RunAssembler assembler = new RunAssembler(RecognizerSpec.of(model).periodMicros(model.chunkFrames()));
        int every = settings.scoresEvery();
        TokenIntake intake = new TokenIntake(model);
        SingleObject<TokenFrame> format = SingleObject.tokenFrames();
        Map<String, Optional<RunCursor>> cameras = new HashMap<>();
        int[] expected = {0};
        try (TopicReader reader = new TopicReader(kafka, kafka.tokensTopic(), IsolationLevel.READ_COMMITTED)) {
            reader.readToEnd(record -> {
                CameraTokens tokens = taken(intake, decoded(format, record.value()));
                Optional<RunCursor> before = cameras.getOrDefault(tokens.camera(), Optional.empty());
                RunAssembler.Result result = assembler.step(before, tokens, 0);
                cameras.put(tokens.camera(), Optional.of(result.after()));
                boolean told =
                        result.fate() == TokenFate.TAKEN && (result.after().taken() - 1) % every == 0;
                expected[0] += told ? 1 : 0;
            });
        }
        return expected[0];
    }

    private static CameraTokens taken(TokenIntake intake, TokenFrame frame) {
        try {
            return intake.take(frame);
        } catch (IntakeException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private static <T extends SpecificRecordBase> T decoded(SingleObject<T> format, byte[] value) {
        try {
            return format.decode(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        job.close();
    }
}
