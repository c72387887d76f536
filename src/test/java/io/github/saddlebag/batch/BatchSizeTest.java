package io.github.saddlebag.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.setting.Setting;
import java.util.Random;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.Test;

/** What is learned of an endpoint's limit, by sending to one that has it. */
class BatchSizeTest {

    private static BatchSize size(int items, String bytes) {
        return new BatchSize(items, Setting.bytes("batch.max-bytes", bytes), null);
    }

    /** Sends so many batches, as large as they may be; how many of them were refused. */
    private static int send(BatchSize size, int batches, int itemBytes, BiPredicate<Integer, Integer> takes) {
        int refused = 0;
        for (int i = 0; i < batches; i++) {
            int items = 1;
            while (size.fits(items + 1, (long) (items + 1) * itemBytes)) {
                items++;
            }
            if (takes.test(items, items * itemBytes)) {
                size.taken(items, (long) items * itemBytes);
            } else {
                refused++;
                size.refused(items, (long) items * itemBytes);
            }
        }
        return refused;
    }

    @Test
    void shouldFindALimitOnItemsWithFewRefusals() {
        BatchSize size = size(100, "5MB");

        int refused = send(size, 500, 120, (items, bytes) -> items <= 37);

        assertThat(size.maxItems()).isBetween(36, 37);
        assertThat(refused).isLessThan(15);
    }

    @Test
    void shouldFindALimitOnBytesWithFewRefusals() {
        BatchSize size = size(1000, "5MB");

        int refused = send(size, 500, 1000, (items, bytes) -> bytes <= 200_000);

        assertThat(size.maxItems()).isBetween(180, 200);
        assertThat(refused).isLessThan(20);
    }

    /** Items of different sizes show that the number of items is what counts, not their bytes. */
    @Test
    void shouldTellItemsFromBytesWhereTheirSizesDiffer() {
        BatchSize size = size(100, "5MB");
        Random random = new Random(3);
        for (int i = 0; i < 300; i++) {
            send(size, 1, 50 + random.nextInt(1000), (items, bytes) -> items <= 50);
        }

        assertThat(size.fits(45, 45 * 1000)).isTrue();
        assertThat(size.maxItems()).isBetween(40, 50);
    }

    @Test
    void shouldForgetALimitThatIsGone() {
        BatchSize size = size(100, "5MB");
        send(size, 50, 100, (items, bytes) -> items <= 10);
        assertThat(size.maxItems()).isBetween(8, 10);

        send(size, 6000, 100, (items, bytes) -> true);

        assertThat(size.maxItems()).isEqualTo(100);
    }

    @Test
    void shouldNeverAllowLessThanOneItemNorMoreThanIsConfigured() {
        BatchSize size = size(100, "1KB");
        size.refused(1, 50);
        size.refused(1, 1);

        assertThat(size.maxItems()).isEqualTo(1);
        assertThat(size(100, "1KB").fits(100, 1024)).isTrue();
        assertThat(size(100, "1KB").fits(101, 1)).isFalse();
        assertThat(size(100, "1KB").fits(1, 1025)).isFalse();
    }
}
