/** Cameras, videos and images in, frames out. */
package io.nolook.ingest;
