/**
 * Untrusted coded pictures in, RGB pictures of the model's size out.
 *
 * <p>JPEG is decoded by the JDK, behind a gate of our own: the JDK's reader fills what is missing with gray and says
 * nothing, so the scanner refuses incomplete pictures first, and counts the scans that each cost a pass. EXIF is read for
 * one number, the orientation. PNG is decoded here: what is left to do behind the JDK's reader (gray without its colour
 * profile, which makes 168 of 100; alpha; 16 bits) is most of the work, and our decoder inflates into a buffer that the
 * header has bounded.
 */
package io.nolook.frame;
