package io.github.saddlebag.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.URI;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedHostsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    public                      | http://api.example.com/      | 93.184.216.34   | true
                    public                      | http://api.example.com/      | 127.0.0.1       | false
                    public                      | http://api.example.com/      | 169.254.169.254 | false
                    api.example.com             | http://api.example.com/      | 10.0.0.1        | true
                    api.example.com             | http://API.Example.COM./     | 10.0.0.1        | true
                    api.example.com             | http://other.example.com/    | 93.184.216.34   | false
                    api.example.com             | http://api.example.com.evil/ | 93.184.216.34   | false
                    api.example.com:8443        | https://api.example.com:8443 | 10.0.0.1        | true
                    api.example.com:8443        | https://api.example.com/     | 10.0.0.1        | false
                    *.example.com               | http://a.b.example.com/      | 10.0.0.1        | true
                    *.example.com               | http://example.com/          | 10.0.0.1        | false
                    *.example.com               | http://badexample.com/       | 10.0.0.1        | false
                    public,127.0.0.1            | http://localhost:9/          | 127.0.0.1       | true
                    public,127.0.0.1:8089       | http://localhost:8089/       | 127.0.0.1       | true
                    public,127.0.0.1:8089       | http://localhost:9/          | 127.0.0.1       | false
                    10.1.0.0/16                 | http://inner/                | 10.1.255.1      | true
                    10.1.0.0/16                 | http://inner/                | 10.2.0.1        | false
                    fd00::/8                    | http://inner/                | fd12::1         | true
                    [::1]:8089                  | http://[::1]:8089/           | ::1             | true
                    [::1]:8089                  | http://[::1]:80/             | ::1             | false
                    any                         | http://inner/                | 127.0.0.1       | true
                    """)
    void shouldAllow(String list, String url, String address, boolean allowed) throws Exception {
        AllowedHosts hosts = new AllowedHosts(list);
        Address to = Address.of(URI.create(url));
        InetAddress[] found = {InetAddress.getByName(address)};

        if (allowed) {
            assertThat(hosts.of(to, found)).isEqualTo(found);
        } else {
            assertThatThrownBy(() -> hosts.of(to, found))
                    .isInstanceOf(RefusedRequestException.class)
                    .hasMessageContaining("saddlebag.call.allow-hosts");
        }
    }

    @Test
    void shouldConnectOnlyToThePublicAddressesOfANameThatHasOthersToo() throws Exception {
        InetAddress[] mixed = {InetAddress.getByName("127.0.0.1"), InetAddress.getByName("1.1.1.1")};

        InetAddress[] allowed = new AllowedHosts("public").of(Address.of(URI.create("http://rebind.example/")), mixed);

        assertThat(Arrays.asList(allowed)).containsExactly(InetAddress.getByName("1.1.1.1"));
    }

    /** Without an address, the name would be looked up by who connects, and not be checked again. */
    @ParameterizedTest
    @ValueSource(strings = {"public", "10.1.0.0/16", "other.example.com"})
    void shouldRefuseAHostWithoutAnAddress(String list) {
        AllowedHosts hosts = new AllowedHosts(list);

        assertThatThrownBy(() -> hosts.of(Address.of(URI.create("http://inner/")), new InetAddress[0]))
                .isInstanceOf(RefusedRequestException.class)
                .hasMessageContaining("saddlebag.call.allow-hosts");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://a/", "a b/c", "10.0.0.0/33", "a:0", "a:99999", "-/", "0x7f.1", "2130706433"})
    void shouldRefuseAListThatNobodyCanHaveMeant(String list) {
        assertThatThrownBy(() -> new AllowedHosts(list))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("saddlebag.call.allow-hosts is '");
    }
}
