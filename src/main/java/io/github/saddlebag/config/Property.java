package io.github.saddlebag.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A setting: the one place that says what there is to say about it. Its type is that of the record's component: a {@code
 * long} is a number of bytes, a {@code Duration} is longer than nothing where no other bound stands, a map takes all
 * properties whose names begin so.
 */
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
@interface Property {

    /** Its name within the stage, where it is not the component's in small letters with hyphens. */
    String name() default "";

    /** The default. */
    String value() default "";

    /** Of a map: a name and a value, for example. */
    String example() default "";

    /** The least value, included; empty: none. */
    String min() default "";

    /** The greatest value, included; empty: none. */
    String max() default "";

    /** Whether {@code file:} stands for what is in the file. */
    boolean secret() default false;

    /** The modes that read it; none: all. */
    String[] modes() default {};

    /** The formats that read it; none: all. */
    String[] formats() default {};

    /** Whether formats that say themselves where everything stands do not read it. */
    boolean unlessFixed() default false;

    /** The property without which nobody reads it, without {@code saddlebag.}; empty: none. */
    String needs() default "";

    /** The names that it had before. */
    Old[] old() default {};

    /** The property that does what it did, without {@code saddlebag.}: it works through 0.2; empty: none. */
    String replacedBy() default "";

    /** What it does, its unit, its bounds, and what it has to do with others. */
    String text();
}
