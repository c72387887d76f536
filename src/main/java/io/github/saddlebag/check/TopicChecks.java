package io.github.saddlebag.check;

import io.github.saddlebag.kafka.BrokerCheck;
import io.github.saddlebag.runtime.Configuration;
import io.github.saddlebag.runtime.Standalone;
import io.github.saddlebag.setting.Setting;
import java.util.List;
import java.util.Optional;

/** What a configuration says of Kafka, and what the brokers say to that. */
public final class TopicChecks {

    private final Standalone standalone;
    private final Configuration configuration;
    private final BrokerCheck brokers;
    private Optional<String> note = Optional.empty();

    /**
     * @param standalone has the settings, but for the sources, which it doesn't start
     * @param configuration the same, with the sources
     */
    public TopicChecks(Standalone standalone, Configuration configuration) {
        this.standalone = standalone;
        this.configuration = configuration;
        this.brokers = new BrokerCheck(standalone.context());
    }

    /** Asks the brokers where the configuration uses any. */
    public void run() {
        if (is("source.kafka.enabled")) {
            int members = brokers.source(
                    value("source.kafka.brokers"),
                    Setting.words(value("source.kafka.topic")),
                    value("source.kafka.group"),
                    Setting.integer("source.kafka.consumers", value("source.kafka.consumers"), 1, 1000));
            note = Optional.of(limits(members));
        }
        if (is("deliver.kafka.enabled")) {
            brokers.destination(value("deliver.kafka.brokers"), "deliver.kafka.topic", value("deliver.kafka.topic"));
        }
        if (value("dead-letter.to").equals(standalone.named(WhereTo.LETTERS_TO_TOPIC))) {
            brokers.destination(
                    value("deliver.kafka.brokers"), "dead-letter.kafka.topic", value("dead-letter.kafka.topic"));
        }
    }

    public List<String> errors() {
        return brokers.errors();
    }

    public List<String> warnings() {
        return brokers.warnings();
    }

    /** That limits are each instance's own. */
    public Optional<String> note() {
        return note;
    }

    private String limits(int members) {
        String rate = value("call.rate").equals("0") ? "" : "saddlebag.call.rate (" + value("call.rate") + ") and ";
        return rate + "saddlebag.call.concurrency (" + value("call.concurrency") + ") "
                + (rate.isEmpty() ? "holds" : "hold")
                + " for each instance: divide what the API allows by their number."
                + (members > 0
                        ? " The group " + value("source.kafka.group") + " has " + members + " members now."
                        : "");
    }

    private boolean is(String noun) {
        return Setting.yesNo(noun, value(noun));
    }

    private String value(String noun) {
        String name = "saddlebag." + noun;
        String said = configuration.resolved(name);
        return said.isEmpty() ? standalone.property(name) : said;
    }
}
