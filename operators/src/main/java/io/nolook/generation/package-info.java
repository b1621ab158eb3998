/** What a language model of tokens says of a camera: how surprising it is, when that is unusual, and what may come next. */
package io.nolook.generation;
