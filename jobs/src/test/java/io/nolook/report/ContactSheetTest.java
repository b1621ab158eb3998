package io.nolook.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nolook.frame.FrameDecoder;
import io.nolook.frame.FrameLimits;
import io.nolook.frame.Picture;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContactSheetTest {
    @Test
    void samplesFirstToLastEvenly() {
        Picture sheet = ContactSheet.of(List.of(row("a", 100, 16, 16)), 4);

        // gray levels 0, 33, 66, 99 and, below, their reconstructions: one more
        int top = 12 + 22 + 8;
        int below = top + 16 + 4;
        for (int column = 0; column < 4; column++) {
            int x = 12 + 8 + 20 * column;
            assertThat(gray(sheet, x, top)).isEqualTo(33 * column);
            assertThat(gray(sheet, x, below)).isEqualTo(33 * column + 1);
        }
    }

    @Test
    void writesTheTitleAboveThePictures() {
        Picture titled = ContactSheet.of(List.of(row("camera 7", 8, 32, 32)), 8);
        Picture blank = ContactSheet.of(List.of(row(" ", 8, 32, 32)), 8);

        int lit = 0;
        for (int i = 0; i < titled.rgb().length; i++) {
            if (titled.rgb()[i] != blank.rgb()[i]) {
                int y = i / 3 / titled.width();
                assertThat(y).isBetween(12, 34);
                lit++;
            }
        }
        assertThat(lit).isGreaterThan(3 * 4 * 50);
    }

    @Test
    void survivesTitlesItCannotDraw() {
        List<ContactSheet.Row> rows = List.of(row("\u00e9\u4e16" + "long ".repeat(100), 1, 8, 8), row("", 1, 8, 8));

        assertThat(ContactSheet.of(rows, 1).width()).isEqualTo(2 * 12 + 8);
    }

    @Test
    void staysWithinItsLimits(@TempDir Path folder) throws Exception {
        ContactSheet.Row large = row("large", 40, 800, 600);
        Path path = folder.resolve("sheet.png");

        ContactSheet.write(Collections.nCopies(30, large), 12, path);

        Picture sheet = new FrameDecoder(FrameLimits.DEFAULTS).decode(ByteBuffer.wrap(Files.readAllBytes(path)));
        assertThat(sheet.width()).isEqualTo(24 + 12 * 196 - 4);
        assertThat(sheet.height()).isLessThan(16 * (22 + 2 * 148 + 4) + 60);
    }

    @Test
    void leavesOutTheSecondLineWithoutReconstructions() {
        ContactSheet.Row both = row("a", 3, 16, 16);
        ContactSheet.Row originals = new ContactSheet.Row("a", both.originals(), List.of());

        int difference = ContactSheet.of(List.of(both), 3).height()
                - ContactSheet.of(List.of(originals), 3).height();
        assertThat(difference).isEqualTo(20);
    }

    @Test
    void refusesEmptySheets() {
        assertThatThrownBy(() -> ContactSheet.of(List.of(), 3)).hasMessageStartingWith("found 0 rows and 3 columns");
        assertThatThrownBy(() -> ContactSheet.of(List.of(row("a", 1, 8, 8)), 13))
                .hasMessageEndingWith("expected at least 1 row and 1 to 12 columns");
        assertThatThrownBy(() -> new ContactSheet.Row("a", List.of(), List.of()))
                .hasMessage("found no picture in row a, expected at least one");
    }

    /** Pictures as gray as their index, reconstructions one lighter. */
    private static ContactSheet.Row row(String title, int count, int width, int height) {
        List<Picture> originals = new ArrayList<>();
        List<Picture> reconstructions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            originals.add(plain(width, height, i));
            reconstructions.add(plain(width, height, i + 1));
        }
        return new ContactSheet.Row(title, originals, reconstructions);
    }

    private static Picture plain(int width, int height, int level) {
        byte[] rgb = new byte[3 * width * height];
        java.util.Arrays.fill(rgb, (byte) level);
        return new Picture(width, height, rgb);
    }

    private static int gray(Picture picture, int x, int y) {
        return picture.rgb()[3 * (y * picture.width() + x)] & 0xff;
    }
}
