package io.nolook.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A fenced block of a page.
 *
 * @param place page and line
 * @param language after the fence
 * @param text what is in it
 * @param notRun why it cannot be executed, where the page says so
 */
record Block(String place, String language, String text, Optional<String> notRun) {

    boolean isCommands() {
        return language.equals("sh") || language.equals("bash");
    }

    boolean isPython() {
        return language.equals("python");
    }

    /** Its lines of a shell: comments left out, continued ones joined. */
    List<String> commands() {
        return text.replace("\\\n", " ")
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
    }

    /** The words of a line, as a shell has them; what follows a # is left out. */
    static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean begun = false;
        char quote = 0;
        for (char c : line.toCharArray()) {
            boolean between = quote == 0 && Character.isWhitespace(c);
            if (quote == 0 && c == '#' && !begun) {
                break;
            } else if (between && begun) {
                words.add(word.toString());
                word.setLength(0);
                begun = false;
            } else if (quote == 0 && (c == '\'' || c == '"')) {
                quote = c;
                begun = true;
            } else if (c == quote) {
                quote = 0;
            } else if (!between) {
                word.append(c);
                begun = true;
            }
        }
        if (begun) {
            words.add(word.toString());
        }
        return words;
    }

    /** What a line gives to the program; empty when it calls another one. */
    static Optional<List<String>> nolook(String line) {
        List<String> words = words(line);
        int program = 0;
        while (program < words.size() && words.get(program).matches("[A-Z_]+=.*")) {
            program++;
        }
        boolean ours = program < words.size() && words.get(program).equals("./nolook");
        return ours ? Optional.of(words.subList(program + 1, words.size())) : Optional.empty();
    }

    @Override
    public String toString() {
        return place;
    }
}
