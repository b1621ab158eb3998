/** Recognition in Flink: options, the rules of the operator, events from scores. */
package io.nolook.flink.recognize;
