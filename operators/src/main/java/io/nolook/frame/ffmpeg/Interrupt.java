package io.nolook.frame.ffmpeg;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOInterruptCB;
import org.bytedeco.javacpp.Pointer;

/**
 * Tells FFmpeg, which asks while it waits for a network, to give up: when it is told to, or when no picture comes.
 *
 * <p>A stream may stall while its connection lives, as one that sends sound alone. Asked by FFmpeg on the thread that reads;
 * {@link #cancel} by any. Closed by the owner of the container, after it.
 */
final class Interrupt implements AutoCloseable {
    /** One function for all: JavaCPP has room for ten of a kind, and any beyond is none without a word. */
    private static final Question QUESTION = new Question();

    private static final Map<Long, Interrupt> ASKED = new ConcurrentHashMap<>();
    private static final AtomicLong LAST = new AtomicLong();

    private final long number = LAST.incrementAndGet();
    private final Duration longest;
    private volatile boolean cancelled;
    private volatile boolean stalls = true;
    private volatile long waitsSinceNanos = System.nanoTime();

    /** What FFmpeg calls, with the number that it was given. */
    private static final class Question extends AVIOInterruptCB.Callback_Pointer {
        @Override
        public int call(Pointer opaque) {
            Interrupt asked = ASKED.get(opaque.address());
            return asked != null && asked.isOver() ? 1 : 0;
        }
    }

    /** A number that travels as an address, which nobody follows. */
    private static final class Number extends Pointer {
        Number(long number) {
            address = number;
        }
    }

    /**
     * @param longest time without a picture
     */
    Interrupt(Duration longest) {
        this.longest = longest;
    }

    /** Has FFmpeg ask it from now on. */
    void attach(AVFormatContext format) {
        ASKED.put(number, this);
        format.interrupt_callback().callback(QUESTION);
        format.interrupt_callback().opaque(new Number(number));
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

    private boolean isOver() {
        return cancelled || isStalled();
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
    public void close() {
        ASKED.remove(number);
    }
}
