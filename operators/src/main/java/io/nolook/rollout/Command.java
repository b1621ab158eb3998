package io.nolook.rollout;

/** What the tokenizing job is told while it runs, on a topic where other jobs are told something too. */
public sealed interface Command {

    /** Names the command in reports. */
    String id();

    /** Every task opens and admits a model, and says whether it could. */
    record Prepare(String id, ModelFile model, Codes codes) implements Command {}

    /** What the codes of a model that is prepared may mean. */
    enum Codes {
        /** What those of the job's own model mean: consumers go on. */
        SAME,
        /** Anything: consumers are ready for it. */
        ANY
    }

    /**
     * Which camera uses which model from now on; each goes over at a keyframe.
     *
     * @param prepared id of the command that prepared it; empty when there was none
     * @param tasks how many of the one job that answered were ready then; 0 when several jobs did
     */
    record Activate(String id, String prepared, int tasks, Assignment assignment) implements Command {}

    /** The camera's next frame begins a clip. */
    record Keyframe(String id, String camera) implements Command {}

    /** Another job is meant. */
    record Elsewhere(String id) implements Command {}
}
