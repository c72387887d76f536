package io.github.saddlebag.servers;

import io.github.saddlebag.testing.Bundle;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** The whole bundle with the properties of a profile that ships. */
final class Profile {

    private Profile() {}

    static Bundle of(String name, String url) throws IOException {
        Properties properties = new Properties();
        try (InputStream in = Profile.class.getResourceAsStream("/saddlebag/profiles/" + name + ".properties")) {
            properties.load(in);
        }
        Bundle bundle = Bundle.all();
        properties.forEach((property, value) -> bundle.with((String) property, value));
        return bundle.with("saddlebag.call.url", url);
    }
}
