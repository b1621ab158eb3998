/** The one operator that runs a model, with its queue, worker, history and options. */
package io.nolook.flink.model;
