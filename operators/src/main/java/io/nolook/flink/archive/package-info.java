/** Segments in Flink: options and the function that collects and codes them. */
package io.nolook.flink.archive;
