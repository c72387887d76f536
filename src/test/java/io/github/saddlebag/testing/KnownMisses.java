package io.github.saddlebag.testing;

import java.io.InputStream;
import java.net.URL;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.impl.engine.DefaultClassResolver;
import org.jspecify.annotations.Nullable;

/**
 * Looks once in a JVM for classes and resources that aren't there. Each Camel context asks for the same hundred of them
 * again, in each of the two hundred jars of the tests, which is most of what its start costs.
 */
final class KnownMisses extends DefaultClassResolver {

    private static final Set<String> MISSED = ConcurrentHashMap.newKeySet();

    @Override
    public @Nullable Class<?> resolveClass(String name) {
        return MISSED.contains("class " + name) ? null : known("class " + name, super.resolveClass(name));
    }

    @Override
    public @Nullable InputStream loadResourceAsStream(String uri) {
        return isMissed(uri) ? null : known(uri, super.loadResourceAsStream(uri));
    }

    @Override
    public @Nullable URL loadResourceAsURL(String uri) {
        return isMissed(uri) ? null : known(uri, super.loadResourceAsURL(uri));
    }

    /** Files may come into being. */
    private static boolean isMissed(String uri) {
        return uri.startsWith("META-INF/") && MISSED.contains(uri);
    }

    private static <T> @Nullable T known(String name, @Nullable T found) {
        if (found == null) {
            MISSED.add(name);
        }
        return found;
    }
}
