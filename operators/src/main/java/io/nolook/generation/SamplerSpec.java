package io.nolook.generation;

import io.nolook.frame.FrameSize;
import io.nolook.model.ModelRefusedException;
import io.nolook.model.ModelRefusedException.Reason;
import io.nolook.model.ModelSpec;
import java.util.Arrays;
import java.util.List;

/**
 * What a sampler says of itself beside what every model does; checked.
 *
 * @param factorBits of each factor of a token, the least significant first
 * @param windowFrames token frames that it looks back on
 * @param period of the phase
 * @param size of the pictures behind the tokens, pixels
 * @param tokens in a token frame
 */
public record SamplerSpec(List<Integer> factorBits, int windowFrames, int period, FrameSize size, int tokens) {

    /**
     * Reads a model's metadata.
     *
     * @throws ModelRefusedException when a key is missing or has a value that this release does not know
     */
    public static SamplerSpec of(ModelSpec model) {
        if (!model.carries()) {
            throw new ModelRefusedException(
                    Reason.METADATA, "state.policy: found '" + model.text("state.policy") + "', expected carry");
        }
        FrameSize size = Predictor.size(model);
        try {
            List<Integer> bits = Arrays.stream(model.text("token.factors").split(","))
                    .map(Integer::valueOf)
                    .toList();
            int frames = Integer.parseInt(model.text("window.frames"));
            boolean whole = bits.stream().mapToInt(each -> each).sum() == model.bits()
                    && bits.stream().allMatch(each -> each >= 1 && each <= 7);
            boolean window = model.caches().size() == 1
                    && model.caches().get(0).bytes(size) == frames * bits.size() * model.tokens(size);
            if (whole && window) {
                return new SamplerSpec(bits, frames, model.phasePeriod(), size, model.tokens(size));
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new ModelRefusedException(
                Reason.METADATA,
                "token.factors, window.frames: found '" + model.text("token.factors") + "' and '"
                        + model.text("window.frames") + "', expected factors of 1 to 7 bits, together " + model.bits()
                        + ", and the token frames that the one cache holds");
    }

    /** Numbers that one token frame is drawn by. */
    public int numbers() {
        return factorBits.size() * tokens;
    }

    /**
     * The window that token frames are drawn behind: a factor's value plus one, 0 where there is no token frame.
     *
     * @param before token frames of the clip, oldest first; those before the last {@link #windowFrames} do not matter
     * @return bytes [windowFrames * factors, h, w], the newest token frame first
     */
    public byte[] window(List<int[]> before) {
        byte[] window = new byte[windowFrames * numbers()];
        for (int age = 0; age < Math.min(windowFrames, before.size()); age++) {
            int[] frame = before.get(before.size() - 1 - age);
            int shift = 0;
            for (int factor = 0; factor < factorBits.size(); factor++) {
                int mask = (1 << factorBits.get(factor)) - 1;
                int plane = (age * factorBits.size() + factor) * tokens;
                for (int i = 0; i < tokens; i++) {
                    window[plane + i] = (byte) ((frame[i] >> shift & mask) + 1);
                }
                shift += factorBits.get(factor);
            }
        }
        return window;
    }
}
