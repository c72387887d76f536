package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.Singles;
import io.github.saddlebag.testing.TestApi;
import io.github.saddlebag.testing.TestApi.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** However a response is compressed, every mode reads it in the same way. */
@Tag("slow")
@Timeout(120)
@ParameterizedClass
@ValueSource(strings = {"batch", "single", "job"})
class ContentCodingTest {

    @Parameter
    private String mode;

    @TempDir
    private Path folder;

    private final TestApi api = TestApi.start(Singles::either);
    private Bundle bundle;

    @BeforeEach
    void configure() {
        bundle = Bundle.all()
                .with("saddlebag.call.mode", mode)
                .with("saddlebag.call.url", api.url())
                .with("saddlebag.call.concurrency", 1)
                .with("saddlebag.batch.max-items", 1)
                .with("saddlebag.single.items", "data")
                .with("saddlebag.breaker.sliding-window-size", 1000)
                .with("saddlebag.breaker.minimum-number-of-calls", 1000)
                .with("saddlebag.job.directory", folder);
    }

    @AfterEach
    void stop() {
        bundle.close();
        api.close();
    }

    private static byte[] gzip(byte[] plain) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(plain);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] deflate(byte[] plain, boolean raw) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DeflaterOutputStream zip = new DeflaterOutputStream(bytes, new Deflater(9, raw))) {
            zip.write(plain);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }

    private static UnaryOperator<byte[]> packing(String how) {
        return switch (how) {
            case "plain" -> plain -> plain;
            case "gzip" -> ContentCodingTest::gzip;
            case "gzip gzip" -> plain -> gzip(gzip(plain));
            case "members" ->
                plain -> joined(gzip(Arrays.copyOf(plain, 5)), gzip(Arrays.copyOfRange(plain, 5, plain.length)));
            case "gzip and a rest" -> plain -> joined(gzip(plain), new byte[] {'\r', '\n', 7});
            case "raw" -> plain -> deflate(plain, true);
            case "zlib" -> plain -> deflate(plain, false);
            case "zlib gzip" -> plain -> gzip(deflate(plain, false));
            case "zstd" -> Zstd::compress;
            default -> throw new IllegalArgumentException(how);
        };
    }

    private Answer packed(TestApi.Request request, String coding, String how) {
        Answer plain = Singles.either(request);
        return TestApi.answer(200, packing(how).apply(plain.body())).with("Content-Encoding", coding);
    }

    @ParameterizedTest
    @CsvSource({
        "gzip, gzip",
        "x-gzip, gzip",
        "GZip, gzip",
        "gzip, members",
        "gzip, gzip and a rest",
        "'gzip, gzip', gzip gzip",
        "'gzip,identity', gzip",
        "'deflate, gzip', zlib gzip",
        "deflate, zlib",
        "deflate, raw",
        "DEFLATE, zlib",
        "zstd, zstd",
        "gzip, plain",
        "identity, plain",
        "none, plain",
        "UTF-8, plain",
        "'', plain"
    })
    void shouldRead(String coding, String how) throws Exception {
        api.behave(request -> packed(request, coding, how));
        bundle.start();

        List<Outcome> outcomes = bundle.ask(items(2));

        assertThat(outcomes).extracting(Outcome::failure).containsOnlyNulls();
        assertThat(api.requests())
                .hasSize(2)
                .allSatisfy(request -> assertThat(request.headers()).containsEntry("accept-encoding", "gzip"));
    }

    /** It is tried again, as every good answer that cannot be read. */
    @ParameterizedTest
    @ValueSource(strings = {"br", "compress", "gzip, br", "x-unheard-of", "gzip,gzip,gzip,gzip,gzip"})
    void shouldNameACodingThatItCannotRead(String coding) throws Exception {
        api.behave(request -> request.text().contains("\"i1\"")
                ? TestApi.answer(200, gzip(gzip(gzip(gzip(gzip(new byte[] {1, 2, 3}))))))
                        .with("Content-Encoding", coding)
                : Singles.either(request));
        bundle.with("saddlebag.call.max-attempts", 3)
                .with("saddlebag.call.back-off", "10ms")
                .start();

        List<Outcome> outcomes = bundle.ask(items(3));

        assertThat(outcomes).extracting(Outcome::failed).containsExactly(true, false, false);
        assertThat(outcomes.get(0).failure().reason())
                .startsWith("No usable answer: the response has ")
                .contains("content coding", "heed Accept-Encoding", "(3 attempts in ");
        assertThat(api.requests()).hasSize(5);
    }

    /** Once it is told, it is read. */
    @Test
    void shouldReadWhatComesInAnotherCodingTheNextTime() throws Exception {
        api.behave(request -> request.number() == 1 ? packed(request, "br", "plain") : packed(request, "gzip", "gzip"));
        bundle.start();

        assertThat(bundle.ask(items(2))).noneMatch(Outcome::failed);
        assertThat(api.requests()).hasSize(3);
    }

    /** Its status says enough. */
    @ParameterizedTest
    @CsvSource({"429, br", "503, br", "429, gzip", "503, gzip"})
    void shouldHeedAStatusWhoseBodyItCannotRead(int status, String coding) throws Exception {
        byte[] broken = {0x1f, (byte) 0x8b, 8, 0, 0, 0};
        api.behave(request -> request.number() == 1
                ? TestApi.answer(status, broken)
                        .with("Content-Encoding", coding)
                        .with("Retry-After", "1")
                : Singles.either(request));
        bundle.with("saddlebag.call.max-attempts", 1).start();

        assertThat(bundle.ask(items(2))).noneMatch(Outcome::failed);
        assertThat(api.requests()).hasSize(3);
    }

    @Test
    void shouldFailWhatIsRefusedByAStatusWhoseBodyItCannotRead() throws Exception {
        api.behave(request -> request.number() == 1
                ? TestApi.answer(422, "?").with("Content-Encoding", "br")
                : Singles.either(request));
        bundle.start();

        List<Outcome> outcomes = bundle.ask(items(2));

        assertThat(outcomes.get(0).failure().reason()).startsWith("The endpoint answered 422");
        assertThat(outcomes.get(1).failed()).isFalse();
        assertThat(api.requests()).hasSize(2);
    }

    @Test
    void shouldTakeNothingForNothingWhateverItsCoding() throws Exception {
        api.behave(request -> TestApi.answer(204, "").with("Content-Encoding", request.number() == 1 ? "gzip" : "br"));
        bundle.with("saddlebag.answer.match", "failures")
                .with("saddlebag.answer.failures", "/errors")
                .with("saddlebag.answer.index", "/index");
        if (mode.equals("single")) {
            bundle.with("saddlebag.answer.match", "id").with("saddlebag.answer.failures", "");
            bundle.with("saddlebag.answer.index", "");
        }
        bundle.start();

        assertThat(bundle.ask(items(2))).noneMatch(Outcome::failed);
        assertThat(api.requests()).hasSize(2);
    }
}
