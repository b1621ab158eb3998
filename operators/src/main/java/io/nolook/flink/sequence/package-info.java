/** Sequences in Flink: options and the function that writes their windows. */
package io.nolook.flink.sequence;
