package io.github.saddlebag.job;

import io.github.saddlebag.config.JobSettings;
import io.github.saddlebag.format.Answers;
import io.github.saddlebag.format.ErrorText;
import io.github.saddlebag.format.MalformedAnswerException;
import io.github.saddlebag.json.JsonField;
import io.github.saddlebag.setting.Setting;
import java.io.IOException;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Tells what a response says of a job from the answers themselves. */
public final class JobReader {

    private static final int ACCEPTED = 202;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final int NOT_FOUND = 404;
    private static final int GONE = 410;

    private final JobPlace place;
    private final JsonField status;
    private final JsonField resultUrl;
    private final Set<Integer> accepted;
    private final Set<Integer> notYet;
    private final Set<String> pending;
    private final Set<String> done;
    private final Set<String> failed;

    public JobReader(JobSettings settings) {
        place = new JobPlace(settings.id(), settings.url(), settings.pollUrl(), settings.pollBody());
        accepted = Setting.statuses("job.accepted", settings.accepted());
        if (!accepted.stream().allMatch(code -> code >= 200 && code < 300)) {
            throw Setting.bad("job.accepted", settings.accepted(), "give statuses from 200 to 299, such as 200,202.");
        }
        notYet = settings.pendingStatuses();
        status = JsonField.at("job.status", settings.status());
        resultUrl = JsonField.at("job.result-url", settings.resultUrl());
        pending = words(settings.pending());
        done = words(settings.done());
        failed = words(settings.failed());
    }

    /**
     * A response.
     *
     * @param field a header field by its name; null: it has none of it
     */
    public record Response(int status, UnaryOperator<@Nullable String> field, byte[] body) {}

    /** How the answers in a response are read. */
    @FunctionalInterface
    public interface AnswerSource {
        Answers read(byte[] body) throws MalformedAnswerException;
    }

    /**
     * The response to a submission: {@link JobNews}, or {@link Answers} where the endpoint had them at once.
     *
     * @return null: the status is a failure of the request
     * @throws UnknownJobException a job was taken on, but not where it can be asked for
     * @throws IOException the response is garbled
     */
    public @Nullable Object submitted(Response response, JobAddresses addresses, AnswerSource answers)
            throws IOException {
        if (!isSuccess(response)) {
            return null;
        }
        String word = word(response);
        if (failed.contains(word)) {
            return failed(response);
        }
        if (response.status == ACCEPTED || pending.contains(word)) {
            return JobNews.accepted(place.address(response, addresses));
        }
        if (accepted.contains(response.status)) {
            Optional<URI> address = place.find(response, addresses);
            if (address.isPresent()) {
                return JobNews.accepted(address.get());
            }
        }
        try {
            return answers.read(response.body);
        } catch (MalformedAnswerException e) {
            // done at once, or in words that nobody told us: it is a job if it can be asked for
            return JobNews.accepted(place.find(response, addresses).orElseThrow(() -> e));
        }
    }

    /**
     * The response to a question after a job: {@link JobNews}, or {@link Answers} where it is done.
     *
     * @param asked the address that was asked
     * @return null: the status is a failure of the request
     * @throws UnknownJobException the job has moved to where it may not be asked for
     * @throws IOException the response is garbled
     */
    public @Nullable Object asked(Response response, URI asked, JobAddresses addresses, AnswerSource answers)
            throws IOException {
        if (notYet.contains(response.status) && !isSuccess(response)) {
            return failed.contains(word(response)) ? failed(response) : JobNews.pending();
        }
        if (response.status == NOT_FOUND) {
            return JobNews.missing(
                    "The endpoint does not know the job (" + response.status + ")", ErrorText.of(response.body));
        }
        if (response.status == GONE) {
            return JobNews.lost(
                    "The endpoint does not know the job any more (" + response.status + ")",
                    ErrorText.of(response.body));
        }
        if (REDIRECTS.contains(response.status)) {
            return JobNews.moved(moved(response.field.apply("Location"), asked, "Location", addresses));
        }
        if (!isSuccess(response)) {
            return null;
        }
        String word = word(response);
        if (failed.contains(word)) {
            return failed(response);
        }
        boolean saysNotYet = response.status == ACCEPTED || notYet.contains(response.status);
        if (pending.contains(word) || saysNotYet && !done.contains(word)) {
            return JobNews.pending();
        }
        String results = resultUrl.in(response.body);
        if (results != null) {
            URI base = addresses.isOwn(asked) ? addresses.target() : asked;
            URI address = moved(results, base, "address of the results (saddlebag.job.result-url)", addresses);
            if (!address.equals(JobAddresses.withoutFragment(asked))) {
                return JobNews.moved(address);
            }
        }
        try {
            return answers.read(response.body);
        } catch (MalformedAnswerException e) {
            if (done.contains(word) || word.isEmpty()) {
                throw e.forGood();
            }
            return JobNews.pending();
        }
    }

    private static boolean isSuccess(Response response) {
        return response.status >= 200 && response.status < 300;
    }

    private JobNews failed(Response response) {
        return JobNews.lost("The job failed", ErrorText.of(response.body, status));
    }

    private String word(Response response) {
        // lines are results, and the first one's status is that of its item
        boolean isResults = io.github.saddlebag.format.Response.isSequence(response.field.apply("Content-Type"));
        String word = isResults ? null : status.in(response.body);
        return word == null ? "" : word.trim().toLowerCase(Locale.ROOT);
    }

    private static URI moved(@Nullable String to, URI base, String what, JobAddresses addresses) {
        if (to == null) {
            throw new UnknownJobException("the job has moved, and the response has no " + what);
        }
        return addresses
                .resolve(to, base)
                .orElseThrow(() -> JobPlace.refused("the job has moved, and its " + what, to));
    }

    private static Set<String> words(String list) {
        Set<String> words = new TreeSet<>();
        for (String word : Setting.words(list)) {
            words.add(word.toLowerCase(Locale.ROOT));
        }
        return words;
    }

    /** What is sent to ask for a job; null: nothing, for it is asked by GET. */
    public byte @Nullable [] question(URI address) {
        return place.question(address);
    }
}
