/** How good: picture metrics, flicker, use of the codes; each defined here only. */
package io.nolook.quality;
