package io.nolook.frame.ffmpeg;

import java.io.IOException;
import java.time.Duration;
import org.bytedeco.ffmpeg.avformat.AVIOInterruptCB;
import org.bytedeco.javacpp.Pointer;

/**
 * Tells FFmpeg, which asks while it waits for a network, to give up: when it is told to, or when no picture comes.
 *
 * <p>A stream may stall while its connection lives, as one that sends sound alone. Called by FFmpeg on the thread that
 * reads; {@link #cancel} by any.
 */
final class Interrupt extends AVIOInterruptCB.Callback_Pointer {
    private final Duration longest;
    private volatile boolean cancelled;
    private volatile boolean stalls = true;
    private volatile long waitsSinceNanos = System.nanoTime();

    /**
     * @param longest time without a picture
     */
    Interrupt(Duration longest) {
        this.longest = longest;
    }

    void neverStalls() {
        stalls = false;
    }

    /** From now on the next picture is waited for: the time before was not the source's. */
    void waits() {
        waitsSinceNanos = System.nanoTime();
    }

    void cancel() {
        cancelled = true;
    }

    private boolean isStalled() {
        return stalls && System.nanoTime() - waitsSinceNanos > longest.toNanos();
    }

    /** Also between two packets: there FFmpeg does not ask. */
    void requireGoingOn(String name) throws IOException {
        if (cancelled) {
            throw new IOException("gave up " + name + ", as was asked");
        }
        if (isStalled()) {
            throw new IOException("found no picture of " + name + " for " + longest.toSeconds()
                    + " s, expected some; the stream stalls");
        }
    }

    @Override
    public int call(Pointer opaque) {
        return cancelled || isStalled() ? 1 : 0;
    }
}
