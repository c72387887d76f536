package io.github.saddlebag;

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
import io.github.saddlebag.wire.PartRequest;
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
        throttling = made.add("Throttling", new Throttling());
        throttling.setCodes(settings.retry().throttleCodes());
        throttling.setAlsoCodes(settings.answer().retryCodes());

        AnswerRules answerRules = made.add("AnswerRules", new AnswerRules());
        answerRules.setStatus(settings.answer().status());
        answerRules.setError(settings.answer().error());
        answerRules.setDoneWords(settings.answer().doneWords());
        answerRules.setFailedWords(settings.answer().failedWords());
        answerRules.setDoneStatuses(settings.answer().doneStatuses());
        answerRules.setRetryStatuses(settings.answer().retryStatuses());
        answerRules.setRetryCodes(settings.answer().retryCodes());
        answerRules.setRetryAfter(settings.answer().retryAfter());
        answerRules.setThrottling(throttling);

        AnswerReader answers = made.add("Answers", new AnswerReader());
        answers.setMatch(settings.answer().match());
        answers.setList(settings.answer().list());
        answers.setId(settings.answer().id());
        answers.setResult(settings.answer().result());
        answers.setFailures(settings.answer().failures());
        answers.setIndex(settings.answer().index());
        answers.setRefused(settings.answer().refused());
        answers.setRules(answerRules);

        item = made.add("Item", new ItemTemplate());
        item.setFormat(settings.format().format());
        item.setText(settings.format().item());
        item.init();

        PartRequest partRequest = made.add("PartRequest", new PartRequest());
        partRequest.setMethod(settings.format().partMethod());
        partRequest.setUrl(settings.format().partUrl());

        JsonArrayFormat formatJsonArray = made.add("Format-json-array", new JsonArrayFormat());
        formatJsonArray.setAnswers(answers);
        formatJsonArray.setItem(item);

        JsonEnvelopeFormat formatEnvelope = made.add("Format-envelope", new JsonEnvelopeFormat());
        formatEnvelope.setAnswers(answers);
        formatEnvelope.setItem(item);
        formatEnvelope.setEnvelope(settings.format().envelope());

        NdjsonFormat formatNdjson = made.add("Format-ndjson", new NdjsonFormat());
        formatNdjson.setAnswers(answers);
        formatNdjson.setItem(item);

        ConcatenatedFormat formatConcatenated = made.add("Format-concatenated", new ConcatenatedFormat());
        formatConcatenated.setAnswers(answers);
        formatConcatenated.setItem(item);

        TextFormat formatText = made.add("Format-text", new TextFormat());
        formatText.setAnswers(answers);
        formatText.setItem(item);

        QueryFormat formatQuery = made.add("Format-query", new QueryFormat());
        formatQuery.setAnswers(answers);
        formatQuery.setItem(item);
        formatQuery.setUrl(settings.call().url());
        formatQuery.setName(settings.format().getName());
        formatQuery.setSeparator(settings.format().getSeparator());
        formatQuery.setValue(settings.format().getValue());
        formatQuery.setMaxUrl(settings.format().getMaxUrl());

        BulkFormat formatBulk = made.add("Format-bulk", new BulkFormat());
        formatBulk.setAnswers(answers);
        formatBulk.setItem(item);
        formatBulk.setAction(settings.format().bulkAction());
        formatBulk.setIndex(settings.format().bulkIndex());
        formatBulk.setIds(settings.format().bulkIds());

        JsonRpcFormat formatJsonRpc = made.add("Format-json-rpc", new JsonRpcFormat());
        formatJsonRpc.setAnswers(answers);
        formatJsonRpc.setItem(item);
        formatJsonRpc.setMethod(settings.format().rpcMethod());

        ODataBatchFormat formatOdata = made.add("Format-odata", new ODataBatchFormat());
        formatOdata.setAnswers(answers);
        formatOdata.setItem(item);
        formatOdata.setPart(partRequest);

        MultipartFormat formatMultipart = made.add("Format-multipart", new MultipartFormat());
        formatMultipart.setAnswers(answers);
        formatMultipart.setItem(item);
        formatMultipart.setPart(partRequest);

        format = made.add("Format", made.find("Format-" + settings.format().format(), WireFormat.class));

        items = made.add("Items", new ReadItems(settings, format));

        request = made.add("Request", new WriteRequest());
        request.setFormat(format);

        AnswerReader singleAnswers = made.add("SingleAnswers", new AnswerReader());
        singleAnswers.setMatch("position");
        singleAnswers.setResult(settings.answer().result());
        singleAnswers.setRules(answerRules);

        SingleFormat singleFormat = made.add("SingleFormat", new SingleFormat());
        singleFormat.setAnswers(singleAnswers);
        answerFormat = settings.call().isSingle() ? singleFormat : format;
    }
}
