package io.github.saddlebag.config;

import io.github.saddlebag.setting.NearMiss;
import io.github.saddlebag.setting.Pipeline;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What is wrong with names of properties: those of pipelines, {@code saddlebag.pipeline.NAME.*}, and those of a host. */
public final class PipelineKeys {

    private PipelineKeys() {}

    /**
     * What is wrong with the name of a property of a pipeline; empty: nothing.
     *
     * @param lacks how it is said of a pipeline that it is not among these; its name follows
     * @param pipelines those that there are
     */
    public static Optional<String> problem(String name, String lacks, Set<String> pipelines) {
        String rest = name.substring(Pipeline.PREFIX.length());
        int end = rest.indexOf('.');
        String of = end < 0 ? rest : rest.substring(0, end);
        String noun = end < 0 ? "" : rest.substring(end + 1);
        if (of.equals(Pipeline.DEFAULT)) {
            return Optional.of(name + " is no property: those of the pipeline saddlebag are " + Pipeline.OURS
                    + "*. Did you mean " + Pipeline.OURS + noun + "?");
        }
        if (!pipelines.contains(of)) {
            return Optional.of(name + ": " + lacks + ' ' + of + "."
                    + NearMiss.of(of, pipelines)
                            .map(near -> " Did you mean " + Pipeline.PREFIX + near + '.' + noun + "?")
                            .orElse(""));
        }
        if (Pipeline.isOfRuntime(noun)) {
            return Optional.of(name + " is no property, as all pipelines share it: set " + Pipeline.OURS + noun + ".");
        }
        return Known.isKnown(Pipeline.OURS + noun)
                ? Optional.empty()
                : Optional.of(name + " is no property."
                        + NearMiss.of(Pipeline.OURS + Known.hyphenated(noun), Known.names())
                                .map(near -> " Did you mean " + Pipeline.PREFIX + of
                                        + near.substring(Pipeline.OURS.length() - 1) + "?")
                                .orElse(""));
    }

    /**
     * What is wrong with the names of properties in a host. It may have names of its own that begin with {@code
     * saddlebag.}, and may add pipelines later: where nothing lists them, only a name that is near to one of them is told.
     *
     * @param listed the value of {@code saddlebag.pipelines}
     * @param pipelines those that there are
     */
    public static List<String> inHost(Collection<String> names, Set<String> listed, Set<String> pipelines) {
        return names.stream()
                .sorted()
                .flatMap(name -> (name.startsWith(Pipeline.PREFIX)
                                ? problem(
                                                name,
                                                listed.isEmpty()
                                                        ? "there is no pipeline"
                                                        : Pipeline.LIST + " does not have the pipeline",
                                                pipelines)
                                        .filter(text -> !listed.isEmpty() || isJudged(name, pipelines))
                                : ofAll(name))
                        .stream())
                .toList();
    }

    /** The same name as it is written here, of one that Spring finds in another spelling: {@code maxItems}, {@code max_items}. */
    public static String asWritten(String name) {
        int of = name.startsWith(Pipeline.PREFIX)
                ? name.indexOf('.', Pipeline.PREFIX.length())
                : Pipeline.OURS.length() - 1;
        return of < 0 ? name : name.substring(0, of + 1) + Known.asWritten(name.substring(of + 1));
    }

    private static boolean isJudged(String name, Set<String> pipelines) {
        String of = name.substring(Pipeline.PREFIX.length()).split("\\.", 2)[0];
        return pipelines.contains(of) || NearMiss.of(of, pipelines).isPresent();
    }

    private static Optional<String> ofAll(String name) {
        return Known.isKnown(name)
                ? Optional.empty()
                : Known.meant(List.of(name)).stream()
                        .findFirst()
                        .or(() -> Optional.of(name + " is no property.").filter(text -> isOfStage(name)));
    }

    /** Whether it begins as ours do: a host hardly has one of its own there. */
    private static boolean isOfStage(String name) {
        String stage = name.split("\\.")[1];
        return Known.groups().stream().anyMatch(group -> group.name().equals(stage));
    }
}
