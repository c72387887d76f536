package io.github.saddlebag;

import static io.github.saddlebag.testing.Items.echoOf;
import static io.github.saddlebag.testing.Items.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.saddlebag.support.BatchPool;
import io.github.saddlebag.testing.TestApi;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** In whichever order a host loads the files, it works or says at once why not. */
@Timeout(120)
class LoadOrderTest {

    private final TestApi api = TestApi.start(TestApi::echo);
    private final DefaultCamelContext context = new DefaultCamelContext();

    @BeforeEach
    void set() {
        context.getPropertiesComponent().addInitialProperty("saddlebag.call.url", api.url());
    }

    @AfterEach
    void stop() {
        context.stop();
        api.close();
    }

    private List<Resource> files(boolean sorted) throws Exception {
        List<Resource> files = new ArrayList<>(PluginHelper.getPackageScanResourceResolver(context)
                .findResources("classpath:saddlebag/routes/*.camel.yaml"));
        Comparator<Resource> byName = Comparator.comparing(Resource::getLocation);
        files.sort(sorted ? byName : byName.reversed());
        return files;
    }

    private void load(List<Resource> files) throws Exception {
        PluginHelper.getRoutesLoader(context).loadRoutes(files);
    }

    private void assertAnswered() throws Exception {
        assertThat(context.createProducerTemplate()
                        .asyncRequestBody("batch:saddlebag", item("a"), String.class)
                        .get(60, TimeUnit.SECONDS))
                .isEqualTo(echoOf("a"));
    }

    @Test
    void shouldWorkInAnyOrderBeforeTheStart() throws Exception {
        load(files(false));
        context.start();

        assertAnswered();
    }

    @Test
    void shouldWorkInOrderAfterTheStart() throws Exception {
        context.start();
        load(files(true));

        assertAnswered();
    }

    @Test
    void shouldWorkFileByFileInOrderAfterTheStart() throws Exception {
        context.start();
        for (Resource file : files(true)) {
            load(List.of(file));
        }

        assertAnswered();
    }

    @Test
    void shouldRefuseAtOnceWhereTheBeansComeAfterRoutesThatRun() throws Exception {
        context.start();

        assertThatThrownBy(() -> load(files(false)))
                .hasStackTraceContaining("00-beans was loaded again while")
                .hasStackTraceContaining("in one call before the context starts, or 00-beans as the first");
        assertAnswered();
    }

    @Test
    void shouldGoOnWithTheBeansThatRoutesHaveWhereTheirFileIsLoadedAgain() throws Exception {
        context.start();
        List<Resource> files = files(true);
        load(files);
        Object calls = context.getRegistry().lookupByName("saddlebagCalls");
        assertAnswered();

        assertThatThrownBy(() -> load(List.of(files.get(0)))).hasStackTraceContaining("stop the context first");

        assertThat(context.getRegistry().findByType(BatchPool.class)).noneMatch(BatchPool::isShutdown);
        assertThat(context.getRegistry().lookupByName("saddlebagCalls")).isSameAs(calls);
        assertAnswered();
    }

    @Test
    void shouldRefuseToAddThePipelineOfFilesThatAreLoaded() throws Exception {
        load(files(true));

        assertThatThrownBy(() -> Saddlebag.addTo(context, "saddlebag"))
                .hasMessageContaining("There is a pipeline saddlebag already");
        context.start();
        assertAnswered();
    }
}
