package io.nolook.notify;

import io.nolook.record.ActionEvents;
import io.nolook.schema.ActionEvent;
import io.nolook.schema.ActionState;

/**
 * What is told, as it is written to JSON.
 *
 * @param key the same each time that it is told: whoever has it already lets it go
 * @param camera id
 * @param label what is seen
 * @param state {@code begun} or {@code ended}
 * @param fromMillis capture time of the first frame that speaks for it, milliseconds since 1970
 * @param toMillis capture time of the last one so far
 * @param confidence its largest probability so far, 0 to 1
 * @param recognizer name and version
 */
record Notice(
        String key,
        String camera,
        String label,
        String state,
        long fromMillis,
        long toMillis,
        float confidence,
        String recognizer) {
    static final String BEGUN = "begun";

    static Notice of(ActionEvent action) {
        String state = action.getState() == ActionState.BEGUN ? BEGUN : "ended";
        return new Notice(
                ActionEvents.id(action) + "/" + state,
                action.getCamera(),
                action.getLabel(),
                state,
                action.getStartMicros() / 1000,
                action.getEndMicros() / 1000,
                action.getConfidence(),
                action.getRecognizer());
    }
}
