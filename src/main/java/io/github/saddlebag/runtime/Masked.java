package io.github.saddlebag.runtime;

import io.github.saddlebag.setting.Setting;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Requests as they may be shown: what is, or may be, a secret is not. */
public final class Masked {

    static final String MASK = "***";
    private static final Pattern SECRET =
            Pattern.compile("(?i).*(key|token|secret|sig|pass|pwd|auth|cred|cookie|session|code|jwt|saml).*");
    /** Of our own properties; of many others the names only sound like it. */
    private static final Pattern OWN_SECRET = Pattern.compile(
            "saddlebag\\.(?:pipeline\\.[^.]+\\.)?(auth\\.(bearer|.*password|.*secret)|source\\.http\\.token)");

    /** Of Camel's: of keys, stores and proxies. */
    private static final Pattern CAMELS =
            Pattern.compile("(?i)camel\\..*(password|passphrase|secret|token|access-?key|api-?key).*");

    private static final Pattern SENT =
            Pattern.compile("saddlebag\\.(?:pipeline\\.[^.]+\\.)?(?:call\\.(?:header|query)|auth\\.form)\\.(.+)");
    /** Long words of letters and figures are seldom anything else. */
    private static final Pattern RANDOM = Pattern.compile("(?=.*\\d)[A-Za-z0-9+/=_~.-]{20,}");

    private Masked() {}

    /** The address with its path, and the parameters of its query without the values of those that may be secrets. */
    public static String url(String url) {
        int query = url.indexOf('?');
        String address = Setting.withoutQuery(url);
        if (query < 0) {
            return address;
        }
        return address
                + '?'
                + Arrays.stream(url.substring(query + 1).split("&"))
                        .map(Masked::parameter)
                        .collect(Collectors.joining("&"));
    }

    private static String parameter(String parameter) {
        int equals = parameter.indexOf('=');
        if (equals < 0) {
            return isSecret("", parameter) ? MASK : parameter;
        }
        String name = parameter.substring(0, equals);
        return isSecret(name, parameter.substring(equals + 1)) ? name + '=' + MASK : parameter;
    }

    /** The value of a header; of credentials the scheme is shown. */
    public static String header(String name, String value) {
        if (name.equalsIgnoreCase("Content-Type") || !isSecret(name, value)) {
            return value;
        }
        int space = value.indexOf(' ');
        boolean scheme = name.toLowerCase(Locale.ROOT).endsWith("authorization") && space > 0;
        return scheme ? value.substring(0, space + 1) + MASK : MASK;
    }

    /** Whether the value of a property is a secret, by its name. */
    public static boolean isSecretProperty(String name) {
        if (!name.startsWith("saddlebag.") && !name.startsWith("camel.")) {
            return SECRET.matcher(name).matches();
        }
        if (name.startsWith("camel.")) {
            return CAMELS.matcher(name).matches();
        }
        Matcher sent = SENT.matcher(name);
        return OWN_SECRET.matcher(name).matches()
                || sent.matches() && SECRET.matcher(sent.group(1)).matches();
    }

    private static boolean isSecret(String name, String value) {
        return SECRET.matcher(name).matches() || RANDOM.matcher(value).matches();
    }
}
