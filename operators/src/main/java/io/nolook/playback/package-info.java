/** What is shown again: which token frames can be decoded, and which frames they are. */
package io.nolook.playback;
