/** The topics in Flink SQL: a format, a catalog of tables, functions on tokens. */
package io.nolook.flink.sql;
