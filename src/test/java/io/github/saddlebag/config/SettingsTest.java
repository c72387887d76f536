package io.github.saddlebag.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {

    private final DefaultCamelContext context = new DefaultCamelContext();

    @AfterEach
    void close() {
        context.stop();
    }

    private SettingsTest with(String noun, String value) {
        context.getPropertiesComponent().addInitialProperty("saddlebag." + noun, value);
        return this;
    }

    private Settings read() {
        return Settings.read(context, "saddlebag");
    }

    @Test
    void shouldHaveTheDefaultsWhereNothingIsSet() {
        Settings settings = read();

        assertThat(settings.batch().maxItems()).isEqualTo(100);
        assertThat(settings.batch().maxWait()).isEqualTo(Duration.ofMillis(50));
        assertThat(settings.batch().maxBytes()).isEqualTo(5 << 20);
        assertThat(settings.retry().retryShare()).isEqualTo(0.2);
        assertThat(settings.retry().splitStatuses()).containsExactly(400, 413, 422);
        assertThat(settings.call().header()).isEmpty();
    }

    @Test
    void shouldTakeWhatBeginsAlikeAsItIsWritten() {
        with("call.query.$filter", "a").with("call.query.api_key", "b").with("call.query.X-Api-Key", "c");

        assertThat(read().call().query()).isEqualTo(Map.of("$filter", "a", "api_key", "b", "X-Api-Key", "c"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "batch.max-items | 0 | it must be from 1 to 1000000.",
                "batch.max-in-flight | many | give a whole number from 1 to 10000000.",
                "source.max-line | 16 | give a number of bytes with a unit (B, KB, MB, GB), for example 5MB.",
                "deliver.ordered | yes | give true or false.",
                "deliver.details | '' | give true or false.",
                "batch.max-wait | 99999999999999ms | give at most 1h.",
                "batch.max-wait | 500 | give a unit, for example 500ms.",
                "call.concurrency | 0 | it must be from 1 to 10000.",
                "source.timer.period | 10us | it must be at least 1ms.",
                "source.kafka.max-wait | 700h | it must be from 1ms to 596h.",
                "call.deadline | 0s | it must be longer than nothing.",
                "call.retry-share | 2 | give a number from 0 to 1.",
                "breaker.failure-rate-threshold | 101 | give a number from 1 to 100."
            })
    void shouldNameThePropertyTheValueAndTheRule(String noun, String value, String rule) {
        with(noun, value);

        assertThatThrownBy(this::read)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("saddlebag." + noun + " is '" + value + "': " + rule);
    }

    @Test
    void shouldKnowWhatIsMeantByANameInCamelCaseAndSayNothingOfOthers() {
        assertThat(Known.meant(List.of(
                        "saddlebag.call.maxAttempts",
                        "saddlebag.call.max-attempts",
                        "saddlebag.call.header.maxAttempts",
                        "saddlebag.of-the-host.alone")))
                .containsExactly(
                        "saddlebag.call.maxAttempts is no property. Did you mean saddlebag.call.max-attempts?");
    }

    @Test
    void shouldTellAHostOfNamesThatNobodyReads() {
        List<String> names = List.of(
                "saddlebag.call.whatever-it-is",
                "saddlebag.of-the-host.alone",
                "saddlebag.pipeline.geocod.call.rate",
                "saddlebag.pipeline.geocode.call.maxAttempts",
                "saddlebag.pipeline.geocode.call.max-attempts",
                "saddlebag.pipeline.geocode.call.max-memory",
                "saddlebag.pipeline.orders.call.rate");
        List<String> ofGeocode = List.of(
                "saddlebag.pipeline.geocode.call.maxAttempts is no property. Did you mean"
                        + " saddlebag.pipeline.geocode.call.max-attempts?",
                "saddlebag.pipeline.geocode.call.max-memory is no property, as all pipelines share it: set"
                        + " saddlebag.call.max-memory.");

        assertThat(PipelineKeys.inHost(names, Set.of("geocode"), Set.of("geocode")))
                .contains(
                        "saddlebag.call.whatever-it-is is no property.",
                        "saddlebag.pipeline.geocod.call.rate: saddlebag.pipelines does not have the pipeline geocod. Did"
                                + " you mean saddlebag.pipeline.geocode.call.rate?",
                        "saddlebag.pipeline.orders.call.rate: saddlebag.pipelines does not have the pipeline orders.")
                .containsAll(ofGeocode)
                .hasSize(5);
        assertThat(PipelineKeys.inHost(names, Set.of(), Set.of("geocode")))
                .as("orders may be added later")
                .contains("saddlebag.pipeline.geocod.call.rate: there is no pipeline geocod. Did you mean"
                        + " saddlebag.pipeline.geocode.call.rate?")
                .containsAll(ofGeocode)
                .hasSize(4);
    }

    @Test
    void shouldShowNoSecrets() {
        with("auth.bearer", "secret").with("call.header.X-Key", "secret").with("source.http.token", "secret");

        assertThat(read().toString()).doesNotContain("secret");
    }
}
