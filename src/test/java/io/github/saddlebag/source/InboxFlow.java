package io.github.saddlebag.source;

import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.TestApi;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** An inbox, an outbox, and an endpoint for each test. */
abstract class InboxFlow {

    @TempDir
    Path folder;

    Path inbox;
    Path outbox;
    final TestApi api = TestApi.start(TestApi::echo);
    Bundle bundle;

    @BeforeEach
    void makeFolders() throws Exception {
        inbox = Files.createDirectories(folder.resolve("inbox"));
        outbox = folder.resolve("outbox");
        bundle = Bundle.all()
                .with("saddlebag.call.url", api.url())
                .with("saddlebag.source.file.enabled", true)
                .with("saddlebag.source.file.directory", inbox)
                .with("saddlebag.source.file.poll", "50ms")
                .with("saddlebag.answer.result", "/result")
                .with("saddlebag.deliver.directory", outbox);
    }

    @AfterEach
    void stop() {
        bundle.close();
        api.close();
    }
}
