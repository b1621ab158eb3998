package io.nolook.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Any camera has a file name, of ASCII, short enough, and of its own. */
class FileNamesTest {

    @Test
    void shortIdsAreWrittenOut() {
        assertThat(FileNames.of("Gate_1-b")).isEqualTo("Gate_1-b");
        assertThat(FileNames.of("../ü.a")).isEqualTo("=2E=2E=2F=C3=BC=2Ea");
        assertThat(FileNames.of("x".repeat(150))).isEqualTo("x".repeat(150));
    }

    @Test
    void longIdsAreShortenedToTheirBeginningAndHash() {
        assertThat(FileNames.of("x".repeat(151)))
                .isEqualTo("x".repeat(84) + "==" + "8eb827e6964db1e28caafb07b408d441efc804c8da30e3bad83a70dd3566a88b");
    }

    @Test
    void idsOfAnyLengthHaveNamesOfTheirOwn() {
        Set<String> names = new HashSet<>();
        int ids = 0;
        for (String letter : new String[] {"د", "/", ".", "x", "é", "\u0000", "😀"}) {
            for (int length = 1; length <= 1000; length += 1 + length / 60) {
                for (String end : new String[] {"", "a", "ی"}) {
                    names.add(FileNames.of(letter.repeat(length) + end));
                    ids++;
                }
            }
        }
        assertThat(names).hasSize(ids).allMatch(name -> name.matches("[A-Za-z0-9_=-]{1,150}"));
    }

    /** What is cut is cut between parts: the beginning is that of the whole name. */
    @Test
    void theBeginningCanBeRead() {
        String name = FileNames.of("دوربین" + "-در".repeat(300));
        assertThat(name)
                .startsWith("=D8=AF=D9=88=D8=B1=D8=A8=DB=8C=D9=86-=D8=AF=D8=B1-")
                .contains("==");
        assertThat(name.substring(0, name.indexOf("=="))).matches("([A-Za-z0-9_-]|=[0-9A-F]{2})*");
    }
}
