package io.github.saddlebag.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.wire.AnswerReader;
import io.github.saddlebag.wire.Readers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MatcherTest {

    private static final AnswerReader BY_ID = Readers.of();

    private static Answers answers(AnswerReader reader, String json) throws Exception {
        return reader.read(json.getBytes(StandardCharsets.UTF_8), 4);
    }

    private static Matcher.Match byId(List<String> ids, String json) throws Exception {
        boolean unique = new HashSet<>(ids).size() == ids.size();
        return Matcher.match(Correlation.ID, new ArrayList<>(ids), unique, false, answers(BY_ID, json));
    }

    @Test
    void shouldFindTheAnswersThatComeInTheOrderOfTheItems() throws Exception {
        Matcher.Match match = byId(List.of("a", "b"), "[{\"id\":\"a\"},{\"id\":\"b\"}]");

        assertThat(match.answerOf()).containsExactly(0, 1);
    }

    @Test
    void shouldFindTheAnswersThatComeInAnotherOrder() throws Exception {
        Matcher.Match match = byId(List.of("a", "b", "c"), "[{\"id\":\"c\"},{\"id\":\"a\"},{\"id\":\"b\"}]");

        assertThat(match.answerOf()).containsExactly(1, 2, 0);
    }

    @Test
    void shouldTakeEqualAnswersForOneItemAsOne() throws Exception {
        Matcher.Match match =
                byId(List.of("a", "b"), "[{\"id\":\"a\",\"r\":1},{\"id\":\"a\",\"r\":1},{\"id\":\"b\",\"r\":2}]");

        assertThat(match.answerOf()).containsExactly(0, 2);
    }

    @Test
    void shouldLeaveAnItemWithoutAnAnswerWhereTwoOfItsAnswersDiffer() throws Exception {
        Matcher.Match match = byId(
                List.of("a", "b"),
                "[{\"id\":\"a\",\"r\":1},{\"id\":\"a\",\"r\":2},{\"id\":\"b\",\"r\":2},{\"id\":\"a\",\"r\":1}]");

        assertThat(match.answerOf()).containsExactly(Matcher.CONTRADICTED, 2);
    }

    @Test
    void shouldGiveEachOfTwoEqualItemsTheAnswerToTheirId() throws Exception {
        Matcher.Match match = byId(List.of("a", "a"), "[{\"id\":\"a\",\"r\":1},{\"id\":\"a\",\"r\":1}]");

        assertThat(match.answerOf()).containsExactly(0, 0);
    }

    @Test
    void shouldGiveTwoItemsOfOneIdNothingWhereTheirAnswersDiffer() throws Exception {
        Matcher.Match match = byId(List.of("a", "a"), "[{\"id\":\"a\",\"r\":1},{\"id\":\"a\",\"r\":2}]");

        assertThat(match.answerOf()).containsExactly(Matcher.CONTRADICTED, Matcher.CONTRADICTED);
    }

    @Test
    void shouldNameAnswersThatNobodyAskedFor() throws Exception {
        Matcher.Match match = byId(List.of("a"), "[{\"id\":\"x\"},{\"id\":\"a\"},{\"no\":\"id\"},{\"id\":null}]");

        assertThat(match.answerOf()).containsExactly(1);
        assertThat(match.unasked()).containsExactly("x", "answer 3, which has no id", "answer 4, which has no id");
    }

    @Test
    void shouldMatchByPositionOnlyWhereTheCountsAgree() throws Exception {
        AnswerReader reader = Readers.of("answer.match", "position");
        List<String> ids = Arrays.asList("a", null, "c");

        assertThat(Matcher.match(Correlation.POSITION, ids, false, false, answers(reader, "[1,2,3]"))
                        .answerOf())
                .containsExactly(0, 1, 2);
        assertThat(Matcher.match(Correlation.POSITION, ids, false, false, answers(reader, "[1,2]"))
                        .answerOf())
                .containsOnly(Matcher.MISSING);
        assertThat(Matcher.match(Correlation.POSITION, ids, false, false, answers(reader, "[1,2,3,4]"))
                        .answerOf())
                .containsOnly(Matcher.MISSING);
    }

    @Test
    void shouldTakeWhatIsNotAmongTheFailuresAsDone() throws Exception {
        AnswerReader reader = Readers.of("answer.match", "failures", "answer.failures", "/failed");

        Answers answers = answers(reader, "{\"failed\":[{\"id\":\"b\"}]}");

        assertThat(Matcher.match(Correlation.FAILURES, List.of("a", "b"), true, false, answers)
                        .answerOf())
                .containsExactly(Matcher.DONE, 0);
    }

    @Test
    void shouldFindFailuresByTheIndexOfTheirItem() throws Exception {
        AnswerReader reader =
                Readers.of("answer.match", "failures", "answer.failures", "/failed_records", "answer.index", "/index");

        Answers answers = answers(reader, "{\"failed_records\":[{\"index\":2,\"message\":\"x\"}]}");
        Matcher.Match match =
                Matcher.match(Correlation.FAILURES, Arrays.asList(null, null, null), false, true, answers);

        assertThat(match.answerOf()).containsExactly(Matcher.DONE, Matcher.DONE, 0);
        assertThat(match.unasked()).isEmpty();
    }

    /** It may be the failure of any of them. */
    @Test
    void shouldTakeNothingAsDoneWhereAFailureBelongsToNoItem() throws Exception {
        AnswerReader reader =
                Readers.of("answer.match", "failures", "answer.failures", "/failed_records", "answer.index", "/index");

        Answers answers = answers(reader, "{\"failed_records\":[{\"index\":2,\"message\":\"x\"},{\"index\":9}]}");
        Matcher.Match match =
                Matcher.match(Correlation.FAILURES, Arrays.asList(null, null, null), false, true, answers);

        assertThat(match.answerOf()).containsExactly(Matcher.UNCLEAR, Matcher.UNCLEAR, 0);
        assertThat(match.unasked()).containsExactly("9");
    }

    /** Whether the answers leave out the items whose failures are listed, or have something in their places. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":[\"r0\",null,\"r2\"],\"f\":[{\"index\":1}]}",
                "{\"a\":[\"r0\",\"half\",\"r2\"],\"f\":[{\"index\":1},{\"index\":1,\"more\":1}]}",
                "{\"f\":[{\"index\":1}],\"a\":[\"r0\",\"r2\"]}"
            })
    void shouldFailTheItemThatIsListedBesideAnswersByPosition(String response) throws Exception {
        AnswerReader reader = Readers.of(
                "answer.match", "position", "answer.list", "/a", "answer.failures", "/f", "answer.index", "/index");
        Answers answers = answers(reader, response);

        int[] answerOf = Matcher.match(Correlation.POSITION, Arrays.asList(null, null, null), false, true, answers)
                .answerOf();

        assertThat(new String(answers.result(answerOf[0]), StandardCharsets.UTF_8))
                .isEqualTo("\"r0\"");
        assertThat(answers.isFailed(answerOf[1])).isTrue();
        assertThat(new String(answers.result(answerOf[2]), StandardCharsets.UTF_8))
                .isEqualTo("\"r2\"");
    }

    @Test
    void shouldFailTheItemThatIsListedByIndexBesideAnswersById() throws Exception {
        AnswerReader reader = Readers.of("answer.list", "/a", "answer.failures", "/f", "answer.index", "/index");

        Answers answers =
                answers(reader, "{\"a\":[{\"id\":\"z\"},{\"id\":\"x\"}],\"f\":[{\"index\":1,\"message\":\"bad\"}]}");
        Matcher.Match match = Matcher.match(Correlation.ID, Arrays.asList("x", "y", "z"), true, true, answers);

        assertThat(match.answerOf()).containsExactly(1, 2, 0);
        assertThat(answers.isFailed(2)).isTrue();
    }

    /** Whatever a server does to its answers, no item gets one that is not its own. */
    @Test
    void shouldNeverHandAnItemTheAnswerOfAnother() throws Exception {
        for (int i = 0; i < 1000; i++) {
            long seed = 20261121L * 1000 + i;
            Random random = new Random(seed);
            List<String> ids = ids(random);
            List<String> served = new ArrayList<>();
            Set<String> different = new HashSet<>();
            for (String id : ids) {
                mistreat(id, random, served, different);
            }
            if (random.nextBoolean()) {
                Collections.shuffle(served, random);
            }
            Answers answers = answers(BY_ID, "[" + String.join(",", served) + "]");
            boolean unique = new HashSet<>(ids).size() == ids.size();

            Matcher.Match match = Matcher.match(Correlation.ID, new ArrayList<>(ids), unique, false, answers);

            Map<String, Set<String>> own = new HashMap<>();
            for (String answer : served) {
                String id = answers(BY_ID, "[" + answer + "]").id(0);
                own.computeIfAbsent(id, k -> new HashSet<>()).add(answer);
            }
            for (int item = 0; item < ids.size(); item++) {
                int answer = match.answerOf()[item];
                Set<String> mine = own.getOrDefault(ids.get(item), Set.of());
                if (answer >= 0) {
                    assertThat(mine)
                            .as("seed %d, item %d", seed, item)
                            .containsExactly(new String(answers.whole(answer), StandardCharsets.UTF_8));
                } else if (answer == Matcher.MISSING) {
                    assertThat(mine).as("seed %d, item %d", seed, item).isEmpty();
                } else {
                    assertThat(mine).as("seed %d, item %d", seed, item).hasSizeGreaterThan(1);
                }
            }
        }
    }

    private static List<String> ids(Random random) {
        int count = 1 + random.nextInt(20);
        int names = random.nextInt(10) == 0 ? 3 : 1000;
        return IntStream.range(0, count)
                .mapToObj(i -> "i" + (names == 3 ? random.nextInt(3) : i))
                .toList();
    }

    private static void mistreat(String id, Random random, List<String> served, Set<String> different) {
        String answer = "{\"id\":\"" + id + "\",\"result\":\"of " + id + "\"}";
        switch (random.nextInt(10)) {
            case 0 -> {
                // left out
            }
            case 1 -> {
                served.add(answer);
                served.add(answer);
            }
            case 2 -> {
                served.add(answer);
                served.add("{\"id\":\"" + id + "\",\"result\":\"other " + random.nextInt() + "\"}");
                different.add(id);
            }
            case 3 -> {
                served.add(answer);
                served.add("{\"id\":\"x" + random.nextInt() + "\",\"result\":1}");
            }
            default -> served.add(answer);
        }
    }
}
