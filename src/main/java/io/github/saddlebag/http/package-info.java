/**
 * The transport: connections, TLS, proxies, HTTP/1.1 and HTTP/2, bounds on heads and bodies, and what their errors say. It
 * knows requests and bytes, and neither items nor batches.
 */
@NullMarked
package io.github.saddlebag.http;

import org.jspecify.annotations.NullMarked;
