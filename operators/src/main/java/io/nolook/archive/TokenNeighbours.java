package io.nolook.archive;

import io.nolook.token.PhasePeriod;
import java.util.Arrays;
import java.util.List;

/**
 * The tokens around the one that is coded, in its token frame and in those before; -1 stands for one that is not there.
 *
 * <p>With a phase period above 1, tokens are of two kinds: escapes have every {@link TokenModel#RECENT}th bit set, what
 * they mean depends on the phase, and the same comes round after a period; all others are codes. There the token before
 * in time is the newest code, and escapes are passed over. Not thread-safe.
 */
final class TokenNeighbours {
    /** Kinds of a token: a code, an escape, none. */
    static final int KINDS = 3;

    private static final int CODE = 0;
    private static final int ESCAPE = 1;
    private static final int NONE = 2;
    private static final int[] NO_TOKENS = new int[0];

    /** Before in time. */
    int before;
    /** Right of that. */
    int beforeRight;

    int left;
    int above;

    /** The code before the newest; from here on with a period above 1 only. */
    int older;
    /** The token one period before. */
    int repeated;
    /** The code before in time, of the token below. */
    int beforeBelow;
    /** Right of the one above. */
    int aboveRight;
    /** The token right before in time, whatever it is. */
    int rightBefore;

    int repeatedKind;
    /** Kind of the token right before in time, whatever it is. */
    int beforeKind;
    /** Whether the token right before, left or above is an escape. */
    boolean escapesAround;

    /** Token frames since a period began. */
    int phase;

    /** The bits that an escape has set. */
    final int marks;

    private final int width;
    private final int period;
    private final int[] newestCodes;
    private final int[] olderCodes;
    private int[] tokens = NO_TOKENS;
    private int[] previous = NO_TOKENS;
    private int[] periodAgo = NO_TOKENS;

    /**
     * @param period of the phase, 1 to {@value PhasePeriod#MOST}
     */
    TokenNeighbours(TokenGrid grid, int period) {
        this.period = PhasePeriod.checked(period);
        width = grid.width();
        int every = 0;
        for (int bit = TokenModel.RECENT - 1; bit < grid.bits(); bit += TokenModel.RECENT) {
            every |= 1 << bit;
        }
        marks = every;
        newestCodes = new int[period > 1 ? grid.tokens() : 0];
        Arrays.fill(newestCodes, -1);
        olderCodes = newestCodes.clone();
    }

    /**
     * Begins a token frame.
     *
     * @param frames those before it, in order
     * @param now its tokens, known up to the one that is moved to
     */
    void begin(List<int[]> frames, int[] now) {
        int count = frames.size();
        if (period > 1 && count > 0) {
            keep(tokens.length - 1);
        }
        tokens = now;
        previous = count > 0 ? frames.get(count - 1) : NO_TOKENS;
        periodAgo = count >= period ? frames.get(count - period) : NO_TOKENS;
        phase = count % period;
    }

    /** Goes to a token; those before it are known. */
    void moveTo(int index) {
        boolean follows = previous.length > 0;
        boolean hasRight = follows && index % width < width - 1;
        rightBefore = follows ? previous[index] : -1;
        left = index % width > 0 ? tokens[index - 1] : -1;
        above = index >= width ? tokens[index - width] : -1;
        if (period == 1) {
            before = rightBefore;
            beforeRight = hasRight ? previous[index + 1] : -1;
            return;
        }
        if (index > 0) {
            keep(index - 1);
        }
        repeated = periodAgo.length > 0 ? periodAgo[index] : -1;
        repeatedKind = kind(repeated);
        beforeKind = kind(rightBefore);
        escapesAround = beforeKind == ESCAPE || kind(left) == ESCAPE || kind(above) == ESCAPE;
        before = newestCodes[index];
        beforeRight = hasRight ? newestCodes[index + 1] : -1;
        older = olderCodes[index];
        beforeBelow = follows && index + width < tokens.length ? newestCodes[index + width] : -1;
        aboveRight = index >= width && index % width < width - 1 ? tokens[index - width + 1] : -1;
    }

    private void keep(int index) {
        if (kind(tokens[index]) == CODE) {
            olderCodes[index] = newestCodes[index];
            newestCodes[index] = tokens[index];
        }
    }

    private int kind(int token) {
        if (token < 0) {
            return NONE;
        }
        return (token & marks) == marks ? ESCAPE : CODE;
    }
}
