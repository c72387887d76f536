package io.github.saddlebag.config;

import java.time.Duration;

/** The inbox. */
@Stage("source.file")
public record FileSettings(
        @Property(value = "false", text = """
                        Whether files are taken from a folder: true or false. The commands process
                        and demo leave the folder alone.""") boolean enabled,
        @Property(value = "inbox", text = """
                        The folder; a relative one begins where the runtime was started. It is made
                        where there is none. A file whose items all have their fate is moved into
                        .done within it, an empty one at once; one of which nothing can be read, into
                        .error.""") String directory,
        @Property(value = ".*", text = """
                        The names of the files that are taken: a regular expression for the whole
                        name, capitals or not. Names that begin with a dot are never taken.""") String include,
        @Property(value = "1s", min = "0s", text = """
                        How long ago a file's last change must be before it is taken, so that files
                        which are still being written stay. Longer than the longest pause of whoever
                        writes them. 0s: as long as saddlebag.source.file.poll.""") Duration minAge,
        @Property(value = "1s", text = """
                        How long between two looks into the folder where nothing is new. A look takes
                        all files that are ready, as far as there is room, and the next one follows at
                        once while there is more.""") Duration poll,

        @Property(value = "64", min = "1", max = "10000", text = """
                        How many files are read at once; some more may wait for their answers. Readers
                        take turns, so that a large file keeps no small one waiting. 1: one after the
                        other, each begun when the one before is done. What all files write to one
                        file (saddlebag.deliver.file, saddlebag.dead-letter.file) makes it 1.""")
        int open,

        @Property(value = "name", text = """
                        Which files begin first: those with the first names (name), or the oldest
                        (time).""") String order,
        @Property(value = "false", text = """
                        Whether folders below are looked into: true or false. Their paths are kept under
                        saddlebag.deliver.directory, .done and .error. Names that begin with a dot are
                        passed over, and so are links to folders.""") boolean recursive,
        @Property(value = "", text = """
                        For writers that say when a file is written to its end, by a second one of its
                        name with this behind it, such as .ok: the file is taken once that is there, at
                        whatever age, and that is removed when the file was moved away. Empty: the age
                        says so (saddlebag.source.file.min-age).""") String marker,
        @Property(value = "false", text = """
                        Whether items of different files share no batch: true or false. Results, dead
                        letters and counts are those of each file all the same.""") boolean batchPerFile) {}
