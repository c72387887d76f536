package io.github.saddlebag.single;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.saddlebag.TestSettings;
import io.github.saddlebag.address.Address;
import io.github.saddlebag.address.ItemRequest;
import io.github.saddlebag.address.RefusedRequestException;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.config.Settings;
import io.github.saddlebag.endpoint.FirstCalls;
import io.github.saddlebag.endpoint.Target;
import io.github.saddlebag.endpoint.WholeRun;
import io.github.saddlebag.template.ItemTemplate;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ItemRequestsTest {

    private static final URI BASE = URI.create("https://api.example.com/v1/items?key=k");

    private static ItemRequest read(String kind, String item) {
        return read(kind, item, BASE);
    }

    private static ItemRequest read(String kind, String item, URI base) {
        return requests(kind, base, "").read(itemOf(item));
    }

    private static ItemRequests requests(String kind, URI base, String keys) {
        Address address = base == null ? null : Address.of(base);
        Settings settings = TestSettings.of("call.url", base == null ? "" : base.toString());
        Target target = new Target("saddlebag", settings, new FirstCalls(false), new WholeRun(settings.retry()));
        return new ItemRequests(
                ItemRequests.Kind.valueOf(kind.toUpperCase(Locale.ROOT)),
                new DataRequest(target, address, "POST", ItemTemplate.of("", ""), "application/json"),
                base,
                address,
                keys,
                "id");
    }

    private static Item itemOf(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        Item item = new Item(bytes, Map.of(), null);
        item.content(bytes);
        return item;
    }

    /** METHOD url {headers} type: body. */
    private static String text(ItemRequest request) {
        String headers = request.headers().isEmpty()
                ? ""
                : " "
                        + request.headers().entrySet().stream()
                                .map(h -> h.getKey() + ": " + h.getValue())
                                .collect(Collectors.joining(", ", "{", "}"));
        String body = request.body() == null
                ? ""
                : " " + request.contentType() + " " + new String(request.body(), StandardCharsets.UTF_8);
        return request.method() + " " + request.url() + headers + body;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {"id":"1","text":"a"}                           | POST https://api.example.com/v1/items?key=k application/json {"id":"1","text":"a"}
        {"id":1,"url":"https://x/","text":"a"}          | POST https://api.example.com/v1/items?key=k application/json {"id":1,"url":"https://x/","text":"a"}
        {"id":1,"url":"not an address"}                 | POST https://api.example.com/v1/items?key=k application/json {"id":1,"url":"not an address"}
        {"id":1,"url":7}                                | POST https://api.example.com/v1/items?key=k application/json {"id":1,"url":7}
        {"n":{"url":"https://x/"}}                      | POST https://api.example.com/v1/items?key=k application/json {"n":{"url":"https://x/"}}
        "Berlin"                                        | POST https://api.example.com/v1/items?key=k application/json "Berlin"
        17                                              | POST https://api.example.com/v1/items?key=k application/json 17
        ["a","b"]                                       | POST https://api.example.com/v1/items?key=k application/json ["a","b"]
        ["https://x/","https://y/"]                     | POST https://api.example.com/v1/items?key=k application/json ["https://x/","https://y/"]
        "https://x.org/a?b=c"                           | GET https://x.org/a?b=c
        "HTTPS://x.org"                                 | GET HTTPS://x.org
        "/a/b?c=d#e"                                    | GET https://api.example.com/a/b?c=d#e
        ["https://x.org/a"]                             | GET https://x.org/a
        ["https://x.org/a?z=0",{"q":"ü &=","n":1,"l":["a",true],"no":null}] | GET https://x.org/a?z=0&q=%C3%BC%20%26%3D&n=1&l=a&l=true
        ["https://x.org",[["a","1"],["a","2"]]]         | GET https://x.org/?a=1&a=2
        ["https://x.org/a",null]                        | GET https://x.org/a
        {"url":"https://x.org/a b"}                     | GET https://x.org/a%20b
        {"id":"1","url":"https://x.org/ü"}              | GET https://x.org/%C3%BC
        {"url":"https://x.org/","method":"delete"}      | DELETE https://x.org/
        {"url":"https://x.org/","params":{"a":"b"}}     | GET https://x.org/?a=b
        {"url":"https://x.org/","json":{"n":1.0e5 , "a":[1]}} | POST https://x.org/ application/json {"n":1.0e5 , "a":[1]}
        {"url":"https://x.org/","method":"PUT","json":null}   | PUT https://x.org/ application/json null
        {"url":"https://x.org/","json":12}              | POST https://x.org/ application/json 12
        {"url":"https://x.org/","data":"a=b"}           | POST https://x.org/ text/plain; charset=utf-8 a=b
        {"url":"https://x.org/","data":{"a":"b c","d":[1,2]}} | POST https://x.org/ application/x-www-form-urlencoded a=b%20c&d=1&d=2
        {"url":"https://x.org/","headers":{"X-A":" b ","N":1,"No":null}} | GET https://x.org/ {X-A: b, N: 1}
        {"url":"https://x.org/","data":"<a/>","headers":{"content-type":"text/xml"}} | POST https://x.org/ {content-type: text/xml} null <a/>
        """)
    void shouldReadEachFormInAuto(String item, String request) {
        assertThat(text(read("auto", item))).isEqualTo(request);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    "users/1"                       | GET https://api.example.com/v1/users/1
                    "./users/1"                     | GET https://api.example.com/v1/users/1
                    "../users"                      | GET https://api.example.com/users
                    "?q=1"                          | GET https://api.example.com/v1/items?q=1
                    "/"                             | GET https://api.example.com/
                    "//x.org/a"                     | GET https://x.org/a
                    {"url":"u","text":"beside"}     | GET https://api.example.com/v1/u
                    """)
    void shouldResolveRelativeAddressesWhereAllItemsAreRequests(String item, String request) {
        assertThat(text(read("requests", item))).isEqualTo(request);
    }

    @Test
    void shouldTakeEverythingForDataWhereThatIsSaid() {
        String item = "{\"url\":\"https://x.org/\",\"method\":\"GET\"}";

        assertThat(text(read("data", item))).isEqualTo("POST " + BASE + " application/json " + item);
        assertThat(read("data", "\"https://x.org/\"").ofItem()).isFalse();
    }

    @Test
    void shouldSendTheKeysOfTheQueryOnlyToTheHostThatTheyAreFor() {
        ItemRequests requests = requests("auto", BASE, "apiKey=s");

        assertThat(requests.read(itemOf("\"/a?b=c\"")).url()).hasToString("https://api.example.com/a?b=c&apiKey=s");
        assertThat(requests.read(itemOf("\"https://other.example.com/a\"")).url())
                .hasToString("https://other.example.com/a");
        assertThat(requests.read(itemOf("\"https://api.example.com:8443/a\"")).url())
                .hasToString("https://api.example.com:8443/a");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    17                                                     | no request
                    {"text":"a"}                                           | no request
                    {"url":["https://x/"]}                                 | no request
                    ["https://x/",1]                                       | no request
                    ["https://x/",{},3]                                    | no request
                    []                                                     | no request
                    "ftp://x.org/"                                         | neither with http
                    "file:///etc/passwd"                                   | neither with http
                    "jar:http://x.org/a!/b"                                | neither with http
                    "javascript:1"                                         | neither with http
                    "http:///a"                                            | no valid
                    "http://:80/"                                          | no valid
                    "http://u:p@x.org/"                                    | user name
                    "http://x.org@127.0.0.1/"                              | user name
                    "http://127.0.0.1\\\\@x.org/"                          | no valid address
                    "http://x.org\\\\a"                                    | no valid address
                    "http://x.org/a\\r\\nHost: y"                          | no valid address
                    "http://x.org/\\u0000"                                 | no valid address
                    "http://x.org:0/"                                      | no valid port
                    "http://x.org:70000/"                                  | no valid port
                    "http://2130706433/"                                   | no valid host
                    "http://0x7f000001/"                                   | no valid host
                    "http://0177.0.0.1/"                                   | no valid host
                    "http://127.1/"                                        | no valid host
                    "http://0x7f.0.0.1/"                                   | no valid host
                    "http://127.0.0.1./"                                   | no valid host
                    "http://①②⑦.⓪.⓪.①/"                                    | no valid host
                    "http://127。0。0。1/"                                    | no valid host
                    "http://[fe80::1%25eth0]/"                             | no valid
                    "http://[::1/"                                         | no valid address
                    "http://x_y.org/"                                      | no valid host
                    {"url":"https://x/","json":1,"data":"a"}               | both json and data
                    {"url":"https://x/","method":"CONNECT"}                | method
                    {"url":"https://x/","method":"TRACE"}                  | method
                    {"url":"https://x/","method":"GET / HTTP/1.1"}         | method
                    {"url":"https://x/","method":"A\\r\\nB"}               | method
                    {"url":"https://x/","method":7}                        | method
                    {"url":"https://x/","params":"a=b"}                    | params
                    {"url":"https://x/","params":{"a":{"b":1}}}            | params
                    {"url":"https://x/","data":7}                          | data
                    {"url":"https://x/","headers":["a"]}                   | headers
                    {"url":"https://x/","headers":{"a":["b"]}}             | header
                    """)
    void shouldRefuseWhatIsNoRequest(String item, String why) {
        assertThatThrownBy(() -> read("requests", item))
                .isInstanceOf(RefusedRequestException.class)
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"X\":\"a\\r\\nInjected: b\"",
                "\"X\":\"a\\nb\"",
                "\"X\":\"a\\rb\"",
                "\"X\":\"a\\u0000b\"",
                "\"X\":\"a\\u010ab\"",
                "\"X\\r\\nInjected\":\"b\"",
                "\"X: y\":\"b\"",
                "\"\":\"b\"",
                "\"X y\":\"b\"",
                "\"Host\":\"internal\"",
                "\"hOsT\":\"internal\"",
                "\"Connection\":\"close\"",
                "\"Keep-Alive\":\"1\"",
                "\"Proxy-Authorization\":\"Basic x\"",
                "\"Proxy-Connection\":\"close\"",
                "\"TE\":\"trailers\"",
                "\"Trailer\":\"x\"",
                "\"Transfer-Encoding\":\"chunked\"",
                "\"Upgrade\":\"h2c\"",
                "\"HTTP2-Settings\":\"x\"",
                "\"Content-Length\":\"0\"",
                "\"Expect\":\"100-continue\"",
                "\"CamelHttpUri\":\"http://127.0.0.1/\"",
                "\"camelHttpMethod\":\"GET\"",
            })
    void shouldRefuseAHeaderThatAnItemMustNotSet(String header) {
        String item = "{\"url\":\"https://x.org/\",\"headers\":{" + header + "}}";

        assertThatThrownBy(() -> read("auto", item))
                .isInstanceOf(RefusedRequestException.class)
                .hasMessageContaining("header")
                .hasMessageNotContaining("njected: b");
    }

    @Test
    void shouldSayThatAnAddressIsMissingWhereThereIsNone() {
        assertThatThrownBy(() -> read("auto", "{\"a\":1}", null)).hasMessageContaining("saddlebag.call.url");
        assertThatThrownBy(() -> read("requests", "\"a\"", null)).hasMessageContaining("saddlebag.call.url");
        assertThat(read("auto", "\"https://x.org/\"", null).url()).hasToString("https://x.org/");
    }
}
