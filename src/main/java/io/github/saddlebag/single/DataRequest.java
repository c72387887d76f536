package io.github.saddlebag.single;

import io.github.saddlebag.address.Address;
import io.github.saddlebag.address.ItemRequest;
import io.github.saddlebag.address.ItemUrl;
import io.github.saddlebag.address.RefusedRequestException;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.endpoint.Target;
import io.github.saddlebag.template.AddressTemplate;
import io.github.saddlebag.template.ItemTemplate;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the request of an item that is data: where it goes, and by which method, the configuration says alone. */
final class DataRequest {

    private final Target target;
    private final @Nullable Address address;
    private final String method;
    private final ItemTemplate body;
    private final String contentType;

    /**
     * @param address that of the target, taken apart; null: it has none
     * @param method upper case; GET and DELETE have a body only where one is configured
     */
    DataRequest(Target target, @Nullable Address address, String method, ItemTemplate body, String contentType) {
        this.target = target;
        this.address = address;
        this.method = method;
        this.body = body;
        this.contentType = contentType;
    }

    /**
     * The request of an item.
     *
     * @throws RefusedRequestException it has none
     */
    ItemRequest of(Item item) {
        URI url = target.url();
        if (url == null || address == null) {
            throw new RefusedRequestException("The item is data, and there is no saddlebag.call.url to send it to.");
        }
        AddressTemplate template = target.template();
        byte @Nullable [] written = written(item);
        String type = written == null ? null : contentType;
        if (template == null) {
            return new ItemRequest(method, url, address, Map.of(), written, type, false, 0);
        }
        refuse(template.refusal(item));
        URI own = ItemUrl.of(withKeys(template.of(item)), null);
        return new ItemRequest(method, own, Address.of(own), Map.of(), written, type, false, 0);
    }

    private byte @Nullable [] written(Item item) {
        if (body.isItemItself()) {
            return method.equals("GET") || method.equals("DELETE") ? null : item.wire();
        }
        refuse(body.refusal(item));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        body.write(item, 0, bytes);
        return bytes.toByteArray();
    }

    private static void refuse(@Nullable String reason) {
        if (reason != null) {
            throw RefusedRequestException.ofItem(reason);
        }
    }

    private String withKeys(String url) {
        String keys = target.queryKeys();
        return keys.isEmpty() ? url : url + (url.indexOf('?') < 0 ? '?' : '&') + keys;
    }
}
