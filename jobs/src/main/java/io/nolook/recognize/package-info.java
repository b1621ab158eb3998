/** The recognizing job: token frames in, scores and actions out; and the same offline. */
package io.nolook.recognize;
