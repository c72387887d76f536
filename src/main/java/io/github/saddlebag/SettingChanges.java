package io.github.saddlebag;

import io.github.saddlebag.config.Settings;
import io.github.saddlebag.setting.Pipeline;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/** What differs between two settings of a pipeline, and whether it can be changed while items flow. */
final class SettingChanges {

    /** What is read, waits or was written by one setting must not be gone on with by another. */
    private static final Pattern RESTART = Pattern.compile("(source|deliver|dead-letter)\\..*|batch\\.max-in-flight"
            + "|call\\.(mode|max-memory|max-pause|rate-per-lane)|job\\.(directory|keep)");

    private SettingChanges() {}

    /** The names of the properties that differ, without {@code saddlebag.}. */
    static List<String> between(Settings before, Settings after) {
        Map<String, Object> now = after.byName();
        return before.byName().entrySet().stream()
                .filter(one -> !Objects.equals(one.getValue(), now.get(one.getKey())))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** @throws IllegalArgumentException some of them need a restart; the message names them */
    static void refuseOfRestart(List<String> changed, String pipeline, Settings settings) {
        String start = pipeline.equals(Pipeline.DEFAULT) ? "saddlebag." : Pipeline.PREFIX + pipeline + '.';
        List<String> some = changed.stream()
                .filter(name -> RESTART.matcher(name).matches()
                        || name.equals("call.url") && settings.call().isJob())
                .map(name -> start + name)
                .toList();
        if (!some.isEmpty()) {
            throw new IllegalArgumentException(String.join(", ", some) + (some.size() == 1 ? " needs" : " need")
                    + " a restart. Nothing has changed: start again, or take the change back.");
        }
        if (isLimited(settings.call().ratePerLane())) {
            throw new IllegalArgumentException(
                    "Where " + start + "call.rate-per-lane is set, changed properties need a restart, as"
                            + " what was sent of each would be forgotten. Nothing has changed.");
        }
    }

    private static boolean isLimited(String rate) {
        return !rate.trim().matches("0(\\.0+)?(/.*)?");
    }
}
