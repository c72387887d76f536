package io.github.saddlebag.setting;

import java.io.IOException;
import java.io.InputStream;
import java.io.UTFDataFormatException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.ResourceHelper;

/**
 * A route file as it is for a pipeline: the name of the pipeline stands wherever the file has {@code saddlebag}, but for
 * the names of classes; and each property is the pipeline's.
 */
final class RouteCopy {

    /** In a placeholder, in front of the name of a property, and by itself. */
    private static final Pattern NAME = Pattern.compile("(?<!io\\.github\\.)(?:(\\{\\{\\??)saddlebag\\.|saddlebag)");

    private static final Pattern ORDER = Pattern.compile("(?m)^( *startupOrder: *)(\\d+)$");

    static final Pattern ROUTE = Pattern.compile("(?m)^- route:\\s+id: *(\\S+)$");

    static final Pattern RULES = Pattern.compile("(?m)^- routeConfiguration:\\s+id: *(\\S+)$");

    /** So many orders of start are one pipeline's. */
    private static final int ORDERS = 100;

    private RouteCopy() {}

    /**
     * The file for a pipeline.
     *
     * @param number of the pipeline in its context, from 1: no two routes of a context start at once
     */
    static Resource of(Resource file, String pipeline, int number) throws IOException {
        String location = file.getLocation();
        int name = Math.max(location.lastIndexOf('/'), location.lastIndexOf(':')) + 1;
        return ResourceHelper.fromString(
                location.substring(0, name) + pipeline + '-' + location.substring(name),
                text(text(file), pipeline, number));
    }

    static String text(String text, String pipeline, int number) {
        String named = NAME.matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(
                        found.group(1) == null
                                ? pipeline
                                : found.group(1) + PipelineFunction.FUNCTION + ':' + pipeline + '.'));
        return ORDER.matcher(named)
                .replaceAll(found -> found.group(1) + (Integer.parseInt(found.group(2)) + ORDERS * number));
    }

    /** What stands in a file. */
    static String text(Resource file) throws IOException {
        try (InputStream in = file.getInputStream()) {
            return TextFile.text(in.readAllBytes());
        } catch (UTFDataFormatException e) {
            throw new IOException(file.getLocation() + ": " + e.getMessage(), e);
        }
    }

    /** The id of what a file has, {@link #ROUTE} or {@link #RULES}; empty: it has none. */
    static String id(Pattern what, String text) {
        Matcher id = what.matcher(text);
        return id.find() ? id.group(1) : "";
    }
}
