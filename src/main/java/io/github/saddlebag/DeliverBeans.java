package io.github.saddlebag;

import io.github.saddlebag.config.Settings;
import io.github.saddlebag.deliver.DeadLetters;
import io.github.saddlebag.deliver.DeliverAgain;
import io.github.saddlebag.deliver.Delivered;
import io.github.saddlebag.deliver.Deliveries;
import io.github.saddlebag.deliver.Destinations;
import io.github.saddlebag.deliver.KafkaRecords;
import io.github.saddlebag.deliver.ResultMessages;
import io.github.saddlebag.deliver.SourceFiles;
import io.github.saddlebag.deliver.UntilFree;
import io.github.saddlebag.deliver.WriteFiles;
import io.github.saddlebag.stats.PipelineStats;
import io.github.saddlebag.support.CallerThread;
import org.apache.camel.Processor;

/** The beans of where outcomes go. */
final class DeliverBeans {

    DeliverBeans(Made made, Settings settings, PipelineStats stats) {
        DeadLetters deadLetters = made.add(
                "DeadLetters",
                new DeadLetters(made.pipeline(), settings.deadLetter().to()));

        Destinations destinations = made.add("Destinations", new Destinations(settings.deliver(), made.properties()));
        destinations.init();

        DeliverAgain deliverAgain =
                made.add("DeliverAgain", new DeliverAgain(settings.deliver(), made.name("-deliver-again")));

        made.add("Deliveries", new Deliveries(deadLetters, destinations, stats));

        made.add("Delivered", new Delivered(deliverAgain));

        made.add("Here", new CallerThread());

        SourceFiles sourceFiles = made.add(
                "SourceFiles",
                new SourceFiles(settings.deliver(), settings.deadLetter().file()));

        WriteFiles write = new WriteFiles(sourceFiles);
        made.<Processor>add("Results", write::results);
        made.<Processor>add("AppendResults", write::append);
        made.<Processor>add("DeadLetterFile", write::deadLetter);

        made.add(
                "OutputsFree",
                new UntilFree(made.name("-until-free"), exchange -> sourceFiles.take(exchange, destinations)));

        boolean details = settings.deliver().details();
        made.add("ResultMessages", new ResultMessages(details));
        made.addEndpoint("results-endpoint", settings.deliver().directTo());
        made.addEndpoint("dead-letters-endpoint", settings.deadLetter().to());
        made.add("KafkaResults", new KafkaRecords(false, details));
        made.add("KafkaLetters", new KafkaRecords(true, false));
    }
}
