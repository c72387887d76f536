package io.github.saddlebag.stats;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * How often which values occurred, in buckets whose width grows with the value: a quantile is exact to 3%. Values up to 32
 * have a bucket each. Of fixed size, and written to by any thread without a lock.
 */
public final class Histogram {

    /** Buckets of a power of two; as a power of two. */
    private static final int BITS = 4;

    private static final int EACH = 1 << BITS;

    private final AtomicLongArray buckets = new AtomicLongArray((Long.SIZE - BITS) * EACH);
    private final LongAdder sum = new LongAdder();

    /** Counts a value; one less than 0 is 0. */
    public void record(long value) {
        record(value, 1);
    }

    /** Counts a value so many times; one less than 0 is 0. */
    public void record(long value, int times) {
        long counted = Math.max(0, value);
        buckets.addAndGet(bucket(counted), times);
        sum.add(counted * times);
    }

    /** Takes a value, and how many there were that are as good as the same. */
    public interface Each {

        void take(long value, long count);
    }

    /** Hands each value that occurred to it, the smallest first. */
    public void each(Each each) {
        for (int i = 0; i < buckets.length(); i++) {
            long count = buckets.get(i);
            if (count > 0) {
                each.take(middle(i), count);
            }
        }
    }

    /** How many values there were. */
    public long count() {
        long count = 0;
        for (int i = 0; i < buckets.length(); i++) {
            count += buckets.get(i);
        }
        return count;
    }

    /** All values together. */
    public long sum() {
        return sum.sum();
    }

    /** Their mean; 0: there were none. */
    public double mean() {
        long count = count();
        return count == 0 ? 0 : (double) sum() / count;
    }

    /**
     * The value that a share of all values do not exceed.
     *
     * @param share from 0 to 1
     * @return 0: there were none
     */
    public long quantile(double share) {
        long count = count();
        long rank = Math.max(1, (long) Math.ceil(share * count));
        long seen = 0;
        for (int i = 0; i < buckets.length() && count > 0; i++) {
            seen += buckets.get(i);
            if (seen >= rank) {
                return middle(i);
            }
        }
        return 0;
    }

    private static int bucket(long value) {
        int power = Long.SIZE - Long.numberOfLeadingZeros(value | 1) - 1;
        return power <= BITS ? (int) value : (power - BITS) * EACH + (int) (value >>> (power - BITS));
    }

    private static long middle(int bucket) {
        if (bucket < 2 * EACH) {
            return bucket;
        }
        int shift = bucket / EACH - 1;
        long lowest = (long) (bucket % EACH + EACH) << shift;
        return lowest + (1L << shift) / 2;
    }
}
