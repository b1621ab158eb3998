/** The command line: every command reads options, calls one thing, prints where its result is. */
package io.nolook.cli;
