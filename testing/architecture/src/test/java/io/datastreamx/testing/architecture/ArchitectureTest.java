package io.datastreamx.testing.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Who may use whom, as {@link Layout} allows it, held against the compiled classes of all modules. Run after they are
 * built; in the reactor this module comes last.
 */
class ArchitectureTest {
    private static final Path ROOT = Path.of(System.getProperty("project.root"));
    private static final String OURS = "io.datastreamx.";

    /** Module to its classes. */
    private static final SortedMap<String, JavaClasses> MODULES = new TreeMap<>();
    /** Name of one of our classes to its module. */
    private static final Map<String, String> OWNERS = new HashMap<>();

    @BeforeAll
    static void importAll() throws IOException {
        for (String module : modulesWithCode()) {
            Path classes = ROOT.resolve(module).resolve("target").resolve("classes");
            assertThat(classes)
                    .as("module %s is not built; run this with all modules", module)
                    .isDirectory();
            JavaClasses imported = new ClassFileImporter().importPath(classes);
            MODULES.put(module, imported);
            imported.forEach(type -> OWNERS.put(type.getName(), module));
        }
    }

    @Test
    void everyModuleHasItsPlace() {
        assertThat(Layout.modules())
                .as("modules in Layout and modules with code; a new one is entered there with what it may use")
                .containsExactlyInAnyOrderElementsOf(MODULES.keySet());
    }

    @Test
    void modulesUseOnlyWhatTheLayoutAllows() {
        SortedSet<String> forbidden = new TreeSet<>();
        MODULES.forEach((module, classes) -> {
            for (JavaClass type : classes) {
                for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                    violation(module, type, dependency.getTargetClass().getBaseComponentType())
                            .ifPresent(forbidden::add);
                }
            }
        });
        assertThat(forbidden).as("imports that Layout forbids").isEmpty();
    }

    @Test
    void whatTheLayoutAllowsIsUsed() {
        SortedMap<String, SortedSet<String>> unused = new TreeMap<>();
        MODULES.forEach((module, classes) -> {
            SortedSet<String> allowed = new TreeSet<>(Layout.of(module).modules());
            Layout.of(module).libraries().forEach(library -> allowed.add(library.name()));
            for (JavaClass type : classes) {
                for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                    String name =
                            dependency.getTargetClass().getBaseComponentType().getName();
                    allowed.remove(OWNERS.getOrDefault(name, ""));
                    Library.of(name).ifPresent(library -> allowed.remove(library.name()));
                }
            }
            if (!allowed.isEmpty()) {
                unused.put(module, allowed);
            }
        });
        assertThat(unused)
                .as("allowed by Layout but used by nobody: take it out")
                .isEmpty();
    }

    /** Spark must not come in by the back door either: a process without it has no Spark on its class path. */
    @Test
    void processesWithoutSparkHaveNoneOnTheirClassPath() throws IOException {
        SortedSet<String> found = new TreeSet<>();
        int looked = 0;
        for (String module : MODULES.keySet()) {
            Path classPath = ROOT.resolve(module).resolve("target").resolve("runtime.classpath");
            if (Files.exists(classPath) && !Layout.of(module).bringsSpark()) {
                looked++;
                for (String entry : Files.readString(classPath).trim().split(":", -1)) {
                    String jar = Path.of(entry).getFileName().toString();
                    if (jar.startsWith("spark-") || jar.startsWith("delta-spark")) {
                        found.add(module + " brings " + jar);
                    }
                }
            }
        }
        assertThat(looked).as("class paths of processes without Spark").isGreaterThan(3);
        assertThat(found).isEmpty();
    }

    private static Optional<String> violation(String module, JavaClass from, JavaClass to) {
        if (to.isPrimitive()) {
            return Optional.empty();
        }
        Layout.Place place = Layout.of(module);
        String name = to.getName();
        if (name.startsWith(OURS)) {
            String owner = OWNERS.get(name);
            return owner == null || owner.equals(module) || place.modules().contains(owner)
                    ? Optional.empty()
                    : Optional.of(
                            module + " must not use " + owner + ": " + from.getName() + " -> " + name + place.reason());
        }
        Optional<Library> library = Library.of(name);
        if (library.isPresent()
                && (library.get() == Library.EVERYBODYS || place.libraries().contains(library.get()))) {
            return Optional.empty();
        }
        return Optional.of(module + " must not use "
                + library.map(Library::name).orElse("an unknown library") + ": " + from.getName() + " -> " + name
                + place.reason());
    }

    /** Folders with a pom and Java of their own that is not only tests. */
    private static SortedSet<String> modulesWithCode() throws IOException {
        try (Stream<Path> poms = Files.find(ROOT, 4, (path, attributes) -> path.endsWith("pom.xml"))) {
            SortedSet<String> modules = new TreeSet<>();
            poms.map(Path::getParent)
                    .filter(folder -> Files.isDirectory(
                            folder.resolve("src").resolve("main").resolve("java")))
                    .forEach(folder -> modules.add(ROOT.relativize(folder).toString()));
            return modules;
        }
    }
}
