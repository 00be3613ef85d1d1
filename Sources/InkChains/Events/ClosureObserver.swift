/// An observer made of a function.
public struct ClosureObserver: ChainObserver {
  private let note: @Sendable (ChainEvent) -> Void

  /// An observer that calls a function for each event.
  public init(_ note: @escaping @Sendable (ChainEvent) -> Void) { self.note = note }

  public func observe(_ event: ChainEvent) { note(event) }
}
