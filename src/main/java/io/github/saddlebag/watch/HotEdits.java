package io.github.saddlebag.watch;

import io.github.saddlebag.Reload;
import io.github.saddlebag.runtime.LiveProperties;
import io.github.saddlebag.runtime.Standalone;
import io.github.saddlebag.runtime.UsageException;
import io.github.saddlebag.setting.Pipeline;
import io.github.saddlebag.support.DaemonThreads;
import io.github.saddlebag.support.Unrecoverable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
    private final Map<Path, String> applied;

    private Map<Path, String> seen;
    private final Map<Path, String> done = new HashMap<>();

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
        seen = texts();
        done.putAll(seen);
        applied = new HashMap<>(seen);
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

    private Map<Path, String> texts() throws IOException {
        Map<Path, String> texts = new TreeMap<>();
        if (properties != null) {
            read(properties, texts);
        }
        if (routes != null && Files.isDirectory(routes)) {
            try (Stream<Path> files = Files.list(routes)) {
                for (Path file : files.filter(HotEdits::isOfRoutes).toList()) {
                    read(file, texts);
                }
            }
        }
        return texts;
    }

    /** Editors leave files beside those that they edit, and links to nothing, which begin with a full stop. */
    private static boolean isOfRoutes(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(ENDING) && !name.startsWith(".");
    }

    /** Also what is no UTF-8, which is refused when it is taken. */
    private static void read(Path file, Map<Path, String> texts) throws IOException {
        if (Files.isRegularFile(file)) {
            texts.put(file, new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
        }
    }

    private void look() {
        try {
            Map<Path, String> now = texts();
            Set<Path> files = new TreeSet<>(now.keySet());
            files.addAll(done.keySet());
            for (Path file : files) {
                String text = now.get(file);
                if (Objects.equals(text, seen.get(file))
                        && !Objects.equals(text, done.get(file))
                        && !context.isStopping()) {
                    done.put(file, text);
                    take(file, text);
                }
            }
            seen = now;
        } catch (IOException e) {
            // it is being written: the next look tells
        }
    }

    private void take(Path file, @Nullable String text) {
        if (text == null) {
            say.accept(file.getFileName() + " is gone. Its routes stay in effect until the next start.");
            return;
        }
        try {
            refuseOtherCharacters(text);
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

    private static void refuseOtherCharacters(String text) throws UsageException {
        int at = text.indexOf('\uFFFD');
        if (at >= 0) {
            long line = 1 + text.substring(0, at).chars().filter(c -> c == '\n').count();
            throw new UsageException("it is not UTF-8 (line " + line + "): save it as UTF-8.");
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
