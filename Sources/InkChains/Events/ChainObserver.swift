/// Something that is told what happens in a chain, in the order it happens. It is called where the work is done and
/// must return soon.
public protocol ChainObserver: Sendable {
  /// Takes note of an event.
  func observe(_ event: ChainEvent)

  /// The observer of one run, asked for when the run begins; itself where it need not tell runs apart.
  func observerOfRun() -> any ChainObserver
}

extension ChainObserver {
  public func observerOfRun() -> any ChainObserver { self }
}
