package io.github.saddlebag;

import static io.github.saddlebag.testing.Items.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.Items;
import io.github.saddlebag.testing.Page;
import io.github.saddlebag.testing.TestApi;
import io.github.saddlebag.testing.TestApi.Request;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.camel.ConsumerTemplate;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What docs/sources.md says of where items come from is what runs here. */
@Tag("slow")
@Timeout(180)
class SourcesAreDocumentedTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    private final Page page = Page.of("sources.md");
    private final TestApi api = TestApi.start(TestApi::echo);
    private final Bundle bundle = Bundle.all().with("saddlebag.call.url", api.url());
    private final Set<String> answers = ConcurrentHashMap.newKeySet();

    SourcesAreDocumentedTest() throws Exception {}

    @AfterEach
    void stop() {
        bundle.close();
        api.close();
    }

    private void start(String route) throws Exception {
        bundle.start();
        bundle.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:answers")
                        .process(exchange -> answers.add(exchange.getMessage().getBody(String.class)));
            }
        });
        PluginHelper.getRoutesLoader(bundle.context())
                .loadRoutes(ResourceHelper.fromString("host.camel.yaml", page.code("yaml", "id: " + route + "\n")));
    }

    private static Set<String> echoes(int count) {
        return IntStream.range(0, count).mapToObj(i -> Items.echoOf("i" + i)).collect(Collectors.toSet());
    }

    /** Whoever asks for this one is refused. */
    private void refuse(String id) {
        api.behave(request -> request.ids().contains(id) ? TestApi.answer(400, "") : TestApi.echo(request));
    }

    @Test
    void shouldGiveEachRowItsAnswerAndAskForManyAtOnce() throws Exception {
        JdbcDataSource database = new JdbcDataSource();
        database.setURL("jdbc:h2:mem:sources;DB_CLOSE_DELAY=-1");
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create table address (id varchar(20), street varchar(80), position varchar(80))");
            for (int i = 0; i < 300; i++) {
                statement.execute("insert into address (id, street) values ('r%d', 'Mill Lane %d')".formatted(i, i));
            }
            refuse("r7");
            bundle.context().getRegistry().bind("database", database);
            bundle.with("saddlebag.answer.result", "/result");
            start("addresses");

            await().atMost(LONG).until(() -> count(statement, "position is null") == 1);

            assertThat(count(statement, "position is null and id = 'r7'")).isEqualTo(1);
            assertThat(count(statement, "position = '\"r:' || street || '\"'")).isEqualTo(299);
            assertThat(api.requests().get(0).ids()).hasSizeGreaterThan(50);
            statement.execute("drop table address");
        }
    }

    private static int count(Statement statement, String where) throws SQLException {
        try (ResultSet rows = statement.executeQuery("select count(*) from address where " + where)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    @Test
    void shouldRollBackTheMessageThatFailedAndNoOther() throws Exception {
        EmbeddedActiveMQ broker = new EmbeddedActiveMQ();
        ConfigurationImpl configuration = new ConfigurationImpl();
        configuration.setPersistenceEnabled(false);
        configuration.setSecurityEnabled(false);
        configuration.addAcceptorConfiguration("vm", "vm://0");
        configuration.addAddressSetting(
                "#", new AddressSettings().setMaxDeliveryAttempts(2).setDeadLetterAddress(SimpleString.of("DLQ")));
        configuration.addQueueConfiguration(
                QueueConfiguration.of("DLQ").setAddress("DLQ").setRoutingType(RoutingType.ANYCAST));
        broker.setConfiguration(configuration);
        broker.start();
        try (ActiveMQConnectionFactory connections = new ActiveMQConnectionFactory("vm://0")) {
            refuse("i7");
            bundle.context().getRegistry().bind("connections", connections);
            bundle.with("saddlebag.batch.max-items", 20).with("saddlebag.batch.max-wait", "100ms");
            start("orders");
            for (int i = 0; i < 40; i++) {
                bundle.template().sendBody("jms:orders", item("i" + i));
            }

            ConsumerTemplate consumer = bundle.context().createConsumerTemplate();
            Set<String> given = new TreeSet<>();
            for (int i = 0; i < 39; i++) {
                given.add(consumer.receiveBody("jms:answers", LONG.toMillis(), String.class));
            }
            String refused = consumer.receiveBody("jms:DLQ", LONG.toMillis(), String.class);

            Set<String> expected = new TreeSet<>(echoes(40));
            expected.remove(Items.echoOf("i7"));
            assertThat(given).isEqualTo(expected);
            assertThat(refused).isEqualTo(item("i7"));
            assertThat(consumer.receiveBodyNoWait("jms:DLQ")).isNull();
            assertThat(api.requests())
                    .anySatisfy(request -> assertThat(request.ids()).hasSizeGreaterThan(1));
            bundle.close();
        } finally {
            broker.stop();
        }
    }

    @Test
    void shouldMakeLargeBatchesOfMessagesInMemory() throws Exception {
        bundle.with("saddlebag.batch.max-wait", "200ms");
        start("events");
        for (int i = 0; i < 100; i++) {
            bundle.template().sendBody("seda:events", item("i" + i));
        }

        await().atMost(LONG).until(() -> answers.size() == 100);
        assertThat(answers).isEqualTo(echoes(100));
        assertThat(api.requests()).hasSizeLessThan(20);
    }

    @Test
    void shouldMakeBatchesOfTheLinesOfASplit() throws Exception {
        start("lines");
        String lines = IntStream.range(0, 100).mapToObj(i -> item("i" + i)).collect(Collectors.joining("\n"));

        bundle.template().requestBody("direct:lines", lines);

        assertThat(answers).isEqualTo(echoes(100));
        assertThat(api.requests()).hasSizeLessThan(50);
    }

    /** 1,000,000 lines ran 88,600 ahead of a slow endpoint. */
    @Test
    void shouldNotReadAheadWithoutBoundWhereTheEndpointIsSlow() throws Exception {
        int all = 8000;
        AtomicInteger read = new AtomicInteger();
        AtomicInteger answered = new AtomicInteger();
        AtomicInteger ahead = new AtomicInteger();
        api.behave(request -> TestApi.echo(request).after(20));
        bundle.with("saddlebag.batch.max-in-flight", 100).start();
        Iterator<String> lines = IntStream.range(0, all)
                .mapToObj(i -> {
                    ahead.accumulateAndGet(read.incrementAndGet() - answered.get(), Math::max);
                    return item("i" + i);
                })
                .iterator();
        bundle.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:read")
                        .split(body())
                        .streaming()
                        .parallelProcessing()
                        .to("batch:saddlebag")
                        .process(exchange -> answered.incrementAndGet());
            }
        });

        bundle.template().requestBody("direct:read", lines);

        assertThat(answered).hasValue(all);
        // the gate, the line in front of it, and the queue and the threads of the split
        assertThat(ahead.get()).isLessThan(100 + 1000 + 1000 + 100);
    }

    @Test
    void shouldNameTheTypeOfABodyThatIsNoItem() throws Exception {
        bundle.start();
        for (Object body : List.of(List.of("x").iterator(), new Object())) {
            Exchange exchange = bundle.template()
                    .request("batch:saddlebag", e -> e.getMessage().setBody(body));

            assertThat(exchange.getException())
                    .hasStackTraceContaining(body.getClass().getName());
        }
        assertThat(api.requests()).extracting(Request::text).isEmpty();
    }
}
