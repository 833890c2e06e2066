package dev.mcpgateway.controller.instance;

/**
 * What one pass over an instance has to do before its status can be told. Withdrawal is a document
 * like any other, and the keys go with their owner.
 */
record InstancePlan(KeysStep keys, ConfigStep config) {}
