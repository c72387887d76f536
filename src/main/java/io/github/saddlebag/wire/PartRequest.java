package io.github.saddlebag.wire;

import io.github.saddlebag.batch.Item;
import io.github.saddlebag.config.FormatSettings;
import io.github.saddlebag.setting.Setting;
import io.github.saddlebag.template.AddressTemplate;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The request that each item is within a batch of requests, where items are not requests themselves. */
final class PartRequest {

    private final String method;
    /** With marks for parts of the item; empty: items are requests themselves. */
    private final String url;

    private final AddressTemplate address;

    PartRequest(FormatSettings settings) {
        if (!settings.partMethod().matches("[A-Za-z]+")) {
            throw Setting.bad("call.part-method", settings.partMethod(), "give the name of a method, such as POST.");
        }
        method = settings.partMethod().toUpperCase(Locale.ROOT);
        url = settings.partUrl();
        if (!url.chars().allMatch(c -> c > ' ' && c != 127 && c != '"' && c != '\\')) {
            throw Setting.bad("call.part-url", url, "an address has no spaces, quotes or control characters.");
        }
        address = new AddressTemplate("call.part-url", url);
    }

    /** Whether the items are requests themselves: objects with method, url, and perhaps headers and body. */
    boolean isItemItself() {
        return url.isEmpty();
    }

    String method() {
        return method;
    }

    String url() {
        return url;
    }

    /** Why an item has no address, as a sentence; null: it has one, or brings its own. */
    @Nullable
    String refusal(Item item) {
        return isItemItself() ? null : address.refusal(item);
    }

    boolean hasBody() {
        return !method.equals("GET") && !method.equals("DELETE") && !method.equals("HEAD");
    }
}
