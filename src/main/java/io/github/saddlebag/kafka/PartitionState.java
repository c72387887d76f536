package io.github.saddlebag.kafka;

/**
 * How far a partition has come, as of a second ago.
 *
 * @param lag how many offsets of it are not done; below 0: not known
 * @param firstUnfinished the first offset that is not done
 * @param underWay how many of its records are under way
 * @param ahead how far it has come beyond the first unfinished offset
 * @param paused whether no more of it is polled now
 */
public record PartitionState(
        String topic, int partition, long lag, long firstUnfinished, int underWay, long ahead, boolean paused) {

    @Override
    public String toString() {
        return topic + "-" + partition + (lag < 0 ? "" : " lag " + lag) + ", first unfinished offset " + firstUnfinished
                + ", " + underWay + " under way, " + ahead + " ahead" + (paused ? ", paused" : "");
    }
}
