package io.nolook.tool.generation;

import io.nolook.generation.Continuation;
import io.nolook.generation.ContinuationRequest;
import io.nolook.kafka.ControlTopic;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TopicReader;
import io.nolook.kafka.Topics;
import io.nolook.record.GenerateCommands;
import io.nolook.record.GeneratedTokens;
import io.nolook.schema.FailedFrame;
import io.nolook.schema.SingleObject;
import io.nolook.schema.TokenFrame;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;

/** Asks the generating job that runs for a continuation of a camera, and waits for its samples. */
public final class LiveContinuation {
    private static final int ID_LENGTH = 12;
    /** How far the clocks of who writes the topics may be behind. */
    private static final Duration CLOCKS = Duration.ofMinutes(10);

    private final KafkaSettings kafka;
    private final ControlTopic control;
    private final SingleObject<TokenFrame> tokens = SingleObject.tokenFrames();
    private final SingleObject<FailedFrame> letters = SingleObject.failedFrames();

    /** The topics of the job are made if they are missing. */
    public LiveContinuation(KafkaSettings kafka, ControlTopic control) {
        this.kafka = kafka;
        this.control = control;
        Topics.ofGenerating(kafka).ensure();
    }

    /**
     * Returns when all samples are committed.
     *
     * @param patience how long the job may take
     * @return token frames of each sample by its camera id, from the keyframe of the clip that it continues
     * @throws IllegalStateException when the job refuses, saying why, or none answers
     */
    public Map<String, List<TokenFrame>> ask(String camera, Continuation asked, Duration patience)
            throws InterruptedException {
        String id = UUID.randomUUID().toString().replace("-", "").substring(0, ID_LENGTH);
        ContinuationRequest request = new ContinuationRequest(id, camera, asked);
        Map<String, List<TokenFrame>> samples = new LinkedHashMap<>();
        for (int sample = 0; sample < asked.samples(); sample++) {
            samples.put(GeneratedTokens.camera(request, sample), new ArrayList<>());
        }
        long from = System.currentTimeMillis() - CLOCKS.toMillis();
        long until = System.nanoTime() + patience.toNanos();
        try (TopicReader generated = new TopicReader(kafka, kafka.generatedTopic(), IsolationLevel.READ_COMMITTED);
                TopicReader refused = new TopicReader(kafka, kafka.deadLettersTopic(), IsolationLevel.READ_COMMITTED)) {
            generated.seek(from);
            refused.seek(from);
            control.ask(request);
            while (!areWhole(samples, asked)) {
                if (System.nanoTime() > until) {
                    throw new IllegalStateException(kafka.generatedTopic() + ": found no samples of " + camera
                            + " within " + patience.toSeconds()
                            + " s, expected some. Does a generating job run, with generate.enabled and this"
                            + " topics.control? It commits with its checkpoints");
                }
                generated.poll(record -> add(record, samples));
                refused.poll(record -> refuse(record, id));
            }
        } finally {
            control.takeAway(request);
        }
        return samples;
    }

    private static boolean areWhole(Map<String, List<TokenFrame>> samples, Continuation asked) {
        return samples.values().stream()
                .allMatch(frames -> frames.stream()
                                .map(TokenFrame::getDrawn)
                                .filter(Objects::nonNull)
                                .count()
                        == asked.frames());
    }

    private void add(ConsumerRecord<byte[], byte[]> record, Map<String, List<TokenFrame>> samples) {
        try {
            TokenFrame frame = tokens.decode(record.value());
            Optional.ofNullable(samples.get(frame.getCamera())).ifPresent(sample -> sample.add(frame));
        } catch (IOException e) {
            // not one of the job: says nothing
        }
    }

    private void refuse(ConsumerRecord<byte[], byte[]> record, String id) {
        String reason;
        try {
            FailedFrame letter = letters.decode(record.value());
            if (!letter.getTopic().equals(kafka.controlTopic()) || letter.getValue() == null) {
                return;
            }
            byte[] value = new byte[letter.getValue().remaining()];
            letter.getValue().duplicate().get(value);
            boolean mine = GenerateCommands.decode(value)
                    .filter(request -> request.id().equals(id))
                    .isPresent();
            if (!mine) {
                return;
            }
            reason = letter.getReason();
        } catch (IOException e) {
            return; // of something else
        }
        throw new IllegalStateException(reason);
    }
}
