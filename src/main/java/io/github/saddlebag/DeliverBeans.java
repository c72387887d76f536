package io.github.saddlebag;

import io.github.saddlebag.config.Settings;
import io.github.saddlebag.deliver.AppendResults;
import io.github.saddlebag.deliver.DeadLetters;
import io.github.saddlebag.deliver.DeliverAgain;
import io.github.saddlebag.deliver.Delivered;
import io.github.saddlebag.deliver.Deliveries;
import io.github.saddlebag.deliver.Destinations;
import io.github.saddlebag.deliver.KafkaRecords;
import io.github.saddlebag.deliver.OutputsFree;
import io.github.saddlebag.deliver.ResultMessages;
import io.github.saddlebag.deliver.SourceFiles;
import io.github.saddlebag.deliver.WriteDeadLetter;
import io.github.saddlebag.deliver.WriteResults;
import io.github.saddlebag.stats.PipelineStats;
import io.github.saddlebag.support.CallerThread;

/** The beans of where outcomes go. */
final class DeliverBeans {

    DeliverBeans(Made made, Settings settings, PipelineStats stats) {
        DeadLetters deadLetters = made.add("DeadLetters", new DeadLetters());
        deadLetters.setPipeline(made.pipeline());
        deadLetters.setTo(settings.deadLetter().to());
        deadLetters.init();

        Destinations destinations = made.add("Destinations", new Destinations());
        destinations.setDestination(settings.deliver().to());
        destinations.setHeader(settings.deliver().toHeader());
        destinations.setRule(settings.deliver().toRule());
        destinations.setKafka(settings.deliver().kafkaEnabled());
        destinations.setUnlisted(settings.deliver().unlisted());
        destinations.setNamed(settings.deliver().destination());
        destinations.init();

        DeliverAgain deliverAgain = made.add("DeliverAgain", new DeliverAgain());
        deliverAgain.setBackOff(settings.deliver().backOff());
        deliverAgain.setMaxBackOff(settings.deliver().maxBackOff());
        deliverAgain.setRetryFor(settings.deliver().retryFor());

        Deliveries deliveries = made.add("Deliveries", new Deliveries());
        deliveries.setStats(stats);
        deliveries.setLetters(deadLetters);
        deliveries.setDestinations(destinations);

        Delivered delivered = made.add("Delivered", new Delivered());
        delivered.setAgain(deliverAgain);

        made.add("Here", new CallerThread());

        SourceFiles sourceFiles = made.add("SourceFiles", new SourceFiles());
        sourceFiles.setDirectory(settings.deliver().directory());
        sourceFiles.setResultFile(settings.deliver().file());
        sourceFiles.setDeadLetterFile(settings.deadLetter().file());
        sourceFiles.setDetails(settings.deliver().details());
        sourceFiles.setRoll(settings.deliver().roll());

        made.add("AppendResults", new AppendResults(sourceFiles));

        made.add("OutputsFree", new OutputsFree(sourceFiles, destinations));

        made.add("Results", new WriteResults(sourceFiles));

        ResultMessages resultMessages = made.add("ResultMessages", new ResultMessages());
        resultMessages.setDetails(settings.deliver().details());

        KafkaRecords kafkaResults = made.add("KafkaResults", new KafkaRecords());
        kafkaResults.setDetails(settings.deliver().details());

        KafkaRecords kafkaLetters = made.add("KafkaLetters", new KafkaRecords());
        kafkaLetters.setLetters(true);

        made.add("DeadLetterFile", new WriteDeadLetter(sourceFiles));
    }
}
