package io.github.saddlebag.single;

import io.github.saddlebag.address.Address;
import io.github.saddlebag.address.ItemRequest;
import io.github.saddlebag.address.RefusedRequestException;
import io.github.saddlebag.aggregate.ItemChanges;
import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.batch.Failure;
import io.github.saddlebag.batch.Item;
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
public final class WriteItemRequest implements Processor, ItemChanges {

    private static final List<String> METHODS = List.of("GET", "POST", "PUT", "PATCH", "DELETE");

    private Target target = new Target();
    private Hosts hosts = new Hosts();
    private ItemRequests.Kind kind = ItemRequests.Kind.AUTO;
    private String idField = "id";
    private String method = "";
    private ItemTemplate body = new ItemTemplate();
    private String contentType = "application/json";
    private boolean single = true;
    private @Nullable ItemRequests requests;

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
            batch.decide(new Failure(Reason.NOT_ALLOWED, e.reason()));
            exchange.setRouteStop(true);
        }
    }

    @Override
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
                    "saddlebag.call.url has marks, by which each item's address is made: give data or auto.");
        }
        if (method().equals("GET") && !body.isItemItself()) {
            throw Setting.bad(
                    "single.method",
                    "GET",
                    "a GET has no body, so saddlebag.call.item would not be sent: leave it out, or give POST, PUT or"
                            + " PATCH (--method).");
        }
    }

    /** The method of requests that are made of data; empty: POST, or GET where the address is made of the item. */
    public void setMethod(String name) {
        method = name.trim().toUpperCase(Locale.ROOT);
        if (!method.isEmpty() && !METHODS.contains(method)) {
            throw Setting.bad("single.method", name, "give GET, POST, PUT, PATCH or DELETE.");
        }
    }

    /** What is sent of data. */
    public void setBody(ItemTemplate body) {
        this.body = body;
    }

    /** The wire format, of which {@code text} alone counts: then what is sent is plain text. */
    public void setFormat(String format) {
        contentType = format.trim().equals("text") ? "text/plain; charset=utf-8" : "application/json";
    }

    /** How items are called: in all but {@code single} this is not used. */
    public void setMode(String mode) {
        single = mode.trim().equals("single");
    }

    /** Where data goes. */
    public void setTarget(Target target) {
        this.target = target;
    }

    public void setHosts(Hosts hosts) {
        this.hosts = hosts;
    }

    /** What items are taken for: {@code auto}, {@code data} or {@code requests}. */
    public void setItems(String items) {
        kind = switch (items.trim()) {
            case "auto" -> ItemRequests.Kind.AUTO;
            case "data" -> ItemRequests.Kind.DATA;
            case "requests" -> ItemRequests.Kind.REQUESTS;
            default -> throw Setting.bad("single.items", items, "give auto, data or requests.");
        };
    }

    /** JSON pointer to an item's id, which may stand beside the fields of a request. */
    public void setId(String pointer) {
        idField = pointer.startsWith("/") ? pointer.substring(1).split("/", 2)[0] : "";
    }
}
