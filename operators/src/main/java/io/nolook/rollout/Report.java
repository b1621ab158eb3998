package io.nolook.rollout;

/**
 * What one task makes of a command.
 *
 * @param command its id; empty when it could not be read
 * @param why for people; empty when there is nothing to say
 * @param model SHA-256 of the model that it is about; may be empty
 * @param tokenizerId what that model's codes mean; may be empty
 * @param residentBytes beside the heap, of all models that the task has open
 */
public record Report(
        Task task, String command, Outcome outcome, String why, String model, String tokenizerId, long residentBytes) {

    /** Who reports: a job, and which of its tasks. */
    public record Task(String job, String jobId, int index, int tasks) {}

    /** What became of it. */
    public enum Outcome {
        /** The model is open and admitted. */
        READY,
        /** It is not, and nothing changes. */
        REFUSED,
        /** Cameras go over to it, each at a keyframe. */
        ACTIVE,
        /** The command does not fit what is. */
        IGNORED
    }
}
