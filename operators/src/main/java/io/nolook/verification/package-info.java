/** Frames and what was said of them, held against each other: nothing lost, repeated, reordered or changed. */
package io.nolook.verification;
