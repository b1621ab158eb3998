package io.nolook.cli;

import io.nolook.option.OptionTables;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nolook options}: what can be set, a table a job, as the documentation has it. */
@Command(
        name = "options",
        mixinStandardHelpOptions = true,
        description = "Prints every option with its default and meaning: those of one job, or of all.")
final class OptionsCommand implements Callable<Integer> {

    /** The jobs, the page and notices, and which tables are theirs. */
    enum Job {
        tokenize(OptionTables.TOKENIZE, OptionTables.MODEL),
        recognize(OptionTables.RECOGNIZE, OptionTables.MODEL),
        generate(OptionTables.GENERATE, OptionTables.MODEL),
        archive(OptionTables.ARCHIVE),
        sequence(OptionTables.SEQUENCE),
        detokenize(OptionTables.DETOKENIZE, OptionTables.MODEL),
        page(OptionTables.PAGE, OptionTables.MODEL),
        notify(OptionTables.NOTIFY);

        private final List<OptionTables> tables;

        Job(OptionTables... own) {
            tables = List.of(own);
        }
    }

    @Parameters(arity = "0..1", paramLabel = "JOB", description = "${COMPLETION-CANDIDATES}; all when left out.")
    private Job job;

    @Option(names = "--markdown", description = "Tables for a page, not text for a terminal.")
    private boolean markdown;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() {
        command.commandLine().getOut().print(print(tables(), markdown ? OptionTables::markdown : OptionTables::text));
        return 0;
    }

    private List<OptionTables> tables() {
        return Arrays.stream(OptionTables.values())
                .filter(table -> job == null || table == OptionTables.KAFKA || job.tables.contains(table))
                .toList();
    }

    private static String print(List<OptionTables> tables, Function<OptionTables, String> as) {
        return tables.stream().map(as).collect(Collectors.joining("\n"));
    }
}
