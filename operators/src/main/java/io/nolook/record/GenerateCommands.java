package io.nolook.record;

import io.nolook.failure.IntakeException;
import io.nolook.generation.Continuation;
import io.nolook.generation.ContinuationRequest;
import io.nolook.schema.ControlCommand;
import io.nolook.schema.ControlKind;
import io.nolook.schema.FailedFrame;
import io.nolook.schema.Generate;
import io.nolook.schema.SingleObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Requests for continuations as the records of the control topic. */
public final class GenerateCommands {
    private static final String KEY = "generate/";

    private GenerateCommands() {}

    /** The key of a request's record, by which a newer one for the camera takes its place. */
    public static byte[] key(ContinuationRequest request) {
        return (KEY + request.camera()).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * The record of a request.
     *
     * @param sender who asks
     */
    public static byte[] encode(ContinuationRequest request, long atMicros, String sender) {
        Continuation asked = request.asked();
        return SingleObject.controlCommands()
                .encode(ControlCommand.newBuilder()
                        .setId(request.id())
                        .setAtMicros(atMicros)
                        .setSender(sender)
                        .setKind(ControlKind.GENERATE)
                        .setCamera(request.camera())
                        .setGenerate(new Generate(
                                asked.seed(), asked.temperature(), asked.kept(), asked.frames(), asked.samples()))
                        .build());
    }

    /** The dead letter of a request that is refused. */
    public static FailedFrame deadLetter(ReceivedRecord record, ContinuationRequest request, IntakeException failure) {
        FailedFrame letter = DeadLetters.of(record, failure, DeadLetters.ENVELOPE_BYTES);
        letter.setCamera(request.camera());
        return letter;
    }

    /**
     * The request of a record; empty when the record is another command.
     *
     * @throws IOException saying what was found and expected, when there is none in it
     */
    public static Optional<ContinuationRequest> decode(byte[] value) throws IOException {
        ControlCommand record = SingleObject.controlCommands().decode(value);
        if (record.getKind() != ControlKind.GENERATE) {
            return Optional.empty();
        }
        Generate asked = record.getGenerate();
        if (asked == null) {
            throw new IOException("generate: found nothing that is asked, expected seed, temperature and the rest");
        }
        try {
            return Optional.of(new ContinuationRequest(
                    record.getId(),
                    record.getCamera(),
                    new Continuation(
                            asked.getSeed(),
                            asked.getTemperature(),
                            asked.getKept(),
                            asked.getFrames(),
                            asked.getSamples())));
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
