package io.nolook.page;

import io.javalin.http.Context;
import java.util.Optional;

/** Numbers in the queries of requests. */
final class Queries {

    private Queries() {}

    /** A request that says something else than it should; answered with 400 and why. */
    static final class BadQueryException extends RuntimeException {
        private static final long serialVersionUID = 1;

        BadQueryException(String message) {
            super(message);
        }
    }

    /** A number of a request. */
    static long number(Context context, String name, long least, long most) {
        return optional(context, name, least, most)
                .orElseThrow(() -> new BadQueryException(name + ": found nothing, expected a number"));
    }

    /** A number of a request, if it has one. */
    static Optional<Long> optional(Context context, String name, long least, long most) {
        String text = context.queryParam(name);
        if (text == null || text.isEmpty()) {
            return Optional.empty();
        }
        try {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return Optional.of(number);
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new BadQueryException(
                name + ": found '" + text + "', expected a whole number of " + least + " to " + most);
    }
}
