package io.github.saddlebag.cli;

import io.github.saddlebag.checkpoint.DeadLetterReader;
import io.github.saddlebag.checkpoint.InputList;
import io.github.saddlebag.input.FetchedFile;
import io.github.saddlebag.runtime.Standalone;
import io.github.saddlebag.runtime.UsageException;
import io.github.saddlebag.setting.Setting;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What can be said of files before a run begins. */
final class FileChecks {

    private FileChecks() {}

    static void checkReadable(String option, Path path) throws UsageException {
        if (!Files.exists(path)) {
            throw new UsageException(option + " " + path + ": there is no such file."
                    + (option.equals("--input") ? meant(path.toString()) : ""));
        }
        if (Files.isDirectory(path) || !Files.isReadable(path)) {
            throw new UsageException(option + " " + path
                    + (!Files.isDirectory(path)
                            ? ": it is not a file that can be read."
                            : option.equals("--input")
                                    ? ": it is a folder. For all files in it: --input '" + path + "/*'."
                                    : ": it is a folder; name a file in it."));
        }
    }

    /** Whether a server can listen at this port of the machine itself. */
    static void checkFree(String option, int port) throws UsageException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress("127.0.0.1", port));
        } catch (IOException | IllegalArgumentException e) {
            throw new UsageException(option + ' ' + port + ": the port is taken or not ours. Name another one.");
        }
    }

    /** What may be meant by an input that is not there, as a sentence; or nothing. */
    private static String meant(String input) {
        if (input.startsWith("file:")) {
            return " Give its path alone, without file:.";
        }
        if (input.matches("[a-z][a-z0-9+.-]+:/.*")) {
            return " Only addresses with http and https are read: let another program fetch it, and give --input -.";
        }
        return input.matches("[\\w.-]+(:\\d+/|\\.[a-z]{2,}/).*")
                ? " If it is an address: --input http://" + input + "."
                : "";
    }

    /** What is read: a path, several as a list, or stdin. Each is there, and can be read. */
    static Object input(List<String> names) throws UsageException {
        if (names.size() == 1 && names.get(0).equals("-")) {
            checkStdin();
            return System.in;
        }
        for (String name : names) {
            if (FetchedFile.isAddress(name)) {
                throw new UsageException("--input " + Setting.withoutQuery(name)
                        + ": only process reads an address. Fetch it to a file first.");
            }
        }
        boolean several = names.size() > 1 || InputList.isPattern(names.get(0));
        if (!several) {
            Path file = Path.of(names.get(0));
            checkReadable("--input", file);
            return file;
        }
        if (names.contains("-")) {
            throw new UsageException("--input -: stdin is read alone; it can be no one of several inputs.");
        }
        InputList list;
        try {
            list = InputList.of(names);
        } catch (IOException e) {
            throw new UsageException(Standalone.messageOf(e));
        }
        for (Path file : list.files()) {
            checkReadable("--input", file);
            if (!Files.isRegularFile(file)) {
                throw new UsageException(
                        "--input " + file + ": of several inputs each must be a file, and this is a pipe"
                                + " or a device, which is read once. Give it alone.");
            }
        }
        return list;
    }

    /** The files of an input. */
    static List<Path> files(Object input) {
        if (input instanceof InputList list) {
            return list.files();
        }
        return input instanceof Path file ? List.of(file) : List.of();
    }

    /** Refuses a file that does not begin with a dead letter. */
    static void checkDeadLetters(Path file) throws IOException, UsageException {
        long stranger = DeadLetterReader.firstStranger(file);
        if (stranger > 0) {
            throw new UsageException("FILE " + file + ": line " + stranger
                    + " is no dead letter, which has a reason and an item. To send items, use process --input.");
        }
    }

    /** Whether a file begins with a dead letter, and so may be meant for another command. */
    static boolean isDeadLetters(Path file) {
        try {
            return Files.isRegularFile(file) && DeadLetterReader.isFirst(file);
        } catch (IOException e) {
            // whoever reads it says why it cannot be read
            return false;
        }
    }

    /** A closed stdin is no empty one: what the JVM has opened since may stand in its place. */
    static void checkStdin() throws UsageException {
        boolean closed;
        if (System.in instanceof ByteArrayInputStream) {
            // somebody put it there who runs a command within a program
            return;
        }
        try {
            System.in.available();
            Path behind = Path.of("/proc/self/fd/0");
            // a pipe has no path that leads anywhere
            closed = Files.isSymbolicLink(behind)
                    && Files.readSymbolicLink(behind)
                            .startsWith(Path.of(System.getProperty("java.home")).toRealPath());
        } catch (IOException e) {
            closed = true;
        }
        if (closed) {
            throw new UsageException("--input -: stdin is closed. Give it items, or < /dev/null for none.");
        }
    }

    /** Refuses a file that is to be written, and is another one of the same run. */
    static void checkOther(String option, Path path, String other, Path otherPath) throws UsageException {
        boolean same = normal(path).equals(normal(otherPath));
        try {
            same |= Files.exists(path) && Files.exists(otherPath) && Files.isSameFile(path, otherPath);
        } catch (IOException e) {
            throw new UsageException(option + " " + path + ": it cannot be compared with the file of " + other + ".");
        }
        if (same) {
            throw new UsageException(option + " " + path + ": it is the file of " + other + "; name another one.");
        }
    }

    private static Path normal(Path path) {
        return path.toAbsolutePath().normalize();
    }

    static void checkNew(String option, Path path) throws UsageException {
        if (Files.exists(path)) {
            throw new UsageException(option + " " + path + ": the file is there already; name another one.");
        }
    }

    static void checkWritable(String option, Path path) throws UsageException {
        Path folder = path.toAbsolutePath().getParent();
        if (Files.isDirectory(path)) {
            throw new UsageException(option + " " + path + ": it is a folder; name a file in it.");
        }
        if (Files.exists(path) && !Files.isWritable(path)) {
            throw new UsageException(option + " " + path + ": it is not a file that can be written.");
        }
        boolean isFile = !Files.exists(path) || Files.isRegularFile(path);
        if (isFile && folder != null && !Files.isWritable(folder)) {
            throw new UsageException(option + " " + path + ": the folder " + folder
                    + (Files.exists(folder) ? " cannot be written." : " is not there; make it first."));
        }
    }
}
