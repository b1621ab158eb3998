package io.nolook.sequence;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.sequence.SequenceAssembler.Arrival;
import io.nolook.sequence.SequenceAssembler.Fate;
import io.nolook.sequence.SequenceAssembler.Opening;
import io.nolook.sequence.SequenceAssembler.Result;
import io.nolook.token.StreamOrder.Begins;
import io.nolook.token.TokenFactors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** For every option: sequence -> tokens inverts tokens -> sequence, whatever the clips. */
class SequencePropertyTest {

    @Property(tries = 500)
    void tokensComeBack(
            @ForAll @IntRange(max = 3) int form,
            @ForAll @IntRange(min = 2, max = 90) int context,
            @ForAll @IntRange(max = 89) int more,
            @ForAll SequenceSpec.Tail tail,
            @ForAll long seed) {
        SequenceSpec spec = new SequenceSpec(factors(form), context, Math.min(more, context - 1), tail);
        SequenceAssembler assembler = new SequenceAssembler(spec);
        Random random = new Random(seed);
        Map<SequenceRun, List<Arrival>> sent = new LinkedHashMap<>();
        List<TokenWindow> windows = new ArrayList<>();
        Optional<SequenceState> state = Optional.empty();
        for (List<Arrival> run : runs(random)) {
            sent.put(run.get(0).run(), run);
            for (Arrival arrival : run) {
                Result result = assembler.step(state, arrival, 1);
                assertThat(result.fate()).isEqualTo(Fate.WRITTEN);
                windows.addAll(result.windows());
                // as a savepoint would keep it
                state = Optional.of(SequenceStateCodec.decode(SequenceStateCodec.encode(result.state())));
                Result again = assembler.step(state, arrival.begins() == Begins.NUMBERS ? plain(arrival) : arrival, 2);
                assertThat(again.fate()).isEqualTo(Fate.REPEATED);
                assertThat(again.windows()).isEmpty();
            }
        }
        windows.addAll(assembler.end(state.orElseThrow()));

        Map<SequenceRun, SequenceReader> readers = new LinkedHashMap<>();
        for (TokenWindow window : windows) {
            int idsAPlace = spec.factors().isPresent() ? 2 : 1;
            assertThat(window.ids().length / idsAPlace).isLessThanOrEqualTo(context);
            if (tail == SequenceSpec.Tail.PADDED) {
                assertThat(window.ids().length / idsAPlace).isEqualTo(context);
            }
            readers.computeIfAbsent(window.run(), run -> new SequenceReader(run, spec.factors()))
                    .read(window);
        }
        assertThat(readers.keySet()).containsExactlyElementsOf(sent.keySet());
        readers.forEach((run, reader) -> {
            assertThat(reader.isEnded()).isTrue();
            assertSame(reader.frames(), sent.get(run));
        });
    }

    /** Every id is in the vocabulary, and the factors do not share any. */
    @Property(tries = 200)
    void idsAreOfTheVocabulary(@ForAll @IntRange(max = 3) int form, @ForAll @IntRange(max = 262_143) int token) {
        Vocabulary vocabulary = new Vocabulary(18, factors(form));
        int[] ids = new int[vocabulary.idsAPlace()];
        vocabulary.put(token, ids, 0);

        for (int id : ids) {
            assertThat(id).isBetween(Vocabulary.FIRST_VISUAL, vocabulary.size() - 1);
        }
        assertThat(vocabulary.token(ids, 0)).isEqualTo(token);
        if (ids.length == 2) {
            int second =
                    Vocabulary.FIRST_VISUAL + (1 << factors(form).orElseThrow().low());
            assertThat(ids[0]).isLessThan(second);
            assertThat(ids[1]).isGreaterThanOrEqualTo(second);
        }
    }

    private static Optional<TokenFactors> factors(int form) {
        return switch (form) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(TokenFactors.NINE_NINE);
            case 2 -> Optional.of(TokenFactors.SIX_TWELVE);
            default -> Optional.of(new TokenFactors(17, 1));
        };
    }

    /** Clips one after another, some after gaps, some anew, some without their start, some with holes. */
    private static List<List<Arrival>> runs(Random random) {
        List<List<Arrival>> runs = new ArrayList<>();
        long epoch = 5;
        long clip = 0;
        for (int r = 1 + random.nextInt(4); r > 0; r--) {
            clip += 100;
            boolean anew = random.nextInt(5) == 0 && clip > 100;
            epoch -= anew ? 1 : 0;
            int first = random.nextInt(4) == 0 && !anew ? 1 + random.nextInt(9) : 0;
            Begins begins = first > 0 ? Begins.NOTHING : anew ? Begins.NUMBERS : Begins.CLIP;
            Opening opening =
                    first > 0 ? Opening.NOTHING : anew || random.nextBoolean() ? Opening.CLIP : Opening.CLIP_AFTER_GAP;
            int height = 1 + random.nextInt(3);
            int width = 1 + random.nextInt(4);
            List<Arrival> run = new ArrayList<>();
            for (int position = first; position <= first + random.nextInt(8); position++) {
                SequenceRun named = new SequenceRun("gate", epoch, clip, "codes-1", height, width, 18, 1, position);
                int[] tokens = random.ints(height * width, 0, 1 << 18).toArray();
                boolean opens = position == first;
                run.add(new Arrival(
                        named,
                        opens ? begins : Begins.NOTHING,
                        opens ? opening : Opening.NOTHING,
                        1000L * position,
                        tokens));
            }
            runs.add(run);
        }
        return runs;
    }

    private static Arrival plain(Arrival arrival) {
        return new Arrival(arrival.run(), Begins.CLIP, arrival.opening(), arrival.capturedAtMicros(), arrival.tokens());
    }

    private static void assertSame(List<SequenceReader.Frame> found, List<Arrival> expected) {
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(found.get(i).position()).isEqualTo(expected.get(i).run().firstPosition());
            assertThat(found.get(i).opening()).isEqualTo(expected.get(i).opening());
            assertThat(found.get(i).tokens()).isEqualTo(expected.get(i).tokens());
        }
    }
}
