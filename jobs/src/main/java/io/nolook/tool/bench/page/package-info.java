/** What benchmarks found, as one page for people and one file for programs. */
package io.nolook.tool.bench.page;
