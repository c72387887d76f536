package io.github.saddlebag;

import io.github.saddlebag.config.FormatSettings;
import io.github.saddlebag.config.Settings;
import io.github.saddlebag.format.AnswerRules;
import io.github.saddlebag.format.ReadItems;
import io.github.saddlebag.format.Throttling;
import io.github.saddlebag.format.WireFormat;
import io.github.saddlebag.format.WriteRequest;
import io.github.saddlebag.template.ItemTemplate;
import io.github.saddlebag.wire.AnswerReader;
import io.github.saddlebag.wire.BulkFormat;
import io.github.saddlebag.wire.ConcatenatedFormat;
import io.github.saddlebag.wire.JsonArrayFormat;
import io.github.saddlebag.wire.JsonEnvelopeFormat;
import io.github.saddlebag.wire.JsonRpcFormat;
import io.github.saddlebag.wire.MultipartFormat;
import io.github.saddlebag.wire.NdjsonFormat;
import io.github.saddlebag.wire.ODataBatchFormat;
import io.github.saddlebag.wire.QueryFormat;
import io.github.saddlebag.wire.SingleFormat;
import io.github.saddlebag.wire.TextFormat;

/** The beans of how items become requests, and answers are read. */
final class FormatBeans {

    final Throttling throttling;
    final ItemTemplate item;
    final ReadItems items;
    final WireFormat format;
    final WriteRequest request;
    /** How answers are read: in the mode single one by one. */
    final WireFormat answerFormat;

    FormatBeans(Made made, Settings settings) {
        throttling = made.add("Throttling", new Throttling(settings));
        AnswerRules rules = made.add("AnswerRules", new AnswerRules(settings.answer(), throttling));
        AnswerReader answers = made.add("Answers", new AnswerReader(settings.answer(), rules));
        FormatSettings given = settings.format();
        item = made.add("Item", ItemTemplate.of(given.format(), given.item()));

        made.add("Format-json-array", new JsonArrayFormat(item, answers));
        made.add("Format-envelope", new JsonEnvelopeFormat(given, item, answers));
        made.add("Format-ndjson", new NdjsonFormat(item, answers));
        made.add("Format-concatenated", new ConcatenatedFormat(item, answers));
        made.add("Format-text", new TextFormat(item, answers));
        made.add("Format-query", new QueryFormat(settings, item, answers));
        made.add("Format-bulk", new BulkFormat(given, item, answers));
        made.add("Format-json-rpc", new JsonRpcFormat(given, item, answers));
        made.add("Format-odata", new ODataBatchFormat(given, item, answers));
        made.add("Format-multipart", new MultipartFormat(given, item, answers));
        format = made.add("Format", made.format(given.format()));

        items = made.add("Items", new ReadItems(settings, format));
        request = made.add("Request", new WriteRequest(format));
        SingleFormat single = made.add("SingleFormat", new SingleFormat(answers));
        answerFormat = settings.call().isSingle() ? single : format;
    }
}
