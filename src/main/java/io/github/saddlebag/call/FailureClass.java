package io.github.saddlebag.call;

/** What a response, by its status, means for the request. */
enum FailureClass {
    /** Its answers are read. */
    ANSWERED,
    /** It is sent again. */
    RETRY,
    /** It is halved, where it has more than one item; the guilty item is rejected. */
    SPLIT,
    /** Its items fail. */
    REJECT
}
