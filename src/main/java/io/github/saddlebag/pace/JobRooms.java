package io.github.saddlebag.pace;

/** The room for jobs that are not over. Used under the lock of {@link Lanes}. */
final class JobRooms {

    private int most = Integer.MAX_VALUE;
    private int taken;

    void most(int jobs) {
        most = jobs;
    }

    int taken() {
        return taken;
    }

    boolean hasRoom() {
        return taken < most;
    }

    void take(Turn turn) {
        turn.hasRoom = true;
        taken++;
    }

    /** False: it had none. */
    boolean giveBack(Turn turn) {
        boolean had = turn.hasRoom;
        turn.hasRoom = false;
        taken -= had ? 1 : 0;
        return had;
    }
}
