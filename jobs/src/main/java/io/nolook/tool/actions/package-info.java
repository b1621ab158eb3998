/** Recognizers measured on labelled clips. */
package io.nolook.tool.actions;
