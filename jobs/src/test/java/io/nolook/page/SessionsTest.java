package io.nolook.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SessionsTest {
    private static final long NOW = 1_800_000_000;

    private final Sessions sessions = new Sessions("0123456789abcdef");

    @Test
    void knowsItsTokenAlone() {
        assertThat(sessions.isToken("0123456789abcdef")).isTrue();
        assertThat(sessions.isToken("0123456789abcdeF")).isFalse();
        assertThat(sessions.isToken("0123456789abcde")).isFalse();
        assertThat(sessions.isToken("")).isFalse();
        assertThat(sessions.isToken("x".repeat(10_000))).isFalse();
    }

    @Test
    void aCookieIsGoodForSevenDaysAndHidesTheToken() {
        String cookie = sessions.cookie(NOW);

        assertThat(cookie).doesNotContain("0123456789abcdef");
        assertThat(sessions.isCookie(cookie, NOW)).isTrue();
        assertThat(sessions.isCookie(cookie, NOW + 7 * 86_400 - 1)).isTrue();
        assertThat(sessions.isCookie(cookie, NOW + 7 * 86_400)).isFalse();
    }

    @Test
    void aCookieThatWasChangedOrIsOfAnotherTokenIsNone() {
        String cookie = sessions.cookie(NOW);

        assertThat(sessions.isCookie("9" + cookie, NOW)).isFalse();
        assertThat(sessions.isCookie(cookie.replaceFirst("^1", "2"), NOW)).isFalse();
        assertThat(sessions.isCookie(cookie.substring(0, cookie.length() - 1), NOW))
                .isFalse();
        assertThat(sessions.isCookie(new Sessions("0123456789abcdeX").cookie(NOW), NOW))
                .isFalse();
        assertThat(sessions.isCookie("", NOW)).isFalse();
    }
}
