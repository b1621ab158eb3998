/** Tokens as numbers and as bytes: sign codes, indices, packing, factors. */
package io.nolook.token;
