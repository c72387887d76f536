package io.github.saddlebag.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.TestSettings;
import io.github.saddlebag.config.Settings;
import io.github.saddlebag.endpoint.FirstCalls;
import io.github.saddlebag.endpoint.Target;
import io.github.saddlebag.endpoint.WholeRun;
import io.github.saddlebag.http.Network;
import io.github.saddlebag.pace.Rate;
import io.github.saddlebag.testing.TestApi;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The client of one endpoint, whatever one of its requests comes to. */
@Timeout(120)
class CallClientTest {

    private final CountDownLatch go = new CountDownLatch(1);
    private final TestApi api = TestApi.start(request -> TestApi.answer(200, "ok"));
    private final AtomicBoolean broken = new AtomicBoolean();
    private final CloseableHttpClient client = client();

    private CloseableHttpClient client() {
        Settings settings = TestSettings.of("call.url", api.url(), "call.concurrency", "2");
        Target target = new Target("saddlebag", settings, new FirstCalls(false), new WholeRun(settings.retry()));
        CallClient configured =
                new CallClient(settings.call(), target, new Network("", settings.auth()), new Rate("0"), 1 << 20);
        HttpClientBuilder builder = HttpClientBuilder.create();
        configured.configureHttpClient(builder);
        return builder.addResponseInterceptorLast((response, entity, context) -> {
                    if (broken.get()) {
                        throw new OutOfMemoryError("of a test");
                    }
                })
                .build();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        api.close();
    }

    private String get() throws Exception {
        HttpGet request = new HttpGet(URI.create(api.url()));
        return client.execute(
                request,
                response -> new String(response.getEntity().getContent().readAllBytes()));
    }

    /** More often than there are connections, so that each of them is found to be given back. */
    @Test
    void shouldGoOnAfterAnErrorOfOneRequest() throws Exception {
        for (int i = 0; i < 5; i++) {
            broken.set(true);
            assertThatThrownBy(this::get).isInstanceOf(OutOfMemoryError.class);
            broken.set(false);
        }

        assertThat(get()).isEqualTo("ok");
    }

    @Test
    void shouldLeaveOtherRequestsAloneWhereOneEndsWithAnError() throws Exception {
        api.behave(request -> {
            if (request.number() == 1) {
                go.await();
            }
            return TestApi.answer(200, "number " + request.number());
        });
        CompletableFuture<String> first = CompletableFuture.supplyAsync(() -> {
            try {
                return get();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        await().until(() -> first.isCompletedExceptionally() || !api.requests().isEmpty());

        broken.set(true);
        assertThatThrownBy(this::get).isInstanceOf(OutOfMemoryError.class);
        broken.set(false);
        go.countDown();

        assertThat(first.get(60, TimeUnit.SECONDS)).isEqualTo("number 1");
        assertThat(api.requests()).hasSize(2);
    }

    /** It may still be closed, by whoever has it. */
    @Test
    void shouldBeClosedWithItsRuntime() throws Exception {
        assertThat(get()).isEqualTo("ok");

        client.close();

        assertThatThrownBy(this::get).isInstanceOf(IllegalStateException.class);
    }
}
