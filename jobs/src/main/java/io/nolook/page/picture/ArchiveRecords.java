package io.nolook.page.picture;

import io.nolook.archive.CodedSegment;
import io.nolook.archive.SegmentException;
import io.nolook.page.timeline.ArchivedSegment;
import io.nolook.record.ArchiveSegments;
import io.nolook.schema.ArchiveSegment;
import io.nolook.schema.SingleObject;
import java.io.IOException;
import java.util.Optional;

/** Segments of the archive by where they lie, checked. Any thread. */
public final class ArchiveRecords {
    private final Fetch fetch;
    private final SingleObject<ArchiveSegment> format = SingleObject.archiveSegments();

    /** Fetches the bytes of records. */
    @FunctionalInterface
    public interface Fetch {
        /**
         * The record's value; empty when it is gone.
         *
         * @throws IOException when nobody says
         */
        Optional<byte[]> value(int partition, long offset) throws IOException;
    }

    /**
     * @param fetch is called by one thread at a time
     */
    public ArchiveRecords(Fetch fetch) {
        this.fetch = fetch;
    }

    /** What the timeline knows is in the archive no more. */
    public static final class GoneException extends IOException {
        private static final long serialVersionUID = 1;

        GoneException(ArchivedSegment of, String found) {
            super("found " + found + " at " + of.partition() + "/" + of.offset() + " of the archive, expected "
                    + name(of.camera(), of.clip().epoch(), of.clip().clip(), of.firstPosition())
                    + ": it is gone, deleted since or with its topic");
        }
    }

    private static String name(String camera, long epoch, long clip, int position) {
        return "segment " + camera + "/" + epoch + "/" + clip + "/" + position;
    }

    /**
     * A segment whose checksum is right, and which is the one that was meant: where the topic was made anew, another one lies
     * there.
     *
     * @throws GoneException when it is there no more
     * @throws IOException saying why it cannot be read
     */
    public synchronized CodedSegment segment(ArchivedSegment of) throws IOException {
        byte[] bytes = fetch.value(of.partition(), of.offset()).orElseThrow(() -> new GoneException(of, "no record"));
        try {
            CodedSegment coded = ArchiveSegments.read(bytes, format);
            ArchivedSegment found =
                    ArchivedSegment.of(coded.outline(), of.begins(), of.partition(), of.offset(), bytes.length);
            if (!found.equals(of)) {
                throw new GoneException(of, coded.name());
            }
            return coded;
        } catch (SegmentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
