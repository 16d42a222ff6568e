package facteur.mta.prepare;

/** Where a tag and its attributes stand; one object, filled again for each tag. */
final class HtmlTag {
    /** Beyond it a tag is no honest one, and the part is left alone. */
    static final int MAX_ATTRIBUTES = 256;

    private final byte[] html;
    private final int[] spans = new int[MAX_ATTRIBUTES * 4];
    private int attributes;
    int from;
    int nameFrom;
    int nameTo;
    int to;
    boolean inComment;

    HtmlTag(byte[] html) {
        this.html = html;
    }

    void begin(int at, int name, boolean comment) {
        from = at;
        nameFrom = name;
        inComment = comment;
        attributes = 0;
    }

    /** {@code valueFrom} is -1 when there is no value. */
    boolean add(int attributeFrom, int attributeTo, int valueFrom, int valueTo) {
        if (attributes == MAX_ATTRIBUTES) {
            return false;
        }
        int at = attributes++ * 4;
        spans[at] = attributeFrom;
        spans[at + 1] = attributeTo;
        spans[at + 2] = valueFrom;
        spans[at + 3] = valueTo;
        return true;
    }

    int attributes() {
        return attributes;
    }

    boolean is(String lowerName) {
        return matches(nameFrom, nameTo, lowerName);
    }

    boolean startsWith(String lowerPrefix) {
        return nameTo - nameFrom > lowerPrefix.length()
                && matches(nameFrom, nameFrom + lowerPrefix.length(), lowerPrefix);
    }

    /** Index of the first attribute of that name, which is the one that counts, or -1. */
    int find(String lowerName) {
        for (int i = 0; i < attributes; i++) {
            if (nameIs(i, lowerName)) {
                return i;
            }
        }
        return -1;
    }

    boolean nameIs(int attribute, String lowerName) {
        return matches(nameFrom(attribute), nameTo(attribute), lowerName);
    }

    boolean hasValue(int attribute) {
        return valueFrom(attribute) >= 0;
    }

    boolean valueIs(int attribute, String lowerValue) {
        return hasValue(attribute) && matches(valueFrom(attribute), valueTo(attribute), lowerValue);
    }

    int nameFrom(int attribute) {
        return spans[attribute * 4];
    }

    int nameTo(int attribute) {
        return spans[attribute * 4 + 1];
    }

    int valueFrom(int attribute) {
        return spans[attribute * 4 + 2];
    }

    int valueTo(int attribute) {
        return spans[attribute * 4 + 3];
    }

    /** Behind the closing quote, the bare value or the name. */
    int end(int attribute) {
        if (!hasValue(attribute)) {
            return nameTo(attribute);
        }
        byte before = html[valueFrom(attribute) - 1];
        boolean quoted = before == '"' || before == '\'';
        return valueTo(attribute) + (quoted ? 1 : 0);
    }

    private boolean matches(int start, int end, String lower) {
        if (end - start != lower.length()) {
            return false;
        }
        for (int i = 0; i < lower.length(); i++) {
            if (HtmlOctets.lower(html[start + i]) != lower.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
