package io.datastreamx.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;

/** TLS before a gRPC server that speaks none, with a certificate of its own for {@code localhost}; clients need {@link #trustStore}. */
public final class TlsPump implements AutoCloseable {
    public static final String PASSWORD = "changeit";
    private static final int BUFFER = 1 << 16;

    private final SSLServerSocket server;
    private final Path folder;
    private final int target;

    private TlsPump(SSLServerSocket server, Path folder, int target) {
        this.server = server;
        this.folder = folder;
        this.target = target;
    }

    /** @param target port on 127.0.0.1 */
    public static TlsPump before(int target) {
        Path folder = Folders.temporary("dsx-tls");
        try {
            Path keys = selfSigned(folder);
            SSLServerSocket server = (SSLServerSocket) context(keys)
                    .getServerSocketFactory()
                    .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
            SSLParameters parameters = server.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            server.setSSLParameters(parameters);
            TlsPump pump = new TlsPump(server, folder, target);
            daemon(pump::accept);
            return pump;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code host:port} for clients. */
    public String address() {
        return "localhost:" + server.getLocalPort();
    }

    /** PKCS12, opened by {@link #PASSWORD}: for {@code javax.net.ssl.trustStore}. */
    public Path trustStore() {
        return folder.resolve("keys.p12");
    }

    private static Path selfSigned(Path folder) throws IOException {
        Path keys = folder.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "localhost",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost,ip:127.0.0.1",
                        "-ext",
                        "bc=ca:true",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        keys.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .start();
        String output = new String(keytool.getInputStream().readAllBytes());
        try {
            if (!keytool.waitFor(1, TimeUnit.MINUTES) || keytool.exitValue() != 0) {
                throw new IOException("keytool made no certificate: " + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return keys;
    }

    private static SSLContext context(Path keys) throws IOException {
        try (InputStream file = Files.newInputStream(keys)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(file, PASSWORD.toCharArray());
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(store, PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Socket plain = new Socket(InetAddress.getLoopbackAddress(), target);
                client.setTcpNoDelay(true);
                plain.setTcpNoDelay(true);
                daemon(() -> pump(client, plain));
                daemon(() -> pump(plain, client));
            } catch (IOException e) {
                // closed, or the target is away: its clients notice
            }
        }
    }

    private static void pump(Socket from, Socket to) {
        try (from;
                to) {
            byte[] buffer = new byte[BUFFER];
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
                out.flush();
            }
        } catch (IOException e) {
            // one side has gone; closing the other tells it
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "tls-pump");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Folders.delete(folder);
    }
}
