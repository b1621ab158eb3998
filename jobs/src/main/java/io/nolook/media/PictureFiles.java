package io.nolook.media;

import io.nolook.frame.PictureSink;
import java.nio.file.Path;
import java.util.List;

/** A sink that says where its pictures went. */
public interface PictureFiles extends PictureSink {

    /** The folder, or the videos so far, in order. */
    List<Path> files();
}
