package io.github.saddlebag.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LooksTest {

    private final AtomicLong nanos = new AtomicLong(5);
    private final Looks looks = new Looks(nanos::get);
    private final CamelContext context = new DefaultCamelContext();

    @BeforeEach
    void start() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:source").routeId("source").to("mock:items");
            }
        });
        context.start();
    }

    @AfterEach
    void stop() throws Exception {
        context.close();
    }

    private void look() {
        Exchange exchange = new DefaultExchange(context);
        exchange.getExchangeExtension().setFromRouteId("source");
        looks.now(exchange);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void shouldBeSilentSinceItsLastLook() {
        look();
        pass(Duration.ofMinutes(20));

        assertThat(looks.silent()).isEqualTo(Duration.ofMinutes(20));

        look();

        assertThat(looks.silent()).isZero();
    }

    @Test
    void shouldNotHaveToLookWhereItNeverDidOrWaitsForRoom() {
        pass(Duration.ofMinutes(20));
        assertThat(looks.silent()).as("never began").isZero();

        look();
        looks.waits(true);
        pass(Duration.ofMinutes(20));
        assertThat(looks.silent()).as("waits for room").isZero();

        looks.waits(false);
        assertThat(looks.silent()).as("has room just now").isZero();
        pass(Duration.ofMinutes(1));
        assertThat(looks.silent()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void shouldNotHaveToLookWhereItsRouteWasStopped() throws Exception {
        look();
        pass(Duration.ofMinutes(20));

        context.getRouteController().stopRoute("source");

        assertThat(looks.silent()).isZero();
    }
}
