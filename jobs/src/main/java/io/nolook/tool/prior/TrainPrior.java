package io.nolook.tool.prior;

import io.nolook.archive.PriorTraining;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Learns the archive's tables from the tokens that {@code deploy/models/generation/tokens.py} draws. */
public final class TrainPrior {
    private static final String ARRAY = "tokens.npy";
    private static final int SIDE = 16;
    private static final int FACTORS = 3;
    private static final int FACTOR_BITS = 6;
    /** Magic, version and the length of what follows: format 1.0. */
    private static final int HEADER = 10;

    private static final Pattern SHAPE =
            Pattern.compile("'descr': '\\|u1', 'fortran_order': False, 'shape': \\((\\d+), (\\d+), 16, 16, 3\\)");

    private TrainPrior() {}

    /** Tokens (.npz), tables to write. */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 2) {
            throw new IllegalArgumentException(
                    "found " + arguments.length + " arguments, expected TOKENS.npz and the file to write");
        }
        Path out = Path.of(arguments[1]);
        Files.write(out, PriorTraining.learn(clips(Path.of(arguments[0]))));
        System.out.println(out);
    }

    /** Clips of an archive of NumPy arrays. */
    static List<List<int[]>> clips(Path file) throws IOException {
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(file))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (entry.getName().equals(ARRAY)) {
                    return clips(new DataInputStream(zip));
                }
            }
        }
        throw new IOException("found no " + ARRAY + " in " + file + ", expected what generation/tokens.py writes");
    }

    private static List<List<int[]>> clips(DataInputStream in) throws IOException {
        byte[] start = new byte[HEADER];
        in.readFully(start);
        byte[] text = new byte[start[HEADER - 2] & 0xff | (start[HEADER - 1] & 0xff) << 8];
        in.readFully(text);
        Matcher shape = SHAPE.matcher(new String(text, StandardCharsets.US_ASCII));
        if (!shape.find()) {
            throw new IOException("found an array of " + new String(text, StandardCharsets.US_ASCII).strip()
                    + ", expected bytes of the shape [clips, token frames, 16, 16, 3]");
        }
        int frames = Integer.parseInt(shape.group(2));
        byte[] frame = new byte[SIDE * SIDE * FACTORS];
        List<List<int[]>> clips = new ArrayList<>();
        for (int clip = Integer.parseInt(shape.group(1)); clip > 0; clip--) {
            List<int[]> tokens = new ArrayList<>();
            for (int i = 0; i < frames; i++) {
                in.readFully(frame);
                tokens.add(whole(frame));
            }
            clips.add(tokens);
        }
        return clips;
    }

    /** Tokens of their factors, the least significant first. */
    private static int[] whole(byte[] factors) {
        int[] tokens = new int[factors.length / FACTORS];
        for (int i = 0; i < factors.length; i++) {
            tokens[i / FACTORS] |= factors[i] << i % FACTORS * FACTOR_BITS;
        }
        return tokens;
    }
}
