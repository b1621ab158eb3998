/** What is seen: token frames to probabilities of labels, and these to events. */
package io.nolook.recognition;
