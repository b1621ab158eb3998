package io.nolook.identity;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a camera's state was made with; state made otherwise is not continued.
 *
 * <p>What is not told, by state of 0.1.0, equals everything: restore such state with the options that it was written
 * with, and change them afterwards.
 *
 * @param model SHA-256 of the model file, lower-case hex
 * @param runtime what computes; empty when not told
 * @param width of pictures, pixels; 0 when not told
 * @param height of pictures, pixels; 0 when not told
 * @param fit name of how pictures are brought to that size; empty when not told, or when nothing is fitted
 */
public record MadeWith(String model, String runtime, int width, int height, String fit) {
    private static final int SHOWN = 12;

    /** With all but the model not told. */
    public static MadeWith model(String model) {
        return new MadeWith(model, "", 0, 0, "");
    }

    /** Whether pictures are the same, as far as both tell. */
    public boolean samePictures(MadeWith other) {
        boolean told = width > 0 && other.width > 0;
        return (!told || width == other.width && height == other.height) && same(fit, other.fit);
    }

    /** Whether all is the same, as far as both tell. */
    public boolean same(MadeWith other) {
        return model.equals(other.model) && same(runtime, other.runtime) && samePictures(other);
    }

    private static boolean same(String one, String other) {
        return one.isEmpty() || other.isEmpty() || one.equals(other);
    }

    /** What differs from what came before, for people: {@code size 128x128 -> 256x256, fit CROP -> PAD}. */
    public String changedFrom(MadeWith before) {
        List<String> changes = new ArrayList<>(4);
        if (!model.equals(before.model)) {
            changes.add("model " + shortened(before.model) + " -> " + shortened(model));
        }
        if (!same(runtime, before.runtime)) {
            changes.add("runtime " + before.runtime + " -> " + runtime);
        }
        if (width > 0 && before.width > 0 && (width != before.width || height != before.height)) {
            changes.add("size " + before.width + "x" + before.height + " -> " + width + "x" + height);
        }
        if (!same(fit, before.fit)) {
            changes.add("fit " + before.fit + " -> " + fit);
        }
        return String.join(", ", changes);
    }

    private static String shortened(String hash) {
        return hash.substring(0, Math.min(SHOWN, hash.length()));
    }

    /** Appends it; the layout belongs to the version of the state that it is part of. */
    public void write(DataOutput out) throws IOException {
        out.writeUTF(model);
        out.writeUTF(runtime);
        out.writeInt(width);
        out.writeInt(height);
        out.writeUTF(fit);
    }

    /** Reads what {@link #write} wrote. */
    public static MadeWith read(DataInput in) throws IOException {
        return new MadeWith(in.readUTF(), in.readUTF(), in.readInt(), in.readInt(), in.readUTF());
    }
}
