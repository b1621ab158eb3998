package io.nolook.model;

import io.nolook.digest.Sha256;
import io.nolook.frame.FrameSize;
import io.nolook.model.ModelRefusedException.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** How an encoder is tried: chunks of noise, tokens, a token digest. */
final class EncoderProbe implements ModelProbe<byte[], int[]> {

    @Override
    public ModelSpec.Role role() {
        return ModelSpec.Role.ENCODER;
    }

    @Override
    public byte[] draw(Random random, ModelSpec spec, FrameSize size) {
        byte[] chunk = new byte[spec.chunkFrames() * size.rgbBytes()];
        random.nextBytes(chunk);
        return chunk;
    }

    @Override
    public boolean same(int[] a, int[] b) {
        return Arrays.equals(a, b);
    }

    @Override
    public void checkOutput(ModelSpec spec, int[] output) {
        if (!spec.knows(output)) {
            IntSummaryStatistics found = Arrays.stream(output).summaryStatistics();
            throw new ModelRefusedException(
                    Reason.OUTPUT_OUT_OF_RANGE,
                    "codes: found tokens from " + found.getMin() + " to " + found.getMax() + ", expected 0 to "
                            + (spec.codes() - 1) + "; correct the quantizer of the export");
        }
    }

    /** The file's clip, stepped from its padded first chunk on, must give the digest of the training framework. */
    @Override
    public void check(StepModel<byte[], int[]> model) {
        ModelSpec spec = model.spec();
        Map<String, String> metadata = spec.metadata();
        int frames = ModelSpec.number(metadata, "check.frames", 1, 1000);
        FrameSize size = new FrameSize(
                ModelSpec.number(metadata, "check.width", 1, 4096),
                ModelSpec.number(metadata, "check.height", 1, 4096));
        CheckStream stream = new CheckStream(Long.parseLong(ModelSpec.text(metadata, "check.seed")));
        byte[] clip = new byte[frames * size.rgbBytes()];
        for (int i = 0; i < clip.length; i++) {
            clip[i] = (byte) stream.next(8);
        }
        holdStill(clip, size, metadata);
        MessageDigest digest = Sha256.digest();
        Activations activations = Activations.zeros(spec, size);
        int chunkFrames = spec.chunkFrames();
        for (int last = 0; last < frames; last += chunkFrames) {
            byte[] chunk = new byte[chunkFrames * size.rgbBytes()];
            for (int t = 0; t < chunkFrames; t++) {
                int frame = Math.max(0, last - chunkFrames + 1 + t);
                System.arraycopy(clip, frame * size.rgbBytes(), chunk, t * size.rgbBytes(), size.rgbBytes());
            }
            int[] tokens =
                    model.step(size, List.of(chunk), List.of(activations)).get(0);
            ByteBuffer bytes = ByteBuffer.allocate(4 * tokens.length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asIntBuffer().put(tokens);
            digest.update(bytes.array());
        }
        String found = HexFormat.of().formatHex(digest.digest());
        String expected = ModelSpec.text(metadata, "check.digest");
        if (!found.equals(expected)) {
            throw new ModelRefusedException(
                    Reason.CHECK_VECTOR,
                    "check.digest: found " + found + " for the tokens of the file's check clip, expected " + expected
                            + "; the file was changed after its export, or this runtime computes it differently");
        }
    }

    /** The clip's left columns, as many as the file says, stand still from its first frame on. */
    private static void holdStill(byte[] clip, FrameSize size, Map<String, String> metadata) {
        if (!metadata.containsKey("check.held")) {
            return;
        }
        int row = 3 * size.width();
        int held = 3 * ModelSpec.number(metadata, "check.held", 0, size.width());
        for (int at = size.rgbBytes(); at < clip.length; at += row) {
            System.arraycopy(clip, at % size.rgbBytes(), clip, at, held);
        }
    }
}
