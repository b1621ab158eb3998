package io.nolook.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TokenPackingTest {

    @Test
    void packsTheExampleOfTheContract() {
        assertThat(TokenPacking.pack(new int[] {1, 131_072}, 18)).containsExactly(0x01, 0x00, 0x00, 0x00, 0x08);
        assertThat(TokenPacking.unpack(new byte[] {1, 0, 0, 0, 8}, 2, 18)).containsExactly(1, 131_072);
    }

    @Test
    void packsNothingIntoNothing() {
        assertThat(TokenPacking.pack(new int[0], 18)).isEmpty();
        assertThat(TokenPacking.unpack(new byte[0], 0, 18)).isEmpty();
    }

    @Test
    void refusesAnyOtherLength() {
        for (int length : new int[] {0, 4, 6}) {
            assertThatThrownBy(() -> TokenPacking.unpack(new byte[length], 2, 18))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("found " + length + " bytes, expected 5 for 2 tokens of 18 bits");
        }
    }

    @Test
    void refusesCountsThatCannotBe() {
        assertThatThrownBy(() -> TokenPacking.unpack(new byte[0], -1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("found -1 tokens, expected at least 0");
        assertThatThrownBy(() -> TokenPacking.unpack(new byte[0], Integer.MAX_VALUE, 30))
                .isInstanceOf(ArithmeticException.class);
    }

    @Test
    void refusesTokensAndBitsOutOfRange() {
        assertThatThrownBy(() -> TokenPacking.pack(new int[] {0, 262_144}, 18))
                .hasMessage("found token 262144, expected 0 to 262143");
        assertThatThrownBy(() -> TokenPacking.pack(new int[] {-1}, 18))
                .hasMessage("found token -1, expected 0 to 262143");
        assertThatThrownBy(() -> TokenPacking.pack(new int[0], 31))
                .hasMessage("found 31 bits a token, expected 1 to 30");
        assertThatThrownBy(() -> TokenPacking.unpack(new byte[0], 0, 0))
                .hasMessage("found 0 bits a token, expected 1 to 30");
    }
}
