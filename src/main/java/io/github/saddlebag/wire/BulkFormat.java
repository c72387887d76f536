package io.github.saddlebag.wire;

import io.github.saddlebag.format.AnswerRules;
import io.github.saddlebag.format.Correlation;
import io.github.saddlebag.setting.Setting;
import io.github.saddlebag.template.ItemTemplate;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The {@code _bulk} requests of OpenSearch and Elasticsearch: for each item a line with what to do and a line with the
 * document. The answers come in the order of the items, each with a status of its own.
 */
public final class BulkFormat extends ListFormat {

    private static final List<String> ACTIONS = List.of("index", "create", "update", "delete");

    private String action = "index";
    private String index = "";
    private boolean ids = true;

    @Override
    public String contentType() {
        return "application/x-ndjson";
    }

    @Override
    ListRequest newRequest(ItemTemplate template) {
        StringBuilder line = new StringBuilder("{\"" + action + "\":{");
        if (!index.isEmpty()) {
            line.append("\"_index\":").append(new String(ItemTemplate.quoted(index), StandardCharsets.UTF_8));
        }
        if (ids) {
            line.append(index.isEmpty() ? "" : ",").append("\"_id\":${id}");
        }
        line.append("}}");
        switch (action) {
            case "delete" -> {}
            case "update" -> line.append("\n{\"doc\":${item}}");
            default -> line.append("\n${item}");
        }
        ItemTemplate pair = new ItemTemplate("call.item", template.text(), line.toString());
        return new ListRequest("", pair.onOneLine(), "\n", "\n");
    }

    @Override
    AnswerReader newReader(AnswerReader base) {
        String at = "/" + action;
        AnswerRules rules = base.rules().fixed(at + "/status", at + "/error").withStatusDue();
        return base.fixed(Correlation.POSITION, "/items", "", at, rules);
    }

    @Override
    public boolean needsIds() {
        return ids;
    }

    /** Two changes of one document in a request would be done in any order. */
    @Override
    public boolean needsUniqueIds() {
        return ids;
    }

    /** What is done with each item: {@code index}, {@code create}, {@code update} or {@code delete}. */
    public void setAction(String action) {
        if (!ACTIONS.contains(action)) {
            throw Setting.bad("call.bulk-action", action, "give one of " + ACTIONS + ".");
        }
        this.action = action;
        changed();
    }

    /** The index; empty: the one that the address names. */
    public void setIndex(String index) {
        this.index = index;
        changed();
    }

    /** Whether an item's id is its document's: then what is sent twice is stored once. */
    public void setIds(boolean ids) {
        this.ids = ids;
        changed();
    }
}
