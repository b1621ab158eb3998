/** Kafka and Flink in this process, for trying, testing and measuring. */
package io.nolook.local;
