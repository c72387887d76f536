package io.github.saddlebag;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.github.saddlebag.testing.RouteFile;
import io.github.saddlebag.testing.RouteFile.Node;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;

/** What editors of routes open, show and save without loss. */
class RoutesAreEditorSafeTest {

    /** The schema without the short forms; not every Camel version has it. */
    private static final String CANONICAL = "schema/camelYamlDsl-canonical.json";

    /** Where the build unpacks the schema of a newer Camel. */
    private static final Path UNPACKED = Path.of("target", "camel-newer");

    /** The flow, as {@code ls routes} shows it; not every stage is there in every version. */
    private static final List<String> STAGES = List.of(
            "00-beans",
            "10-source-file",
            "11-source-kafka",
            "12-source-timer",
            "13-source-http",
            "14-source-direct",
            "15-read",
            "17-kafka-items",
            "18-kafka-deliver",
            "19-file",
            "20-batch",
            "21-each",
            "30-call-batch",
            "31-call-single",
            "32-call-job",
            "33-halve",
            "34-retry-single",
            "35-attempt",
            "36-http",
            "37-attempt-single",
            "38-job",
            "40-match",
            "50-deliver",
            "51-deliver-file",
            "52-deliver-kafka",
            "53-deliver-direct",
            "54-deliver-to",
            "56-deliver-endpoint",
            "90-on-error",
            "91-dead-letter",
            "92-no-retry",
            "93-dead-letters",
            "94-deliver-errors",
            "95-dead-letters-kafka");

    /** Files whose id is not the prefix and the file's name. */
    private static final Map<String, String> OTHER_IDS =
            Map.of("14-source-direct", "saddlebag-items", "90-on-error", "saddlebag-call-errors");

    /** Options whose values changed between versions of Camel, so that none is valid in all. */
    private static final Set<String> CHANGED_SINCE = Set.of();

    private static Schema current;
    private static Schema newer;

    @BeforeAll
    static void readSchemas() throws Exception {
        current = onTheClassPath(CANONICAL, "schema/camelYamlDsl.json");
        newer = schema(Files.newInputStream(UNPACKED.resolve(CANONICAL)));
    }

    static List<RouteFile> files() throws Exception {
        return RouteFile.all();
    }

