/** The job that keeps tokens: token frames in, segments out. */
package io.nolook.archiving;
