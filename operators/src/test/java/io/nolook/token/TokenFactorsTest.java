package io.nolook.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TokenFactorsTest {

    @Test
    void firstFactorIsTheLowBits() {
        int token = 0b101010101_110011001;

        assertThat(TokenFactors.NINE_NINE.first(token)).isEqualTo(0b110011001);
        assertThat(TokenFactors.NINE_NINE.second(token)).isEqualTo(0b101010101);
        assertThat(TokenFactors.SIX_TWELVE.first(token)).isEqualTo(0b011001);
        assertThat(TokenFactors.SIX_TWELVE.second(token)).isEqualTo(0b101010101110);
    }

    @Test
    void refusesWhatIsOutOfRange() {
        assertThatThrownBy(() -> TokenFactors.NINE_NINE.first(262_144))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("found token 262144, expected 0 to 262143");
        assertThatThrownBy(() -> TokenFactors.SIX_TWELVE.second(-1)).hasMessage("found token -1, expected 0 to 262143");
        assertThatThrownBy(() -> TokenFactors.SIX_TWELVE.join(64, 0)).hasMessage("found token 64, expected 0 to 63");
        assertThatThrownBy(() -> TokenFactors.SIX_TWELVE.join(0, 4096))
                .hasMessage("found token 4096, expected 0 to 4095");
    }

    @Test
    void refusesFactorsThatMakeNoToken() {
        assertThatThrownBy(() -> new TokenFactors(0, 18)).hasMessage("found 0 bits a token, expected 1 to 30");
        assertThatThrownBy(() -> new TokenFactors(9, -9)).hasMessage("found -9 bits a token, expected 1 to 30");
        assertThatThrownBy(() -> new TokenFactors(16, 15)).hasMessage("found 31 bits a token, expected 1 to 30");
    }
}
