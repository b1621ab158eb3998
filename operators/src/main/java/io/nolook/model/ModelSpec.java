package io.nolook.model;

import io.nolook.frame.FrameSize;
import io.nolook.model.ModelRefusedException.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a model file says of itself; checked.
 *
 * @param name and version, for people
 * @param role what the file does
 * @param tokenizerId the meaning of the codes
 * @param quantizer its name; any, since only the graph knows how it works
 * @param codes a token is one of, 0 to codes - 1
 * @param bits a token is packed into
 * @param chunkFrames T, frames of a step
 * @param spatialStride s, pixels a token both ways
 * @param receptiveField R, frames back from a chunk's last that reach its results; 0 where nothing bounds them
 * @param caches in name order
 * @param metadata all of it, as in the file
 */
public record ModelSpec(
        String name,
        Role role,
        String tokenizerId,
        String quantizer,
        int codes,
        int bits,
        int chunkFrames,
        int spatialStride,
        int receptiveField,
        List<CacheShape> caches,
        Map<String, String> metadata) {

    /** What a file does: half of a tokenizer, or something with its tokens. */
    public enum Role {
        ENCODER,
        DECODER,
        RECOGNIZER,
        PREDICTOR,
        SAMPLER
    }

    /**
     * Reads the metadata of a file.
     *
     * @throws ModelRefusedException when a key is missing or has a value that this release does not know
     */
    public static ModelSpec of(Map<String, String> metadata) {
        expect(metadata, "contract", "1");
        expect(metadata, "clip.first_chunk", "repeat-first");
        expect(metadata, "clip.tail", "repeat-last");
        if (!List.of("replay", "carry").contains(text(metadata, "state.policy"))) {
            throw unknown(metadata, "state.policy", "replay or carry");
        }
        expect(metadata, "input.range", "0..255");
        expect(metadata, "input.colour", "RGB");
        Role role = switch (text(metadata, "role")) {
            case "encoder" -> Role.ENCODER;
            case "decoder" -> Role.DECODER;
            case "recognizer" -> Role.RECOGNIZER;
            case "predictor" -> Role.PREDICTOR;
            case "sampler" -> Role.SAMPLER;
            default -> throw unknown(metadata, "role", "encoder, decoder, recognizer, predictor or sampler");
        };
        int bits = number(metadata, "bits", 1, 30);
        int chunkFrames = number(metadata, "chunk.frames", 1, 64);
        if (number(metadata, "stride.time", 1, 64) != chunkFrames) {
            throw unknown(metadata, "stride.time", "chunk.frames = " + chunkFrames);
        }
        phasePeriod(metadata);
        escapes(metadata, bits);
        List<CacheShape> caches = new ArrayList<>();
        new TreeMap<>(metadata).forEach((key, value) -> {
            if (key.startsWith("cache.") && key.endsWith(".shape")) {
                String name = key.substring(6, key.length() - 6);
                caches.add(CacheShape.parse(name, value, CacheShape.Cell.of(name, metadata)));
            }
        });
        if (carries(metadata) && caches.stream().anyMatch(cache -> cache.cell().type() != CacheShape.Cell.Type.BYTE)) {
            throw unknown(metadata, "state.policy", "replay, where a cache holds floats");
        }
        return new ModelSpec(
                text(metadata, "model.name") + " " + text(metadata, "model.version"),
                role,
                text(metadata, "tokenizer_id"),
                text(metadata, "quantizer"),
                codes(metadata, bits),
                bits,
                chunkFrames,
                number(metadata, "stride.space", 1, 256),
                receptiveField(metadata),
                List.copyOf(caches),
                Map.copyOf(metadata));
    }

    /** How many codes there are: all of the bits, unless the file says fewer. */
    private static int codes(Map<String, String> metadata, int bits) {
        int codes = metadata.containsKey("codes") ? number(metadata, "codes", 2, 1 << bits) : 1 << bits;
        if (text(metadata, "quantizer").equals("lfq")) {
            expect(metadata, "bit_order", "lsb-first");
            expect(metadata, "threshold", "0");
            if (codes != 1 << bits) {
                throw unknown(metadata, "codes", (1 << bits) + ", two for each of " + bits + " signs");
            }
        }
        return codes;
    }

    /** Whether every token is one of the codes. */
    public boolean knows(int[] tokens) {
        return Arrays.stream(tokens).allMatch(token -> token >= 0 && token < codes);
    }

    /** Only what carries its activations may remember for ever: a sampler reads what it drew itself. */
    private static int receptiveField(Map<String, String> metadata) {
        return carries(metadata) && text(metadata, "receptive_field").equals("unbounded")
                ? 0
                : number(metadata, "receptive_field", 1, 1 << 20);
    }

    /** P, the whole chunks before a chunk that rebuild the activations it needs; 0 where nothing can. */
    public int history() {
        return receptiveField == 0 ? 0 : (receptiveField + chunkFrames - 1) / chunkFrames - 1;
    }

    /** Q: a step is told its position in its clip modulo Q, its phase; 1 where the model asks for none. */
    public int phasePeriod() {
        return phasePeriod(metadata);
    }

    private static int phasePeriod(Map<String, String> metadata) {
        return metadata.containsKey("phase.period") ? number(metadata, "phase.period", 1, 64) : 1;
    }

    /** The bits that are all set in a token that says something finer of a block that stands still; 0 without such tokens. */
    public int escapes() {
        return escapes(metadata, bits);
    }

    private static int escapes(Map<String, String> metadata, int bits) {
        String found = metadata.get("escape.bits");
        if (found == null) {
            return 0;
        }
        int escapes = 0;
        for (String bit : found.split(",", -1)) {
            boolean known = bit.matches("[1-9][0-9]?") && Integer.parseInt(bit) <= bits;
            if (!known) {
                throw unknown(metadata, "escape.bits", "numbers from 1 to " + bits + ", separated by commas");
            }
            escapes |= 1 << (Integer.parseInt(bit) - 1);
        }
        return escapes;
    }

    /** Whether a checkpoint holds the activations themselves, and not the chunks that they are rebuilt from. */
    public boolean carries() {
        return carries(metadata);
    }

    private static boolean carries(Map<String, String> metadata) {
        return text(metadata, "state.policy").equals("carry");
    }

    /** Tokens in a token frame. */
    public int tokens(FrameSize size) {
        return (size.height() / spatialStride) * (size.width() / spatialStride);
    }

    /** Bytes of one camera's activations. */
    public long activationBytes(FrameSize size) {
        return caches.stream().mapToLong(cache -> (long) cache.bytes(size)).sum();
    }

    /** Most bytes of one camera in a checkpoint: what it is rebuilt from, or carries, and the frames that wait for their chunk. */
    public long stateBytes(FrameSize size) {
        long frame = role == Role.ENCODER ? size.rgbBytes() : 0;
        long chunk = role == Role.ENCODER ? chunkFrames * frame : ((long) tokens(size) * bits + 7) / 8;
        long kept = carries() ? activationBytes(size) : history() * chunk;
        return kept + (chunkFrames - 1) * frame;
    }

    /**
     * @throws IllegalArgumentException when the model cannot take pictures of this size
     */
    public void requireSize(FrameSize size) {
        if (size.width() % spatialStride != 0 || size.height() % spatialStride != 0) {
            throw new IllegalArgumentException(
                    "frame.size: found " + size + ", expected multiples of " + spatialStride + " for model " + name);
        }
        if (pinnedSize().filter(pinned -> !pinned.equals(size)).isPresent()) {
            throw new IllegalArgumentException("frame.size: found " + size + ", expected "
                    + pinnedSize().get() + ", which model " + name + " is bound to");
        }
    }

    /** The one size of pictures that the model knows; empty when it knows any. */
    public Optional<FrameSize> pinnedSize() {
        return Optional.ofNullable(metadata.get("input.size")).map(FrameSize::parse);
    }

    /** A metadata value that must be there. */
    public String text(String key) {
        return text(metadata, key);
    }

    /** A metadata value that must be there. */
    static String text(Map<String, String> metadata, String key) {
        String value = metadata.get(key);
        if (value == null || value.isBlank()) {
            throw new ModelRefusedException(
                    Reason.METADATA, key + ": found nothing, expected a value; export the model again with export.py");
        }
        return value;
    }

    static int number(Map<String, String> metadata, String key, int least, int most) {
        try {
            int value = Integer.parseInt(text(metadata, key));
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw unknown(metadata, key, "a number from " + least + " to " + most);
    }

    private static void expect(Map<String, String> metadata, String key, String expected) {
        if (!text(metadata, key).equals(expected)) {
            throw unknown(metadata, key, expected);
        }
    }

    private static ModelRefusedException unknown(Map<String, String> metadata, String key, String expected) {
        return new ModelRefusedException(
                Reason.METADATA, key + ": found '" + metadata.get(key) + "', expected " + expected);
    }
}
