package io.github.saddlebag;

import static io.github.saddlebag.testing.Items.echoOf;
import static io.github.saddlebag.testing.Items.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.batch.BatchClient;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.TestApi;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.spi.RouteController;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever starts the routes, and when: a stop answers those whose requests are in flight. */
@Timeout(120)
class LateRoutesTest {

    private static final int CALLERS = 30;

    private static void begin(Bundle bundle, String way) throws Exception {
        CamelContext context = bundle.context();
        if (way.equals("supervised")) {
            context.getRouteController().supervising();
        }
        context.setAutoStartup(!way.startsWith("later"));
        bundle.start();
        RouteController controller = context.getRouteController();
        if (way.equals("again")) {
            controller.stopAllRoutes();
        }
        if (way.equals("later, one by one")) {
            for (Route route : List.copyOf(context.getRoutes())) {
                controller.startRoute(route.getRouteId());
            }
        } else {
            controller.startAllRoutes();
        }
        await().until(() -> controller.getRouteStatus("saddlebag-batch").isStarted());
    }

    @ParameterizedTest
    @ValueSource(strings = {"at once", "later", "later, one by one", "supervised", "again"})
    void shouldAnswerCallersWhoseRequestsAreInFlightAtAStop(String way) throws Exception {
        try (TestApi api = TestApi.start(request -> TestApi.echo(request).after(1000))) {
            Bundle bundle = Bundle.all()
                    .with("saddlebag.call.url", api.url())
                    .with("saddlebag.batch.max-items", 10)
                    .with("saddlebag.batch.max-wait", "20s");
            List<CompletableFuture<String>> answers;
            begin(bundle, way);
            try (BatchClient client = BatchClient.of(bundle.context(), "batch:saddlebag")) {
                answers = IntStream.range(0, CALLERS)
                        .mapToObj(i -> client.send(item("i" + i), String.class))
                        .toList();
                await().until(() -> !api.requests().isEmpty());

                bundle.close();
            }

            for (int i = 0; i < CALLERS; i++) {
                assertThat(answers.get(i).get(30, TimeUnit.SECONDS)).isEqualTo(echoOf("i" + i));
            }
        }
    }
}
