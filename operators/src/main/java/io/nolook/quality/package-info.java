/** How good and how small: picture metrics, code lengths, use of the codes; each defined here only. */
package io.nolook.quality;
