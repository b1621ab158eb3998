/** Tokens back to pictures in Flink: options and the rules of the operator. */
package io.nolook.flink.detokenize;
