package io.github.saddlebag.spring;

import org.apache.camel.spring.boot.CamelConfigurationProperties.Main;

/** Adds the routes to those that an application includes, where it does not include them itself. */
final class AddRoutes {

    private static final String FOLDER = "saddlebag/routes/";

    private AddRoutes() {}

    static void to(Main main) {
        String included = main.getRoutesIncludePattern();
        String ours = "classpath:" + FOLDER + "*.camel.yaml";
        if (included == null || included.isBlank()) {
            main.setRoutesIncludePattern(ours);
        } else if (!included.contains(FOLDER)) {
            main.setRoutesIncludePattern(included + ',' + ours);
        }
    }
}
