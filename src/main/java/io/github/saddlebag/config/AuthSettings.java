package io.github.saddlebag.config;

import java.util.Map;

/** What the endpoint lets us in with. */
@Stage("auth")
public record AuthSettings(
        @Property(value = "", secret = true, text = """
                        Sets a token that is sent as Authorization: Bearer (see saddlebag.auth.scheme);
                        empty: none. This and the other secrets here may come from the environment
                        ({{env:NAME}}), from a Camel vault, or from a file (file:/run/secrets/token),
                        which is read at the start, without surrounding white space. They are never
                        shown.""") String bearer,
        @Property(value = "Bearer", text = """
                        Replaces the word Bearer before a token, for endpoints that expect another, such
                        as Token or ApiKey; empty: no word.""") String scheme,
        @Property(value = "", text = """
                        Sets a user name that is sent with the password as Authorization: Basic, with
                        every request; empty: none. A bearer token takes precedence.""") String username,
        @Property(value = "", secret = true, text = """
                        Sets the password of that user.""") String password,
        @Property(value = "", text = """
                        Sets the http or https address of an OAuth 2.0 token server (client
                        credentials); empty: none. One token is fetched for all requests, renewed
                        shortly before it expires, and again when the endpoint answers 401. While the
                        server is unavailable, requests wait for a token, which does not count as an
                        attempt; if it refuses the client, that has the effect of
                        `saddlebag.call.refused-in-row`. The token takes precedence over bearer and
                        username.""") String tokenUrl,
        @Property(value = "", text = """
                        Sets the client id for the token server.""") String clientId,
        @Property(value = "", secret = true, text = """
                        Sets the client secret for the token server.""") String clientSecret,
        @Property(value = "", text = """
                        Lists the scopes to request, separated by spaces. Empty: the server decides.""") String scope,
        @Property(value = "header", text = """
                        Sets how client id and secret are sent to the token server: header (Basic) or
                        form (client_id, client_secret).""") String secretIn,

        @Property(example = "audience=https://api.example.com/", secret = true, text = """
                        Adds a field to the form that is sent to the token server; set one property for
                        each. It replaces a standard field of the same name.""")
        Map<String, String> form,

        @Property(value = "bearer,bearertoken,jwt", text = """
                        Lists the token types (token_type) that are sent after saddlebag.auth.scheme,
                        separated by commas; upper and lower case are the same. A token without a type
                        is accepted as well.""")
        String tokenTypes,

        @Property(value = "", text = """
                        Sets the client certificate and key for mutual TLS, a PKCS12 or JKS file; empty:
                        none.""") String keyStore,
        @Property(value = "", secret = true, text = """
                        Sets the password of that file and its key.""") String keyStorePassword,
        @Property(value = "", text = """
                        Sets the certificates to trust, a PKCS12 or JKS file. Empty: those that the JVM
                        trusts.""") String trustStore,
        @Property(value = "", secret = true, text = """
                        Sets the password of that file.""") String trustStorePassword) {

    /** Nothing of what is secret. */
    @Override
    public String toString() {
        return "AuthSettings";
    }
}
