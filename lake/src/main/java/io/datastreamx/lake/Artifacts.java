package io.datastreamx.lake;

import io.datastreamx.contract.policy.ArtifactRef;
import java.util.List;

/**
 * Files that others refer to, by a reference that is relative to the lake's root: a lake that is renamed, copied or
 * restored elsewhere refers to its own files. Whoever reads one gets just the bytes that the reference names.
 */
public final class Artifacts {
    private final String root;
    private final LakeFiles files;

    Artifacts(Lake lake) {
        this.root = lake.root() + "/";
        this.files = lake.files();
    }

    /**
     * Writes a file below the root; writing the same again changes nothing.
     *
     * @param version name of the policy or model in the file
     * @param uri as the lake names it, such as {@link Lake#policyUri}
     */
    public ArtifactRef write(String version, String uri, byte[] content) {
        files.write(uri, content);
        return reference(version, uri, content);
    }

    /** The reference to a file that is there. */
    ArtifactRef reference(String version, String uri, byte[] content) {
        return new ArtifactRef(version, pathBelow(version, uri), ArtifactRef.sha256(content));
    }

    /**
     * The content, which is what the reference says.
     *
     * @throws java.io.UncheckedIOException where the file cannot be read now; it may be there later
     * @throws IllegalStateException where the reference leaves the lake or the file is not what it names; trying again
     *     is of no use
     */
    public byte[] read(ArtifactRef reference) {
        String path = pathBelow(reference.version(), reference.uri());
        byte[] content = files.read(root + path);
        if (!reference.matches(content)) {
            throw new IllegalStateException(
                    path + " does not have the checksum " + reference.sha256()
                            + " that the reference to " + reference.version()
                            + " names; it is damaged or was replaced. What is in force stays in force; publish or promote again");
        }
        return content;
    }

    /** An absolute URI is taken where it names a file of this lake: so were references written once. */
    private String pathBelow(String version, String uri) {
        String path = uri.startsWith(root) ? uri.substring(root.length()) : uri;
        boolean leaves = path.isEmpty()
                || path.startsWith("/")
                || path.contains(":/")
                || List.of(path.split("/")).contains("..");
        if (leaves) {
            throw new IllegalStateException(
                    "the reference to " + version + ", " + uri + ", leaves the lake " + root
                            + "; references are relative to the lake's root. What is in force stays in force; publish or promote again");
        }
        return path;
    }
}
