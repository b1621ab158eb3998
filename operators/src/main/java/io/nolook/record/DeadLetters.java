package io.nolook.record;

import io.nolook.digest.Sha256;
import io.nolook.failure.IntakeException;
import io.nolook.schema.FailedFrame;
import io.nolook.schema.FailureStage;
import io.nolook.schema.RecordHeader;
import io.nolook.schema.SingleObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Dead letters: a failed record with its original bytes, as far as they may be carried. */
public final class DeadLetters {

    /** What a dead letter may need beside the original: schema fields, reason, headers. */
    public static final int ENVELOPE_BYTES = 64 * 1024;

    /** Largest original whose letter fits a topic of Kafka's default size, 1 MiB: its record's envelope and the letter's. */
    public static final int USUAL_ORIGINAL_BYTES = (1 << 20) - 2 * ENVELOPE_BYTES;

    private static final int MAX_REASON = 4 * 1024;

    private DeadLetters() {}

    /**
     * The dead letter of a record.
     *
     * @param maxBytes largest original that is carried; of a larger one its SHA-256 and length are
     */
    public static FailedFrame of(ReceivedRecord record, IntakeException failure, int maxBytes) {
        byte[] value = record.value();
        boolean tooLarge = value != null && value.length > maxBytes;
        boolean headersFit = headerBytes(record) <= ENVELOPE_BYTES / 2;
        String reason = String.valueOf(failure.getMessage());
        return FailedFrame.newBuilder()
                .setCamera(CameraKeys.cameraOrUnknown(record.key()))
                .setStage(failure.code().name().startsWith("RECORD_") ? FailureStage.RECORD : FailureStage.PICTURE)
                .setCode(failure.code().name())
                .setReason(reason.substring(0, Math.min(MAX_REASON, reason.length())))
                .setTopic(record.topic())
                .setPartition(record.partition())
                .setOffset(record.offset())
                .setTimestampMillis(record.timestampMillis())
                .setKey(wrap(record.key()))
                .setValue(tooLarge ? null : wrap(value))
                .setValueLength(value == null ? -1 : value.length)
                .setValueSha256(tooLarge ? Sha256.hex(value) : null)
                .setHeaders(headersFit ? headers(record) : List.of())
                .build();
    }

    /** As bytes, to travel with a frame that may still be refused. */
    static byte[] encode(FailedFrame letter) {
        return SingleObject.failedFrames().encode(letter);
    }

    /** The dead letter that travelled with a frame; empty when none did. */
    public static Optional<FailedFrame> decode(byte[] bytes) {
        if (bytes.length == 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(SingleObject.failedFrames().decode(bytes));
        } catch (IOException e) {
            throw new IllegalArgumentException("found bytes that are no dead letter", e);
        }
    }

    private static List<RecordHeader> headers(ReceivedRecord record) {
        return record.headers().stream()
                .map(header -> new RecordHeader(header.key(), wrap(header.value())))
                .toList();
    }

    private static long headerBytes(ReceivedRecord record) {
        return record.headers().stream()
                .mapToLong(header -> 3L * header.key().length() + (header.value() == null ? 0 : header.value().length))
                .sum();
    }

    private static @Nullable ByteBuffer wrap(byte @Nullable [] bytes) {
        return bytes == null ? null : ByteBuffer.wrap(bytes);
    }
}
