/** How values cross the network between operators. */
package io.nolook.flink.type;
