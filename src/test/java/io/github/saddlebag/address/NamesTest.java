package io.github.saddlebag.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class NamesTest {

    private final AtomicLong now = new AtomicLong();
    private final List<String> lookedUp = new ArrayList<>();
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final Names names = new Names(this::lookUp, Duration.ofSeconds(300), tasks::add, now::get);

    private InetAddress[] lookUp(String host) throws UnknownHostException {
        lookedUp.add(host);
        if (host.startsWith("missing")) {
            throw new UnknownHostException(host);
        }
        return new InetAddress[] {InetAddress.getByName("1.1.1.1"), InetAddress.getByName("1.1.1.2")};
    }

    private List<Object> find(String host) {
        List<Object> found = new ArrayList<>();
        names.find(host, (addresses, problem) -> found.add(problem != null ? problem : addresses[0].getHostAddress()));
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
        return found;
    }

    @Test
    void shouldRememberTheAddressesForTheirTime() {
        find("api.example.com");
        now.set(Duration.ofSeconds(299).toNanos());
        List<Object> again = find("api.example.com");
        int before = lookedUp.size();
        now.set(Duration.ofSeconds(301).toNanos());
        find("api.example.com");

        assertThat(again).containsExactly("1.1.1.1");
        assertThat(before).isEqualTo(1);
        assertThat(lookedUp).hasSize(2);
    }

    @Test
    void shouldLookUpOnceForAllWhoAskMeanwhile() {
        List<Object> found = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            names.find("api.example.com", (addresses, problem) -> found.add(addresses));
        }
        int waiting = tasks.size();
        tasks.remove().run();

        assertThat(waiting).isEqualTo(1);
        assertThat(found).hasSize(5);
        assertThat(lookedUp).hasSize(1);
    }

    @Test
    void shouldNotRememberFailures() {
        List<Object> found = find("missing.example.com");
        find("missing.example.com");

        assertThat(found).singleElement().isInstanceOf(IOException.class);
        assertThat(lookedUp).hasSize(2);
    }

    @Test
    void shouldTryTheNextAddressAfterAFailedConnection() throws Exception {
        find("api.example.com");
        names.failed("api.example.com", InetAddress.getByName("1.1.1.1"));
        List<Object> next = find("api.example.com");
        names.failed("api.example.com", InetAddress.getByName("1.1.1.1"));

        assertThat(next).containsExactly("1.1.1.2");
        assertThat(find("api.example.com")).containsExactly("1.1.1.2");
    }

    @Test
    void shouldNeverLookUpANumber() {
        assertThat(find("2130706433")).singleElement().isInstanceOf(UnknownHostException.class);
        assertThat(lookedUp).isEmpty();
    }
}
