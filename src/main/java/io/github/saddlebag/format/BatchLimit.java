package io.github.saddlebag.format;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds in the words of an error that a batch is too large, and how many items it may have. */
public final class BatchLimit {

    private static final Pattern TOO_LARGE = Pattern.compile(
            "(?:batch|response|payload|content|array|request(?: entity| body)?)(?: \\w+){0,4}[ _]too[ _](?:large|big|long|many)"
                    + "|too (?:large|big|long|many)(?: \\w+){0,4} (?:batch|request\\b)|too ?many ?entries ?in ?batch"
                    + "|batch.{0,40}(?:limit|exceed|maximum)|(?:limit|exceed|maximum).{0,40}batch",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern ONE_TOO_MANY = Pattern.compile(
            "(?:batch|response)(?: \\w+){0,4} too (?:large|big|long)|batch.{0,20}(?:limit|exceed)|limit.{0,20}batch",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern TOO_MANY_CALLS = Pattern.compile("\\brate\\b|quota|throttl", Pattern.CASE_INSENSITIVE);

    /** A limit on what stands in an item. */
    private static final Pattern OF_AN_ITEM = Pattern.compile(
            "\\b(?:field|property|column|attribute|characters?|string)\\b"
                    + "|\\b(?:item|record|row|entry|element|line|event|index|position)(?: no\\.| number| at index)? ?[#:\\[]? ?\\d",
            Pattern.CASE_INSENSITIVE);

    /** What a request has many of, as validators and interfaces call it, behind a number that was found. */
    private static final Pattern MANY = Pattern.compile(
            "^\\W{0,2}(?:\\w+ )?(?:items?|elements?|entries|records?|rows?|requests?|operations?|documents?|objects?|inputs?"
                    + "|messages?|texts|queries|events|vectors|values|ids|addresses)\\b",
            Pattern.CASE_INSENSITIVE);

    /** A number behind such a word, but not one of bytes or seconds. */
    private static final Pattern MOST = Pattern.compile(
            "(?:(?:limit|max(?:imum)?|at most|up to|no more than|less than or equal to|exceed(?:s|ed|ing)?|more than|only)\\b|<=|≤)"
                    + "[^\\d.;]{0,60}"
                    + "(?<![\\d.,-])(\\d{1,6})(?![\\d.,]*\\d)(?! ?(?:[kmg]?i?b|bytes?|kilo\\w*|mega\\w*|m?s|sec\\w*|min\\w*|hours?|%)\\b)",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern NO_NUMBER = Pattern.compile("[^\\d.,-]+|[.,](?!\\d)");

    private BatchLimit() {}

    /** Whether it says that a batch is too large. */
    public static boolean isExceeded(@Nullable String text) {
        return text != null
                && TOO_LARGE.matcher(text).find()
                && !TOO_MANY_CALLS.matcher(text).find()
                && !OF_AN_ITEM.matcher(text).find();
    }

    /**
     * Whether it says that a batch of so many items is too large, be it in the words of a validator that merely names the
     * most: {@code List should have at most 8 items after validation, not 20}.
     */
    public static boolean isExceeded(@Nullable String text, int sent) {
        return text != null && (isExceeded(text) || isCountedAsTooMany(text, sent));
    }

    /** Where it names other numbers as well, one of them must be that of what was sent: else it is of a list in an item. */
    private static boolean isCountedAsTooMany(String text, int sent) {
        Matcher most = MOST.matcher(text);
        while (most.find()) {
            int number = Integer.parseInt(most.group(1));
            if (number > 0 && number < sent) {
                String others = text.substring(0, most.start(1)) + text.substring(most.end(1));
                boolean namesSent = Arrays.asList(NO_NUMBER.split(others)).contains(Integer.toString(sent));
                boolean isOfMany = MANY.matcher(text.substring(most.end(1))).find()
                        && others.chars().noneMatch(Character::isDigit);
                return (namesSent || isOfMany)
                        && !TOO_MANY_CALLS.matcher(text).find()
                        && !OF_AN_ITEM.matcher(text).find();
            }
        }
        return false;
    }

    /** Whether it says of one item that those before it took all the room. */
    static boolean isOneTooMany(@Nullable String text) {
        return text != null
                && ONE_TOO_MANY.matcher(text).find()
                && !TOO_MANY_CALLS.matcher(text).find();
    }

    /**
     * How many items a batch may have, as it is said.
     *
     * @param sent how many were too many: what is not less is no limit
     * @return 0: it is not said
     */
    public static int mostItems(@Nullable String text, int sent) {
        Matcher most = MOST.matcher(text == null ? "" : text);
        while (most.find()) {
            int number = Integer.parseInt(most.group(1));
            if (number > 0 && number < sent) {
                return number;
            }
        }
        return 0;
    }
}
