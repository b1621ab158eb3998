package io.nolook.tool.replay;

import io.nolook.archive.CodedSegment;
import io.nolook.archive.Segment;
import io.nolook.archive.SegmentCoder;
import io.nolook.archive.SegmentException;
import io.nolook.archive.SegmentHead;
import io.nolook.archive.TokenStep;
import io.nolook.flink.tokenize.TokenizeSettings;
import io.nolook.model.VideoDetokenizer;
import io.nolook.offline.Models;
import io.nolook.record.ArchiveSegments;
import java.io.Closeable;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.configuration.Configuration;

/**
 * Whether segments decode: all tokens, and the first token frame to pictures.
 *
 * <p>Keeps the decoders of the {@value #MOST_OPEN} tokenizers and sizes seen last; one thread.
 */
public final class SegmentPictures implements ArchiveCensus.Check, Closeable {
    private static final int MOST_OPEN = 4;

    private record Key(String tokenizer, int height, int width) {}

    private final Configuration configuration;
    private final Map<Key, VideoDetokenizer> open = new LinkedHashMap<>(MOST_OPEN, 0.75f, true);

    public SegmentPictures(Configuration configuration) {
        this.configuration = configuration;
    }

    @Override
    public void check(CodedSegment coded) throws SegmentException {
        Segment segment = SegmentCoder.decode(coded);
        TokenStep first = segment.first();
        try {
            VideoDetokenizer decoder = decoder(segment);
            decoder.decode(first.tokens(), first.position(), first.span().frames(), decoder.newActivations());
        } catch (RuntimeException e) { // whatever a decoder has against it is told, and the next segment looked at
            throw new SegmentException(coded.name() + ": cannot be decoded to pictures: " + e.getMessage(), e);
        }
    }

    private VideoDetokenizer decoder(Segment segment) {
        SegmentHead head = segment.head();
        Key key = new Key(
                head.provenance().tokenizerId(),
                head.grid().height(),
                head.grid().width());
        VideoDetokenizer found = open.get(key);
        if (found == null) {
            if (open.size() == MOST_OPEN) {
                Iterator<VideoDetokenizer> eldest = open.values().iterator();
                eldest.next().close();
                eldest.remove();
            }
            found = Models.detokenizer(
                    configuration,
                    TokenizeSettings.of(configuration),
                    ArchiveSegments.frames(segment).get(0));
            open.put(key, found);
        }
        return found;
    }

    @Override
    public void close() {
        open.values().forEach(VideoDetokenizer::close);
        open.clear();
    }
}
