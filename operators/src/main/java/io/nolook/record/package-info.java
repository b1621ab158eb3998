/** Between the core and the Avro records that travel, both directions; alone reads and builds them. */
package io.nolook.record;
