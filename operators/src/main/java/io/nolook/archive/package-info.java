/**
 * What is kept: segments of token frames, coded, checked, cut.
 *
 * <p>The range coder and its context model are ours, in integers only: a segment must come back equal on any Java virtual
 * machine for years, and no library codes a grid of tokens by what stands around each and before it.
 */
package io.nolook.archive;
