package io.nolook.tool.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;

/**
 * What several runs measured of one thing.
 *
 * @param median of the values
 * @param least of the values
 * @param most of the values
 * @param values in the order of the runs
 */
public record Spread(double median, double least, double most, List<Double> values) {

    /** Of at least one value. */
    public static Spread of(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        int last = sorted.size() - 1;
        double median = (sorted.get(last / 2) + sorted.get(sorted.size() / 2)) / 2;
        return new Spread(median, sorted.get(0), sorted.get(last), List.copyOf(values));
    }

    public static Spread of(double value) {
        return of(List.of(value));
    }

    public Spread map(DoubleUnaryOperator function) {
        return of(values.stream().map(function::applyAsDouble).toList());
    }

    /** These over others, run by run, as far as both have runs. */
    public Spread over(Spread others) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < Math.min(values.size(), others.values.size()); i++) {
            ratios.add(values.get(i) / others.values.get(i));
        }
        return of(ratios);
    }

    /** The median, and the least and the most where there are several. */
    public String text(int places) {
        String number = "%." + places + "f";
        return values.size() == 1
                ? String.format(Locale.ROOT, number, median)
                : String.format(Locale.ROOT, number + " (" + number + " to " + number + ")", median, least, most);
    }
}
