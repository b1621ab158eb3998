package io.nolook.kafka;

/**
 * What a job needs of a topic.
 *
 * @param maxRecordBytes largest record that it must take
 * @param retention how long records must stay
 * @param option that the size follows from, for messages
 */
public record TopicNeeds(int maxRecordBytes, Retention retention, String option) {

    /** How long records must stay. */
    public enum Retention {
        /** As the broker's operator wants. */
        ANY,
        /** For ever. */
        UNLIMITED,
        /** The last one of each key. */
        COMPACTED
    }
}
