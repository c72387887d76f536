package io.github.saddlebag.spring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.apache.camel.spring.boot.CamelConfigurationProperties.Main;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/** Adds the routes to those that an application includes, where it does not include them itself, from wherever. */
final class AddRoutes {

    private static final String FOLDER = "saddlebag/routes/";
    private static final String BEANS = "io.github.saddlebag.PipelineBeans";

    private AddRoutes() {}

    static void to(Main main) {
        String included = main.getRoutesIncludePattern();
        String ours = "classpath:" + FOLDER + "*.camel.yaml";
        if (included == null || included.isBlank() || included.strip().equals("false")) {
            // false: Camel looks for no files of the application
            main.setRoutesIncludePattern(ours);
        } else if (!included.contains(FOLDER) && Stream.of(included.split(",")).noneMatch(AddRoutes::hasBeans)) {
            main.setRoutesIncludePattern(included + ',' + ours);
        }
    }

    /** Whether one of the files is the first of ours, which may have been edited and stand elsewhere. */
    private static boolean hasBeans(String pattern) {
        String everywhere = pattern.strip().replaceFirst("^classpath:", "classpath*:");
        try {
            for (Resource file : new PathMatchingResourcePatternResolver().getResources(everywhere)) {
                if (file.isReadable()
                        && file.getContentAsString(StandardCharsets.UTF_8).contains(BEANS)) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException("routes-include-pattern " + pattern, e);
        }
    }
}
