/** Reads the topics of a job and says whether the tokens are those of the frames. */
package io.nolook.tool.verify;
