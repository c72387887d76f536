package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.Certificates;
import io.github.saddlebag.testing.Singles;
import io.github.saddlebag.testing.TestApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Certificates: ours where the endpoint wants one, and the endpoint's, which must be trusted and of its name. */
@Tag("slow")
@Timeout(120)
class TlsTest {

    @TempDir
    private static Path folder;

    private static Path ours;
    private static Path trusted;
    private static Path trustsOurs;
    private static Path ofTheName;
    private static Path ofTheAddress;
    private static Path ofAnother;
    private static Path unknown;

    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeAll
    static void makeCertificates() throws Exception {
        Certificates certificates = new Certificates(folder);
        ours = certificates.key("ours", "dns:client.example");
        ofTheName = certificates.key("name", "dns:localhost");
        ofTheAddress = certificates.key("address", "ip:127.0.0.1");
        ofAnother = certificates.key("another", "dns:another.example");
        unknown = certificates.key("unknown", "dns:localhost,ip:127.0.0.1");
        trusted = certificates.trust("trusted", ofTheName, ofTheAddress, ofAnother);
        trustsOurs = certificates.trust("trusts-ours", ours);
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    private TestApi api(Path key, boolean needsCertificate, TestApi.Behaviour behaviour) throws Exception {
        SSLContext tls = Certificates.context(key, trustsOurs);
        TestApi api = TestApi.startTls(tls, needsCertificate, behaviour);
        open.add(api);
        return api;
    }

    private Bundle bundle(String mode, String host, TestApi api) {
        Bundle bundle = Singles.bundle(mode)
                .with("saddlebag.call.url", "https://" + host + ':' + api.port() + "/batch")
                .with("saddlebag.call.deadline", "1s");
        open.add(0, bundle);
        return bundle;
    }

    private static Bundle trusting(Bundle bundle) {
        return bundle.with("saddlebag.auth.trust-store", trusted)
                .with("saddlebag.auth.trust-store-password", Certificates.PASSWORD);
    }

    private static Bundle showing(Bundle bundle) {
        return bundle.with("saddlebag.auth.key-store", ours)
                .with("saddlebag.auth.key-store-password", Certificates.PASSWORD);
    }

    private static void assertAllFailed(List<Outcome> outcomes, String... why) {
        assertThat(outcomes).hasSize(4).allSatisfy(outcome -> {
            assertThat(outcome.failed()).isTrue();
            assertThat(outcome.failure().reason()).contains(why).doesNotContain(Certificates.PASSWORD);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"batch", "single"})
    void shouldBeAnsweredWithACertificateOfOurs(String mode) throws Exception {
        TestApi api = api(ofTheName, true, Singles::either);
        trusting(showing(bundle(mode, "localhost", api))).start();

        List<Outcome> outcomes = ((Bundle) open.get(0)).ask(items(4));

        assertThat(outcomes).hasSize(4).noneMatch(Outcome::failed);
        assertThat(api.requests()).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"batch", "single"})
    void shouldSayThatTheEndpointWantsACertificate(String mode) throws Exception {
        TestApi api = api(ofTheName, true, Singles::either);
        Bundle bundle = trusting(bundle(mode, "localhost", api)).start();

        List<Outcome> outcomes = bundle.ask(items(4));

        assertAllFailed(outcomes, "saddlebag.auth.key-store", "saddlebag.call.deadline");
        assertThat(api.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"batch", "single"})
    void shouldRefuseACertificateThatIsNotTrusted(String mode) throws Exception {
        TestApi api = api(unknown, false, Singles::either);
        Bundle bundle = trusting(bundle(mode, "localhost", api)).start();

        assertAllFailed(bundle.ask(items(4)), "TLS", "saddlebag.auth.trust-store", "saddlebag.call.deadline");
        assertThat(api.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"batch", "single"})
    void shouldTrustNobodyWhomTheRuntimeDoesNotTrust(String mode) throws Exception {
        TestApi api = api(ofTheName, false, Singles::either);
        Bundle bundle = bundle(mode, "localhost", api).start();

        assertAllFailed(bundle.ask(items(4)), "TLS", "saddlebag.auth.trust-store", "saddlebag.call.deadline");
        assertThat(api.requests()).isEmpty();
    }

    /** What is connected to is an address, but the certificate must be of what was named. */
    @ParameterizedTest
    @CsvSource({
        "batch, localhost, name, true",
        "single, localhost, name, true",
        "batch, 127.0.0.1, address, true",
        "single, 127.0.0.1, address, true",
        "batch, localhost, address, false",
        "single, localhost, address, false",
        "batch, 127.0.0.1, name, false",
        "single, 127.0.0.1, name, false",
        "batch, localhost, another, false",
        "single, localhost, another, false",
        "batch, 127.0.0.1, another, false",
        "single, 127.0.0.1, another, false"
    })
    void shouldWantACertificateOfTheNameThatWasAsked(String mode, String host, String certificate, boolean answered)
            throws Exception {
        TestApi api = api(folder.resolve(certificate + ".p12"), false, Singles::either);
        Bundle bundle = trusting(bundle(mode, host, api)).start();

        List<Outcome> outcomes = bundle.ask(items(4));

        if (answered) {
            assertThat(outcomes).noneMatch(Outcome::failed);
        } else {
            assertAllFailed(outcomes, "TLS", host, "saddlebag.call.deadline");
            assertThat(api.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"localhost, name, true", "localhost, address, false", "127.0.0.1, name, false"})
    void shouldWantItOfAHostThatAnItemNamesToo(String host, String certificate, boolean answered) throws Exception {
        TestApi api = api(folder.resolve(certificate + ".p12"), false, request -> TestApi.answer(200, "1"));
        Bundle bundle = trusting(Singles.bundle("single"))
                .with("saddlebag.call.allow-hosts", "127.0.0.1")
                .with("saddlebag.call.max-attempts", 1);
        open.add(0, bundle);
        bundle.start();

        List<Outcome> outcomes = bundle.ask(List.of("\"https://" + host + ':' + api.port() + "/\""));

        assertThat(outcomes).extracting(Outcome::failed).containsExactly(!answered);
    }

    @ParameterizedTest
    @CsvSource({"batch, true", "single, true", "batch, false", "single, false"})
    void shouldFetchAccessTokensWithTheSameCertificates(String mode, boolean shown) throws Exception {
        TestApi tokens = api(
                ofTheName, true, request -> TestApi.answer(200, "{\"access_token\":\"t1\",\"token_type\":\"Bearer\"}"));
        TestApi api = api(ofTheName, false, Singles::either);
        Bundle bundle = trusting(bundle(mode, "localhost", api))
                .with("saddlebag.auth.token-url", "https://localhost:" + tokens.port() + "/token")
                .with("saddlebag.auth.client-id", "me")
                .with("saddlebag.auth.client-secret", "s")
                .with("saddlebag.call.max-attempts", 2);
        (shown ? showing(bundle) : bundle).start();

        List<Outcome> outcomes = bundle.ask(items(4));

        if (shown) {
            assertThat(outcomes).noneMatch(Outcome::failed);
            assertThat(api.requests())
                    .allSatisfy(request -> assertThat(request.headers()).containsEntry("authorization", "Bearer t1"));
        } else {
            assertAllFailed(
                    outcomes,
                    "No access token from https://localhost:",
                    "TLS",
                    "saddlebag.auth.key-store",
                    "(saddlebag.call.deadline) is over");
            assertThat(api.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "batch, key-store, missing",
        "single, key-store, missing",
        "batch, trust-store, missing",
        "single, trust-store, missing",
        "batch, key-store, wrong password",
        "single, key-store, wrong password",
        "batch, trust-store, wrong password",
        "single, trust-store, wrong password",
        "batch, key-store, of the other kind",
        "single, key-store, of the other kind",
        "batch, trust-store, of the other kind",
        "single, trust-store, of the other kind",
        "single, trust-store, no store"
    })
    void shouldNotStartWithAStoreThatIsOfNoUse(String mode, String store, String fault) throws Exception {
        Path other = store.equals("key-store") ? trusted : ours;
        Path file = switch (fault) {
            case "missing" -> folder.resolve("missing.p12");
            case "no store" -> Files.writeString(folder.resolve("text"), "-----BEGIN CERTIFICATE-----");
            case "of the other kind" -> other;
            default -> store.equals("key-store") ? ours : trusted;
        };
        String password = fault.equals("wrong password") ? "wr0ng-5ecret" : Certificates.PASSWORD;
        Bundle bundle = Singles.bundle(mode)
                .with("saddlebag.auth." + store, file)
                .with("saddlebag.auth." + store + "-password", password);
        open.add(bundle);

        assertThatThrownBy(bundle::start)
                .hasStackTraceContaining("saddlebag.auth." + store + " is '" + file + "': it ")
                .satisfies(problem -> assertThat(stackTraceOf(problem)).doesNotContain(password));
    }

    private static String stackTraceOf(Throwable problem) {
        java.io.StringWriter text = new java.io.StringWriter();
        problem.printStackTrace(new java.io.PrintWriter(text));
        return text.toString();
    }
}
