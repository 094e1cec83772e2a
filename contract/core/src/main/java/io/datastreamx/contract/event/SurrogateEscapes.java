package io.datastreamx.contract.event;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;

/**
 * Writes UTF-16 surrogates as {@code \\uXXXX}. A box may send half of a pair that way, which is text to a JSON parser
 * but has no form in UTF-8; what was read must be possible to write.
 */
final class SurrogateEscapes extends CharacterEscapes {
    private static final long serialVersionUID = 1L;
    private static final int[] ASCII = standardAsciiEscapesForJSON();

    @Override
    public int[] getEscapeCodesForAscii() {
        return ASCII;
    }

    @Override
    public SerializableString getEscapeSequence(int character) {
        return character <= Character.MAX_VALUE && Character.isSurrogate((char) character)
                ? new SerializedString("\\u%04x".formatted(character))
                : null;
    }
}
