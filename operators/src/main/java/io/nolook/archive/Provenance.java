package io.nolook.archive;

/**
 * What made the tokens.
 *
 * @param tokenizerId the meaning of the codes; decoders match this and nothing else
 * @param encoderHash SHA-256 of the encoder file
 * @param runtimeId runtime, provider, processor, precision and picture decoder
 */
public record Provenance(String tokenizerId, String encoderHash, String runtimeId) {}
