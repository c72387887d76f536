package io.github.saddlebag.call;

/** There was no room for the rest of a response, as others were in the way: the request comes again, once there is. */
final class NoRoomException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NoRoomException() {
        super("There is no room for the response", null, false, false);
    }
}
