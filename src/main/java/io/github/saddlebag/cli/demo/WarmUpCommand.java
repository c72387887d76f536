package io.github.saddlebag.cli.demo;

import io.github.saddlebag.cli.FileRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** A short run that loads what the other commands load, for the launcher's archive of classes. */
@Command(name = "warm-up", hidden = true)
public final class WarmUpCommand implements Callable<Integer> {

    private static final int ITEMS = 100_000;

    @Override
    public Integer call() throws Exception {
        Path folder = Files.createTempDirectory("saddlebag-warm-up");
        Path input = folder.resolve("items.jsonl");
        Path results = folder.resolve("results.jsonl");
        Path deadLetters = folder.resolve("failed.jsonl");
        List<String> lines = new ArrayList<>(ITEMS);
        for (int i = 0; i < ITEMS; i++) {
            lines.add("{\"id\":\"" + i + "\",\"address\":\"" + i
                    + " Mill Lane, Kettleford, and some more text to be read\"}");
        }
        Files.write(input, lines);
        try (MockApi api = MockApi.start(0, new MockApi.Faults(0, 0, 0, 0, 0, 1), null)) {
            new FileRun(results.toString(), deadLetters)
                    .with("saddlebag.call.url", api.url())
                    .with("saddlebag.answer.result", "/position")
                    .run(input);
            Files.write(input, lines.subList(0, ITEMS / 10));
            new FileRun(results.toString(), deadLetters)
                    .with("saddlebag.call.url", api.url())
                    .with("saddlebag.call.mode", "single")
                    .with("saddlebag.answer.result", "/position")
                    .run(input);
        } finally {
            for (Path file : List.of(input, results, deadLetters)) {
                Files.deleteIfExists(file);
            }
            Files.delete(folder);
        }
        return 0;
    }
}
