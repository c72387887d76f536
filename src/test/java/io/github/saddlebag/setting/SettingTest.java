package io.github.saddlebag.setting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingTest {

    @ParameterizedTest
    @CsvSource({
        "500ms, PT0.5S",
        "1.5s, PT1.5S",
        "20s, PT20S",
        "2m, PT2M",
        "1h, PT1H",
        "10us, PT0.00001S",
        "0ms, PT0S",
        "' 3 s ', PT3S",
        "0.1ms, PT0.0001S"
    })
    void shouldReadADurationWithItsUnit(String value, Duration duration) {
        assertThat(Setting.duration("max-wait", value)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"500", " 0 "})
    void shouldAskForTheUnitOfADuration(String value) {
        assertThatThrownBy(() -> Setting.duration("max-wait", value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("saddlebag.max-wait is '" + value + "': give a unit, for example " + value.trim() + "ms.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ms", "-1s", "1d", "5 sec", "1,5s", "1e3s", "500MS", "five", "1s 2ms"})
    void shouldRefuseWhatIsNoDuration(String value) {
        assertThatThrownBy(() -> Setting.duration("max-wait", value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("saddlebag.max-wait is '" + value
                        + "': give a number and a unit (ms, s, m, h), for example 500ms.");
    }

    @Test
    void shouldReadStatusesAndRangesOfThem() {
        assertThat(Setting.statuses("call.retry-statuses", "429, 502-504,599"))
                .containsExactly(429, 502, 503, 504, 599);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5xx", "600", "99", "504-502", "500-", "-500", "500-600", "500-502-504"})
    void shouldRefuseWhatIsNoStatus(String value) {
        assertThatThrownBy(() -> Setting.statuses("call.retry-statuses", value))
                .hasMessage("saddlebag.call.retry-statuses is '" + value + "': give HTTP statuses (100 to 599) or"
                        + " ranges of them, separated by commas, for example 429,502-504.");
    }

    @Test
    void shouldRefuseADurationOfNothingWhereItMustBeLonger() {
        assertThat(Setting.positiveDuration("deadline", "1ms")).isEqualTo(Duration.ofMillis(1));
        assertThatThrownBy(() -> Setting.positiveDuration("deadline", "0s"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("saddlebag.deadline is '0s': it must be longer than nothing.");
        assertThatThrownBy(() -> Setting.positiveDuration("deadline", "7"))
                .hasMessage("saddlebag.deadline is '7': give a unit, for example 7ms.");
    }

    @ParameterizedTest
    @CsvSource({"1B, 1", "512KB, 524288", "2mb, 2097152", "' 1 GB ', 1073741824", "8589934591GB, 9223372035781033984"})
    void shouldReadBytesWithTheirUnit(String value, long bytes) {
        assertThat(Setting.bytes("max-bytes", value)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "MB", "-1KB", "1.5MB", "1TB", "1KiB", "much"})
    void shouldAskForTheUnitOfBytes(String value) {
        assertThatThrownBy(() -> Setting.bytes("max-bytes", value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("saddlebag.max-bytes is '" + value
                        + "': give a number of bytes with a unit (B, KB, MB, GB), for example 5MB.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"8589934592GB", "99999999999999999999B"})
    void shouldRefuseMoreBytesThanCanBeCounted(String value) {
        assertThatThrownBy(() -> Setting.bytes("max-bytes", value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("saddlebag.max-bytes is '" + value + "': it is too large.");
    }

    @Test
    void shouldRefuseNoBytes() {
        assertThatThrownBy(() -> Setting.bytes("max-bytes", "0KB"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("saddlebag.max-bytes is '0KB': it must be at least 1B.");
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "10, 10", "' 7 ', 7"})
    void shouldReadANumberWithinItsBounds(String value, int number) {
        assertThat(Setting.integer("max-items", value, 1, 10)).isEqualTo(number);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "11", "-3"})
    void shouldRefuseANumberOutOfItsBounds(String value) {
        assertThatThrownBy(() -> Setting.integer("max-items", value, 1, 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("saddlebag.max-items is '" + value + "': it must be from 1 to 10.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "many", "1.0", "0x1", "99999999999"})
    void shouldRefuseWhatIsNoNumber(String value) {
        assertThatThrownBy(() -> Setting.integer("max-items", value, 1, 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("saddlebag.max-items is '" + value + "': give a whole number from 1 to 10.");
    }

    @Test
    void shouldReadTrueAndFalseAndNothingElse() {
        assertThat(Setting.yesNo("ordered", "true")).isTrue();
        assertThat(Setting.yesNo("ordered", " false ")).isFalse();
        for (String value : new String[] {"", "yes", "TRUE", "1"}) {
            assertThatThrownBy(() -> Setting.yesNo("ordered", value))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("saddlebag.ordered is '" + value + "': give true or false.");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost:8089/batch",
                "https://api.example.com",
                "HTTPS://api.example.com/x?key=1&b=a@b",
                "http://[::1]:80/",
                "https://h/users/@me/batch"
            })
    void shouldReadAnAddress(String value) {
        assertThat(Setting.httpUrl("url", " " + value + " ")).isEqualTo(URI.create(value));
    }

    @Test
    void shouldWriteTheSchemeAsClientsExpectIt() {
        assertThat(Setting.httpUrl("url", "HTTP://Host/X")).hasToString("http://Host/X");
    }

    @ParameterizedTest
    @CsvSource({
        "'', it must start with http:// or https://.",
        "ftp://h/x, it must start with http:// or https://.",
        "localhost:8089/x, it must start with http:// or https://.",
        "127.0.0.1:8089/x, it must start with http:// or https://.",
        "/batch, it must start with http:// or https://.",
        "http:/batch, 'it has no host: two slashes stand in front of it, as in http://api.example.com.'",
        "http://my_host/batch, 'it has no host: a host''s name has only letters from a to z, digits, hyphens and dots.'",
        "http:///batch, it has no host.",
        "http://h/a b, 'it is no valid address (at character 11). It has a space: that is %20 in an address, and a comment in a"
                + " file of properties has its own line.'",
        "'\"http://h/x\"', 'it is no valid address (at character 1). Leave out the quotes: nothing takes them away here.'",
        "http://, it has no host.",
        "http://h:0/x, its port must be from 1 to 65535.",
        "http://h:99999/x, its port must be from 1 to 65535."
    })
    void shouldSayWhatIsWrongWithAnAddress(String value, String rule) {
        assertThatThrownBy(() -> Setting.httpUrl("url", value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("saddlebag.url is '" + value + "': " + rule);
    }

    @Test
    void shouldRefuseAUserInAnAddressAndNameTheCure() {
        assertThatThrownBy(() -> Setting.httpUrl("url", "https://user:secret@h/x?key=secret"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "saddlebag.url is 'https://...@h': a user name or password does not belong into an address, which is"
                                + " shown in messages; use saddlebag.call.header.Authorization.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://user:secret@h/x",
                "http://secret@h/x",
                "ftp://user:secret@h/x",
                "http://user:secret@h/a b",
                "http://user:secret@/x",
                "http://user:secret@my_host/x",
                "http://user:pass/secret@h/x",
                "http://user:secret/word@h/x",
                "http://user:secret?word@h/x",
                "http://user:secret#word@h/x",
                "user:secret@h/x",
                "//user:secret@h/x",
                "http://user:sec%ret-secret@h/x",
                "http://h/a b?key=secret",
                "ftp://h?key=secret",
                "http://?key=secret",
                "http:///x?key=secret",
                "http://h:port?key=secret",
                "http://h/a b#key=secret",
                "http://h/a b?user=a@b&key=secret",
                "?key=secret"
            })
    void shouldNeverShowTheSecretInAnAddressThatIsWrong(String value) {
        Throwable wrong = catchThrowable(() -> Setting.httpUrl("url", value));

        assertThat(wrong).isInstanceOf(IllegalArgumentException.class).hasNoCause();
        assertThat(wrong.getMessage()).startsWith("saddlebag.url is '").doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource({
        "https://h/x, https://h/x",
        "https://h/x?key=secret, https://h/x",
        "https://h/x?a=b?c, https://h/x",
        "https://h/x#part, https://h/x",
        "https://h?mail=a@b, https://h",
        "https://h/users/@me?key=secret, https://h/users/@me",
        "https://user:secret@h/x?y, https://...",
        "user:secret@h, ..."
    })
    void shouldShowAnAddressWithoutItsSecrets(String value, String shown) {
        assertThat(Setting.withoutQuery(value)).isEqualTo(shown);
    }
}
