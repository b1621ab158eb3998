/** What travels: the Avro records of every topic, and their bytes. */
package io.nolook.schema;