    @ParameterizedTest
    @MethodSource("files")
    void shouldBeValidInTheSchemaOfTheCamelVersionInUse(RouteFile file) throws Exception {
        assertThat(current.validate(file.text(), InputFormat.YAML)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("files")
    void shouldBeValidInTheCanonicalSchemaOfANewerCamel(RouteFile file) throws Exception {
        assertThat(newer.validate(file.text(), InputFormat.YAML))
                .filteredOn(error -> !CHANGED_SINCE.contains(lastName(error)))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("files")
    void shouldBeOnePlainDocument(RouteFile file) {
        List<Event> events = file.events();

        assertThat(events).noneMatch(event -> event.getEventId() == Event.ID.Comment);
        assertThat(events).noneMatch(RoutesAreEditorSafeTest::isAnchorAliasOrTag);
        assertThat(events)
                .filteredOn(event -> event.getEventId() == Event.ID.DocumentStart)
                .hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("files")
    void shouldBeLinesOfText(RouteFile file) {
        assertThat(file.text()).endsWith("\n").doesNotContain("\t", "\r");
    }

    @ParameterizedTest
    @MethodSource("files")
    void shouldHoldOneEntryOfAKindThatEveryEditorKnows(RouteFile file) {
        assertThat(file.entries()).hasSize(1);
        assertThat(file.entries().get(0).keySet()).hasSize(1).isSubsetOf("route", "routeConfiguration", "beans");
    }

    @ParameterizedTest
    @MethodSource("files")
    void shouldBeAStageOfTheFlowAndNamedSo(RouteFile file) {
        assertThat(file.name()).endsWith(".camel.yaml");
        String stage = file.name().replace(".camel.yaml", "");

        assertThat(STAGES).contains(stage);
        assertThat(file.nodes())
                .filteredOn(RoutesAreEditorSafeTest::isEntry)
                .allSatisfy(node -> assertThat(node.option("id"))
                        .isEqualTo(OTHER_IDS.getOrDefault(stage, "saddlebag-" + stage.substring(3))));
    }

    @ParameterizedTest
    @MethodSource("files")
    void shouldGiveEachNodeAnId(RouteFile file) {
        assertThat(file.nodes())
                .allSatisfy(
                        node -> assertThat(node.option("id")).as(node.place()).startsWith("saddlebag-"));
    }

    @ParameterizedTest
    @MethodSource("files")
    void shouldSayWhatEachRouteDoesAndWhichErrorRulesItHas(RouteFile file) {
        assertThat(file.nodes())
                .filteredOn(RoutesAreEditorSafeTest::isEntry)
                .allSatisfy(node -> assertThat(node.option("description")).endsWith("."));
        assertThat(file.nodes()).filteredOn(node -> node.kind().equals("route")).allSatisfy(node -> {
            assertThat(node.option("group")).isEqualTo("saddlebag");
            assertThat(node.option("routeConfigurationId")).startsWith("saddlebag-");
        });
    }

    @ParameterizedTest
    @MethodSource("files")
    void shouldKeepOptionsOutOfAddresses(RouteFile file) {
        assertThat(file.nodes()).extracting(node -> node.option("uri")).noneMatch(uri -> uri.contains("?"));
    }

    /** Editors take what stands before a colon for a component, and drop the rest. */
    @ParameterizedTest
    @MethodSource("files")
    void shouldKeepColonsOutOfAddresses(RouteFile file) {
        assertThat(file.nodes()).extracting(node -> node.option("uri")).noneMatch(uri -> uri.contains(":"));
    }

    @Test
    void shouldUseEachIdOnce() throws Exception {
        assertThat(nodes().map(node -> node.option("id"))).doesNotHaveDuplicates();
    }

    @Test
    void shouldPrefixTheNamesOfBeans() throws Exception {
        List<?> beans = (List<?>) files().get(0).entries().get(0).get("beans");

        assertThat(beans)
                .isNotEmpty()
                .allSatisfy(bean ->
                        assertThat(((Map<?, ?>) bean).get("name").toString()).startsWith("saddlebag"));
    }

    @Test
    void shouldConsumeFromDirectInTheRouteOfThatName() throws Exception {
        for (RouteFile file : files()) {
            List<Node> nodes = file.nodes();

            assertThat(nodes)
                    .filteredOn(node -> node.kind().equals("from") && isDirect(node))
                    .allSatisfy(node -> assertThat(node.parameter("name"))
                            .isEqualTo(nodes.get(0).option("id")));
        }
    }

    @Test
    void shouldSendOnlyToRoutesThatAreThere() throws Exception {
        List<String> routes = nodes().filter(node -> node.kind().equals("route"))
                .map(node -> node.option("id"))
                .toList();

        assertThat(nodes())
                .filteredOn(node -> isDirect(node))
                .isNotEmpty()
                .allSatisfy(node -> assertThat(withDefault(node.parameter("name")))
                        .as(node.option("id"))
                        .isIn(routes));
    }

    @Test
    void shouldNameOnlyRouteConfigurationsThatAreThere() throws Exception {
        List<String> configurations = nodes().filter(node -> node.kind().equals("routeConfiguration"))
                .map(node -> node.option("id"))
                .toList();

        assertThat(nodes().filter(node -> node.kind().equals("route")))
                .allSatisfy(
                        node -> assertThat(node.option("routeConfigurationId")).isIn(configurations));
    }

    private static Stream<Node> nodes() throws Exception {
        return files().stream().flatMap(file -> file.nodes().stream());
    }

    private static boolean isEntry(Node node) {
        return node.kind().equals("route") || node.kind().equals("routeConfiguration");
    }

    private static boolean isDirect(Node node) {
        return node.option("uri").equals("direct");
    }

    private static String withDefault(String text) {
        return text.replaceAll("\\{\\{[^:}]+:([^}]*)}}", "$1");
    }

    private static boolean isAnchorAliasOrTag(Event event) {
        return event.getEventId() == Event.ID.Alias
                || event instanceof NodeEvent node && node.getAnchor().isPresent()
                || event instanceof ScalarEvent scalar && scalar.getTag().isPresent()
                || event instanceof CollectionStartEvent collection
                        && collection.getTag().isPresent();
    }

    private static String lastName(Error error) {
        return error.getInstanceLocation().getName(-1);
    }

    /** The first that is there. */
    private static Schema onTheClassPath(String... names) {
        ClassLoader loader = RoutesAreEditorSafeTest.class.getClassLoader();
        return Stream.of(names)
                .map(loader::getResourceAsStream)
                .filter(Objects::nonNull)
                .map(RoutesAreEditorSafeTest::schema)
                .findFirst()
                .orElseThrow();
    }

    private static Schema schema(InputStream text) {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_4).getSchema(text);
    }
}
