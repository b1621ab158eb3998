package io.nolook.rollout;

import java.util.Optional;

/**
 * What was commanded last, of each kind that lasts.
 *
 * @param prepare the newest model that was to be prepared
 * @param activate with the newest assignment
 */
public record Commanded(Optional<Command.Prepare> prepare, Optional<Command.Activate> activate) {

    /** Before the first command. */
    public static final Commanded NOTHING = new Commanded(Optional.empty(), Optional.empty());

    /** After one more; a keyframe does not last. */
    public Commanded and(Command command) {
        if (command instanceof Command.Prepare newer) {
            return new Commanded(Optional.of(newer), activate);
        }
        return command instanceof Command.Activate newer ? new Commanded(prepare, Optional.of(newer)) : this;
    }

    /** Which camera uses which model; that of the options where nothing was commanded. */
    public Assignment assignment() {
        return activate.map(Command.Activate::assignment).orElse(Assignment.NONE);
    }
}
