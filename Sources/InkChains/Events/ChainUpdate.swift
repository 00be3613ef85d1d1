/// What a running chain tells.
public enum ChainUpdate<Output: Sendable>: Sendable {
  /// Something happened in one of its steps.
  case event(ChainEvent)
  /// The chain is done; nothing follows.
  case output(Output)
}
