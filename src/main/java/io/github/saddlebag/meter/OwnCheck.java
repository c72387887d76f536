package io.github.saddlebag.meter;

import org.apache.camel.health.HealthCheck;

/** A check of ours: on until it is switched off. (Camel's own base is in a module that hosts need not have.) */
abstract class OwnCheck implements HealthCheck {

    private final String id;
    private volatile boolean enabled = true;

    OwnCheck(String id) {
        this.id = id;
    }

    @Override
    public final String getGroup() {
        return "saddlebag";
    }

    @Override
    public final String getId() {
        return id;
    }

    @Override
    public final int getOrder() {
        return 100;
    }

    @Override
    public final boolean isEnabled() {
        return enabled;
    }

    @Override
    public final void setEnabled(boolean enabled) {
        this.enabled = enabled;
    }
}
