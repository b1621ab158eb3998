/** Evaluation: what the tokens of given videos keep, cost and guarantee, beside video codecs; a report. */
package io.nolook.tool.eval;
