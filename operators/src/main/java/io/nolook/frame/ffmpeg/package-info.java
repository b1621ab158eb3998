/** Video files, streams and cameras through FFmpeg; the only importer of it. */
package io.nolook.frame.ffmpeg;
