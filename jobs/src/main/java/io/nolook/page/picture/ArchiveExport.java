package io.nolook.page.picture;

import io.nolook.archive.CodedSegment;
import io.nolook.offline.Decoders;
import io.nolook.page.timeline.ArchivedSegment;
import io.nolook.replay.Footage;
import io.nolook.replay.Replay;
import io.nolook.replay.ReplayOutputs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/** A stretch of the archive as a file: a video, or token frames. Any thread; one at a time. */
public final class ArchiveExport {
    private final ArchiveRecords records;
    private final Supplier<Decoders> decoders;
    private final Semaphore one = new Semaphore(1);

    /** Another export is going on. */
    public static final class BusyException extends Exception {
        private static final long serialVersionUID = 1;

        BusyException() {
            super("found another export going on, expected none; try again when it is done");
        }
    }

    /**
     * @param decoders opens those of one export
     */
    public ArchiveExport(ArchiveRecords records, Supplier<Decoders> decoders) {
        this.records = records;
        this.decoders = decoders;
    }

    /**
     * Writes a stretch.
     *
     * @param out a file that ends in .mp4 or .avro
     * @throws BusyException when another one is being written
     * @throws IOException saying what of it cannot be read or written
     */
    public void write(List<ArchivedSegment> stretch, long fromMicros, long toMicros, Path out)
            throws BusyException, IOException {
        if (!one.tryAcquire()) {
            throw new BusyException();
        }
        try (Decoders open = decoders.get()) {
            List<CodedSegment> segments = new ArrayList<>();
            for (ArchivedSegment segment : stretch) {
                segments.add(records.segment(segment));
            }
            double rate = Footage.of(segments, fromMicros, toMicros).videoFramesPerSecond();
            ReplayOutputs.Wanted wanted = new ReplayOutputs.Wanted(List.of(out), fromMicros, toMicros, rate, 1);
            List<String> damaged = new ArrayList<>();
            try (ReplayOutputs outputs = new ReplayOutputs(wanted, open::of)) {
                Replay.run(segments, toMicros, damaged::add, outputs);
            }
            if (!damaged.isEmpty()) {
                throw new IOException(String.join("; ", damaged));
            }
        } finally {
            one.release();
        }
    }
}
