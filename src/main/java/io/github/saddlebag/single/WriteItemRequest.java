package io.github.saddlebag.single;

import io.github.saddlebag.address.Address;
import io.github.saddlebag.address.ItemRequest;
import io.github.saddlebag.address.RefusedRequestException;
import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.batch.Failure;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.config.Settings;
import io.github.saddlebag.endpoint.CallState;
import io.github.saddlebag.endpoint.Host;
import io.github.saddlebag.endpoint.Hosts;
import io.github.saddlebag.endpoint.Target;
import io.github.saddlebag.format.FormatConstants;
import io.github.saddlebag.setting.Setting;
import io.github.saddlebag.stats.Reason;
import io.github.saddlebag.template.ItemTemplate;
import java.util.List;
import java.util.Locale;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/** Makes a request of a batch's only item; one that has none, or must not be made, fails here. */
public final class WriteItemRequest implements Processor {

    private static final List<String> METHODS = List.of("GET", "POST", "PUT", "PATCH", "DELETE");

    private final Target target;
    private final Hosts hosts;
    private final ItemRequests.Kind kind;
    private final String idField;
    private final String method;
    private final ItemTemplate body;
    private final String contentType;
    private final boolean single;
    private @Nullable ItemRequests requests;

    public WriteItemRequest(Settings settings, ItemTemplate body, Target target, Hosts hosts) {
        this.body = body;
        this.target = target;
        this.hosts = hosts;
        String given = settings.single().method();
        method = given.trim().toUpperCase(Locale.ROOT);
        if (!method.isEmpty() && !METHODS.contains(method)) {
            throw Setting.bad("single.method", given, "give GET, POST, PUT, PATCH or DELETE.");
        }
        boolean isText = settings.format().format().trim().equals("text");
        contentType = isText ? "text/plain; charset=utf-8" : "application/json";
        single = settings.call().isSingle();
        String items = settings.single().items();
        kind = switch (items.trim()) {
            case "auto" -> ItemRequests.Kind.AUTO;
            case "data" -> ItemRequests.Kind.DATA;
            case "requests" -> ItemRequests.Kind.REQUESTS;
            default -> throw Setting.bad("single.items", items, "give auto, data or requests.");
        };
        String id = settings.item().id();
        idField = id.startsWith("/") ? id.substring(1).split("/", 2)[0] : "";
    }

    @Override
    public void process(Exchange exchange) {
        Batch batch = exchange.getProperty(BatchConstants.BATCH, Batch.class);
        batch.written();
        List<Item> items = batch.unsettled();
        if (items.isEmpty()) {
            exchange.setRouteStop(true);
            return;
        }
        exchange.setProperty(FormatConstants.SENT, items);
        try {
            ItemRequest request = requests().read(items.get(0));
            CallState.of(exchange).to(hosts.of(request.address(), request.url()), request);
        } catch (RefusedRequestException e) {
            batch.decide(new Failure(e.isOfItem() ? Reason.INVALID_ITEM : Reason.NOT_ALLOWED, e.reason()));
            exchange.setRouteStop(true);
        }
    }

    /** Whether the request of an item may change something at the endpoint. */
    public boolean mayChange(Item item) {
        try {
            return item.content() != null && !"GET".equals(requests().read(item).method());
        } catch (RefusedRequestException e) {
            // no request is made of it
            return false;
        }
    }

    private ItemRequests requests() {
        ItemRequests known = requests;
        if (known == null) {
            Host configured = hosts.configured();
            Address address = configured == null ? null : configured.address();
            DataRequest data = new DataRequest(target, address, method(), body, contentType);
            known = new ItemRequests(kind(), data, target.url(), address, target.queryKeys(), idField);
            requests = known;
        }
        return known;
    }

    /** What a configuration with addresses or methods of its own calls, no item decides. */
    private ItemRequests.Kind kind() {
        boolean said = target.template() != null || !method.isEmpty();
        return said && kind == ItemRequests.Kind.AUTO ? ItemRequests.Kind.DATA : kind;
    }

    private String method() {
        if (!method.isEmpty()) {
            return method;
        }
        return target.template() != null && body.isItemItself() ? "GET" : "POST";
    }

    /** Finds what contradicts; called once, when all is configured. */
    public void init() {
        if (!single) {
            return;
        }
        if (kind == ItemRequests.Kind.REQUESTS && target.template() != null) {
            throw Setting.bad(
                    "single.items",
                    "requests",
                    "saddlebag.call.url has placeholders, by which each item's address is made: give data or auto.");
        }
        if (method().equals("GET") && !body.isItemItself()) {
            throw Setting.bad(
                    "single.method",
                    "GET",
                    "a GET has no body, so saddlebag.call.item would not be sent: leave it out, or give POST, PUT or"
                            + " PATCH (--method).");
        }
    }
}
