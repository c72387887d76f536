package io.github.saddlebag.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.setting.Pipeline;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OldNamesTest {

    private static final String OLD = "saddlebag.breaker.open-for";
    private static final String NEW = "saddlebag.breaker.wait-duration-in-open-state";
    private static final Known PROPERTY = Known.byName().get("breaker.wait-duration-in-open-state");

    private final DefaultCamelContext context = new DefaultCamelContext();

    @AfterEach
    void close() {
        System.clearProperty(OLD);
        context.stop();
    }

    private OldNamesTest with(String name, String value) {
        context.getPropertiesComponent().addInitialProperty(name, value);
        return this;
    }

    private Duration read(String pipeline) {
        return Settings.read(context, pipeline).breaker().waitDurationInOpenState();
    }

    private static Optional<String> told(Map<String, String> values) {
        return OldNames.told(List.of(Pipeline.of(values::get, "saddlebag")), values::get);
    }

    @Test
    void shouldReadAPropertyUnderItsOldName() {
        with(OLD, "7s");

        assertThat(read("saddlebag")).hasSeconds(7);
    }

    @Test
    void shouldTakeTheNewNameBeforeTheOldOneOfTheSameSource() {
        with(OLD, "7s").with(NEW, "8s");

        assertThat(read("saddlebag")).hasSeconds(8);
    }

    @Test
    void shouldTakeTheOldNameOfAStrongerSourceBeforeTheNewOne() {
        System.setProperty(OLD, "7s");
        with(NEW, "8s");

        assertThat(read("saddlebag")).hasSeconds(7);
    }

    @Test
    void shouldReadAnOldNameOfAPipelineBeforeWhatAllHave() {
        with(NEW, "8s").with("saddlebag.pipeline.geocode.breaker.open-for", "7s");

        assertThat(read("geocode")).hasSeconds(7);
        assertThat(read("prices")).hasSeconds(8);
    }

    @Test
    void shouldFallBackToTheOldNameThatAllPipelinesHave() {
        with(OLD, "7s");

        assertThat(read("geocode")).hasSeconds(7);
    }

    @Test
    void shouldTellOfAllOldNamesInOneWarning() {
        assertThat(told(Map.of(OLD, "7s", "saddlebag.breaker.calls", "30", "saddlebag.breaker.trials", "3")))
                .hasValue(
                        "Some properties have new names; the old names work through 0.2: saddlebag.breaker.calls is now"
                                + " saddlebag.breaker.sliding-window-size, saddlebag.breaker.open-for is now " + NEW
                                + ", saddlebag.breaker.trials is now"
                                + " saddlebag.breaker.permitted-number-of-calls-in-half-open-state.");
    }

    @Test
    void shouldSayNothingOfALineThatIsAsItWasShipped() {
        assertThat(told(Map.of(OLD, PROPERTY.fallback(), "saddlebag.breaker.calls", "20")))
                .isEmpty();
    }

    @Test
    void shouldTellOfTheOldNamesOfAPipeline() {
        Map<String, String> values = Map.of("saddlebag.pipeline.geocode.breaker.open-for", "7s");

        assertThat(OldNames.told(List.of(Pipeline.of(values::get, "geocode")), values::get))
                .get()
                .asString()
                .contains("saddlebag.pipeline.geocode.breaker.open-for is now"
                        + " saddlebag.pipeline.geocode.breaker.wait-duration-in-open-state.");
    }

    @Test
    void shouldProposeNewNamesOnly() {
        assertThat(Known.names()).contains(NEW).doesNotContain(OLD);
        assertThat(Known.isKnown(OLD)).isTrue();
    }

    @Test
    void shouldReadAnOldNameInItsModeOnly() {
        with("saddlebag.call.rate-per-key", "3").with("saddlebag.single.rate-per-host", "4");
        with("saddlebag.pipeline.single.call.mode", "single").with("saddlebag.pipeline.own.call.mode", "of-the-host");

        assertThat(Settings.read(context, "batch").call().ratePerLane()).isEqualTo("3");
        assertThat(Settings.read(context, "own").call().ratePerLane()).isEqualTo("3");
        assertThat(Settings.read(context, "single").call().ratePerLane()).isEqualTo("4");
    }

    @Test
    void shouldSayThatAnOldNameOfAnotherModeHasNoEffect() {
        assertThat(told(Map.of("saddlebag.call.mode", "single", "saddlebag.call.rate-per-key", "3", OLD, "7s")))
                .hasValue("Some properties have new names; the old names work through 0.2: " + OLD + " is now " + NEW
                        + ". saddlebag.call.rate-per-key (3) has no effect with the mode single.");
    }

    @Test
    void shouldTellOfAPropertyThatAnotherReplacesAndNotProposeIt() {
        assertThat(told(Map.of("saddlebag.call.retry-statuses", "429", "saddlebag.call.split-statuses", "400,413,422")))
                .hasValue(
                        "Some properties have new names; the old names work through 0.2: saddlebag.call.retry-statuses is"
                                + " now saddlebag.call.statuses.");
        assertThat(Known.names()).contains("saddlebag.call.statuses").doesNotContain("saddlebag.call.retry-statuses");
    }
}
