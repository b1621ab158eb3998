/** Other ways to do the same work, measured beside nolook in the same run. */
package io.nolook.tool.bench.peer;
