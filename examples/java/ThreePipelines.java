import io.github.saddlebag.Saddlebag;
import io.github.saddlebag.batch.BatchClient;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;

/** Three pipelines in one program, each with an endpoint, a way to call it and limits of its own. */
public final class ThreePipelines {

    private static final List<String> NAMES = List.of("batches", "singles", "jobs");

    private ThreePipelines() {}

    /** @param arguments the properties file; none: that of this folder, from where the project lies */
    public static void main(String[] arguments) throws Exception {
        Path file = Path.of(arguments.length > 0 ? arguments[0] : "examples/java/application.properties");
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.getPropertiesComponent().setInitialProperties(properties);
            for (String name : NAMES) {
                Saddlebag.addTo(context, name);
            }
            context.start();
            ask(context);
        }
    }

    /** All are sent before the first answer is waited for; who has threads to spare may wait, others need not. */
    private static void ask(CamelContext context) throws Exception {
        Map<String, CompletableFuture<String>> answers = new LinkedHashMap<>();
        for (String name : NAMES) {
            BatchClient client = BatchClient.of(context, "batch:" + name + "?replyTimeout=30s");
            for (int number = 1; number <= 3; number++) {
                answers.put(name + ' ' + number, client.send(address(number), String.class));
            }
        }
        for (Map.Entry<String, CompletableFuture<String>> answer : answers.entrySet()) {
            System.out.println(answer.getKey() + ": " + answer.getValue().get(60, TimeUnit.SECONDS));
        }
    }

    private static String address(int number) {
        return "{\"id\":\"" + number + "\",\"address\":\"" + number + " Ferry Road\"}";
    }
}
