package io.github.saddlebag.config;

/** Where failed items go. */
@Stage("dead-letter")
public record DeadLetterSettings(
        @Property(value = "direct:saddlebag-dead-letters", text = """
                        The Camel endpoint that dead letters are sent to, each as a line of JSON. As
                        shipped, the route that writes them to a file for each input;
                        direct:saddlebag-dead-letters-kafka is the one that sends them to a topic, and
                        needs camel-kafka.""")
        String to,

        @Property(name = "kafka.topic", value = "dead-letters", text = """
                        The topic for dead letters, of saddlebag.deliver.kafka.brokers, with the key
                        and the headers of the record that the item was.""")
        String kafkaTopic,

        @Property(value = "", text = """
                        One file for the dead letters; empty: one in saddlebag.deliver.directory for
                        each input. It is made with the first failure. Each input of the inbox appends
                        its part, and so does what comes from no file.""") String file) {}
