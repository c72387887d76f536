package io.github.saddlebag.testing;

import io.github.saddlebag.batch.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;

/** Items as the tests send them, and their fates as the tests read them. */
public final class Items {

    private Items() {}

    /** {@code {"id":"a","text":"ta"}}. */
    public static String item(String id) {
        return "{\"id\":\"" + id + "\",\"text\":\"t" + id + "\"}";
    }

    /** Items with the ids i1, i2 and so on. */
    public static List<String> items(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> item("i" + i)).toList();
    }

    /** What {@link TestApi#echo} answers to {@link #item}. */
    public static String echoOf(String id) {
        return "{\"id\":\"" + id + "\",\"result\":\"r:t" + id + "\"}";
    }

    /** The ids of outcomes, in their order. */
    public static List<String> ids(List<Outcome> outcomes) {
        return outcomes.stream().map(o -> o.item().id()).toList();
    }

    /** The answers, as text; null for the failed. */
    public static List<String> answers(List<Outcome> outcomes) {
        return outcomes.stream().map(Items::answer).toList();
    }

    /** The answer, as text; null where it failed. */
    public static String answer(Outcome outcome) {
        return outcome.answer() == null ? null : new String((byte[]) outcome.answer(), StandardCharsets.UTF_8);
    }
}
