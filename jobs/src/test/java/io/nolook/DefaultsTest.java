package io.nolook;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.Writer;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** What the program writes is the same on every machine: nothing takes the machine's language, letters or time zone. */
@AnalyzeClasses(packages = "io.nolook", importOptions = DefaultsTest.AllModules.class)
class DefaultsTest {

    /** Classes of the three modules; tests left out. */
    static final class AllModules implements ImportOption {
        private static final Pattern OWN =
                Pattern.compile(".*/(schemas|operators|jobs)/target/(classes/|nolook-[a-z]+-[^/]*\\.jar!).*");

        @Override
        public boolean includes(Location location) {
            return location.matches(OWN);
        }
    }

    /** Methods that take the default locale unless they are given one. */
    private static final Set<String> NEED_A_LOCALE = Set.of(
            "java.lang.String.format",
            "java.lang.String.formatted",
            "java.lang.String.toLowerCase",
            "java.lang.String.toUpperCase",
            "java.io.PrintStream.printf",
            "java.io.PrintStream.format",
            "java.io.PrintWriter.printf",
            "java.io.PrintWriter.format",
            "java.util.Formatter.<init>",
            "java.text.NumberFormat.getInstance",
            "java.text.NumberFormat.getNumberInstance",
            "java.text.NumberFormat.getPercentInstance",
            "java.text.SimpleDateFormat.<init>",
            "java.text.MessageFormat.format",
            "java.text.MessageFormat.<init>",
            "java.time.format.DateTimeFormatter.ofPattern");

    /** Methods that take the default charset unless they are given one, or its name. */
    private static final Set<String> NEED_A_CHARSET = Set.of(
            "java.lang.String.getBytes",
            "java.io.InputStreamReader.<init>",
            "java.io.OutputStreamWriter.<init>",
            "java.io.FileReader.<init>",
            "java.io.FileWriter.<init>",
            "java.io.PrintStream.<init>",
            "java.io.PrintWriter.<init>",
            "java.util.Scanner.<init>");

    private static final Set<String> ARE_DEFAULTS = Set.of(
            "java.nio.charset.Charset.defaultCharset",
            "java.util.Locale.getDefault",
            "java.util.TimeZone.getDefault",
            "java.util.Calendar.getInstance",
            "java.time.ZoneId.systemDefault",
            "java.text.DecimalFormat.<init>",
            "java.text.DecimalFormatSymbols.getInstance");

    @ArchTest
    static final ArchRule NOTHING_TAKES_THE_MACHINES_DEFAULTS = noClasses()
            .should()
            .accessTargetWhere(describe("the machine's locale, charset or time zone", DefaultsTest::takesDefault));

    private static boolean takesDefault(JavaAccess<?> access) {
        if (!(access.getTarget() instanceof CodeUnitAccessTarget target)) {
            return false;
        }
        String name = target.getOwner().getName() + "." + target.getName();
        List<JavaClass> parameters = target.getRawParameterTypes();
        boolean locale = parameters.stream().anyMatch(type -> type.isEquivalentTo(Locale.class));
        boolean charset = parameters.stream().anyMatch(type -> type.isEquivalentTo(Charset.class));
        boolean characters = !parameters.isEmpty() && parameters.get(0).isAssignableTo(Writer.class);
        boolean ofBytes = !parameters.isEmpty() && parameters.get(0).isEquivalentTo(byte[].class);
        return switch (name) {
            case "java.lang.String.<init>" -> ofBytes && !charset;
            case "java.io.ByteArrayOutputStream.toString" -> !charset;
            default ->
                ARE_DEFAULTS.contains(name)
                        || NEED_A_LOCALE.contains(name) && !locale
                        || NEED_A_CHARSET.contains(name) && !charset && !characters;
        };
    }
}
