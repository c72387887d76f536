package io.github.saddlebag.spring;

import io.github.saddlebag.batch.BatchClient;
import io.github.saddlebag.setting.Pipeline;
import io.github.saddlebag.setting.PipelineNames;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/**
 * A client of each pipeline: one item in, its answer out. The only one, or that of {@code saddlebag}, is the one that an
 * application gets where it does not say which; the others are asked for by {@code @Qualifier}.
 */
final class PipelineClients implements ImportBeanDefinitionRegistrar {

    private static final String END = "BatchClient";

    private final ListableBeanFactory beans;
    private final Environment environment;

    /** Spring knows these two types here, and no others. */
    PipelineClients(BeanFactory beans, Environment environment) {
        this.beans = (ListableBeanFactory) beans;
        this.environment = environment;
    }

    @Override
    public void registerBeanDefinitions(AnnotationMetadata importing, BeanDefinitionRegistry registry) {
        if (!isThere(CamelContext.class)) {
            return;
        }
        boolean hasOwn = isThere(BatchClient.class);
        Set<String> listed = PipelineNames.listed(environment.getProperty(Pipeline.LIST, ""));
        String meant = PipelineNames.meant(listed).orElse("");
        for (String name : listed.isEmpty() ? Set.of(meant) : listed) {
            boolean isPlain = name.equals(meant) && !hasOwn;
            if (!registry.containsBeanDefinition(name + END) && (isPlain || !listed.isEmpty())) {
                RootBeanDefinition client = new RootBeanDefinition(
                        BatchClient.class, () -> BatchClient.of(beans.getBean(CamelContext.class), "batch:" + name));
                client.setDestroyMethodName("close");
                client.setDefaultCandidate(isPlain);
                client.addQualifier(new AutowireCandidateQualifier(Qualifier.class, name));
                registry.registerBeanDefinition(name + END, client);
            }
        }
    }

    private boolean isThere(Class<?> type) {
        return beans.getBeanNamesForType(type, true, false).length > 0;
    }
}
