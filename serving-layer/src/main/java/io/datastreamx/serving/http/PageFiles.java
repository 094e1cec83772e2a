package io.datastreamx.serving.http;

import io.javalin.config.RoutesConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;

/** The live page and the chart library, all from the class path: nothing is fetched from elsewhere. */
final class PageFiles {
    /** One file of the page. */
    private record PageFile(String route, String resource, String contentType, String caching) {}

    private static final String FRESH = "no-cache";
    private static final List<PageFile> FILES = List.of(
            new PageFile("/", "/page/index.html", "text/html; charset=utf-8", FRESH),
            new PageFile("/page.css", "/page/page.css", "text/css; charset=utf-8", FRESH),
            new PageFile("/page.js", "/page/page.js", "text/javascript; charset=utf-8", FRESH),
            new PageFile("/charts.js", "/page/charts.js", "text/javascript; charset=utf-8", FRESH),
            new PageFile("/favicon.svg", "/page/favicon.svg", "image/svg+xml", FRESH),
            new PageFile(
                    "/echarts.js",
                    "/META-INF/resources/webjars/echarts/" + chartsVersion() + "/dist/echarts.min.js",
                    "text/javascript; charset=utf-8",
                    "max-age=86400"));

    private PageFiles() {}

    static void serve(RoutesConfig routes) {
        for (PageFile file : FILES) {
            byte[] content = read(file.resource());
            routes.get(file.route(), ctx -> ctx.header("Cache-Control", file.caching())
                    .header(
                            "Content-Security-Policy",
                            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'")
                    .contentType(file.contentType())
                    .result(content));
        }
    }

    /** The version that the build put on the class path. */
    private static String chartsVersion() {
        Properties webjar = new Properties();
        try {
            webjar.load(new StringReader(new String(
                    read("/META-INF/maven/org.webjars.npm/echarts/pom.properties"), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return webjar.getProperty("version");
    }

    private static byte[] read(String resource) {
        try (InputStream stream = PageFiles.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IllegalStateException(resource + " is not on the class path: build serving-layer again");
            }
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
