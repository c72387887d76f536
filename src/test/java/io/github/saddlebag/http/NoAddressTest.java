package io.github.saddlebag.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.Singles;
import io.github.saddlebag.testing.TestApi;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class NoAddressTest {

    /** The clients would look it up themselves, and connect to whatever they find. */
    @ParameterizedTest
    @ValueSource(strings = {"public", "any", "localhost"})
    void shouldConnectToNoHostWhoseAddressIsNotKnown(String allowed) throws Exception {
        try (TestApi api = TestApi.start(request -> TestApi.answer(200, "1"));
                Bundle bundle = Singles.bundle("single")
                        .with("saddlebag.call.allow-hosts", allowed)
                        .with("saddlebag.call.max-attempts", 1)
                        .start()) {
            bundle.context()
                    .getRegistry()
                    .lookupByNameAndType("saddlebagConnections", AsyncHttp.class)
                    .lookup(host -> new InetAddress[0]);

            assertThat(bundle.ask(List.of("\"http://localhost:" + api.port() + "/\"")))
                    .singleElement()
                    .satisfies(outcome -> assertThat(outcome.failure().reason()).contains("the host is unknown"));
            assertThat(api.requests()).isEmpty();
        }
    }
}
