/** What is kept: segments of token frames, coded, checked, cut. */
package io.nolook.archive;
