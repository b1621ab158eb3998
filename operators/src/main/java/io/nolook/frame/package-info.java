/**
 * Untrusted coded pictures in, RGB pictures of the model's size out.
 *
 * <p>A gate of our own stands before every decoder. JPEG has two decoders, both behind the same scanner of its markers. What
 * cameras send is mostly a clean baseline JPEG, larger than the model's picture: of that {@code JpegReducer} makes averages of
 * pixels and never the pixels, in a third to two thirds of the time. It takes nothing with one bit out of place: those, and all
 * other kinds, are decoded by the JDK. The JDK's reader fills what is missing with gray and says so in a warning at most,
 * so the scanner refuses incomplete pictures first, warnings are failures, and the scans that each cost a pass are counted. EXIF is
 * read for one number, the orientation. No native decoder: FFmpeg's conceals what is missing in the last block, or behind a
 * restart marker, and says nothing. PNG is decoded here: what is left to do behind the JDK's reader (gray without its colour
 * profile, which makes 168 of 100; alpha; 16 bits) is most of the work, and our decoder inflates into a buffer that the header has
 * bounded.
 */
package io.nolook.frame;
