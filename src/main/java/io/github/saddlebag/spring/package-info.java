/** What a Spring Boot application gets that has the jar; nothing else loads it. */
@NullMarked
package io.github.saddlebag.spring;

import org.jspecify.annotations.NullMarked;
