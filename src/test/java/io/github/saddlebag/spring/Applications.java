package io.github.saddlebag.spring;

import java.util.Map;
import java.util.stream.Stream;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** Spring applications of the tests. */
final class Applications {

    private Applications() {}

    /** @param properties NAME=VALUE */
    static ConfigurableApplicationContext start(Class<?> source, String... properties) {
        return start(source, System.getenv(), properties);
    }

    /** @param variables the environment */
    static ConfigurableApplicationContext start(Class<?> source, Map<String, String> variables, String... properties) {
        StandardEnvironment environment = new StandardEnvironment();
        String name = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
        environment
                .getPropertySources()
                .replace(name, new SystemEnvironmentPropertySource(name, Map.<String, Object>copyOf(variables)));
        SpringApplication application = new SpringApplication(source);
        application.setEnvironment(environment);
        application.setWebApplicationType(WebApplicationType.NONE);
        application.setBannerMode(Banner.Mode.OFF);
        application.setLogStartupInfo(false);
        return application.run(Stream.concat(
                        // not the file of this folder
                        Stream.of("spring.config.location=optional:classpath:none/"), Stream.of(properties))
                .map(each -> "--" + each)
                .toArray(String[]::new));
    }
}
