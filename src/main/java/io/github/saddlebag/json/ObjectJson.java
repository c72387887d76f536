package io.github.saddlebag.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.deser.AbstractDeserializer;
import com.fasterxml.jackson.databind.deser.BeanDeserializerBase;
import com.fasterxml.jackson.databind.deser.DefaultDeserializationContext;
import com.fasterxml.jackson.databind.deser.SettableBeanProperty;
import com.fasterxml.jackson.databind.deser.impl.UnsupportedTypeDeserializer;
import com.fasterxml.jackson.databind.deser.std.ContainerDeserializerBase;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.lang.reflect.Type;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Java objects as JSON, and JSON as Java objects: by the ObjectMapper of the host where there is one of JSON, else by
 * one that has the modules of data types ({@code jackson-datatype-*}) on the class path, writes dates as text and ignores properties that it does not
 * know.
 */
public final class ObjectJson {

    /** Made when the first object comes. */
    private static final class Ours {

        private static final ObjectMapper MAPPER = JsonMapper.builder(Json.FACTORY)
                .addModules(modules())
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build();

        /** Others, such as that of Scala, make something else of Java's own types. */
        private static List<Module> modules() {
            return ObjectMapper.findModules().stream()
                    .filter(module -> module.getClass().getName().startsWith("com.fasterxml.jackson.datatype."))
                    .toList();
        }
    }

    private final ObjectMapper mapper;

    private ObjectJson(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    /** @param ofHost all that the host has; those of other formats, such as XML, do not count, and of several none does */
    public static ObjectJson of(Collection<ObjectMapper> ofHost) {
        Iterator<ObjectMapper> json = ofHost.stream()
                .filter(mapper -> mapper.getFactory().getFormatName().equals(JsonFactory.FORMAT_NAME_JSON))
                .iterator();
        ObjectMapper first = json.hasNext() ? json.next() : Ours.MAPPER;
        return new ObjectJson(json.hasNext() ? Ours.MAPPER : first);
    }

    /** @throws JsonProcessingException it cannot be written */
    public byte[] write(@Nullable Object object) throws JsonProcessingException {
        return mapper.writeValueAsBytes(object);
    }

    /**
     * Reads answers as this type.
     *
     * @throws IllegalArgumentException no JSON can be read as it; the message says why
     */
    public ObjectReader reader(Type type) {
        JavaType known = mapper.constructType(type);
        String why = unreadable(known);
        if (why != null) {
            throw new IllegalArgumentException("No answer can be read as " + known.toCanonical() + ": " + why);
        }
        return mapper.readerFor(known);
    }

    private @Nullable String unreadable(JavaType type) {
        try {
            return unreadable(type, ofContext().findRootValueDeserializer(type));
        } catch (JsonMappingException | IllegalArgumentException e) {
            String said = e instanceof JsonMappingException known ? known.getOriginalMessage() : e.getMessage();
            return said + ". Ask for another type, or tell Jackson how to read this one.";
        }
    }

    private DefaultDeserializationContext ofContext() {
        return ((DefaultDeserializationContext) mapper.getDeserializationContext())
                .createDummyInstance(mapper.getDeserializationConfig());
    }

    private static @Nullable String unreadable(JavaType type, JsonDeserializer<?> by) {
        if (by instanceof AbstractDeserializer
                || by instanceof BeanDeserializerBase bean
                        && !bean.getValueInstantiator().canInstantiate()) {
            return type.toCanonical()
                    + " has no constructor that Jackson can call. Ask for a class that has one without"
                    + " arguments, a record, or a class with @JsonCreator.";
        }
        if (by instanceof ContainerDeserializerBase<?> container && container.getContentDeserializer() != null) {
            return unreadable(container.getContentType(), container.getContentDeserializer());
        }
        JavaType without = withoutModule(type, by, Collections.newSetFromMap(new IdentityHashMap<>()));
        return without == null
                ? null
                : "Jackson needs a module for " + without.toCanonical() + ". Add it to the class path"
                        + " (jackson-datatype-jsr310 for dates, jackson-datatype-jdk8 for Optional), or bind an"
                        + " ObjectMapper that has it.";
    }

    /** The first type in it, on any level, that Jackson knows to be one of a module that is not there. */
    private static @Nullable JavaType withoutModule(
            JavaType type, @Nullable JsonDeserializer<?> by, Set<JsonDeserializer<?>> seen) {
        if (by == null || !seen.add(by)) {
            return null;
        }
        if (by instanceof UnsupportedTypeDeserializer) {
            return type;
        }
        if (by instanceof ContainerDeserializerBase<?> container) {
            return withoutModule(container.getContentType(), container.getContentDeserializer(), seen);
        }
        if (by instanceof BeanDeserializerBase bean) {
            for (Iterator<SettableBeanProperty> each = bean.properties(); each.hasNext(); ) {
                SettableBeanProperty property = each.next();
                JavaType found = withoutModule(property.getType(), property.getValueDeserializer(), seen);
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }
}
