package io.nolook.generation;

import io.nolook.frame.FrameSize;
import io.nolook.model.Activations;
import io.nolook.model.CheckStream;
import io.nolook.model.Draw;
import io.nolook.model.ModelProbe;
import io.nolook.model.ModelRefusedException;
import io.nolook.model.ModelRefusedException.Reason;
import io.nolook.model.ModelSpec;
import io.nolook.model.StepModel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;

/** How a sampler is tried: random numbers and settings; tokens, and nearly all of those that the file states. */
final class SamplerProbe implements ModelProbe<Draw, int[]> {
    /** A number may fall on a border that another runtime's last bits move, and later places are told of it. */
    private static final double LEAST_EQUAL = 0.9;

    private static final int BITS = 24; // of a number of the check vector

    private final SamplerSpec sampler;

    SamplerProbe(SamplerSpec sampler) {
        this.sampler = sampler;
    }

    @Override
    public ModelSpec.Role role() {
        return ModelSpec.Role.SAMPLER;
    }

    /** Goes on from the activations: what is before is looked at. */
    @Override
    public Draw draw(Random random, ModelSpec spec, FrameSize size) {
        float[] numbers = new float[sampler.numbers()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = random.nextFloat();
        }
        return new Draw(
                numbers,
                0.5f + random.nextFloat(),
                1 + random.nextInt(1 << sampler.factorBits().get(0)),
                random.nextInt(sampler.period()),
                new byte[0]);
    }

    @Override
    public boolean same(int[] a, int[] b) {
        return Arrays.equals(a, b);
    }

    @Override
    public void checkOutput(ModelSpec spec, int[] output) {
        if (!spec.knows(output)) {
            throw new ModelRefusedException(
                    Reason.OUTPUT_OUT_OF_RANGE,
                    "tokens: found " + Arrays.stream(output).min().getAsInt() + " to "
                            + Arrays.stream(output).max().getAsInt() + ", expected 0 to " + (spec.codes() - 1));
        }
    }

    @Override
    public void check(StepModel<Draw, int[]> model) {
        ModelSpec spec = model.spec();
        CheckStream numbers = new CheckStream(Long.parseLong(spec.text("check.seed")));
        byte[] stated = Base64.getDecoder().decode(spec.text("check.expected"));
        IntBuffer expected =
                ByteBuffer.wrap(stated).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
        int steps = expected.remaining() / sampler.tokens();
        if (steps < 1 || stated.length != steps * sampler.tokens() * Integer.BYTES) {
            throw new ModelRefusedException(
                    Reason.METADATA,
                    "check.expected: found " + stated.length + " bytes, expected whole token frames of "
                            + sampler.tokens() * Integer.BYTES);
        }
        Activations activations = Activations.zeros(spec, sampler.size());
        int equal = 0;
        for (int step = 0; step < steps; step++) {
            float[] drawn = new float[sampler.numbers()];
            for (int i = 0; i < drawn.length; i++) {
                drawn[i] = numbers.next(BITS) / (float) (1 << BITS);
            }
            Draw draw = new Draw(drawn, 1, 1 << sampler.factorBits().get(0), 0, new byte[0]);
            for (int token : model.step(sampler.size(), List.of(draw), List.of(activations))
                    .get(0)) {
                equal += token == expected.get() ? 1 : 0;
            }
        }
        if (equal < LEAST_EQUAL * steps * sampler.tokens()) {
            throw new ModelRefusedException(
                    Reason.CHECK_VECTOR,
                    "check.expected: found " + equal + " of the " + steps * sampler.tokens()
                            + " tokens that it states, expected nine in ten; the file was changed after its export");
        }
    }
}
