/** Where options come from, and the tables of them. */
package io.nolook.option;
