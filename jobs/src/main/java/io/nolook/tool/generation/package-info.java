/** How good a language model of tokens is: bits, continuations, planted anomalies. */
package io.nolook.tool.generation;
