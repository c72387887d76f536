import java.io.PrintStream;
import org.codelibs.opensearch.runner.OpenSearchRunner;

/**
 * A node of OpenSearch that does one bulk operation at a time and lets one more wait: it refuses items with 429 as soon as
 * it is asked for more. Arguments: a port, a folder. Says a line when it is up, and runs until it is killed.
 */
public class OpenSearch {

    public static void main(String[] args) throws Exception {
        PrintStream out = System.out;
        System.setOut(System.err);
        OpenSearchRunner runner = new OpenSearchRunner();
        runner.onBuild((number, settings) -> {
            settings.put("network.host", "127.0.0.1");
            settings.put("http.port", args[0]);
            settings.put("transport.port", "0");
            settings.put("discovery.type", "single-node");
            settings.put("cluster.routing.allocation.disk.threshold_enabled", "false");
            settings.put("thread_pool.write.size", "1");
            settings.put("thread_pool.write.queue_size", "1");
        });
        runner.build(OpenSearchRunner.newConfigs()
                .basePath(args[1])
                .clusterName("saddlebag")
                .numOfNode(1)
                .disableESLogger()
                .useLogger());
        out.println("up");
        Thread.currentThread().join();
    }
}
