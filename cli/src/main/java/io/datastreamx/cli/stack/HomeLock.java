package io.datastreamx.cli.stack;

import io.datastreamx.cli.console.CliException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.StandardOpenOption;

/** At most one supervisor per home; the operating system lets go of it when its process dies, however that happens. */
final class HomeLock implements AutoCloseable {
    private final FileChannel channel;

    private HomeLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Makes the home where it is missing.
     *
     * @throws CliException if another holds it, or it cannot be a home
     */
    static HomeLock take(Home home) {
        home.create();
        try {
            OwnerOnly.file(home.lock());
            FileChannel channel = FileChannel.open(home.lock(), StandardOpenOption.WRITE);
            if (tryLock(channel) == null) {
                channel.close();
                throw new CliException("a stack already runs in " + home.dir()
                        + "; see dsx status, stop it with dsx down, or use another --home");
            }
            return new HomeLock(channel);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use " + home.dir() + " as home", e);
        }
    }

    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
