package io.github.saddlebag.http;

import io.github.saddlebag.address.ItemRequest;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Takes the place of the network in the mode {@code single}: it is handed what would be sent. */
@FunctionalInterface
public interface Rehearsal {

    /**
     * A request as it would be sent, with its secrets.
     *
     * @param url absolute
     * @param headers without those that the connection sets itself
     * @param body empty where there is none
     */
    record Request(String method, String url, Map<String, String> headers, byte[] body) {

        /** @param headers those that come from the configuration */
        static Request of(ItemRequest request, Map<String, String> headers) {
            Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            request.eachHeader(headers, all::put);
            byte @Nullable [] body = request.body();
            return new Request(request.method(), request.url().toString(), all, body == null ? new byte[0] : body);
        }
    }

    /**
     * A response as it would come.
     *
     * @param headers whatever the case of their names
     */
    record Response(int status, Map<String, String> headers, byte[] body) {}

    /**
     * @throws IOException there is no response
     * @throws IllegalStateException there is none, and the request is not to be made again
     */
    Response answer(Request request) throws IOException;
}
