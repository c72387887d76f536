package io.github.saddlebag.deliver;

import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.batch.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * What of a delivery is still to come. Each destination has a group of outcomes, and none waits for another one. A source
 * that counts its items is told of each as soon as all destinations of it have it.
 */
final class DeliveryPlan {

    /** Exchange property: the plan of a delivery. */
    static final String PLAN = "SaddlebagDeliveryPlan";

    /** Exchange property, set by 50-deliver: the number of a group, from 0. */
    private static final String GROUP = "SaddlebagGroup";

    private final @Nullable Runnable whenHeldUp;
    private final List<Message> groups = new ArrayList<>(1);
    /** The outcomes of each group that others than the source's own file have to have before they count. */
    private final List<List<Outcome>> countedBy = new ArrayList<>(1);

    private final Map<Outcome, Integer> missing = new IdentityHashMap<>();
    private List<Outcome> lines = List.of();
    private final Set<Integer> open = new HashSet<>();
    private boolean anyHeldUp;

    DeliveryPlan(Exchange exchange) {
        whenHeldUp = exchange.getProperty(BatchConstants.HELD_UP, Runnable.class);
    }

    static @Nullable DeliveryPlan of(Exchange exchange) {
        return exchange.getProperty(PLAN, DeliveryPlan.class);
    }

    /** Adds a group; these of its outcomes count once all groups that they are added with were delivered. */
    void add(Message group, List<Outcome> outcomes) {
        open.add(groups.size());
        groups.add(group);
        countedBy.add(outcomes);
        outcomes.forEach(outcome -> missing.merge(outcome, 1, Integer::sum));
    }

    /** These have a line in the file of their source. */
    void lines(List<Outcome> outcomes) {
        lines = outcomes;
    }

    /** Whether it counts only when a group was delivered. */
    boolean waits(Outcome outcome) {
        return missing.containsKey(outcome);
    }

    /** A message for each destination. */
    List<Message> groups() {
        return groups;
    }

    /** Turns a message into the one for the source that counts these. */
    Message counted(Message message, List<Outcome> outcomes) {
        message.setHeader(Deliveries.DESTINATION, Deliveries.FILE);
        message.removeHeader(Deliveries.NAME);
        message.setBody(outcomes);
        // for most runs each has one, and nothing has to be looked up
        if (outcomes != lines) {
            Set<Outcome> elsewhere = Collections.newSetFromMap(new IdentityHashMap<>());
            elsewhere.addAll(outcomes);
            lines.forEach(elsewhere::remove);
            if (!elsewhere.isEmpty()) {
                message.setHeader(Deliveries.ELSEWHERE, elsewhere);
            }
        }
        return message;
    }

    /** A group was delivered. Returns what counts from now on, in the order of the group. */
    List<Outcome> delivered(Exchange exchange) {
        int group = exchange.getProperty(GROUP, Integer.class);
        List<Outcome> free = new ArrayList<>();
        boolean isHeldUp;
        synchronized (this) {
            open.remove(group);
            isHeldUp = anyHeldUp && open.isEmpty();
            for (Outcome outcome : countedBy.get(group)) {
                if (missing.merge(outcome, -1, Integer::sum) == 0) {
                    free.add(outcome);
                }
            }
        }
        if (isHeldUp) {
            tell();
        }
        return free;
    }

    /** A group waits for its destination: where others are delivered, or wait as well, the delivery is held up. */
    void heldUp(Exchange exchange) {
        Integer group = exchange.getProperty(GROUP, Integer.class);
        boolean all;
        synchronized (this) {
            anyHeldUp = true;
            open.remove(group);
            all = open.isEmpty();
        }
        if (all) {
            tell();
        }
    }

    /** The delivery is held up: so it is by dead letters, which come before all groups. */
    void tell() {
        if (whenHeldUp != null) {
            whenHeldUp.run();
        }
    }
}
