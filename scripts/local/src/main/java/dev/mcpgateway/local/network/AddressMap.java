package dev.mcpgateway.local.network;

/**
 * The cluster's addresses and their loopback aliases: only the first octet changes. A platform is
 * told apart from another one on the same machine by its second octet.
 *
 * @param octet second octet of pod addresses, 244 to 254; Services use the octet 148 below (96 to
 *     106)
 */
public record AddressMap(int octet) {
  public static final int FIRST = 244;
  public static final int LAST = 254;
  private static final int TO_SERVICES = 148;
  private static final int PER_BLOCK = 250;

  public AddressMap {
    if (octet < FIRST || octet > LAST) {
      throw new IllegalArgumentException(
          "the second octet is " + octet + ", but must be " + FIRST + " to " + LAST);
    }
  }

  public String podRange() {
    return "10." + octet + ".0.0/16";
  }

  public String serviceRange() {
    return "10." + (octet - TO_SERVICES) + ".0.0/16";
  }

  /** The node's own address. */
  public String node() {
    return "10." + octet + ".0.1";
  }

  /**
   * The address of the n-th pod, counted from 0. Addresses are not used again: a cluster here does
   * not live for 64,000 pods.
   */
  public String pod(int n) {
    return "10." + octet + "." + n / PER_BLOCK % 256 + "." + (n % PER_BLOCK + 2);
  }

  /** Whether an address is one of this cluster's pods, Services or its node. */
  public boolean inCluster(String address) {
    return address.startsWith("10." + octet + ".")
        || address.startsWith("10." + (octet - TO_SERVICES) + ".");
  }

  /** The loopback alias of a cluster address; any other address as it is. */
  public String loopback(String address) {
    return inCluster(address) ? "127" + address.substring(2) : address;
  }
}
