package io.github.saddlebag.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.saddlebag.batch.Item;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Addresses of items: what stands in them, and what never may. */
class AddressTemplateTest {

    private static Item item(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        Item item = new Item(bytes, Map.of(), null);
        item.content(bytes);
        return item;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        https://api/users/${url:/id}?lang=${url:/l} | {"id":7,"l":"de"}             | https://api/users/7?lang=de
        https://api/users/${url:/id}                | {"id":"a/b?c#d&e=f%2e+g h"}   | https://api/users/a%2Fb%3Fc%23d%26e%3Df%252e%2Bg%20h
        https://api/${url:/a/b}/x-${url:/c}.json    | {"a":{"b":"ü€😀"},"c":true}   | https://api/%C3%BC%E2%82%AC%F0%9F%98%80/x-true.json
        https://api/zip/${url:}                     | "01067"                       | https://api/zip/01067
        https://api?q=${url:/q}                     | {"q":".."}                    | https://api?q=..
        https://api/a?q=../${url:/q}                | {"q":"*~'()"}                 | https://api/a?q=../%2A~%27%28%29
        https://api/users/${url:/id}                | {"id":"..."}                  | https://api/users/...
        https://api/users/${url:/id}                | {"id":"%2e%2e"}               | https://api/users/%252e%252e
        https://api/users/${url:/id}                | {"id":"1","id":"2"}           | https://api/users/2
        https://api/users/${url:/id}                | {"id":"@evil.example:80"}     | https://api/users/%40evil.example%3A80
        https://api/${url:/n}                       | {"n":-1.50E+3}                | https://api/-1.50E%2B3
        """)
    void shouldEncodeWhatItemsSay(String template, String json, String address) {
        AddressTemplate url = new AddressTemplate("call.url", template);

        assertThat(url.refusal(item(json))).isNull();
        assertThat(url.of(item(json))).isEqualTo(address);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        https://api/users/${url:/id}       | {}                  | no string, number or boolean at '/id'
        https://api/users/${url:/id}       | {"id":null}         | no string, number or boolean at '/id'
        https://api/users/${url:/id}       | {"id":{"a":1}}      | no string, number or boolean at '/id'
        https://api/users/${url:/id}       | {"id":[1]}          | no string, number or boolean at '/id'
        https://api/users/${url:/id}       | {"id":""}           | an empty string at '/id'
        https://api/users/${url:/id}       | {"id":"\\ud800"}    | no Unicode
        https://api/users/${url:/id}       | {"id":"."}          | . or ..
        https://api/users/${url:/id}       | {"id":".."}         | . or ..
        https://api/users/${url:/id}/x     | {"id":".."}         | . or ..
        https://api/users/.${url:/id}?a=b  | {"id":"."}          | . or ..
        https://api/u/${url:/id}${url:/b}  | {"id":".","b":"."}  | . or ..
        https://api/u/${url:/id}%2e        | {"id":"."}          | . or ..
        https://api/users/${url:/id}       | {"id":"../../admin"} | . or ..
        https://api/users/${url:/id}       | {"id":"a\\\\..\\\\b"} | . or ..
        https://api/users/${url:/id}       | {"id":"..;a=b"}     | . or ..
        """)
    void shouldRefuseWhatIsNoPartOfAnAddress(String template, String json, String reason) {
        assertThat(new AddressTemplate("call.url", template).refusal(item(json)))
                .contains(reason)
                .contains("saddlebag.call.url");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        ${url:/s}://api/x              | scheme, host and port
        https://${url:/host}/x         | scheme, host and port
        https://${url:/host}           | scheme, host and port
        https://api${url:/host}        | scheme, host and port
        https://api.${url:/host}/x     | scheme, host and port
        https://api:${url:/port}/x     | scheme, host and port
        https://${url:/user}@api/x     | scheme, host and port
        https://api/x#${url:/id}       | path and its query
        https://api/${/id}             | ${url:/pointer}
        https://api/${item}            | ${url:/pointer}
        https://api/${url:id}          | JSON pointer
        https://api/../${url:/id}      | . or ..
        """)
    void shouldLetNoItemSayWhereRequestsGo(String template, String rule) {
        assertThatThrownBy(() -> new AddressTemplate("call.url", template))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(rule)
                .hasMessageContaining("saddlebag.call.url");
    }

    @Test
    void shouldKnowWhatIsTheSameInAllAddresses() {
        assertThat(new AddressTemplate("call.url", "https://api/v1/users/x-${url:/id}/y?k=v").fixed())
                .isEqualTo("https://api/v1/users/");
        assertThat(new AddressTemplate("call.url", "https://api/v1/find?a=b&q=${url:/q}").fixed())
                .isEqualTo("https://api/v1/find");
        assertThat(new AddressTemplate("call.url", "https://api?q=${url:/q}").fixed())
                .isEqualTo("https://api");
    }
}
