/** The wire format of Confluent's schema registry, where people want it: records whose schema is a number of the registry. */
@NullMarked
package io.nolook.registry;

import org.jspecify.annotations.NullMarked;
