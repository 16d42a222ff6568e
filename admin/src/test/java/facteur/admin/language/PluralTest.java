package facteur.admin.language;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.ibm.icu.text.PluralRules;

import facteur.config.AdminSettings.Language;

import org.junit.jupiter.api.Test;

/** The choice of singular and plural against that of ICU. */
class PluralTest {
    @Test
    void one_and_many_are_told_apart_as_icu_does() {
        int compared = 0;
        for (Language language : Language.values()) {
            Words words = Words.of(language);
            PluralRules rules = PluralRules.forLocale(words.locale());
            for (long count = 0; count < 5_000_000; count += count < 2_000 ? 1 : 997) {
                String icu =
                        rules.select((double) count).equals(PluralRules.KEYWORD_ONE)
                                ? "one"
                                : "other";
                assertEquals(icu, words.form(count), language + " " + count);
                compared++;
            }
        }
        System.out.println(compared + " counts written as ICU has them");
    }
}
