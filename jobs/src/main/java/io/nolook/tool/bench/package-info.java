/** Measurements: what the pipeline costs beside the bare model, in one run. */
package io.nolook.tool.bench;
