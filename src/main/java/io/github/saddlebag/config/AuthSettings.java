package io.github.saddlebag.config;

import java.util.Map;

/** What the endpoint lets us in with. */
@Stage("auth")
public record AuthSettings(
        @Property(value = "", secret = true, text = """
                        A token, sent as Authorization: Bearer (saddlebag.auth.scheme); empty: none. This and the other secrets
                        here may stand in the environment ({{env:NAME}}), in a vault of Camel's, or in a
                        file (file:/run/secrets/token), which is read at the start, without the white
                        space around its content. They are never shown.""") String bearer,
        @Property(value = "Bearer", text = """
                        The word before a token in Authorization, where the endpoint wants another one
                        than Bearer, such as Token or ApiKey; empty: none.""") String scheme,
        @Property(value = "", text = """
                        A user's name, sent with the password as Authorization: Basic, without being
                        asked for; empty: none. A bearer token goes before it.""") String username,
        @Property(value = "", secret = true, text = """
                        The user's password.""") String password,
        @Property(value = "", text = """
                        Where access tokens come from by OAuth 2.0 client credentials, http or https;
                        empty: none are fetched. One is fetched for all requests, again shortly before
                        it ends, and again when the endpoint answers 401. It goes before the others.""") String tokenUrl,
        @Property(value = "", text = """
                        The client's name at that server.""") String clientId,
        @Property(value = "", secret = true, text = """
                        The client's secret at that server.""") String clientSecret,
        @Property(value = "", text = """
                        What the token is to be good for, separated by spaces; empty: whatever the
                        server gives.""") String scope,
        @Property(value = "header", text = """
                        Where that server wants the client's name and secret: header (Basic) or form
                        (client_id, client_secret).""") String secretIn,

        @Property(example = "audience=https://api.example.com/", secret = true, text = """
                        A further field of the form that is sent to that server, by its name; as many as
                        are needed. They go before the fields that are there already.""")
        Map<String, String> form,

        @Property(value = "bearer,bearertoken,jwt", text = """
                        The names (token_type) under which that server gives a token that is sent after
                        saddlebag.auth.scheme, separated by commas, capitals or not. Without a name it is
                        taken for one.""")
        String tokenTypes,

        @Property(value = "", text = """
                        The certificate and key that we show (mutual TLS), a PKCS12 or JKS file; empty:
                        none.""") String keyStore,
        @Property(value = "", secret = true, text = """
                        The password of that file and its key.""") String keyStorePassword,
        @Property(value = "", text = """
                        The certificates that we trust, a PKCS12 or JKS file; empty: those that the JVM
                        trusts.""") String trustStore,
        @Property(value = "", secret = true, text = """
                        The password of that file.""") String trustStorePassword) {

    /** Nothing of what is secret. */
    @Override
    public String toString() {
        return "AuthSettings";
    }
}
