/** What the archive and the topic of actions hold, by camera and time; nothing of HTTP, Kafka or models. */
package io.nolook.page.timeline;
