package io.nolook.flink.generate;

import io.nolook.generation.ContinuationRequest;
import io.nolook.record.ReceivedRecord;
import io.nolook.schema.TokenFrame;

/** What comes to the sampler of a camera. */
public sealed interface SamplerEvent {

    /** Id of the camera. */
    String camera();

    /** Its next token frame. */
    record Came(TokenFrame frame) implements SamplerEvent {
        @Override
        public String camera() {
            return frame.getCamera();
        }
    }

    /**
     * It is to be continued.
     *
     * @param record that asks, for a dead letter
     */
    record Asked(ContinuationRequest request, ReceivedRecord record) implements SamplerEvent {
        @Override
        public String camera() {
            return request.camera();
        }
    }
}
