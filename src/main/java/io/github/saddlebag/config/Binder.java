package io.github.saddlebag.config;

import io.github.saddlebag.setting.Pipeline;
import io.github.saddlebag.setting.Setting;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.camel.CamelContext;

/** Reads a record's settings from the properties of a context, as they are for one of its pipelines. */
final class Binder {

    private static final String NOTHING = "0s";

    private final CamelContext context;
    private final Pipeline pipeline;

    Binder(CamelContext context, String pipeline) {
        this.context = context;
        this.pipeline = Pipeline.of(context, pipeline);
    }

    /** A record of settings, or of such records. */
    <T extends Record> T read(Class<T> stage) {
        RecordComponent[] components = stage.getRecordComponents();
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            Class<?> type = components[i].getType();
            values[i] = type.isRecord()
                    ? read(type.asSubclass(Record.class))
                    : value(Known.name(stage, components[i]), components[i]);
        }
        try {
            return stage.getDeclaredConstructor(Arrays.stream(components)
                            .map(RecordComponent::getType)
                            .toArray(Class<?>[]::new))
                    .newInstance(values);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private Object value(String noun, RecordComponent component) {
        Property property = Known.annotation(component);
        Class<?> type = component.getType();
        if (type == Map.class) {
            return map(noun, property.secret());
        }
        Known known = Objects.requireNonNull(Known.byName().get(noun), noun);
        String text = Objects.requireNonNull(OldNames.value(known, pipeline, property.value()), noun);
        if (type == int.class) {
            return Setting.integer(noun, text, (int) number(property.min()), (int) number(property.max()));
        }
        if (type == long.class) {
            return Setting.bytes(noun, text);
        }
        if (type == double.class) {
            return Setting.number(noun, text, number(property.min()), number(property.max()));
        }
        if (type == boolean.class) {
            return Setting.yesNo(noun, text);
        }
        if (type == Duration.class) {
            return duration(noun, text, property);
        }
        if (type == Set.class) {
            return Setting.statuses(noun, text);
        }
        return property.secret() ? Setting.secret(noun, text) : text;
    }

    private static long number(String bound) {
        return Long.parseLong(bound);
    }

    private static Duration duration(String noun, String text, Property property) {
        if (property.min().isEmpty()) {
            return Setting.positiveDuration(noun, text);
        }
        Duration duration = Setting.duration(noun, text);
        boolean tooShort = duration.compareTo(Setting.duration(noun, property.min())) < 0;
        boolean tooLong = !property.max().isEmpty() && duration.compareTo(Setting.duration(noun, property.max())) > 0;
        if (tooShort || tooLong) {
            throw Setting.bad(noun, text, bounds(property.min(), property.max()));
        }
        return duration;
    }

    private static String bounds(String min, String max) {
        if (max.isEmpty()) {
            return "it must be at least " + min + '.';
        }
        return min.equals(NOTHING) ? "give at most " + max + '.' : "it must be from " + min + " to " + max + '.';
    }

    private Map<String, String> map(String noun, boolean secret) {
        Map<String, String> values = pipeline.beginningWith(context, noun + '.');
        if (secret) {
            values.replaceAll((key, value) -> Setting.secret(noun + '.' + key, value));
        }
        return values;
    }
}
