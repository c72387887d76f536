package io.github.saddlebag.check;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What to try where the endpoint, or what came of the items, points to a mistake in the command or the configuration. The
 * reasons say what happened; here stands what helps, in one place and with the flag or the property.
 */
public final class Cures {

    /**
     * A cure.
     *
     * @param modes in which it helps
     * @param sign what the reason has in it
     */
    private record Cure(Set<String> modes, Pattern sign, String text) {}

    private static final Set<String> BATCHES = Set.of("batch", "job");
    private static final Set<String> SINGLE = Set.of("single");
    private static final Set<String> ALL = Set.of("batch", "job", "single");

    private static final List<Cure> CURES = List.of(
            of(ALL, "^\\S*:? ?No access token from", "Check saddlebag.auth.token-url, client-id and client-secret."),
            of(
                    ALL,
                    "plain HTTP request was sent to HTTPS port|HTTP request to an HTTPS server|requires TLS",
                    "The port speaks TLS: write https:// in --url (saddlebag.call.url)."),
            of(
                    ALL,
                    "SSL peer shut down|Unsupported or unrecognized SSL message|Remote host terminated",
                    "Does the port speak TLS? If not, write http:// in --url (saddlebag.call.url)."),
            of(
                    ALL,
                    "answered 401 ",
                    "Give the key that it wants, or one that is valid: --header 'Authorization: Bearer KEY', or"
                            + " saddlebag.auth.bearer."),
            of(
                    ALL,
                    "answered 403 ",
                    "The key may not do this (--header, saddlebag.auth.bearer), or the address is another one's (--url)."),
            of(ALL, "answered 404 ", "Is --url (saddlebag.call.url) the whole address, with its path?"),
            of(
                    BATCHES,
                    "answered 405 ",
                    "Batches are sent by POST. If the endpoint takes one item by GET: --mode single --method GET."),
            of(SINGLE, "answered 405 ", "Give the method that it takes: --method (saddlebag.single.method)."),
            of(
                    ALL,
                    "the host is unknown|Name or service not known",
                    "Is the name in --url (saddlebag.call.url) right?"),
            of(
                    ALL,
                    "the connection was refused|Connection refused",
                    "Does the endpoint run, and is the port in --url (saddlebag.call.url) right?"),
            of(
                    ALL,
                    "the connection broke|closed before a response|failed to respond|Connection reset",
                    "Check network and proxy. If the port speaks TLS, write https:// in --url (saddlebag.call.url)."),
            of(
                    ALL,
                    "the response did not come within its time",
                    "Give it more time (saddlebag.call.response-timeout) or smaller batches (--batch-size). If the port"
                            + " speaks TLS, write https:// in --url (saddlebag.call.url)."),
            of(
                    ALL,
                    "no connection within its time",
                    "Are host and port in --url (saddlebag.call.url) right, and does no firewall stand between? If the"
                            + " port does not speak TLS, write http://."),
            of(
                    BATCHES,
                    "(?i)expect\\w* (a |an |one )?(json )?(object|dict)|got (a |an )?(array|list)|must be (a |an )?(json )?object"
                            + "|valid dictionary or object|START_ARRAY|from array|cannot unmarshal array",
                    "It seems to take one item a request: --mode single."),
            of(
                    SINGLE,
                    "(?i)expect\\w* (a |an )?(json )?(array|list)|got (a |an )?(object|dict)|must be (a |an )?(json )?(array|list)"
                            + "|valid (list|array)|START_OBJECT|cannot unmarshal object",
                    "It seems to take a list of items: --mode batch."),
            of(
                    BATCHES,
                    "answered 415 ",
                    "Does it take requests of another form? saddlebag.call.format names it, such as envelope or ndjson."),
            of(
                    ALL,
                    "answered 413 ",
                    "Make the item smaller: the endpoint takes no larger ones, also where they are alone."),
            of(ALL, "answered 406 ", "Does it answer in another form? Name it: --header 'Accept: TYPE'."),
            of(ALL, "answered 402 ", "Ask the provider about the account and its limits; then replay."),
            of(
                    BATCHES,
                    "(?i)says: .*(field required|is required|missing (required )?(field|propert|param)|required propert)",
                    "If it wants the list of items in an object: --set saddlebag.call.format=envelope --set"
                            + " saddlebag.call.envelope=/NAME."),
            of(BATCHES, "says: .*GraphQL", "For GraphQL: --profile graphql-array."),
            of(ALL, "answered 414 ", "Make the addresses shorter; those of batches: saddlebag.call.get-max-url."),
            of(
                    ALL,
                    "answered 426 ",
                    "If it wants TLS, write https:// in --url; if HTTP/2: --mode single --set"
                            + " saddlebag.call.http-version=2."),
            of(
                    ALL,
                    "(?i)sends the request to \\S*(log-?in|sign-?in|oauth|/sso)",
                    "That looks like a login: give a key, as in --header 'Authorization: Bearer KEY'."),
            of(ALL, "has accepted nothing for", "Send more slowly (--rate, --concurrency)."),
            of(
                    BATCHES,
                    "the endpoint gave 0 answers",
                    "If it lists only items that failed, so that none means that all went well: --set"
                            + " saddlebag.answer.match=failures."),
            of(
                    ALL,
                    "the response is (not valid JSON|compressed)",
                    "To see the answer: saddlebag check --try 1, with the same options."),
            of(
                    BATCHES,
                    "the response is empty",
                    "If an empty answer means that all went well: --set saddlebag.answer.match=failures --set"
                            + " saddlebag.answer.failures=/errors."),
            of(
                    BATCHES,
                    "by their position none can be told",
                    "If the answers have ids: --set saddlebag.answer.match=id --answer-id POINTER."),
            of(
                    ALL,
                    "(?i)its bytes are not UTF-8",
                    "Say which encoding the input has, for example: --encoding windows-1252 (saddlebag.source.encoding)."),
            of(
                    ALL,
                    "; it is a list of \\d+\\. Say where",
                    "If its elements are the items: --format json (saddlebag.source.format)."),
            of(
                    ALL,
                    "The item is refused: it is not valid JSON \\(column \\d+\\)",
                    "If the input is no JSON lines: --format csv, lines, json or document (saddlebag.source.format)."));

    private Cures() {}

    private static Cure of(Set<String> modes, String sign, String text) {
        return new Cure(modes, Pattern.compile(sign), text);
    }

    /** What helps against the reason in this mode; nothing: the reason says it, or nobody knows. */
    public static Optional<String> of(String reason, String mode) {
        return CURES.stream()
                .filter(cure ->
                        cure.modes.contains(mode) && cure.sign.matcher(reason).find())
                .map(Cure::text)
                .findFirst();
    }

    /** The reason as a sentence, and what helps. */
    public static String with(String reason, String mode) {
        String end = reason.endsWith(".") || reason.endsWith("?") ? "" : ".";
        return reason + end + of(reason, mode).map(cure -> " " + cure).orElse("");
    }
}
