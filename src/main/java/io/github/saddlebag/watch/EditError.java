package io.github.saddlebag.watch;

import io.github.saddlebag.runtime.Standalone;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.NoSuchBeanException;

/** What is wrong with a file that was saved, with the line where it stands, as far as that is known. */
final class EditError {

    private static final Pattern LINE = Pattern.compile("\\bline:? (\\d+)");
    private static final Pattern PROPERTY = Pattern.compile("saddlebag\\.[a-z0-9.-]*[a-z0-9]");
    private static final Pattern PARAMETER = Pattern.compile("Unknown parameters=\\[\\{(\\w+)=");
    private static final int MOST = 300;

    private EditError() {}

    /** A sentence with file, line and cause. */
    static String told(Path file, String text, Exception error) {
        String message = Standalone.messageOf(error).strip().replaceAll("\\s*\\R\\s*", " ");
        int line = line(text, error);
        String cause = message.length() > MOST ? message.substring(0, MOST) + "..." : message;
        return file.getFileName() + (line > 0 ? ", line " + line : "") + ": " + cause
                + (cause.endsWith(".") || cause.endsWith("?") ? "" : ".");
    }

    private static int line(String text, Exception error) {
        List<String> marks = new ArrayList<>();
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            int said = last(LINE.matcher(message));
            if (said > 0) {
                return said;
            }
            add(PARAMETER.matcher(message), 1, marks);
            add(PROPERTY.matcher(message), 0, marks);
            if (cause instanceof NoSuchBeanException bean) {
                marks.add(0, String.valueOf(bean.getName()));
            }
            if (cause instanceof FailedToCreateRouteException route) {
                marks.add(String.valueOf(route.getRouteId()));
            }
        }
        List<String> lines = text.lines().toList();
        for (String mark : marks) {
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).contains(mark)) {
                    return i + 1;
                }
            }
        }
        return 0;
    }

    private static int last(Matcher numbers) {
        int last = 0;
        while (numbers.find()) {
            last = Integer.parseInt(numbers.group(1));
        }
        return last;
    }

    private static void add(Matcher found, int group, List<String> marks) {
        if (found.find()) {
            marks.add(found.group(group));
        }
    }
}
