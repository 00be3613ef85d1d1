import Synchronization

/// Told once when the client of the request that is being answered goes away.
final class HangUpObserver: Sendable {
  private enum State {
    case watching(@Sendable () -> Void)
    case over
    case hungUp
  }

  private let state: Mutex<State>

  init(_ action: @escaping @Sendable () -> Void) {
    state = Mutex(.watching(action))
  }

  /// Whether the client went away before the request was over.
  var hasHungUp: Bool {
    state.withLock { if case .hungUp = $0 { true } else { false } }
  }

  /// Whether anybody still wants to know.
  var isWatching: Bool {
    state.withLock { if case .watching = $0 { true } else { false } }
  }

  func hangUp() {
    let action = state.withLock { state -> (@Sendable () -> Void)? in
      guard case .watching(let action) = state else { return nil }
      state = .hungUp
      return action
    }
    action?()
  }

  /// The request is over: nobody needs to know any more.
  func end() {
    state.withLock { if case .watching = $0 { $0 = .over } }
  }
}
