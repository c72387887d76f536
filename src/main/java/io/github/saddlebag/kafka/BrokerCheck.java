package io.github.saddlebag.kafka;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.camel.CamelContext;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.component.kafka.KafkaConfiguration;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Asks the brokers whether the topics that are configured are there, and what may be done with them. It changes nothing.
 * Brokers that don't answer within 5 s are a warning, and not asked anything else.
 */
public final class BrokerCheck {

    private final CamelContext context;
    private final List<String> errors = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    /** Those that did not answer. */
    private final Set<String> silent = new HashSet<>();

    /** @param context has Camel's component for Kafka, and with it what connections need */
    public BrokerCheck(CamelContext context) {
        this.context = context;
    }

    /** What can't work. */
    public List<String> errors() {
        return errors;
    }

    /** What is probably not meant. */
    public List<String> warnings() {
        return warnings;
    }

    /**
     * Topics that are read.
     *
     * @param consumers how many there are here
     * @return how many members the group has by now
     */
    public int source(String brokers, List<String> topics, String group, int consumers) {
        return asking("source.kafka.brokers", brokers, admin -> {
            long partitions = 0;
            boolean all = true;
            for (String topic : topics) {
                TopicDescription found = topic(admin, "source.kafka.topic", topic, AclOperation.READ);
                all &= found != null;
                partitions += found == null ? 0 : found.partitions().size();
            }
            if (all && consumers > partitions) {
                warnings.add("saddlebag.source.kafka.consumers is " + consumers + ", and there are " + partitions
                        + " partitions: the others have nothing to do.");
            }
            return members(admin, group);
        });
    }

    /**
     * A topic that is written.
     *
     * @param property the name of the one that says it, without {@code saddlebag.}
     */
    public void destination(String brokers, String property, String topic) {
        asking("deliver.kafka.brokers", brokers, admin -> {
            topic(admin, property, topic, AclOperation.WRITE);
            return 0;
        });
    }

    private interface Question {
        int ask(Admin admin) throws InterruptedException, ExecutionException;
    }

    private int asking(String property, String brokers, Question question) {
        if (silent.contains(brokers)) {
            return 0;
        }
        KafkaConfiguration configuration = context.getComponent("kafka", KafkaComponent.class)
                .getConfiguration()
                .copy();
        configuration.setBrokers(brokers);
        Properties client = configuration.createProducerProperties();
        client.put("bootstrap.servers", brokers);
        try (Admin admin = Brokers.admin(client)) {
            return question.ask(admin);
        } catch (ExecutionException | KafkaException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            String text = "saddlebag." + property + " is '" + brokers + "': "
                    + (cause.getMessage() == null ? cause.toString() : cause.getMessage());
            if (cause instanceof AuthenticationException) {
                errors.add(text);
            } else {
                if (cause instanceof TimeoutException) {
                    silent.add(brokers);
                }
                warnings.add(text + " Whether the topics are there, and may be used, was not found out.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    private @Nullable TopicDescription topic(Admin admin, String property, String topic, AclOperation needed)
            throws InterruptedException, ExecutionException {
        String named = "saddlebag." + property + " is '" + topic + "': ";
        try {
            TopicDescription found = Objects.requireNonNull(
                    admin.describeTopics(List.of(topic), new DescribeTopicsOptions().includeAuthorizedOperations(true))
                            .allTopicNames()
                            .get()
                            .get(topic));
            if (found.authorizedOperations() != null
                    && !found.authorizedOperations().contains(needed)) {
                errors.add(named + "there is no right to " + (needed == AclOperation.READ ? "read it" : "write to it")
                        + ". Allow it to this user.");
            }
            return found;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException
                    || e.getCause() instanceof InvalidTopicException) {
                errors.add(named + "the brokers have no such topic. Make it, unless they make topics of their own"
                        + " accord.");
            } else if (e.getCause() instanceof AuthorizationException) {
                errors.add(named + "the brokers say: " + e.getCause().getMessage());
            } else {
                throw e;
            }
            return null;
        }
    }

    private int members(Admin admin, String group) throws InterruptedException {
        Map<String, KafkaFuture<ConsumerGroupDescription>> asked = admin.describeConsumerGroups(
                        List.of(group), new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true))
                .describedGroups();
        try {
            ConsumerGroupDescription found =
                    Objects.requireNonNull(asked.get(group)).get();
            if (found.authorizedOperations() != null
                    && !found.authorizedOperations().contains(AclOperation.READ)) {
                errors.add("saddlebag.source.kafka.group is '" + group
                        + "': there is no right to read as this group. Allow it to this user.");
            }
            return found.members().size();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException) {
                errors.add("saddlebag.source.kafka.group is '" + group + "': the brokers say: "
                        + e.getCause().getMessage());
            }
            // else there is no such group yet
            return 0;
        }
    }
}
