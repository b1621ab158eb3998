package io.nolook.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.frame.FrameFit;
import io.nolook.frame.FrameFitter;
import io.nolook.frame.Picture;
import io.nolook.frame.PictureSink;
import io.nolook.frame.PictureSource;
import io.nolook.frame.TimedPicture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the model saw is written: fitted, each once, in order. */
class SeenPicturesTest {
    private final List<String> closed = new ArrayList<>();

    private final class Two implements PictureSource {
        private final Iterator<TimedPicture> pictures =
                List.of(picture(1), picture(2)).iterator();

        @Override
        public Optional<TimedPicture> next() {
            return pictures.hasNext() ? Optional.of(pictures.next()) : Optional.empty();
        }

        @Override
        public List<String> damage() {
            return List.of("cut off");
        }

        @Override
        public void close() {
            closed.add("source");
        }
    }

    private final class Kept implements PictureSink {
        private final List<Picture> pictures = new ArrayList<>();

        @Override
        public void write(Picture picture) {
            pictures.add(picture);
        }

        @Override
        public void close() {
            closed.add("sink");
        }
    }

    private static TimedPicture picture(int value) {
        byte[] rgb = new byte[32 * 16 * 3];
        Arrays.fill(rgb, (byte) value);
        return new TimedPicture(new Picture(32, 16, rgb), value);
    }

    @Test
    void writesEachPictureAsItIsGiven() throws IOException {
        Kept kept = new Kept();
        try (SeenPictures seen = new SeenPictures(new Two(), kept)) {
            byte[] given = seen.next(new FrameFitter(FrameFit.CROP, 8, 8))
                    .orElseThrow()
                    .fitted()
                    .picture()
                    .rgb();
            assertThat(kept.pictures).hasSize(1);
            assertThat(kept.pictures.get(0).rgb()).isEqualTo(given);
            assertThat(kept.pictures.get(0).width()).isEqualTo(8);
            assertThat(seen.next()).isPresent();
            assertThat(seen.next()).isEmpty();
            assertThat(kept.pictures).extracting(Picture::width).containsExactly(8, 32);
            assertThat(seen.damage()).containsExactly("cut off");
        }
        assertThat(closed).containsExactlyInAnyOrder("source", "sink");
    }

    @Test
    void aFolderGetsNumberedPictures(@TempDir Path folder) throws IOException {
        try (SeenPictures seen = new SeenPictures(new Two(), Outputs.folder(folder.resolve("seen.mp4")))) {
            while (seen.next().isPresent()) {
                assertThat(folder.resolve("seen.mp4")).isDirectory();
            }
        }
        assertThat(Files.exists(folder.resolve("seen.mp4/00001.png"))).isTrue();
    }
}
