/** How the text of a property becomes a value, with one message for what is wrong with it. */
@NullMarked
package io.github.saddlebag.setting;

import org.jspecify.annotations.NullMarked;
