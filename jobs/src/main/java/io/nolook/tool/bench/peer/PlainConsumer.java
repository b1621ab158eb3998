package io.nolook.tool.bench.peer;

import io.nolook.failure.IntakeException;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.frame.FrameDecoder;
import io.nolook.frame.FrameFitter;
import io.nolook.kafka.KafkaSettings;
import io.nolook.kafka.TokenProducer;
import io.nolook.kafka.TopicReader;
import io.nolook.model.Activations;
import io.nolook.model.onnx.ModelFiles;
import io.nolook.model.onnx.OnnxVideoTokenizer;
import io.nolook.model.onnx.SessionSettings;
import io.nolook.schema.Frame;
import io.nolook.schema.FrameFit;
import io.nolook.schema.SingleObject;
import io.nolook.schema.TokenFrame;
import io.nolook.token.TokenPacking;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;

/**
 * What one would write first: a consumer, a model, a producer, and all state in memory.
 *
 * <p>It knows neither gaps nor duplicates, and forgets everything when it ends. One thread runs it, another closes it.
 */
final class PlainConsumer implements Runnable {
    private final TokenizeSettings settings;
    private final KafkaSettings kafka;
    private final int windowChunks;
    private final SingleObject<Frame> format = SingleObject.frames();
    private final FrameDecoder decoder;
    private final FrameFitter fitter;
    private final Map<String, Camera> cameras = new LinkedHashMap<>();
    private final Map<String, Camera> ready = new LinkedHashMap<>();
    private volatile boolean running = true;

    /** What it keeps of a camera. */
    private static final class Camera {
        final String name;
        final List<byte[]> chunks = new ArrayList<>();
        final Activations activations;
        byte[] chunk;
        int filled;
        int position;
        int of;
        long clip;
        long last;

        Camera(String name, Activations activations) {
            this.name = name;
            this.activations = activations;
        }
    }

    /**
     * @param windowChunks chunks that are run for each token frame, from nothing; 0 keeps the activations instead
     */
    PlainConsumer(TokenizeSettings settings, KafkaSettings kafka, int windowChunks) {
        this.settings = settings;
        this.kafka = kafka;
        this.windowChunks = windowChunks;
        decoder = new FrameDecoder(settings.frameLimits());
        fitter = new FrameFitter(
                settings.frameFit(),
                settings.frameSize().width(),
                settings.frameSize().height());
    }

    void stop() {
        running = false;
    }

    @Override
    public void run() {
        SessionSettings session = settings.inference().session();
        int batch = settings.inference().batchLimits().size();
        try (OnnxVideoTokenizer model =
                        OnnxVideoTokenizer.open(ModelFiles.encoder(settings.encoder(), session), session);
                TopicReader reader = new TopicReader(kafka, kafka.framesTopic(), IsolationLevel.READ_COMMITTED);
                TokenProducer tokens = new TokenProducer(kafka, kafka.tokensTopic())) {
            while (running) {
                int records = reader.poll(record -> {
                    if (take(record, model, tokens) && ready.size() == batch) {
                        run(model, tokens);
                    }
                });
                if (records == 0 && !ready.isEmpty()) {
                    run(model, tokens);
                }
            }
        }
    }

    /** Whether the frame completes a chunk. */
    private boolean take(ConsumerRecord<byte[], byte[]> record, OnnxVideoTokenizer model, TokenProducer tokens) {
        byte[] rgb;
        Frame frame;
        try {
            frame = format.decode(record.value());
            rgb = decoder.decode(frame.getPayload(), fitter).picture().rgb();
        } catch (IOException | IntakeException e) {
            throw new IllegalStateException("found a frame that cannot be read", e);
        }
        Camera camera = cameras.computeIfAbsent(
                frame.getCamera(), name -> new Camera(name, Activations.zeros(model.spec(), settings.frameSize())));
        if (ready.containsKey(camera.name)) {
            run(model, tokens);
        }
        int frames = model.spec().chunkFrames();
        if (camera.filled == 0) {
            camera.chunk = new byte[frames * rgb.length];
        }
        boolean first = camera.position == 0;
        for (int copies = first ? frames : 1; copies > 0; copies--) {
            System.arraycopy(rgb, 0, camera.chunk, camera.filled++ * rgb.length, rgb.length);
        }
        camera.last = frame.getSequence();
        if (camera.filled < frames) {
            return false;
        }
        camera.of = first ? 1 : frames;
        ready.put(camera.name, camera);
        return true;
    }

