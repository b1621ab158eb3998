/** The language model of tokens in Flink: options, the rules of the operator, anomalies from surprise. */
package io.nolook.flink.generate;
