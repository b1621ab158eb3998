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
        /** The record's value; empty when it cannot be had. */
        Optional<byte[]> value(int partition, long offset);
    }

    /**
     * @param fetch is called by one thread at a time
     */
    public ArchiveRecords(Fetch fetch) {
        this.fetch = fetch;
    }

    /**
     * A segment whose checksum is right.
     *
     * @throws IOException saying why there is none
     */
    public synchronized CodedSegment segment(ArchivedSegment of) throws IOException {
        byte[] bytes = fetch.value(of.partition(), of.offset())
                .orElseThrow(() -> new IOException("found no record " + of.partition() + "/" + of.offset()
                        + " in the archive, expected it: it was deleted, or no broker answers"));
        try {
            return ArchiveSegments.read(bytes, format);
        } catch (SegmentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
