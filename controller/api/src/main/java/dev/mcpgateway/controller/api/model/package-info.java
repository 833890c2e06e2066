/**
 * The three kinds as small records. The CRD manifests are the source of truth; these classes only
 * read and write them.
 */
@NullMarked
package dev.mcpgateway.controller.api.model;

import org.jspecify.annotations.NullMarked;
