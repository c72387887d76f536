package io.github.saddlebag.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.saddlebag.address.Address;
import io.github.saddlebag.format.AnswerShape;
import io.github.saddlebag.job.JobReader.Response;
import io.github.saddlebag.json.Fields;
import io.github.saddlebag.json.JsonField;
import io.github.saddlebag.setting.Setting;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where a job is asked for, by what the response to its submission says, and with what question. */
final class JobPlace {

    private static final String BY_QUERY = "?id=<id>";
    private static final List<String> ADDRESS_FIELDS = List.of("Location", "Content-Location", "Operation-Location");

    static final JobPlace USUAL = new JobPlace("/id", "", BY_QUERY, "");

    private final JsonField id;
    private final JsonField url;
    private final String pollUrl;
    private final String pollBody;

    /**
     * @param id where the id of a job stands (RFC 6901) in the response; empty: nowhere
     * @param url where its address stands; empty: nowhere
     * @param pollUrl where a job is asked for by its id: an address with {@code <id>} in it, absolute or relative to the
     *     target's. With a poll body it may be without, or empty: the target's own address
     * @param pollBody JSON by which a job is asked for, with {@code <id>} within a string of it; empty: it is asked for by
     *     GET, without a body
     */
    public JobPlace(String id, String url, String pollUrl, String pollBody) {
        this.id = JsonField.at("job.id", id);
        this.url = JsonField.at("job.url", url);
        this.pollUrl = pollUrl.trim();
        this.pollBody = pollBody.trim();
        if (this.pollBody.isEmpty() && !pollUrl.contains("<id>")) {
            throw Setting.bad("job.poll-url", Setting.withoutQuery(this.pollUrl), "it must have <id> in it.");
        }
        if (!this.pollBody.isEmpty() && !pollBody.contains("<id>")) {
            throw Setting.bad("job.poll-body", "...", "it must have <id> in it.");
        }
        if (!this.pollBody.isEmpty() && !JsonField.isJson(this.pollBody.getBytes(StandardCharsets.UTF_8))) {
            throw Setting.bad("job.poll-body", "...", "it must be JSON, with <id> within a string.");
        }
    }

    /**
     * Where it is asked for.
     *
     * @throws UnknownJobException the response does not say it, or it may not be asked there
     * @throws IOException the response is garbled
     */
    URI address(Response response, JobAddresses addresses) throws IOException {
        Optional<URI> address = find(response, addresses);
        if (address.isPresent()) {
            return address.get();
        }
        if (response.body().length > 0 && !JsonField.isJson(response.body())) {
            throw new IOException("the endpoint accepted a job, and its response is not valid JSON");
        }
        throw new UnknownJobException("the endpoint accepted a job (" + response.status() + ") and did not say where it"
                + " can be polled: the response has neither an address (Location, saddlebag.job.url) nor an id (saddlebag.job.id)"
                + instead(response.body()));
    }

    /** What the response has in their place. */
    private static String instead(byte[] body) {
        JsonNode whole = Fields.of(body);
        if (whole == null || !whole.isObject()) {
            return "";
        }
        String named = AnswerShape.idOf(whole);
        return "; it has " + Fields.names(whole) + (named == null ? "" : ": --set saddlebag.job.id=" + named);
    }

    /**
     * Where it is asked for; empty: the response does not say it.
     *
     * @throws UnknownJobException it may not be asked there
     */
    Optional<URI> find(Response response, JobAddresses addresses) {
        String known = id.in(response.body());
        if (pollBody.isEmpty()) {
            return find(response, known, addresses);
        }
        return known == null
                ? Optional.empty()
                : find(response, known, addresses).map(address -> JobAddresses.withId(address, known));
    }

    /** @throws UnknownJobException there is one, which may not be asked */
    private Optional<URI> find(Response response, @Nullable String known, JobAddresses addresses) {
        String refused = null;
        for (String given : given(response)) {
            Optional<URI> found = addresses.resolve(given);
            if (found.isPresent()) {
                return found;
            }
            refused = refused == null ? given : refused;
        }
        // what nobody configured is a guess, which must not stand in for what the endpoint said
        if (refused != null && (known == null || pollUrl.equals(BY_QUERY) && pollBody.isEmpty())) {
            throw refused("the endpoint accepted a job (" + response.status() + "), and its address", refused);
        }
        return known == null ? Optional.empty() : addresses.of(pollUrl, known);
    }

    private List<String> given(Response response) {
        List<String> given = new ArrayList<>();
        String inBody = url.in(response.body());
        if (inBody != null) {
            given.add(inBody);
        }
        for (String field : ADDRESS_FIELDS) {
            String value = response.field().apply(field);
            if (value != null) {
                given.add(value);
            }
        }
        return given;
    }

    /** That an address may not be asked. */
    static UnknownJobException refused(String what, String address) {
        return new UnknownJobException(what + ", " + Address.shown(address)
                + ", is not asked: it is none of the endpoint's own origin (scheme, host and port). If it is to be"
                + " asked, without our headers, give its host in saddlebag.job.allow-hosts; if the job is to be asked"
                + " for by its id (saddlebag.job.id), give saddlebag.job.poll-url");
    }

    /** What is sent to ask for a job; null: nothing, for it is asked by GET. */
    byte @Nullable [] question(URI address) {
        String known = JobAddresses.idOf(address);
        return pollBody.isEmpty() || known == null
                ? null
                : pollBody.replace("<id>", JsonField.escaped(known)).getBytes(StandardCharsets.UTF_8);
    }
}
