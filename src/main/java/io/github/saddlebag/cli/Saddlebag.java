package io.github.saddlebag.cli;

import java.io.File;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.main.Main;

public final class Saddlebag {
    public static void main(String[] args) throws Exception {
        long t0 = System.nanoTime();
        Map<String, String> m = new HashMap<>();
        for (int i = 0; i + 1 < args.length; i += 2) m.put(args[i].substring(2), args[i + 1]);
        Main main = new Main();
        main.setDefaultPropertyPlaceholderLocation("false");
        main.configure().setRoutesIncludePattern("file:/work/main/routes/*.camel.yaml");
        main.configure().setJmxEnabled(false);
        main.configure().setStartupSummaryLevel(org.apache.camel.StartupSummaryLevel.Off);
        main.configure().setAutoConfigurationEnvironmentVariablesEnabled(false);
        main.configure().setAutoConfigurationSystemPropertiesEnabled(false);
        main.configure().setLoadTypeConverters(false);
        main.addOverrideProperty("saddlebag.call.url", m.get("url"));
        main.addOverrideProperty("saddlebag.call.concurrency", m.getOrDefault("concurrency", "16"));
        main.addOverrideProperty("saddlebag.call.rate", m.getOrDefault("rate", "0"));
        main.addOverrideProperty("saddlebag.batch.max-items", m.getOrDefault("batch-size", "100"));
        main.addOverrideProperty("saddlebag.batch.max-wait", m.getOrDefault("linger-ms", "50") + "ms");
        main.addOverrideProperty("saddlebag.deliver.file", m.get("output"));
        main.addOverrideProperty("saddlebag.answer.result", m.getOrDefault("answer-result", ""));
        main.addOverrideProperty("saddlebag.dead-letter.file", m.get("output") + ".failed.jsonl");
        main.start();
        System.err.println("started " + (System.nanoTime() - t0) / 1000000);
        Exchange ex = main.getCamelContext().createProducerTemplate().send("direct:saddlebag-read", e -> e.getIn().setBody(new File(m.get("input"))));
        if (ex.getException() != null) ex.getException().printStackTrace();
        System.err.println("done " + (System.nanoTime() - t0) / 1000000);
        System.out.println("{\"items\":1}");
        main.stop(); System.err.println("stopped " + (System.nanoTime() - t0) / 1000000); if (System.getProperty("train") != null) System.exit(0); Runtime.getRuntime().halt(0);
    }
}
