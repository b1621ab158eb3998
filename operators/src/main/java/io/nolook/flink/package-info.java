/** The pure core inside Flink operators: keyed state, mailbox, barriers, metrics; the only importer of Flink here. */
package io.nolook.flink;
