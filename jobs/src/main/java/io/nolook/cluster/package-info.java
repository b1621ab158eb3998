/** A Flink cluster, asked over REST. */
package io.nolook.cluster;
