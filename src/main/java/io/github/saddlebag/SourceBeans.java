package io.github.saddlebag;

import io.github.saddlebag.config.FileSettings;
import io.github.saddlebag.config.Settings;
import io.github.saddlebag.format.ReadItems;
import io.github.saddlebag.inbox.Inbox;
import io.github.saddlebag.inbox.InboxEnd;
import io.github.saddlebag.kafka.KafkaSource;
import io.github.saddlebag.kafka.UntilCommitted;
import io.github.saddlebag.serve.CallerSettings;
import io.github.saddlebag.serve.ReadCaller;
import io.github.saddlebag.serve.TellProblem;
import io.github.saddlebag.source.EndRun;
import io.github.saddlebag.source.ReaderPool;
import io.github.saddlebag.source.Runs;
import io.github.saddlebag.stats.PipelineStats;
import io.github.saddlebag.support.BatchPool;
import io.github.saddlebag.timer.WatchList;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/** The beans of where items come from. */
final class SourceBeans {

    final Runs runs;
    private volatile @Nullable ReadItems items;

    SourceBeans(Made made, Settings settings, KeptBeans kept) {
        PipelineStats stats = kept.stats;
        runs = made.add("Runs", new Runs(settings, made.properties()));
        runs.doneListener(kept.jobStore::finished);
        ReaderPool reader = made.add("Reader", new ReaderPool(made.name("-reader")));
        BatchPool ends = made.add("Ends", new BatchPool(made.name("-end"), 128));
        made.add("EndRun", new EndRun(runs, ends));

        FileSettings file = settings.file();
        InboxEnd inboxEnd =
                made.add("InboxEnd", new InboxEnd(runs, file.marker().trim()));
        String outbox = settings.deliver().directory();
        Inbox inbox =
                made.add("Inbox", new Inbox(file, outbox, "direct:" + made.name("-file"), reader, runs, inboxEnd));
        stats.add(new PipelineStats.Source("file", file.poll(), inbox::silent));

        int room = settings.batch().maxInFlight();
        WatchList watchList = made.add(
                "WatchList", new WatchList(settings.timer(), settings.source().maxLine(), room, made.properties()));
        stats.add(new PipelineStats.Source("timer", settings.timer().period(), watchList::silent));

        long inRequests = (long) settings.call().concurrency()
                * (settings.call().isSingle() ? 1 : settings.batch().maxItems());
        KafkaSource kafka = made.add(
                "Kafka", new KafkaSource(settings.kafka(), "direct:" + made.name("-kafka-items"), room, inRequests));
        stats.add(new PipelineStats.Source("kafka", settings.kafka().maxPollInterval(), kafka::silent));
        if (settings.kafka().enabled()) {
            kafka.state().values().forEach(stats::add);
        }

        made.add("KafkaUntilCommitted", new UntilCommitted(kafka, made.name("-kafka-deliver")));
        made.<Processor>add("KafkaDone", UntilCommitted::done);
        made.add("Callers", new CallerSettings(settings.serve(), made.properties()));
        made.add("Caller", new ReadCaller(() -> Objects.requireNonNull(items)));
        made.add("Problem", new TellProblem());
    }

    /** How requests are made that their items go into. */
    void follow(Settings settings, FormatBeans formats) {
        runs.setBatch(settings.batch().maxItems());
        runs.setResultsDependOn(resultsDependOn(settings));
        items = formats.items;
    }

    /** With others, an unfinished run is not gone on with: the order is part of what its checkpoint remembers. */
    private static String resultsDependOn(Settings settings) {
        return Stream.of(
                        settings.call().url(),
                        settings.call().mode(),
                        settings.item().id(),
                        settings.answer().match(),
                        settings.answer().list(),
                        settings.answer().id(),
                        settings.answer().result(),
                        settings.answer().status(),
                        settings.answer().error(),
                        settings.answer().failures(),
                        settings.answer().index(),
                        settings.single().items(),
                        settings.format().format(),
                        settings.format().item(),
                        settings.format().envelope(),
                        settings.single().method(),
                        settings.format().getValue(),
                        settings.deliver().format(),
                        settings.deliver().columns(),
                        settings.deliver().csvSafe(),
                        settings.deliver().only(),
                        settings.deliver().merge(),
                        settings.deliver().mergeOverwrite())
                .map(String::valueOf)
                .collect(Collectors.joining(" "));
    }
}
