package io.nolook.flink.model;

import io.nolook.model.StepPlace;
import io.nolook.model.StreamModel;
import io.nolook.schema.FailedFrame;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import org.apache.flink.metrics.MetricGroup;

/**
 * What one kind of stream does around its model: events to steps, results to records.
 *
 * <p>A camera's state is a value here, and bytes in keyed state, whose versions the rules know. The task thread alone
 * calls them.
 *
 * @param <S> a camera's state
 * @param <E> an event of a camera
 * @param <W> what a step was asked for
 * @param <I> what the model takes
 * @param <O> what it gives
 * @param <R> the record made of it
 */
public interface StreamRules<S, E, W, I, O, R> extends Serializable {

    /**
     * A step that a camera asks of the model.
     *
     * @param at its clip, and where in it
     * @param origin what the record is made of, with the result
     */
    record StepRequest<W, I>(String camera, StepPlace at, I input, W origin) {}

    /**
     * A camera's new state, and the steps it asks for, in order.
     *
     * @param refused the dead letter of an event whose place among the others is refused
     */
    record Taken<S, W, I>(S state, List<StepRequest<W, I>> steps, Optional<FailedFrame> refused) {

        /** With nothing refused. */
        public Taken(S state, List<StepRequest<W, I>> steps) {
            this(state, steps, Optional.empty());
        }
    }

    /** Before anything else, when the model of the job's options is there. */
    void open(StreamModel<I, O> model, MetricGroup metrics);

    /**
     * An event has come.
     *
     * @param model that the camera uses
     * @param before the camera's state, empty at its first event
     * @param nowMillis processing time
     */
    Taken<S, W, I> take(StreamModel<I, O> model, Optional<S> before, E event, long nowMillis);

    /** The input has ended: what was unfinished is finished. */
    Taken<S, W, I> finish(StreamModel<I, O> model, S state, String camera);

    /** The camera's next event begins a clip, as somebody asks; streams without such clips stay as they are. */
    default Taken<S, W, I> beginClip(StreamModel<I, O> model, S state, String camera) {
        return new Taken<>(state, List.of());
    }

    /** Processing time of the camera's newest event. */
    long lastArrivalMillis(S state);

    /** What must still be told before a silent camera is forgotten; empty when nothing. */
    Optional<Taken<S, W, I>> lastWord(StreamModel<I, O> model, S state, String camera);

    /** The silent camera's state goes. */
    void forgotten(S state);

    /** The records of a step that has run, in order. */
    List<R> records(StreamModel<I, O> model, W origin, O output);

    /** An input as it is kept to rebuild activations. */
    byte[] kept(I input);

    /** The input that was kept. */
    I input(byte[] kept);

    /** A state as keyed state holds it, in the newest version. */
    byte[] encode(S state);

    /** A state of any version. */
    S decode(byte[] bytes);

    /** Heap that a state takes beside a few numbers: frames that wait in it. */
    default long bytes(S state) {
        return 0;
    }
}
