/// Something that is told what happens in a chain, in the order it happens. It is called where the work is done and
/// must return soon.
public protocol ChainObserver: Sendable {
  /// Takes note of an event.
  func observe(_ event: ChainEvent)
}
