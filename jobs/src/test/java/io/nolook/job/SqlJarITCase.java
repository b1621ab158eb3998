package io.nolook.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.nolook.kafka.KafkaOptions;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import org.apache.flink.table.catalog.Catalog;
import org.apache.flink.table.catalog.ObjectPath;
import org.apache.flink.table.factories.CatalogFactory;
import org.apache.flink.table.factories.FactoryUtil.DefaultCatalogContext;
import org.apache.flink.table.functions.ScalarFunction;
import org.junit.jupiter.api.Test;

/** The jar for Flink's SQL client has all that it needs, and nothing of Avro or Jackson that another jar could meet. */
class SqlJarITCase {
    private static final Path JAR = Path.of("target", "nolook-sql.jar").toAbsolutePath();

    /** Takes nolook's classes from the jar alone. */
    private static final class Alone extends URLClassLoader {
        Alone() throws IOException {
            super(new URL[] {JAR.toUri().toURL()}, SqlJarITCase.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("io.nolook.")) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? findClass(name) : loaded;
        }
    }

    @Test
    void makesTheCatalogAndItsFunctions() throws Exception {
        try (Alone jar = new Alone()) {
            Class<?> factory = jar.loadClass("io.nolook.flink.sql.TopicCatalogFactory");
            CatalogFactory made =
                    (CatalogFactory) factory.getDeclaredConstructor().newInstance();
            Catalog catalog = made.createCatalog(new DefaultCatalogContext(
                    "nolook", Map.of("kafka.bootstrap.servers", "localhost:9092"), null, jar));
            assertThat(catalog.listTables("nolook")).contains("tokens", "actions", "anomalies");
            assertThat(catalog.listTables("nolook")).containsExactlyInAnyOrderElementsOf(topics());
            for (String name : catalog.listFunctions("nolook")) {
                String type =
                        catalog.getFunction(new ObjectPath("nolook", name)).getClassName();
                assertThat(jar.loadClass(type).getDeclaredConstructor().newInstance())
                        .isInstanceOf(ScalarFunction.class);
            }
            Class<?> tokens = jar.loadClass("io.nolook.flink.sql.TokensFunction");
            Object unpacked = tokens.getMethod("eval", byte[].class, Integer.class, Integer.class, Integer.class)
                    .invoke(tokens.getDeclaredConstructor().newInstance(), new byte[] {5, 7}, 1, 2, 8);
            assertThat((int[]) unpacked).containsExactly(5, 7);
        }
    }

    /** The default of every option that names a topic, as a table's name. */
    private static List<String> topics() {
        return KafkaOptions.all().stream()
                .filter(option -> option.key().startsWith("topics.") && option.defaultValue() instanceof String)
                .map(option -> option.defaultValue().toString().replace('-', '_'))
                .toList();
    }

    @Test
    void hasNoClassesUnderTheNamesOfOthers() throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            assertThat(jar.stream().map(entry -> entry.getName()))
                    .filteredOn(name -> name.endsWith(".class") && !name.startsWith("META-INF/"))
                    .allMatch(name -> name.startsWith("io/nolook/"));
        }
    }
}
