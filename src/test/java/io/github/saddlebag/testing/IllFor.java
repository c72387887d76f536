package io.github.saddlebag.testing;

import io.github.saddlebag.testing.TestApi.Answer;
import io.github.saddlebag.testing.TestApi.Behaviour;
import io.github.saddlebag.testing.TestApi.Request;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An endpoint that answers a few requests, then refuses all of them until it is made well. */
public final class IllFor implements Behaviour {

    private final int goodFirst;
    private final Answer refusal;
    private final Behaviour good;
    private final List<Request> refused = new CopyOnWriteArrayList<>();
    private volatile boolean well;

    public IllFor(int goodFirst, Answer refusal, Behaviour good) {
        this.goodFirst = goodFirst;
        this.refusal = refusal;
        this.good = good;
    }

    @Override
    public Answer answer(Request request) throws Exception {
        if (well || request.number() <= goodFirst) {
            return good.answer(request);
        }
        refused.add(request);
        return refusal;
    }

    public void makeWell() {
        well = true;
    }

    /** Requests that were refused. */
    public int refused() {
        return refused.size();
    }

    /** How long nothing came before the last of those that were refused. */
    public Duration lastGap() {
        int last = refused.size() - 1;
        return Duration.ofNanos(
                refused.get(last).nanos() - refused.get(last - 1).nanos());
    }
}
