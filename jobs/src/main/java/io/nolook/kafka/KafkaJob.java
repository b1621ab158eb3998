package io.nolook.kafka;

import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** A job between topics of one broker, its options checked. */
public interface KafkaJob {

    /** Given options over the job's defaults: what its environment is made with. */
    Configuration configuration();

    /** Checks the topics and adds the job's graph to an environment. */
    void wire(StreamExecutionEnvironment environment);

    /** Checks the topics and starts the job. */
    JobClient start(StreamExecutionEnvironment environment) throws Exception;
}
