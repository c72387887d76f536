package io.github.saddlebag.endpoint;

/** What a response, by its status, means for the request. */
public enum FailureClass {
    /** It is sent again. */
    RETRY,
    /** It is halved, where it has more than one item; the guilty item is rejected. */
    SPLIT,
    /** Its items fail. */
    REJECT
}
