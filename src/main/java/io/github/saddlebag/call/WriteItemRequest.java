package io.github.saddlebag.call;

import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.batch.Failure;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.batch.ItemChanges;
import io.github.saddlebag.format.FormatConstants;
import io.github.saddlebag.setting.Setting;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/** Makes a request of a batch's only item; one that has none, or must not be made, fails here. */
public final class WriteItemRequest implements Processor, ItemChanges {

    private Target target = new Target();
    private Hosts hosts = new Hosts();
    private ItemRequests.Kind kind = ItemRequests.Kind.AUTO;
    private String idField = "id";
    private @Nullable ItemRequests requests;

    @Override
    public void process(Exchange exchange) {
        Batch batch = exchange.getProperty(BatchConstants.BATCH, Batch.class);
        List<Item> items = batch.unsettled();
        if (items.isEmpty()) {
            exchange.setRouteStop(true);
            return;
        }
        exchange.setProperty(FormatConstants.SENT, items);
        try {
            ItemRequest request = requests().read(items.get(0).wire());
            CallState.of(exchange).to(hosts.of(request.address(), request.url()), request);
        } catch (RefusedRequestException e) {
            batch.decide(new Failure(e.reason()));
            exchange.setRouteStop(true);
        }
    }

    @Override
    public boolean mayChange(Item item) {
        byte[] content = item.content();
        try {
            return content != null && !"GET".equals(requests().read(content).method());
        } catch (RefusedRequestException e) {
            // no request is made of it
            return false;
        }
    }

    private ItemRequests requests() {
        ItemRequests known = requests;
        if (known == null) {
            Host configured = hosts.configured();
            known = new ItemRequests(
                    kind, target.url(), configured == null ? null : configured.address(), target.queryKeys(), idField);
            requests = known;
        }
        return known;
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
