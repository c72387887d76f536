package io.github.saddlebag.config;

import java.util.Set;

/** Which answer belongs to which item. */
@Stage("answer")
public record AnswerSettings(
        @Property(
                value = "id",
                notFormats = {"bulk", "json-rpc", "odata", "multipart"},
                text = """
                        By what an answer is known to belong to its item: id, where it repeats the
                        item's id; position, where the n-th answer belongs to the n-th item, and
                        nothing is matched if their counts differ; echo, where it repeats the item's
                        input; index, where it has the item's index in the request, from 0; map, where
                        the response is an object of answers by id; failures, where only failures are
                        answered: all else is done under a 2xx that is empty, or a JSON object without
                        an error. The formats bulk, json-rpc, odata and multipart know where all of this
                        stands, and leave these properties alone, but for retry-statuses, retry-codes
                        and done-statuses.""")
        String match,

        @Property(
                value = "",
                notFormats = {"bulk", "json-rpc", "odata", "multipart"},
                text = """
                        JSON pointer to the list of answers (with map, the object) in the response;
                        empty: the response is the list.""")
        String list,

        @Property(
                value = "/id",
                notFormats = {"bulk", "json-rpc", "odata", "multipart"},
                text = """
                        JSON pointer to the id in an answer, which must repeat that of its item. The
                        order of the answers does not matter. An item without an answer fails alone.""")
        String id,

        @Property(
                value = "",
                notFormats = {"bulk", "json-rpc", "odata", "multipart"},
                text = """
                        JSON pointer to the part of an answer that is the item's result; empty: the
                        whole answer. An item whose answer has no such part fails, with what the
                        endpoint says instead.""")
        String result,

        @Property(
                value = "",
                notFormats = {"bulk", "json-rpc", "odata", "multipart"},
                text = """
                        JSON pointer to a status of an answer's own: a number or a text that begins with
                        one (422 Unprocessable Entity), which from 400 on says that its item failed; a
                        word of the two lists below; or true and false. An answer that has none is
                        judged without. Empty: answers have none.""")
        String status,

        @Property(
                value = "done,completed,succeeded,success,ok,created,updated,accepted,sent",
                notFormats = {"bulk", "json-rpc", "odata", "multipart"},
                needs = "answer.status",
                text = """
                        Words at saddlebag.answer.status that say that an item is done. A word in
                        neither list stops process and replay where it comes with the first answers;
                        later, and elsewhere, its item fails.""")
        String doneWords,

        @Property(
                value = "failed,error,rejected,invalid,canceled,cancelled,expired",
                notFormats = {"bulk", "json-rpc", "odata", "multipart"},
                needs = "answer.status",
                text = """
                        Words at saddlebag.answer.status that say that an item failed.""")
        String failedWords,

        @Property(value = "", needs = "answer.status", text = """
                        Statuses of answers whose items are done though others would fail, such as 409 for
                        documents that are already there; for the formats bulk, odata and multipart too.""")
        Set<Integer> doneStatuses,

        @Property(
                value = "auto",
                notFormats = {"bulk", "json-rpc", "odata", "multipart"},
                text = """
                        JSON pointer to what an answer has if, and only if, its item failed; nothing is
                        what is null, false, 0 or empty, a word such as none or ok, and an object whose
                        code means success. auto: a text, an object or a list at /error that says more than
                        that, a list at /errors where data is null or nothing else stands there, or false at
                        /success, /succeeded or /ok, and that does not stand in the item as well. Empty:
                        answers tell of no errors.""")
        String error,

        @Property(
                value = "",
                notFormats = {"bulk", "json-rpc", "odata", "multipart"},
                text = """
                        JSON pointer to a list of failures in the response, besides the answers, by
                        the id at the same pointer. A failure wins over an answer. Empty: there is none.""")
        String failures,

        @Property(
                value = "",
                notFormats = {"bulk", "json-rpc", "odata", "multipart"},
                needs = "answer.failures",
                text = """
                        JSON pointer to the index of the item, from 0, in a failure. Empty: failures
                        have an id.""")
        String index,

        @Property(value = "408,425,429,500,502-504,506-599", text = """
                        The statuses at saddlebag.answer.status after which an item is tried again.""")
        Set<Integer> retryStatuses,

        @Property(value = "", text = """
                        Words at saddlebag.answer.status after which an item is tried again, whatever
                        stands beside them; or of an error: itself, or as its type, reason, code or
                        extensions.code, for the formats with rules of their own too. Separated by commas,
                        such as Throttling; *: after whatever a failure says.""") String retryCodes,
        @Property(value = "", text = """
                        JSON pointer to when an item that failed may be tried again, in seconds or as an
                        HTTP date (RFC 9110 10.2.3). Later than saddlebag.call.deadline: it fails. Empty:
                        none is read; the format odata reads the header Retry-After of each response.""") String retryAfter,

        @Property(
                value = "auto",
                notFormats = {"bulk", "json-rpc", "odata", "multipart"},
                text = """
                        JSON pointer to what a response has instead of answers where the endpoint
                        refused the request as a whole, though its status says otherwise, such as
                        /errors. Then the batch is halved, as for a status of the class split (saddlebag.call.statuses). auto:
                        /error or /errors with saddlebag.answer.match=failures, and what has false at
                        /success, /succeeded or /ok as a whole; else nowhere. Empty: nowhere, and such a response is garbled, and the request is sent again.""")
        String refused,

        @Property(value = "64MB", text = """
                        The largest response after decompression, from 1B to 1GB; for a larger one
                        the batch is halved. How many are in memory at once saddlebag.call.max-memory
                        bounds.""") long maxBytes) {}
