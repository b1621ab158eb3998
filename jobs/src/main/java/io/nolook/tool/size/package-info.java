/** What a fleet needs before it is bought: the formulas of the guide on operations, with what this machine takes. */
package io.nolook.tool.size;
