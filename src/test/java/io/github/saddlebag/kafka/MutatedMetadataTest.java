package io.github.saddlebag.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.testing.Mutations;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Metadata of commits with errors anywhere: the offset that was committed is open, and what is done lies behind it. */
@Timeout(120)
class MutatedMetadataTest {

    private static final long FROM = 13;

    private static void readAny(String metadata) {
        long behind = FROM;
        for (DoneAhead.Run run : DoneAhead.read(FROM, metadata)) {
            assertThat(run.first()).isGreaterThan(behind);
            assertThat(run.last()).isGreaterThanOrEqualTo(run.first());
            behind = run.last();
        }
        OffsetTracker tracker = new OffsetTracker(FROM, metadata);
        assertThat(tracker.commitOffset()).isEqualTo(FROM);
        assertThat(tracker.ahead()).isEqualTo(behind == FROM ? 0 : behind + 1 - FROM);
        assertThat(tracker.take(FROM)).isTrue();
    }

    @Test
    void shouldReadAnyMetadata() {
        Mutations.feed(
                input -> readAny(new String(input, StandardCharsets.ISO_8859_1)),
                DoneAhead.text(List.of(13L, 14L, 40L, 41L, 90L), 200, DoneAhead.MOST),
                DoneAhead.text(
                        LongStream.range(0, 100).map(i -> 13 + i * 37).boxed().toList(), 4000, DoneAhead.MOST),
                "saddlebag1:");
    }

    /** Behind the encoding, where more of what is changed is still one of ours. */
    @Test
    void shouldReadAnyBlocks() {
        Mutations.feed(
                input -> readAny(
                        "saddlebag1:" + Base64.getEncoder().withoutPadding().encodeToString(input)),
                List.of(new byte[] {2 << 2, (byte) 0b11010000, 0b1111, 3 << 2 | 1, 1 << 2 | 2, 1 << 2, 0b10}));
    }
}
