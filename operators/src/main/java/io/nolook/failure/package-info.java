/** Why a record, or the picture in it, is not taken: a code, what was found, what was expected. */
package io.nolook.failure;
