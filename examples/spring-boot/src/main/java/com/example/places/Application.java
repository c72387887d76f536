package com.example.places;

import io.github.saddlebag.batch.BatchClient;
import io.github.saddlebag.batch.Failure;
import io.github.saddlebag.batch.ItemFailedException;
import java.util.concurrent.CompletableFuture;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Answers each caller with the position of an address; callers who come together share a request to the geocoder. */
@SpringBootApplication
public class Application {

    public static void main(String[] arguments) {
        SpringApplication.run(Application.class, arguments);
    }

    @RestController
    static class Places {

        private final BatchClient client;

        Places(BatchClient client) {
            this.client = client;
        }

        /** No thread waits: the response is written when the answer is there. */
        @PostMapping(
                path = "/places",
                consumes = MediaType.APPLICATION_JSON_VALUE,
                produces = MediaType.APPLICATION_JSON_VALUE)
        CompletableFuture<String> locate(@RequestBody String address) {
            return client.send(address, String.class);
        }

        /** An address that the geocoder refused, or did not answer in time. */
        @ExceptionHandler
        ProblemDetail tellWhy(ItemFailedException failed) {
            Failure failure = failed.outcome().failure();
            String said = failure.detail() == null ? "" : " The geocoder says: " + failure.detail();
            return ProblemDetail.forStatusAndDetail(HttpStatus.BAD_GATEWAY, failure.reason() + said);
        }
    }
}
