package io.github.saddlebag.wire;

import io.github.saddlebag.config.FormatSettings;
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

    private final boolean ids;

    public BulkFormat(FormatSettings settings, ItemTemplate item, AnswerReader answers) {
        super(
                new ListRequest("", pair(settings, item).onOneLine(), "\n", "\n"),
                reader("/" + settings.bulkAction(), answers));
        ids = settings.bulkIds();
    }

    private static ItemTemplate pair(FormatSettings settings, ItemTemplate item) {
        String action = settings.bulkAction();
        if (!ACTIONS.contains(action)) {
            throw Setting.bad("call.bulk-action", action, "give one of " + ACTIONS + ".");
        }
        String index = settings.bulkIndex();
        StringBuilder line = new StringBuilder("{\"" + action + "\":{");
        if (!index.isEmpty()) {
            line.append("\"_index\":").append(new String(ItemTemplate.quoted(index), StandardCharsets.UTF_8));
        }
        if (settings.bulkIds()) {
            line.append(index.isEmpty() ? "" : ",").append("\"_id\":${id}");
        }
        line.append("}}");
        switch (action) {
            case "delete" -> {}
            case "update" -> line.append("\n{\"doc\":${item}}");
            default -> line.append("\n${item}");
        }
        return new ItemTemplate("call.item", item.text(), line.toString());
    }

    private static AnswerReader reader(String at, AnswerReader base) {
        AnswerRules rules = base.rules().fixed(at + "/status", at + "/error").withStatusDue();
        return base.fixed(Correlation.POSITION, "/items", "", at, rules);
    }

    @Override
    public String contentType() {
        return "application/x-ndjson";
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
}