    private void run(OnnxVideoTokenizer model, TokenProducer tokens) {
        List<Camera> batch = new ArrayList<>(ready.values());
        ready.clear();
        List<int[]> found = windowChunks == 0 ? step(model, batch) : recompute(model, batch);
        for (int row = 0; row < batch.size(); row++) {
            Camera camera = batch.get(row);
            tokens.send(record(model, camera, found.get(row)));
            camera.filled = 0;
            camera.position = (camera.position + 1) % settings.keyframeInterval();
        }
    }

    private List<int[]> step(OnnxVideoTokenizer model, List<Camera> batch) {
        batch.stream().filter(camera -> camera.position == 0).forEach(camera -> camera.activations.clear());
        return model.step(
                settings.frameSize(),
                batch.stream().map(camera -> camera.chunk).toList(),
                batch.stream().map(camera -> camera.activations).toList());
    }

    /** Runs each camera's recent chunks again, the longest windows first. */
    private List<int[]> recompute(OnnxVideoTokenizer model, List<Camera> batch) {
        batch.forEach(this::remember);
        List<int[]> last = List.of();
        for (int back = windowChunks; back >= 1; back--) {
            int depth = back;
            Collection<Camera> deep = batch.stream()
                    .filter(camera -> camera.chunks.size() >= depth)
                    .toList();
            if (!deep.isEmpty()) {
                last = model.step(
                        settings.frameSize(),
                        deep.stream()
                                .map(camera -> camera.chunks.get(camera.chunks.size() - depth))
                                .toList(),
                        deep.stream().map(camera -> camera.activations).toList());
            }
        }
        return last;
    }

    /** A window begins as a clip does: with one frame, repeated. */
    private void remember(Camera camera) {
        camera.activations.clear();
        if (camera.position == 0) {
            camera.chunks.clear();
        }
        camera.chunks.add(camera.chunk);
        if (camera.chunks.size() > windowChunks) {
            camera.chunks.remove(0);
            byte[] first = camera.chunks.get(0).clone();
            int bytes = settings.frameSize().rgbBytes();
            for (int at = 0; at < first.length - bytes; at += bytes) {
                System.arraycopy(first, first.length - bytes, first, at, bytes);
            }
            camera.chunks.set(0, first);
        }
    }

    private TokenFrame record(OnnxVideoTokenizer model, Camera camera, int[] tokens) {
        int bits = model.spec().bits();
        int stride = model.spec().spatialStride();
        if (camera.position == 0) {
            camera.clip = camera.last;
        }
        return TokenFrame.newBuilder()
                .setCamera(camera.name)
                .setEpoch(1)
                .setTokenizerId(model.spec().tokenizerId())
                .setEncoderHash(model.fileHash())
                .setRuntimeId(model.runtimeId())
                .setClip(camera.clip)
                .setPosition(camera.position)
                .setFirstSequence(camera.last - camera.of + 1)
                .setLastSequence(camera.last)
                .setFrames(camera.of)
                .setFirstCapturedAtMicros(0)
                .setLastCapturedAtMicros(0)
                .setTimeCorrected(false)
                .setSourceWidth(0)
                .setSourceHeight(0)
                .setFit(FrameFit.valueOf(settings.frameFit().name()))
                .setHeight(settings.frameSize().height() / stride)
                .setWidth(settings.frameSize().width() / stride)
                .setBits(bits)
                .setTokens(ByteBuffer.wrap(TokenPacking.pack(tokens, bits)))
                .setKeyframeReason(null)
                .setSkippedFrom(null)
                .setSkippedTo(null)
                .setPhasePeriod(model.spec().phasePeriod())
                .build();
    }
}
