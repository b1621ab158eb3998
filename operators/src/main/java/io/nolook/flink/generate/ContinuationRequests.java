package io.nolook.flink.generate;

import io.nolook.record.GenerateCommands;
import io.nolook.record.ReceivedRecord;
import java.io.IOException;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.util.Collector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds those records of the control topic that ask for continuations; others are for other jobs. */
public final class ContinuationRequests implements FlatMapFunction<ReceivedRecord, SamplerEvent> {
    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(ContinuationRequests.class);

    @Override
    public void flatMap(ReceivedRecord record, Collector<SamplerEvent> requests) {
        if (record.value() == null) {
            return; // taken away
        }
        try {
            GenerateCommands.decode(record.value())
                    .ifPresent(request -> requests.collect(new SamplerEvent.Asked(request, record)));
        } catch (IOException e) {
            LOG.warn("control record {}/{}: {}", record.partition(), record.offset(), e.getMessage());
        }
    }
}
