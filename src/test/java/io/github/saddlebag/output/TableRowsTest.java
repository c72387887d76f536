package io.github.saddlebag.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableRowsTest {

    private static final String ROWS = """
            {"id":"a","item":{"id":"a","text":"x"},"result":{"v":null}}
            {"id":"b","item":{"id":"b","text":"y"},"error":"No."}
            """;

    private static TableRows written(String... columns) throws Exception {
        TableRows rows = new TableRows(
                new ResultShape(ResultShape.Form.CSV, false, ResultShape.Only.ALL, null, List.of(columns), false),
                ',',
                List.of());
        rows.of(ROWS.getBytes(StandardCharsets.UTF_8), true);
        return rows;
    }

    @Test
    void shouldNameColumnsThatNoRowHas() throws Exception {
        assertThat(written("id", "txt", "v", "error").emptyColumns())
                .isEqualTo("No row has a value in txt, v (--columns, saddlebag.deliver.columns); there are id, text,"
                        + " result.v, error.");
    }

    @Test
    void shouldSayNothingOfColumnsThatAreThere() throws Exception {
        assertThat(written("id", "text", "result.v", "error", "status").emptyColumns())
                .isNull();
        assertThat(written().emptyColumns()).isNull();
    }
}
