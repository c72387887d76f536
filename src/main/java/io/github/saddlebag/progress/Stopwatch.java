package io.github.saddlebag.progress;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What a run took. */
public final class Stopwatch {

    private final long startedNanos = System.nanoTime();

    /**
     * The summary that is the last line on stdout.
     *
     * @param before how many of the items an earlier run had done, which count for no rate
     * @param resumed whether it had done all of them
     */
    public String summary(long items, long before, long errors, boolean resumed) {
        double seconds = seconds();
        return String.format(
                Locale.ROOT,
                "{\"items\":%d,\"seconds\":%.3f,\"items_per_s\":%.1f,\"errors\":%d,\"peak_rss_kb\":%d,\"cpu_s\":%.2f%s}",
                items,
                seconds,
                (items - before) / seconds,
                errors,
                peakRssKb(),
                cpuSeconds(),
                resumed ? ",\"resumed\":true" : "");
    }

    /** How long it has run. */
    public double seconds() {
        return (System.nanoTime() - startedNanos) / 1e9;
    }

    /** The largest resident size so far, in KiB; the heap's where the system does not tell. */
    private static long peakRssKb() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("VmHWM:")) {
                    return Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
        } catch (IOException e) {
            // not Linux
        }
        return Runtime.getRuntime().totalMemory() / 1024;
    }

    private static double cpuSeconds() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getProcessCpuTime() / 1e9
                : 0;
    }
}
