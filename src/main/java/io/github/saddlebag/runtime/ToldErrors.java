package io.github.saddlebag.runtime;

import io.github.saddlebag.support.Unrecoverable;
import org.apache.camel.impl.engine.DefaultReactiveExecutor;

/** Camel's executor, which passes over what a step throws; here an {@link Error} is told first, and ends the process. */
final class ToldErrors extends DefaultReactiveExecutor {

    @Override
    public void schedule(Runnable task) {
        super.schedule(Unrecoverable.told(task));
    }

    @Override
    public void scheduleMain(Runnable task) {
        super.scheduleMain(Unrecoverable.told(task));
    }

    @Override
    public void scheduleSync(Runnable task) {
        super.scheduleSync(Unrecoverable.told(task));
    }

    @Override
    public void scheduleQueue(Runnable task) {
        super.scheduleQueue(Unrecoverable.told(task));
    }
}
