package io.github.saddlebag.call;

import io.github.saddlebag.batch.Item;
import io.github.saddlebag.setting.Setting;
import io.github.saddlebag.support.CallerIds;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What of the words by which callers know their requests again goes on to the endpoint. A request has the items of many
 * callers: it names the first of their ids, and a trace only where it is that of all.
 */
record PassedOn(List<String> names) {

    private static final int MOST_IDS = 10;

    /** @param value names of headers, separated by commas: those of {@link CallerIds} */
    static PassedOn of(String value) {
        List<String> names = new ArrayList<>();
        for (String word : Setting.words(value)) {
            if (word.equalsIgnoreCase(CallerIds.REQUEST_ID)) {
                names.add(CallerIds.REQUEST_ID);
            } else if (word.equalsIgnoreCase(CallerIds.TRACEPARENT)) {
                names.add(CallerIds.TRACEPARENT);
            } else {
                throw Setting.bad("call.pass-on", value, "give X-Request-Id, traceparent, both, or nothing.");
            }
        }
        return new PassedOn(names);
    }

    boolean isNothing() {
        return names.isEmpty();
    }

    /** Whether the endpoint is told which trace a request belongs to. */
    boolean hasTrace() {
        return names.contains(CallerIds.TRACEPARENT);
    }

    /** The headers of a request with these items. */
    Map<String, String> of(List<Item> items) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String name : names) {
            Set<String> values = new LinkedHashSet<>();
            for (Item item : items) {
                String value = CallerIds.valid(name, item.headers().get(name));
                if (value != null && values.size() < MOST_IDS) {
                    values.add(value);
                }
            }
            if (values.size() == 1 || !values.isEmpty() && name.equals(CallerIds.REQUEST_ID)) {
                headers.put(name, String.join(", ", values));
            }
        }
        return headers;
    }
}
