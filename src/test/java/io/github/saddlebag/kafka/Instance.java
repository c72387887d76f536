package io.github.saddlebag.kafka;

import io.github.saddlebag.testing.Bundle;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.component.kafka.KafkaComponent;

/** The routes as they ship, in a JVM of their own until it is stopped or killed: {@code property=value} each. */
final class Instance {

    private Instance() {}

    public static void main(String[] properties) throws Exception {
        Bundle bundle = Bundle.all();
        for (String property : properties) {
            String[] parts = property.split("=", 2);
            bundle.with(parts[0], parts[1]);
        }
        quick(bundle).start();
        Runtime.getRuntime().addShutdownHook(new Thread(bundle::close));
        new CountDownLatch(1).await();
    }

    /** Members that died are noticed soon. */
    static Bundle quick(Bundle bundle) {
        KafkaComponent kafka = bundle.context().getComponent("kafka", KafkaComponent.class);
        kafka.getConfiguration().setSessionTimeoutMs(3000);
        kafka.getConfiguration().setHeartbeatIntervalMs(500);
        return bundle;
    }
}
