package io.github.saddlebag.spring;

import io.github.saddlebag.setting.Pipeline;
import org.apache.camel.CamelContext;
import org.apache.camel.spring.boot.CamelAutoConfiguration;
import org.apache.camel.spring.boot.CamelConfigurationProperties;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * Adds the routes to a Spring Boot application that sets {@code saddlebag.call.url}, {@code saddlebag.call.mode} or {@code
 * saddlebag.pipelines}, with a {@link io.github.saddlebag.batch.BatchClient} of each pipeline and, where Actuator is
 * there, a health indicator. An application without those properties, or without Camel, gets nothing of it.
 */
@AutoConfiguration(after = CamelAutoConfiguration.class)
@ConditionalOnClass(CamelAutoConfiguration.class)
@Conditional(SaddlebagAutoConfiguration.Configured.class)
@Import(PipelineClients.class)
public final class SaddlebagAutoConfiguration {

    /** Whether there is anything to call. */
    static final class Configured extends AnyNestedCondition {

        Configured() {
            super(ConfigurationPhase.PARSE_CONFIGURATION);
        }

        @ConditionalOnProperty("saddlebag.call.url")
        static final class Url {}

        @ConditionalOnProperty("saddlebag.call.mode")
        static final class Mode {}

        @ConditionalOnProperty(Pipeline.LIST)
        static final class Pipelines {}
    }

    /** So that they are loaded together with those of the application, and can be excluded as they can. */
    @Bean
    static BeanPostProcessor saddlebagRoutes() {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String beanName) {
                if (bean instanceof CamelConfigurationProperties properties) {
                    AddRoutes.to(properties.getMain());
                }
                return bean;
            }
        };
    }

    /** Otherwise Camel would not start where the application makes its beans when they are used. */
    @Bean
    static LazyInitializationExcludeFilter saddlebagContext() {
        return LazyInitializationExcludeFilter.forBeanTypes(CamelContext.class);
    }

    /** Where Actuator is there. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(HealthIndicator.class)
    static final class Health {

        @Bean
        @ConditionalOnBean(CamelContext.class)
        HealthIndicator saddlebagHealthIndicator(CamelContext context) {
            return new PipelineHealth(context);
        }
    }
}
