/** What a sink of flink-connector-kafka lacks, where its classes can be seen. */
package org.apache.flink.connector.kafka.sink;
