package io.github.saddlebag.format;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BatchLimitTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "8   | batch limit 8 exceeded (can increase by --rpc.batch.limit). Requested batch of size: 20",
                "5   | Too many items requested for the BatchWriteItem call: at most 5",
                "10  | Maximum number of entries per request are 10. You have sent 20.",
                "0   | The batch exceeds the maximum of 100 items",
                "0   | Batch too large: the limit is 20 items",
                "0   | Batch exceeds the limit of 5 MB",
                "0   | Batch exceeds the limit of 5MB",
                "0   | Batch exceeds the limit of 1.5 megabytes",
                "0   | batch is limited to -3",
                "0   | try again in 5 s, the batch limit is reached for 10 seconds",
                "0   | Batch too large",
                "0   | Batch limit: 99999999999999999999"
            })
    void shouldFindHowManyAreTakenOf20(int most, String text) {
        assertThat(BatchLimit.mostItems(text, 20)).isEqualTo(most);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "batch too large",
                "Too many items in the batch",
                "Batch of 40 items exceeds the maximum of 8 items",
                "request entity too large",
                "The payload is too big"
            })
    void shouldFindThatABatchIsTooLarge(String text) {
        assertThat(BatchLimit.isExceeded(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "batch item 3: the name exceeds the maximum of 20 characters",
                "batch record #12 exceeds its limit",
                "element[4] of the batch exceeds the maximum",
                "field 'name' of the batch is too long",
                "the batch exceeds the rate limit",
                "bad item"
            })
    void shouldTakeNoOtherLimitForThatOfABatch(String text) {
        assertThat(BatchLimit.isExceeded(text)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "List should have at most 8 items after validation, not 20",
                "body must NOT have more than 8 items",
                "Array must contain at most 8 element(s)",
                "\"value\" must contain less than or equal to 8 items",
                "Too big: expected array to have <=8 items",
                "invalid request: total number of texts must be at most 9, but received 20",
                "The input array size of 20 is greater than the maximum allowed of 15.",
                "Maximum number of entries per request are 10. You have sent 20.",
                "You can only send up to 10 messages at a time"
            })
    void shouldFindThat20ItemsAreTooMany(String text) {
        assertThat(BatchLimit.isExceeded(text, 20)).isTrue();
        assertThat(BatchLimit.mostItems(text, 20)).isBetween(1, 19);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "List should have at most 3 items after validation, not 5",
                "items.0.tags: Array must contain at most 3 element(s)",
                "body must NOT have more than 100 items",
                "name must have at most 8 characters",
                "rate limit exceeded: at most 10 requests per minute",
                "price: must be less than or equal to 10",
                "amount 20 is more than 10 per day: quota"
            })
    void shouldTakeNoLimitOfAnItemForThatOf20Items(String text) {
        assertThat(BatchLimit.isExceeded(text, 20)).isFalse();
    }
}
