/** One namespace's gateway instance: its extensions, its configuration, its keys. */
@NullMarked
package dev.mcpgateway.controller.instance;

import org.jspecify.annotations.NullMarked;
