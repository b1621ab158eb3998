/** The suites of {@code bench all}: each a chapter of one page. */
package io.nolook.tool.bench.suite;
