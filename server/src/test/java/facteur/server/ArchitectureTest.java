package facteur.server;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;

import org.jspecify.annotations.NullMarked;

import java.util.Set;
import java.util.TreeSet;

/** Which module and which package may use which, and what names and packages must have. */
@AnalyzeClasses(packages = "facteur", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule mail_is_the_language_and_knows_no_library =
            classes()
                    .that()
                    .resideInAPackage("facteur.mail..")
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            "facteur.mail..", "java..", "javax.crypto..", "org.jspecify..");

    @ArchTest
    static final ArchRule message_leans_on_mail_alone =
            leansOnlyOn("facteur.message..", "facteur.mail..");

    @ArchTest
    static final ArchRule tracker_and_admin_do_not_know_message =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            "facteur.tracker..",
                            "facteur.admin..",
                            "facteur.store..",
                            "facteur.config..",
                            "facteur.testkit..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("facteur.message..");

    @ArchTest
    static final ArchRule only_the_adapters_know_bouncy_castle =
            noClasses()
                    .that()
                    .resideOutsideOfPackages("facteur..bouncycastle..", "facteur.testkit..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.bouncycastle..");

    @ArchTest
    static final ArchRule config_and_store_know_only_mail =
            noClasses()
                    .that()
                    .resideInAnyPackage("facteur.config..", "facteur.store..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "facteur.mta..",
                            "facteur.tracker..",
                            "facteur.admin..",
                            "facteur.server..",
                            "facteur.testkit..");

    @ArchTest
    static final ArchRule config_and_store_do_not_know_each_other =
            noClasses()
                    .that()
                    .resideInAPackage("facteur.config..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("facteur.store..");

    @ArchTest
    static final ArchRule store_does_not_know_config =
            noClasses()
                    .that()
                    .resideInAPackage("facteur.store..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("facteur.config..");

    @ArchTest
    static final ArchRule mta_knows_neither_tracker_nor_admin =
            noClasses()
                    .that()
                    .resideInAPackage("facteur.mta..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "facteur.tracker..",
                            "facteur.admin..",
                            "facteur.server..",
                            "facteur.testkit..");

    @ArchTest
    static final ArchRule tracker_knows_neither_mta_nor_admin =
            noClasses()
                    .that()
                    .resideInAPackage("facteur.tracker..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "facteur.mta..",
                            "facteur.admin..",
                            "facteur.server..",
                            "facteur.testkit..");

    @ArchTest
    static final ArchRule admin_knows_neither_mta_nor_tracker =
            noClasses()
                    .that()
                    .resideInAPackage("facteur.admin..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "facteur.mta..",
                            "facteur.tracker..",
                            "facteur.server..",
                            "facteur.testkit..");

    @ArchTest
    static final ArchRule the_judge_does_not_know_the_accused =
            noClasses()
                    .that()
                    .resideInAPackage("facteur.testkit..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "facteur.mta..",
                            "facteur.tracker..",
                            "facteur.admin..",
                            "facteur.server..",
                            "facteur.config..");

    @ArchTest
    static final ArchRule only_the_adapter_knows_james =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("facteur.mta.reception.james..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "org.apache.james.protocols..",
                            "org.apache.james.core..",
                            "org.apache.james.metrics..");

    @ArchTest
    static final ArchRule only_the_adapter_knows_lmdb =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("facteur.store.lmdb..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.lmdbjava..");

    /** What is read comes as values of facteur.store.query, whoever asks, wherever rows lie. */
    @ArchTest
    static final ArchRule only_the_store_knows_its_tables_and_views =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("facteur.store..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "facteur.store.codec..",
                            "facteur.store.fold..",
                            "facteur.store.lmdb..",
                            "facteur.store.view..");

    /** And who asks does not say how. */
    @ArchTest
    static final ArchRule questions_and_their_values_do_not_know_rows =
            leansOnlyOn("facteur.store.query..", "facteur.mail..", "facteur.store.journal..");

    @ArchTest
    static final ArchRule nothing_that_serves_knows_the_laboratory =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(
                            "facteur..laboratory..", "facteur.server.demo..", "facteur.testkit..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "facteur..laboratory..", "facteur.server.demo..", "facteur.testkit..");

    @ArchTest
    static final ArchRule netty_stays_in_its_adapters =
            noClasses()
                    .that()
                    .resideOutsideOfPackages("facteur..netty..", "facteur.server..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.netty..");

    @ArchTest
    static final ArchRule dnsjava_stays_in_its_adapters =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(
                            "facteur.mta.routing.dnsjava..", "facteur.testkit.dns..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.xbill..");

    @ArchTest
    static final ArchRule the_dialogue_knows_no_sockets_threads_or_clocks =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            "facteur.mta.delivery.dialogue..",
                            "facteur.mta.disposition..",
                            "facteur.store.fold..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "java.net..", "java.nio.channels..", "java.util.concurrent.locks..");

    @ArchTest
    static final ArchRule packages_have_no_cycles =
            slices().matching("facteur.(**)").should().beFreeOfCycles();

    /** Packages whose files may know each other; the list only becomes shorter. */
    private static final Set<String> KNOTTED =
            Set.of(
                    "facteur.mail.event", // sealed: the interface names its records
                    "facteur.mail.message",
                    "facteur.mta.queue.egress",
                    "facteur.mta.queue.schedule",
                    "facteur.mta.reception.james",
                    "facteur.mta.submission");

    @ArchTest
    static final ArchRule files_have_no_cycles =
            slices().assignedFrom(new Files()).should().beFreeOfCycles();

    /** A file, by its outermost class. */
    private static final class Files implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            boolean generated = type.getPackageName().startsWith("facteur.admin.page");
            return generated || KNOTTED.contains(type.getPackageName())
                    ? SliceIdentifier.ignore()
                    : SliceIdentifier.of(type.getName().replaceFirst("\\$.*", ""));
        }

        @Override
        public String getDescription() {
            return "files";
        }
    }

    @ArchTest
    static final ArchRule names_say_what_a_type_does =
            noClasses().should().haveNameMatching(".*(Desk|Manager|Helper|Utils?)(\\$.*)?");

    @ArchTest
    static void every_package_says_what_it_is_for(JavaClasses all) {
        TreeSet<String> silent = new TreeSet<>();
        all.forEach(
                type -> {
                    boolean marked =
                            type.getPackage()
                                    .tryGetPackageInfo()
                                    .filter(info -> info.isAnnotatedWith(NullMarked.class))
                                    .isPresent();
                    // Generated from the templates in admin/src/main/jte.
                    boolean generated = type.getPackageName().startsWith("facteur.admin.page");
                    if (!marked && !generated) {
                        silent.add(type.getPackageName());
                    }
                });
        assertEquals(new TreeSet<String>(), silent);
    }

    /** Of our own packages, these know themselves and the named ones. */
    private static ArchRule leansOnlyOn(String packages, String... known) {
        return noClasses()
                .that()
                .resideInAPackage(packages)
                .should()
                .dependOnClassesThat(
                        resideInAPackage("facteur..")
                                .and(not(resideInAPackage(packages)))
                                .and(not(resideInAnyPackage(known))));
    }
}
