package io.nolook.record;

import io.nolook.schema.TokenFrame;
import io.nolook.schema.TokenSequence;
import io.nolook.sequence.SequenceAssembler.Arrival;
import io.nolook.sequence.SequenceAssembler.Opening;
import io.nolook.sequence.SequenceRun;
import io.nolook.sequence.TokenWindow;
import io.nolook.sequence.Vocabulary;
import io.nolook.token.TokenFactors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** Windows of sequences, the token frames in them, and the record that travels. */
public final class TokenSequences {

    private TokenSequences() {}

    /** A token frame as a sequence takes it. */
    public static Arrival arrival(TokenFrame frame) {
        SequenceRun run = new SequenceRun(
                frame.getCamera(),
                frame.getEpoch(),
                frame.getClip(),
                frame.getTokenizerId(),
                frame.getHeight(),
                frame.getWidth(),
                frame.getBits(),
                frame.getPhasePeriod(),
                frame.getPosition());
        return new Arrival(
                run,
                TokenFrames.begins(frame),
                opening(frame),
                frame.getLastCapturedAtMicros(),
                TokenFrames.tokens(frame));
    }

    private static Opening opening(TokenFrame frame) {
        if (frame.getKeyframeReason() == null) {
            return Opening.NOTHING;
        }
        return frame.getSkippedFrom() == null ? Opening.CLIP : Opening.CLIP_AFTER_GAP;
    }

    /** The record of a window. */
    public static TokenSequence record(TokenWindow window) {
        SequenceRun run = window.run();
        Vocabulary vocabulary = new Vocabulary(run.bits(), window.factors());
        ByteBuffer ids =
                ByteBuffer.allocate(Integer.BYTES * window.ids().length).order(ByteOrder.LITTLE_ENDIAN);
        ids.asIntBuffer().put(window.ids());
        return TokenSequence.newBuilder()
                .setCamera(run.camera())
                .setEpoch(run.epoch())
                .setClip(run.clip())
                .setTokenizerId(run.tokenizerId())
                .setHeight(run.height())
                .setWidth(run.width())
                .setBits(run.bits())
                .setLowBits(window.factors().map(TokenFactors::low).orElse(0))
                .setVocabulary(vocabulary.size())
                .setFirstPosition(run.firstPosition())
                .setIndex(window.index())
                .setStart(window.start())
                .setOverlap(window.overlap())
                .setPlaces(window.ids().length / vocabulary.idsAPlace())
                .setFirstCapturedAtMicros(window.firstCapturedAtMicros())
                .setLastCapturedAtMicros(window.lastCapturedAtMicros())
                .setIds(ids)
                .setPhasePeriod(run.phasePeriod())
                .build();
    }

    /** The window of a record. */
    public static TokenWindow window(TokenSequence record) {
        SequenceRun run = new SequenceRun(
                record.getCamera(),
                record.getEpoch(),
                record.getClip(),
                record.getTokenizerId(),
                record.getHeight(),
                record.getWidth(),
                record.getBits(),
                record.getPhasePeriod(),
                record.getFirstPosition());
        int[] ids = new int[record.getIds().remaining() / Integer.BYTES];
        record.getIds().duplicate().order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(ids);
        int low = record.getLowBits();
        return new TokenWindow(
                run,
                low == 0 ? Optional.empty() : Optional.of(new TokenFactors(low, run.bits() - low)),
                record.getIndex(),
                record.getStart(),
                record.getOverlap(),
                record.getFirstCapturedAtMicros(),
                record.getLastCapturedAtMicros(),
                ids);
    }
}
