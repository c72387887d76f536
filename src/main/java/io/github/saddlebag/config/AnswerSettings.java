package io.github.saddlebag.config;

import java.util.Set;

/** Which answer belongs to which item. */
@Stage("answer")
public record AnswerSettings(
        @Property(value = "id", unlessFixed = true, text = """
                        Sets how answers are matched to items. id: an answer repeats the item's id.
                        position: the n-th answer belongs to the n-th item; if the counts differ,
                        nothing is matched. echo: an answer repeats the item's input. index: an answer
                        has the item's index in the request, from 0. map: the response is an object of
                        answers by id. failures: the response lists failures only; all other items are
                        done if the status is 2xx and the body is empty, or a JSON object without an
                        error. The formats bulk, json-rpc, odata and multipart have fixed places for all
                        of this and ignore these properties, except retry-statuses, retry-codes and
                        done-statuses.""")
        String match,

        @Property(value = "", unlessFixed = true, text = """
                        Locates the list of answers in the response (with map, the object), by a JSON
                        pointer. Empty: the response is the list.""")
        String list,

        @Property(value = "/id", unlessFixed = true, text = """
                        Locates the id in an answer, which must repeat that of its item, by a JSON
                        pointer. The order of the answers does not matter. An item without an answer
                        fails alone.""")
        String id,

        @Property(value = "", unlessFixed = true, text = """
                        Locates the part of an answer that is the item's result, by a JSON pointer;
                        empty: the whole answer. An item whose answer has no such part fails, with what
                        the endpoint says instead.""")
        String result,

        @Property(value = "", unlessFixed = true, text = """
                        Locates the status of an answer, by a JSON pointer: a number, or a text that
                        begins with one (422 Unprocessable Entity), which means failure from 400 on; a
                        word of the two lists below; or true or false. An answer without a status is
                        judged without it. Empty: answers have none.""")
        String status,

        @Property(
                value = "done,completed,succeeded,success,ok,created,updated,accepted,sent",
                unlessFixed = true,
                needs = "answer.status",
                text = """
                        Lists the words at saddlebag.answer.status that mean that an item is done,
                        separated by commas. A word in neither list stops process and replay if it comes
                        with the first answers; later, and elsewhere, its item fails.""")
        String doneWords,

        @Property(
                value = "failed,error,rejected,invalid,canceled,cancelled,expired",
                unlessFixed = true,
                needs = "answer.status",
                text = """
                        Lists the words at saddlebag.answer.status that mean that an item failed,
                        separated by commas.""")
        String failedWords,

        @Property(value = "", needs = "answer.status", text = """
                        Lists statuses of answers whose items are done although the status means
                        failure, such as 409 for documents that already exist; for the formats bulk,
                        odata and multipart too.""")
        Set<Integer> doneStatuses,

        @Property(value = "auto", unlessFixed = true, text = """
                        Locates what an answer has if, and only if, its item failed, by a JSON pointer.
                        These mean no failure: null, false, 0 or empty, a word such as none or ok, and
                        an object whose code means success. auto: a text, an object or a list at /error
                        that says more than that; a list at /errors if data is null or nothing else is
                        there; or false, 0 or no at /success, /succeeded or /ok; each only if the
                        item itself does not have it as well. Empty: answers report no errors.""")
        String error,

        @Property(value = "", unlessFixed = true, text = """
                        Locates a list of failures in the response, besides the answers, by a JSON
                        pointer; each has the id at the same pointer as an answer. A failure takes
                        precedence over an answer. Empty: there is none.""")
        String failures,

        @Property(value = "", unlessFixed = true, needs = "answer.failures", text = """
                        Locates the index of the item, from 0, in a failure, by a JSON pointer. Empty:
                        failures have an id.""")
        String index,

        @Property(value = "408,425,429,500,502-504,506-599", text = """
                        Lists the statuses at saddlebag.answer.status after which an item is sent again,
                        separated by commas.""")
        Set<Integer> retryStatuses,

        @Property(value = "", text = """
                        Lists words after which an item is sent again, separated by commas, such as
                        Throttling. A word counts at saddlebag.answer.status, whatever else the answer
                        has, and in an error: as the error itself, or as its type, reason, code or
                        extensions.code. This holds for the formats with rules of their own too. *:
                        after any failure.""") String retryCodes,
        @Property(value = "", text = """
                        Locates when an item that failed may be sent again, in seconds or as an HTTP
                        date (RFC 9110 10.2.3), by a JSON pointer. If that is later than
                        saddlebag.call.deadline, the item fails. Empty: none is read; the format odata
                        reads the header Retry-After of each response.""") String retryAfter,

        @Property(value = "auto", unlessFixed = true, text = """
                        Locates what a response has instead of answers if the endpoint refused the whole
                        request although its status says otherwise, by a JSON pointer such as /errors.
                        The batch is then halved, as for a status of the class split
                        (saddlebag.call.statuses). auto: /error or /errors with
                        saddlebag.answer.match=failures, and responses that as a whole have false, 0 or
                        no at /success, /succeeded or /ok; otherwise nowhere. Empty: nowhere; such a response
                        is garbled, and the request is sent again.""")
        String refused,

        @Property(value = "64MB", text = """
                        Limits the size of a response after decompression, from 1B to 1GB. For a larger
                        one the batch is halved. How much memory all responses take is limited by
                        saddlebag.call.max-memory.""") long maxBytes) {}
