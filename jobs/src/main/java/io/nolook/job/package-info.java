/** Jobs between Kafka and Kafka: what all of them share, and a room for each. */
package io.nolook.job;
