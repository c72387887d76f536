package io.github.saddlebag.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobAddressesTest {

    @ParameterizedTest
    @CsvSource({
        "https://api.example/batch, http://api.example/jobs/7, https://api.example/jobs/7",
        "https://api.example/batch, http://api.example:80/jobs/7, https://api.example/jobs/7",
        "https://api.example:8443/batch, http://api.example:8443/jobs/7, https://api.example:8443/jobs/7",
        "https://api.example/batch, HTTP://API.EXAMPLE/jobs/7, https://API.EXAMPLE/jobs/7",
        "https://api.example/batch, http://api.example:8080/jobs/7,",
        "https://api.example/batch, http://inner.example/jobs/7,",
        "https://api.example/batch, http://user@api.example/jobs/7,",
        "http://api.example/batch, https://api.example/jobs/7,",
    })
    void shouldTakeHttpForHttpsOfTheSameHostAlone(String target, String given, String asked) {
        JobAddresses addresses = new JobAddresses(URI.create(target), Set.of());

        assertThat(addresses.resolve(given).map(URI::toString).orElse(null)).isEqualTo(asked);
    }

    @ParameterizedTest
    @CsvSource({
        "http://store.example/x?sig=a, http://store.example/x?sig=a",
        "https://store.example:9000/x, https://store.example:9000/x",
        "http://[::1]:81/x, http://[::1]:81/x",
        "http://[::1]:82/x,",
        "ftp://store.example/x,",
        "http://user@store.example/x,",
        "http://other.example/x,",
    })
    void shouldResolveToHostsThatAreAllowed(String given, String asked) {
        JobAddresses addresses =
                new JobAddresses(URI.create("https://api.example/batch?sig=a"), Set.of("store.example", "[::1]:81"));

        assertThat(addresses.resolve(given).map(URI::toString).orElse(null)).isEqualTo(asked);
    }
}
