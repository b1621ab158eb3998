/** What is known of each camera now, in bounded memory; no HTTP, no Kafka, no clock. */
package io.nolook.page.live;
