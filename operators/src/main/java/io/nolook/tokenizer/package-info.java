/** The model contract: chunks and activations in, tokens and activations out; what a file must prove first. */
package io.nolook.tokenizer;
