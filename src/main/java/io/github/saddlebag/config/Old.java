package io.github.saddlebag.config;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A name that a property had before; it works through 0.2. */
@Target({})
@Retention(RetentionPolicy.RUNTIME)
public @interface Old {

    /** The name, without {@code saddlebag.}. */
    String value();

    /** The modes in which it is read; none: all. */
    String[] modes() default {};
}
