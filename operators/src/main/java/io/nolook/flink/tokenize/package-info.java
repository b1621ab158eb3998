/** Tokenizing in Flink: options, the rules of the operator, its metrics. */
package io.nolook.flink.tokenize;
