package io.github.saddlebag.config;

import java.time.Duration;

/** The inbox. */
@Stage("source.file")
public record FileSettings(
        @Property(value = "false", text = """
                        Reads files from a folder: true or false. The commands process and demo leave
                        the folder alone.""") boolean enabled,
        @Property(value = "inbox", text = """
                        Sets the folder; a relative path starts where the runtime was started. The
                        folder is created if it is missing. A file whose items all have their outcome is
                        moved to .done in it, an empty file at once; a file that cannot be read is moved
                        to .error.""") String directory,
        @Property(value = ".*", text = """
                        Selects files by a regular expression for the whole name; upper and lower case
                        are the same. Names that begin with a dot are never read.""") String include,
        @Property(value = "1s", min = "0s", text = """
                        Waits until a file has not changed for this long, so that files which are still
                        being written are not read. Set it to more than the longest pause of the program
                        that writes them. 0s means the value of saddlebag.source.file.poll.""") Duration minAge,
        @Property(value = "1s", text = """
                        Sets the time between two looks into the folder when nothing is new, more than
                        0s. One look takes all files that are ready, as far as there is room; while
                        there are more, the next look follows at once.""") Duration poll,

        @Property(value = "64", min = "1", max = "10000", text = """
                        Limits how many files are read at once, from 1 to 10000; up to eight times as
                        many may be in progress. Readers take turns, so that a large file does not delay
                        small ones. With 1, each file begins when the one before is done. A common
                        result or dead-letter file (saddlebag.deliver.file, saddlebag.dead-letter.file)
                        makes it 1.""")
        int open,

        @Property(value = "name", text = """
                        Chooses which files begin first: by name (name), or the oldest (time).""") String order,
        @Property(value = "false", text = """
                        Reads subfolders too: true or false. Their paths are kept under
                        saddlebag.deliver.directory, .done and .error. Folders and files whose names
                        begin with a dot, and links to folders, are skipped.""") boolean recursive,
        @Property(value = "", text = """
                        Waits for a second file that says that the first is complete: its name is that
                        of the first, followed by this text, such as .ok. The first file is read as soon
                        as the second exists, whatever its age; the second is deleted when the first has
                        been moved away. Empty: the age decides (saddlebag.source.file.min-age).""") String marker,
        @Property(value = "false", text = """
                        Keeps items of different files out of the same batch: true or false. In either
                        case each file has its own results, dead letters and counts.""") boolean batchPerFile) {}
