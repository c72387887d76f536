package io.github.saddlebag.spring;

import java.util.stream.Stream;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;

/** Spring applications of the tests. */
final class Applications {

    private Applications() {}

    /** @param properties NAME=VALUE */
    static ConfigurableApplicationContext start(Class<?> source, String... properties) {
        SpringApplication application = new SpringApplication(source);
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
