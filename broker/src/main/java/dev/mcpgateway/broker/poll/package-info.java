/** What is read again and again: mounted files, which the kubelet swaps without telling anybody. */
@NullMarked
package dev.mcpgateway.broker.poll;

import org.jspecify.annotations.NullMarked;
