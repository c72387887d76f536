package io.github.saddlebag.cli;

import org.apache.camel.util.ObjectHelper;
import picocli.CommandLine.IVersionProvider;

/** The versions that {@code --version} tells. */
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
        Package own = Saddlebag.class.getPackage();
        String version = own.getImplementationVersion() == null ? "(not packaged)" : own.getImplementationVersion();
        return new String[] {
            "saddlebag " + version + ", Camel " + camelVersion() + ", Java " + System.getProperty("java.version")
        };
    }

    private static String camelVersion() {
        Package camel = org.apache.camel.CamelContext.class.getPackage();
        return ObjectHelper.isEmpty(camel.getImplementationVersion()) ? "(unknown)" : camel.getImplementationVersion();
    }
}
