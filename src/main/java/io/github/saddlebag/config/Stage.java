package io.github.saddlebag.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** How the names of a record's settings begin, without {@code saddlebag.} and the last dot. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@interface Stage {
    String value();
}
