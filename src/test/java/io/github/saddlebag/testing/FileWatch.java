package io.github.saddlebag.testing;

import static net.bytebuddy.matcher.ElementMatchers.isConstructor;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.none;
import static net.bytebuddy.matcher.ElementMatchers.takesArgument;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.instrument.Instrumentation;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import net.bytebuddy.agent.ByteBuddyAgent;
import net.bytebuddy.agent.builder.AgentBuilder;
import net.bytebuddy.agent.builder.ResettableClassFileTransformer;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.matcher.ElementMatcher;
import net.bytebuddy.utility.JavaModule;

/**
 * Tells of each operation on files that this JVM makes, whoever makes it, as long as it is open: the JDK's own
 * classes are made to say so. No operation can be forgotten, and what is tested has nothing in it for the sake of the test.
 */
public final class FileWatch implements AutoCloseable {

    /** Under this name the JDK's classes find who listens, for they can name no class of ours. */
    private static final String LISTENER = "saddlebag.test.files";

    private static final Instrumentation JVM = ByteBuddyAgent.install();
    private static final String CHANNEL = "sun.nio.ch.FileChannelImpl";
    private static final String PROVIDER = "sun.nio.fs.UnixFileSystemProvider";

    private static final Function<Object[], Object> NOBODY = what -> null;

    private final Set<String> changed = ConcurrentHashMap.newKeySet();
    private final Map<String, Throwable> problems = new ConcurrentHashMap<>();
    private final ResettableClassFileTransformer woven;

    public FileWatch() throws ReflectiveOperationException {
        listen(NOBODY);
        for (String name : List.of(CHANNEL, PROVIDER)) {
            // what is loaded in the middle of a change is passed over
            Class.forName(name);
        }
        AgentBuilder agent = new AgentBuilder.Default()
                .disableClassFormatChanges()
                .ignore(none())
                .with(AgentBuilder.RedefinitionStrategy.RETRANSFORMATION)
                .with(AgentBuilder.RedefinitionStrategy.BatchAllocator.ForFixedSize.ofSize(1))
                .with(AgentBuilder.RedefinitionStrategy.Listener.ErrorEscalating.FAIL_FAST)
                .with(AgentBuilder.TypeStrategy.Default.REDEFINE)
                .with(new Weaving());
        String stream = FileOutputStream.class.getName();
        agent = woven(agent, stream, isConstructor().and(takesArguments(File.class, boolean.class)), Open.class);
        agent = woven(agent, stream, named("write"), Append.class);
        agent = woven(agent, stream, named("getChannel").or(named("getFD")), Same.class);
        String file = RandomAccessFile.class.getName();
        agent = woven(agent, file, isConstructor().and(takesArguments(File.class, String.class)), Open.class);
        agent = woven(agent, file, named("write"), WriteAt.class);
        agent = woven(agent, file, named("setLength"), Truncate.class);
        agent = woven(agent, file, named("getChannel").or(named("getFD")), Same.class);
        agent = woven(agent, CHANNEL, named("write").and(takesArgument(0, ByteBuffer.class)), WriteBuffer.class);
        agent = woven(agent, CHANNEL, named("truncate"), Truncate.class);
        agent = woven(agent, CHANNEL, named("force"), Force.class);
        agent = woven(agent, PROVIDER, named("newFileChannel").or(named("newByteChannel")), OpenChannel.class);
        agent = woven(agent, PROVIDER, named("move").or(named("implDelete")).or(named("createDirectory")), Name.class);
        woven = agent.installOn(JVM);
        check();
        if (!changed.containsAll(Set.of(stream, file, CHANNEL, PROVIDER))) {
            throw new IllegalStateException("Only " + changed + " tell of files.");
        }
    }

    /** What is not told of would be taken for what was not done. */
    private final class Weaving extends AgentBuilder.Listener.Adapter {
        @Override
        public void onTransformation(
                TypeDescription type, ClassLoader loader, JavaModule module, boolean loaded, DynamicType dynamic) {
            changed.add(type.getName());
        }

        @Override
        public void onError(String type, ClassLoader loader, JavaModule module, boolean loaded, Throwable why) {
            problems.put(type, why);
        }
    }

    private void check() {
        if (!problems.isEmpty()) {
            throw new IllegalStateException(
                    "These don't tell what they do to files: " + problems.keySet(),
                    problems.values().iterator().next());
        }
    }

    private static AgentBuilder woven(
            AgentBuilder agent, String type, ElementMatcher<? super MethodDescription> methods, Class<?> advice) {
        return agent.type(named(type))
                .transform((builder, description, loader, module, domain) ->
                        builder.visit(Advice.to(advice).on(methods)));
    }

    /**
     * @param listener is given what was done, beginning with its name; what it returns to a {@code begin} comes back with
     *     the end of that operation
     */
    void listen(Function<Object[], Object> listener) {
        System.getProperties().put(LISTENER, listener);
    }

    void ignore() {
        listen(NOBODY);
    }

    @Override
    public void close() {
        ignore();
        woven.reset(JVM, AgentBuilder.RedefinitionStrategy.RETRANSFORMATION);
        check();
    }

    // What follows is copied into classes of the JDK, method by method: it can call nothing of ours.

