/** A cluster of real processes on this machine, faults done to it, and the verdict on what came out. */
package io.nolook.tool.chaos;
