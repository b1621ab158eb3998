/** Kafka at the ends of a pipeline: options, topics, sources, sinks. */
package io.nolook.kafka;