    @SuppressWarnings({"unchecked", "unused"})
    private static final class Open {
        @Advice.OnMethodEnter(suppress = Throwable.class)
        static Object before(@Advice.Argument(0) File file) {
            return file != null && file.exists();
        }

        @Advice.OnMethodExit(suppress = Throwable.class)
        static void after(
                @Advice.This Object handle, @Advice.AllArguments Object[] arguments, @Advice.Enter Object existed) {
            ((Function<Object[], Object>) System.getProperties().get("saddlebag.test.files"))
                    .apply(new Object[] {"open", handle, arguments, existed});
        }
    }

    @SuppressWarnings({"unchecked", "unused"})
    private static final class OpenChannel {
        @Advice.OnMethodEnter(suppress = Throwable.class)
        static Object before(@Advice.Argument(0) Path file) {
            return Files.exists(file);
        }

        @Advice.OnMethodExit(suppress = Throwable.class)
        static void after(
                @Advice.Return Object handle, @Advice.AllArguments Object[] arguments, @Advice.Enter Object existed) {
            ((Function<Object[], Object>) System.getProperties().get("saddlebag.test.files"))
                    .apply(new Object[] {"open", handle, arguments, existed});
        }
    }

    /**
     * A channel of what is open; or its descriptor, which is asked for to sync it: {@link java.io.FileDescriptor#sync} itself
     * is native, at least up to Java 17, and can't be changed.
     */
    @SuppressWarnings({"unchecked", "unused"})
    private static final class Same {
        @Advice.OnMethodExit(suppress = Throwable.class)
        static void after(@Advice.This Object handle, @Advice.Return Object same) {
            ((Function<Object[], Object>) System.getProperties().get("saddlebag.test.files"))
                    .apply(new Object[] {"same", handle, same});
        }
    }

    @SuppressWarnings({"unchecked", "unused"})
    private static final class Append {
        @Advice.OnMethodExit(suppress = Throwable.class)
        static void after(@Advice.This Object handle, @Advice.AllArguments Object[] arguments) {
            ((Function<Object[], Object>) System.getProperties().get("saddlebag.test.files"))
                    .apply(new Object[] {"write", handle, -1L, arguments});
        }
    }

    @SuppressWarnings({"unchecked", "unused"})
    private static final class WriteAt {
        @Advice.OnMethodEnter(suppress = Throwable.class)
        static Object before(@Advice.This RandomAccessFile handle) throws IOException {
            return handle.getFilePointer();
        }

        @Advice.OnMethodExit(suppress = Throwable.class)
        static void after(
                @Advice.This Object handle, @Advice.AllArguments Object[] arguments, @Advice.Enter Object at) {
            ((Function<Object[], Object>) System.getProperties().get("saddlebag.test.files"))
                    .apply(new Object[] {"write", handle, at, arguments});
        }
    }

    @SuppressWarnings({"unchecked", "unused"})
    private static final class WriteBuffer {
        @Advice.OnMethodEnter(suppress = Throwable.class)
        static Object before(@Advice.This FileChannel handle, @Advice.AllArguments Object[] arguments)
                throws IOException {
            ByteBuffer from = (ByteBuffer) arguments[0];
            byte[] bytes = new byte[from.remaining()];
            from.duplicate().get(bytes);
            return new Object[] {arguments.length > 1 ? arguments[1] : (Object) handle.position(), bytes};
        }

        @Advice.OnMethodExit(suppress = Throwable.class)
        static void after(@Advice.This Object handle, @Advice.Return int written, @Advice.Enter Object begun) {
            Object[] before = (Object[]) begun;
            ((Function<Object[], Object>) System.getProperties().get("saddlebag.test.files")).apply(new Object[] {
                "write", handle, before[0], new Object[] {before[1], 0, written}
            });
        }
    }

    @SuppressWarnings({"unchecked", "unused"})
    private static final class Truncate {
        @Advice.OnMethodExit(suppress = Throwable.class)
        static void after(@Advice.This Object handle, @Advice.Argument(0) long length) {
            ((Function<Object[], Object>) System.getProperties().get("saddlebag.test.files"))
                    .apply(new Object[] {"truncate", handle, length});
        }
    }

    @SuppressWarnings({"unchecked", "unused"})
    private static final class Force {
        @Advice.OnMethodEnter(suppress = Throwable.class)
        static Object before() {
            return ((Function<Object[], Object>) System.getProperties().get("saddlebag.test.files"))
                    .apply(new Object[] {"begin"});
        }

        @Advice.OnMethodExit(suppress = Throwable.class)
        static void after(@Advice.This Object handle, @Advice.Enter Object begin) {
            ((Function<Object[], Object>) System.getProperties().get("saddlebag.test.files"))
                    .apply(new Object[] {"sync", handle, begin});
        }
    }

    /** What changes the names in a folder. */
    @SuppressWarnings({"unchecked", "unused"})
    private static final class Name {
        @Advice.OnMethodExit(suppress = Throwable.class)
        static void after(@Advice.Origin("#m") String what, @Advice.AllArguments Object[] arguments) {
            ((Function<Object[], Object>) System.getProperties().get("saddlebag.test.files"))
                    .apply(new Object[] {what, arguments});
        }
    }
}
