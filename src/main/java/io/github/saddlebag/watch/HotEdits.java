package io.github.saddlebag.watch;

import io.github.saddlebag.Reload;
import io.github.saddlebag.runtime.LiveProperties;
import io.github.saddlebag.runtime.Standalone;
import io.github.saddlebag.runtime.UsageException;
import io.github.saddlebag.setting.Pipeline;
import io.github.saddlebag.setting.TextFile;
import io.github.saddlebag.support.DaemonThreads;
import io.github.saddlebag.support.Unrecoverable;
import java.io.IOException;
import java.io.UTFDataFormatException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.util.FileUtil;
import org.jspecify.annotations.Nullable;

/**
 * Puts what is saved to the properties file and to files of routes into effect while items flow, or says why not. Looks
 * twice a second, and takes a file that was the same in two looks.
 */
public final class HotEdits implements AutoCloseable {

    private static final long LOOK_MILLIS = 250;
    private static final String ENDING = ".camel.yaml";

    private final CamelContext context;
    private final Set<String> pipelines;
    private final LiveProperties live;
    private final @Nullable Path properties;
    private final @Nullable Path routes;
    private final Consumer<String> say;
    private final ScheduledExecutorService timer =
            new ScheduledThreadPoolExecutor(1, DaemonThreads.named("saddlebag-watch"));
    /** What counts of each file of routes. */
    private final Map<Path, String> applied = new HashMap<>();

    private Map<Path, Saved> seen;
    private final Map<Path, Saved> done = new HashMap<>();

    /** A file as it is now: its text, or why it has none, as the end of a sentence. */
    private record Saved(String text, @Nullable String trouble) {}

    /**
     * @param properties the file that counts; null: there is none
     * @param routes the folder of routes; null: they are those of the jar
     * @param say told what came of a file that was saved
     */
    public HotEdits(
            Standalone standalone,
            LiveProperties live,
            @Nullable Path properties,
            @Nullable Path routes,
            Consumer<String> say)
            throws IOException {
        this.context = standalone.context();
        this.pipelines = standalone.pipelines();
        this.live = live;
        this.properties = properties;
        this.routes = routes;
        this.say = say;
        seen = saved();
        seen.forEach((file, now) -> {
            if (now.trouble == null) {
                done.put(file, now);
                applied.put(file, now.text);
            }
        });
    }

    /** Looks from now on. */
    public void start() {
        timer.scheduleWithFixedDelay(Unrecoverable.told(this::look), LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** To be called before the runtime stops: what is being changed is left as it is. */
    @Override
    public void close() {
        timer.shutdownNow();
    }

    private Map<Path, Saved> saved() throws IOException {
        Map<Path, Saved> all = new TreeMap<>();
        if (properties != null && Files.exists(properties)) {
            all.put(properties, saved(properties));
        }
        if (routes != null && Files.isDirectory(routes)) {
            try (Stream<Path> files = Files.list(routes)) {
                files.filter(HotEdits::isOfRoutes).forEach(file -> all.put(file, saved(file)));
            }
        }
        return all;
    }

    private static Saved saved(Path file) {
        if (Files.isDirectory(file)) {
            return new Saved("", "it is a folder.");
        }
        try {
            return new Saved(TextFile.read(file), null);
        } catch (UTFDataFormatException e) {
            return new Saved("", e.getMessage());
        } catch (IOException e) {
            return new Saved("", "it cannot be read.");
        }
    }

    /** Editors leave files beside those that they edit, and links to nothing, which begin with a full stop. */
    private static boolean isOfRoutes(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(ENDING) && !name.startsWith(".");
    }

    private void look() {
        try {
            Map<Path, Saved> now = saved();
            Set<Path> files = new TreeSet<>(now.keySet());
            files.addAll(done.keySet());
            for (Path file : files) {
                Saved one = now.get(file);
                if (Objects.equals(one, seen.get(file))
                        && !Objects.equals(one, done.get(file))
                        && !context.isStopping()) {
                    done.put(file, one);
                    take(file, one);
                }
            }
            seen = now;
        } catch (IOException e) {
            // the folder is being written: the next look tells
        }
    }

    private void take(Path file, @Nullable Saved now) {
        boolean counts = applied.containsKey(file);
        if (now == null) {
            if (counts) {
                say.accept(file.getFileName() + " is gone. "
                        + (file.equals(properties) ? "What it said stays" : "Its routes stay")
                        + " in effect until the next start.");
            }
            return;
        }
        if (now.trouble != null) {
            say.accept(file.getFileName() + ": " + now.trouble
                    + (counts ? " The previous version stays in effect." : " It is left out."));
            return;
        }
        String text = now.text;
        try {
            if (file.equals(properties)) {
                takeProperties(file);
            } else if (text.equals(applied.get(file))) {
                say.accept(file.getFileName() + ": its routes run already.");
            } else {
                takeRoutes(file, text);
            }
        } catch (Exception e) {
            Unrecoverable.report(e);
            say.accept(EditError.told(file, text, e) + " The previous version stays in effect.");
        }
    }

    private void takeProperties(Path file) throws Exception {
        Set<String> changed = live.read();
        List<Reload> reloads = new ArrayList<>();
        try {
            refuseOfRuntime(changed);
            for (String pipeline : changed.isEmpty() ? Set.<String>of() : pipelines) {
                Reload reload = new Reload(context, pipeline);
                reload.check();
                reloads.add(reload);
            }
        } catch (Exception e) {
            live.takeBack();
            throw e;
        }
        List<Reload> taken = new ArrayList<>();
        try {
            for (Reload reload : reloads) {
                reload.properties(this::counting);
                taken.add(reload);
            }
        } catch (Exception e) {
            live.takeBack();
            for (Reload reload : taken) {
                reload.properties(this::counting);
            }
            throw e;
        }
        say.accept(file.getFileName()
                + (changed.isEmpty()
                        ? ": no property has another value."
                        : ": in effect now: " + String.join(", ", changed) + "."));
    }

    private static void refuseOfRuntime(Set<String> changed) throws UsageException {
        List<String> some = changed.stream()
                .filter(name -> !name.startsWith("saddlebag.") || name.equals(Pipeline.LIST))
                .toList();
        if (!some.isEmpty()) {
            throw new UsageException(String.join(", ", some) + (some.size() == 1 ? " needs" : " need")
                    + " a restart. Nothing has changed: start again, or take the change back.");
        }
    }

    private void takeRoutes(Path file, String text) throws Exception {
        if (!pipelines.equals(Set.of(Pipeline.DEFAULT))) {
            throw new UsageException("files of routes need a restart where saddlebag.pipelines is set.");
        }
        if (file.getFileName().toString().startsWith("00-")) {
            throw new UsageException("the beans need a restart.");
        }
        Map<Path, String> all = new TreeMap<>(applied);
        all.remove(properties);
        all.put(file, text);
        List<Resource> files = new ArrayList<>();
        all.forEach((path, content) -> files.add(resource(path, content)));
        TrialRoutes.make(context, files);
        String old = applied.get(file);
        new Reload(context, Pipeline.DEFAULT)
                .routes(resource(file, text), old == null ? null : resource(file, old), this::counting);
        applied.put(file, text);
        say.accept(file.getFileName() + ": its routes are the new ones now.");
    }

    private Resource counting(Resource file) {
        String text = routes == null ? null : applied.get(routes.resolve(FileUtil.stripPath(file.getLocation())));
        return text == null ? file : ResourceHelper.fromString(file.getLocation(), text);
    }

    private static Resource resource(Path file, String text) {
        return ResourceHelper.fromString("file:" + file, text);
    }
}
