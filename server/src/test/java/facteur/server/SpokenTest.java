package facteur.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import facteur.admin.language.Words;
import facteur.config.AdminSettings.Language;
import facteur.message.control.HeaderNote;
import facteur.message.mime.WhyNotTracked;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Keys that the mta records and the admin says: neither knows the other. */
class SpokenTest {
    @ParameterizedTest
    @EnumSource
    void whatever_the_mta_records_as_a_key_has_its_words(Language language) {
        Words words = Words.of(language);
        assertEquals(
                List.of(),
                Stream.concat(
                                Arrays.stream(WhyNotTracked.values())
                                        .map(why -> "not_tracked." + why.key()),
                                Arrays.stream(HeaderNote.values())
                                        .map(note -> "note." + note.key()))
                        .filter(key -> !words.knows(key))
                        .toList());
    }
}
