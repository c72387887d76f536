package io.github.saddlebag.serve;

import io.github.saddlebag.setting.Setting;
import io.github.saddlebag.support.Sha256;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** The token that callers must know (RFC 6750). Of the token itself only a digest is kept. */
final class BearerToken {

    static final BearerToken NONE = new BearerToken(null);

    private static final String SCHEME = "Bearer ";

    private final byte @Nullable [] digest;

    private BearerToken(byte @Nullable [] digest) {
        this.digest = digest;
    }

    /** @param token empty: callers need none */
    static BearerToken of(String token) {
        if (token.isEmpty()) {
            return NONE;
        }
        if (!token.matches("[A-Za-z0-9._~+/-]+=*")) {
            throw Setting.bad(
                    "source.http.token", "...", "give letters, digits and -._~+/ only; = only at the end (RFC 6750).");
        }
        return new BearerToken(Sha256.of(token));
    }

    /**
     * Whether a caller knows it. It takes as long for a wrong token as for the right one.
     *
     * @param authorization the header, or null
     */
    boolean isKnownBy(@Nullable String authorization) {
        if (digest == null) {
            return true;
        }
        return authorization != null
                && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                && MessageDigest.isEqual(
                        digest,
                        Sha256.of(authorization.substring(SCHEME.length()).trim()));
    }
}
