package dev.mcpgateway.webhook.admission;

/**
 * How much one review may read, and what happens beyond. Whoever may make objects of a kind may
 * make many, each as large as etcd takes (1.5 MiB), and a dry run is enough to have them read.
 *
 * <p>Memory, as the chart gives it: 192 MiB of heap, of which 10,000 watched registrations take 96.
 * What is being read takes its length twice, as it arrives and in one piece; the objects made of it
 * take less, because definitions bound what is read of them. {@link #SMALL_ANSWERS} of the longest
 * small answers and the longest large one are 24 MiB, twice that is 48. The rest is for reviews.
 */
final class ReadLimits {
  /**
   * Longest small answer, in bytes; a longer one is given up, and asked for again as a large one.
   */
  static final int SMALL_ANSWER = 256 << 10;

  /** Small answers read at the same time by all reviews; further ones wait for their turn. */
  static final int SMALL_ANSWERS = 32;

  /** Bytes of all large answers read at the same time; further ones wait for their turn. */
  static final int LARGE_ANSWERS = 16 << 20;

  /** Longest answer with one object: as long as the API server takes any. */
  static final int LARGE_OBJECT = 3 << 20;

  /** Objects asked for at once, after a first page that was small. */
  static final long PAGE = 100;

  /** Objects of the first page, and of all where one was too long: ten make a large answer. */
  static final long LARGE_PAGE = 10;

  /**
   * Pages read for one question: 4,910 usual objects or 500 large ones. As many as can be read
   * before the API server gives up waiting; beyond them nothing is decided.
   */
  static final int PAGES = 50;

  /** Namespaces that claim one Gateway and are looked at; admission lets few pass. */
  static final int NEIGHBOURHOODS = 16;

  /** Routes of rivals that are read at once; of those that may count all are read in the end. */
  static final int ROUTES = 16;

  /** A route that leads to more Services than these is told so without looking at them all. */
  static final int SERVICES = 3;

  /** Namespaces asked for rivals one by one; with more one question about all is cheaper. */
  static final int NAMESPACES = 8;

  private ReadLimits() {}
}
