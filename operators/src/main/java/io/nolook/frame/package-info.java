/** Untrusted coded pictures in, RGB pictures of the model's size out. */
package io.nolook.frame;
