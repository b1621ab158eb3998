/** Any streaming model: its step, what it says of itself, its admission, its activations. */
package io.nolook.model;
