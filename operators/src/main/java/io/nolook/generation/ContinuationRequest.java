package io.nolook.generation;

/**
 * A camera is to be continued behind its newest token frame.
 *
 * @param id names the request; in the ids of its samples
 * @param camera id
 * @param asked what is drawn
 */
public record ContinuationRequest(String id, String camera, Continuation asked) {}
