package io.github.saddlebag.config;

/** Where failed items go. */
@Stage("dead-letter")
public record DeadLetterSettings(
        @Property(value = "direct:saddlebag-dead-letters", text = """
                        Sets the Camel endpoint that dead letters are sent to, each as a line of JSON.
                        The default is the route that writes them to a file for each input.
                        direct:saddlebag-dead-letters-kafka sends them to a topic, and needs
                        camel-kafka.""")
        String to,

        @Property(name = "kafka.topic", value = "dead-letters", text = """
                        Names the topic for dead letters, at saddlebag.deliver.kafka.brokers. A record
                        has the key and the headers of the record that the item was.""")
        String kafkaTopic,

        @Property(value = "", text = """
                        Writes all dead letters to this one file. Empty: one file in
                        saddlebag.deliver.directory for each input. It is created with the first
                        failure. Each input of the inbox appends its part, and so do sources other than
                        files.""") String file) {}
