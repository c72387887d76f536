package io.github.saddlebag.http;

import io.github.saddlebag.address.ItemRequest;
import io.github.saddlebag.support.DaemonThreads;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Hands requests to who rehearses them. Nothing goes out. */
final class RehearsedWire implements Wire {

    private final Rehearsal rehearsal;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("saddlebag-rehearsal"));

    RehearsedWire(Rehearsal rehearsal) {
        this.rehearsal = rehearsal;
    }

    @Override
    public void execute(Runnable task) {
        thread.execute(task);
    }

    @Override
    public void after(long nanos, Runnable task) {
        thread.schedule(task, nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void send(
            ItemRequest request,
            Map<String, String> headers,
            @Nullable InetAddress to,
            Duration connectTimeout,
            Receiver receiver) {
        Rehearsal.Request shown = Rehearsal.Request.of(request, headers);
        execute(() -> answer(shown, receiver));
    }

    private void answer(Rehearsal.Request request, Receiver receiver) {
        Rehearsal.Response response;
        try {
            response = rehearsal.answer(request);
        } catch (IOException | IllegalStateException e) {
            receiver.failed(e);
            return;
        }
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(response.headers());
        receiver.received(response.status(), headers::get, response.body());
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
