/** Token frames as integers that a language model reads, and back. */
package io.nolook.sequence;
