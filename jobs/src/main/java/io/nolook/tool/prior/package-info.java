/** Makes the tables that the archive's pretrained codec begins with. */
package io.nolook.tool.prior;
