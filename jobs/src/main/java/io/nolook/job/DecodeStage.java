package io.nolook.job;

import io.nolook.flink.stream.DecodeFunction;
import io.nolook.flink.type.CodecTypeInfo;
import io.nolook.flink.type.ValueCodec;
import io.nolook.record.ReceivedRecord;
import io.nolook.record.RecordIntake;
import io.nolook.schema.FailedFrame;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * How every job begins: received records to events, chained to the source; what fails to the dead letters.
 *
 * @param factory of the intake
 * @param codec of an event on its way to the camera's task
 */
public record DecodeStage<T>(RecordIntake.Factory<T> factory, ValueCodec<T> codec) {

    /**
     * Adds the stage to a graph, and its dead letters to their sink.
     *
     * @param partitions of the topic that the records come from, as it is now
     */
    public DataStream<T> on(DataStream<ReceivedRecord> received, int partitions, Sink<FailedFrame> deadLetters) {
        SingleOutputStreamOperator<T> events = on(received, partitions);
        deadLetters(events.getSideOutput(DecodeFunction.FAILED), deadLetters);
        return events;
    }

    /**
     * Adds the stage to a graph; its dead letters are in its side output.
     *
     * @param partitions of the topic that the records come from, as it is now
     */
    public SingleOutputStreamOperator<T> on(DataStream<ReceivedRecord> received, int partitions) {
        return received.process(new DecodeFunction<>(factory, partitions), new CodecTypeInfo<>(codec))
                .name("decode")
                .uid("decode");
    }

    /** Wires dead letters to their sink. */
    public static void deadLetters(DataStream<FailedFrame> letters, Sink<FailedFrame> sink) {
        letters.sinkTo(sink).name("dead-letters").uid("dead-letters");
    }
}
