package io.github.saddlebag;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.testing.RouteFile;
import io.github.saddlebag.testing.RouteFile.Node;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page of the flow shows the routes as they stand, and which sends to which. */
class FlowDiagramTest {

    private static final Path PAGE = Path.of("docs", "flow.md");
    private static final Pattern DEFAULT = Pattern.compile("\\{\\{[^}:]*:([^}]*)}}");

    private static String page() throws Exception {
        Set<String> lines = new LinkedHashSet<>();
        for (RouteFile file : RouteFile.all()) {
            List<Node> nodes = file.nodes();
            if (nodes.stream().noneMatch(node -> node.kind().equals("route"))) {
                continue;
            }
            String id = nodes.get(0).option("id");
            lines.add("    " + id + "[\"" + file.name().replace(".camel.yaml", "") + "\"]");
            for (Node node : nodes) {
                arrow(id, node).ifPresent(lines::add);
            }
        }
        List<String> all = new ArrayList<>(List.of(
                "# The flow, drawn",
                "",
                "Each box is a route file. Each arrow is a step from one route to another, or through `batch:`, which gathers items.",
                "If a property sets the name of a target, the arrow shows its default. Messages that a bean passes on have no arrow:",
                "files and records from 10 and 11, dead letters to 93 and 95. [Architecture](architecture.md) describes each route.",
                "",
                "```mermaid",
                "flowchart TD",
                "    batch{{\"batch:saddlebag\"}}"));
        all.addAll(lines);
        all.add("```");
        return String.join("\n", all) + "\n";
    }

    private static Optional<String> arrow(String id, Node node) {
        boolean from = node.kind().equals("from");
        String uri = node.option("uri");
        String name =
                DEFAULT.matcher(node.parameter("name")).replaceAll(found -> Matcher.quoteReplacement(found.group(1)));
        String to = uri.equals("batch") ? "batch" : uri.equals("direct") && !from ? name : "";
        if (to.isEmpty() || to.equals(id)) {
            return Optional.empty();
        }
        return Optional.of("    " + (from ? to + " --> " + id : id + " --> " + to));
    }

    @Test
    void shouldShowTheRoutesAsTheyStand() throws Exception {
        if (Boolean.getBoolean("saddlebag.write-docs")) {
            Files.writeString(PAGE, page());
        }

        assertThat(PAGE)
                .as("%s: write it anew with mvn -Dtest=FlowDiagramTest -Dsaddlebag.write-docs=true test", PAGE)
                .content()
                .isEqualTo(page());
        assertThat(page()).contains("batch --> saddlebag-batch", "saddlebag-deliver[");
    }
}
