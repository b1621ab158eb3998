/** What the operators of every job share: intake, silence, counters, checks of options. */
package io.nolook.flink.stream;
