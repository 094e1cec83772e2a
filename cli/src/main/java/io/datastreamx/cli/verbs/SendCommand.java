package io.datastreamx.cli.verbs;

import io.datastreamx.cli.console.CliException;
import io.datastreamx.cli.stack.HomeOptions;
import io.datastreamx.cli.stack.ServingClient;
import io.datastreamx.cli.stack.StackState;
import io.datastreamx.process.ExitCode;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "send",
        mixinStandardHelpOptions = true,
        description = {
            "Publishes records from a file of JSON Lines.",
            "One object a line:",
            "  {\"topic\": \"ad-requests\", \"key\": \"box-1\", \"value\": {…}}",
            "The value is sent byte for byte as it stands in the line. Bytes that need not be JSON go as base64: {\"topic\": …, \"key\": …, \"raw\": \"…\"}.",
            "Stops at the first bad line, saying which, and how many records went before it."
        },
        footer = {"", "Examples:", "  ./dsx send events.jsonl", "  zcat events.jsonl.gz | ./dsx send --json -"})
final class SendCommand implements Callable<Integer> {
    private static final long PROGRESS_EVERY = 50_000;

    @Mixin
    private HomeOptions homes;

    @Parameters(paramLabel = "FILE", description = "The file, or - for standard input.")
    private String file;

    @Option(names = "--json", description = "Print the counts as JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        StackState stack = homes.running();
        try (InputStream in = open();
                RecordSender sender = new RecordSender(stack.bootstrapServers())) {
            sendAll(in, sender);
            print(sender);
        }
        return ExitCode.OK.code();
    }

    private InputStream open() throws IOException {
        if (file.equals("-")) {
            return new BufferedInputStream(System.in, 1 << 16);
        }
        if (!Files.isReadable(Path.of(file)) || Files.isDirectory(Path.of(file))) {
            throw new CliException("cannot read " + file);
        }
        return new BufferedInputStream(Files.newInputStream(Path.of(file)), 1 << 16);
    }

    private void sendAll(InputStream in, RecordSender sender) throws IOException {
        PrintWriter err = spec.commandLine().getErr();
        long number = 0;
        for (byte[] line; (line = nextLine(in)) != null; ) {
            number++;
            if (isBlank(line)) {
                continue;
            }
            try {
                SendLine parsed = SendLine.parse(line);
                sender.send(
                        parsed.topic(),
                        parsed.key() == null ? null : parsed.key().getBytes(StandardCharsets.UTF_8),
                        parsed.bytes());
            } catch (IllegalArgumentException | CliException e) {
                sender.flush();
                throw new CliException(
                        file + ", line " + number + ": " + e.getMessage() + "\n" + sender.acknowledged()
                                + " records were sent before it",
                        e);
            }
            if (number % PROGRESS_EVERY == 0) {
                err.println(number + " lines read, " + sender.acknowledged() + " records acknowledged");
            }
        }
        sender.flush();
    }

    private void print(RecordSender sender) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            var answer = ServingClient.JSON.createObjectNode().put("sent", sender.acknowledged());
            var topics = answer.putObject("topics");
            new TreeMap<>(sender.byTopic()).forEach(topics::put);
            out.println(answer);
        } else {
            out.println("sent " + sender.acknowledged() + " records");
            new TreeMap<>(sender.byTopic()).forEach((topic, count) -> out.println("  " + topic + " " + count));
        }
        out.flush();
    }

    private static boolean isBlank(byte[] line) {
        for (byte b : line) {
            if (b != ' ' && b != '\t' && b != '\r') {
                return false;
            }
        }
        return true;
    }

    /** @return the line without its end, or null after the last */
    private static byte[] nextLine(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(1024);
        int b = in.read();
        if (b < 0) {
            return null;
        }
        for (; b >= 0 && b != '\n'; b = in.read()) {
            line.write(b);
        }
        return line.toByteArray();
    }
}
