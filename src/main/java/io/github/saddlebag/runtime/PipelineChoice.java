package io.github.saddlebag.runtime;

import io.github.saddlebag.setting.NearMiss;
import io.github.saddlebag.setting.Pipeline;
import io.github.saddlebag.setting.PipelineNames;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which pipelines a command works on.
 *
 * @param listed those in {@code saddlebag.pipelines}
 * @param running those that run
 * @param pipeline the one that is looked at
 */
record PipelineChoice(Set<String> listed, Set<String> running, String pipeline) {

    /**
     * The choice.
     *
     * @param list the value of {@code saddlebag.pipelines}
     * @param asked the pipeline that the command line names, {@link Configuration#ALL}, {@link Configuration#PLAIN}, or
     *     null: none
     * @throws UsageException there is none of this name, or several
     */
    static PipelineChoice of(String list, @Nullable String asked) throws UsageException {
        Set<String> listed;
        try {
            listed = PipelineNames.listed(list);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
        if (Configuration.ALL.equals(asked)) {
            return new PipelineChoice(listed, listed.isEmpty() ? Set.of(Pipeline.DEFAULT) : listed, Pipeline.DEFAULT);
        }
        String one = one(listed, asked);
        return new PipelineChoice(listed, Set.of(one), one);
    }

    private static String one(Set<String> listed, @Nullable String asked) throws UsageException {
        String names = String.join(", ", listed);
        if (asked == null) {
            return PipelineNames.meant(listed)
                    .orElseThrow(() -> new UsageException(
                            Pipeline.LIST + " has " + names + ": say which of them is meant with --pipeline."));
        }
        if (asked.equals(Configuration.PLAIN)) {
            return Pipeline.DEFAULT;
        }
        if (listed.isEmpty() ? asked.equals(Pipeline.DEFAULT) : listed.contains(asked)) {
            return asked;
        }
        throw new UsageException("--pipeline " + asked + ": "
                + (listed.isEmpty()
                        ? Pipeline.LIST + " is not set. List its name there."
                        : Pipeline.LIST + " has " + names + "." + NearMiss.question(asked, listed)));
    }
}
