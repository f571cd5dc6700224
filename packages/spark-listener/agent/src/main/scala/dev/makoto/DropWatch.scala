package dev.makoto

/**
 * When Spark last threw events away, as far as the events that came through show.
 *
 * An event may wait in the queue while later ones are dropped, so the counter says nothing about the moment of the event in hand. A
 * drop has happened by the time it is seen: what began after that lost nothing by it, and what began before may have.
 *
 * @param clock milliseconds since the epoch, as events have them
 */
private[makoto] final class DropWatch(clock: () => Long) {
  private var counter: () => Long = () => 0L
  private var counted = 0L
  private var latest = Long.MinValue
  private var seenAt = Long.MinValue

  def countBy(counter: () => Long): Unit = this.counter = counter

  /** To be called at each event. */
  def look(): Unit = {
    // A clock that was set back must not make a drop older than the events before it.
    latest = math.max(latest, clock())
    val now = counter()
    if (now != counted) {
      counted = now
      seenAt = latest
    }
  }

  def total: Long = counter()

  /** Whether no event was dropped from `time` until now. */
  def noneSince(time: Long): Boolean = {
    look()
    seenAt < time
  }
}
