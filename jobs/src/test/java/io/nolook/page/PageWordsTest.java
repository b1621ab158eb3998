package io.nolook.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.schema.KeyframeReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the page's modules say twice would soon differ. */
class PageWordsTest {
    private static final List<String> OTHERS = List.of("camera.js", "rows.js", "events.js", "pictures.js", "grid.js");

    private static String text(String name) throws IOException {
        try (InputStream in = PageWordsTest.class.getResourceAsStream("/page/" + name)) {
            assertThat(in).as(name).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @EnumSource(KeyframeReason.class)
    void everyReasonHasItsWordsInOnePlace(KeyframeReason reason) throws IOException {
        String entry = "\\b" + reason.name() + ": \"";
        assertThat(text("reasons.js")).containsPattern(entry);
        for (String other : OTHERS) {
            assertThat(text(other)).as(other).doesNotContainPattern(entry);
        }
    }

    @Test
    void whatWaitsForItsTurnWaitsInOneKindOfQueue() throws IOException {
        for (String user : List.of("events.js", "pictures.js")) {
            assertThat(text(user)).as(user).contains("from \"./turns.js\"", "turns(AT_ONCE)");
        }
        for (String other : OTHERS) {
            assertThat(text(other)).as(other).doesNotContain("running++", "going++");
        }
    }
}
