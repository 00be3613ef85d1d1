import Synchronization

/// A cache in memory that drops what was not used for longest.
public final class MemoryCache: ChainCache {
  private struct State {
    var texts: [String: (text: String, use: UInt64)] = [:]
    var clock: UInt64 = 0
  }
  private let state = Mutex(State())
  private let capacity: Int

  /// An empty cache.
  ///
  /// - Parameter capacity: how many texts are kept.
  public init(capacity: Int) { self.capacity = capacity }

  public func text(for key: String) async throws(ChainError) -> String? {
    state.withLock { state in
      guard let found = state.texts[key] else { return nil }
      state.clock += 1
      state.texts[key] = (found.text, state.clock)
      return found.text
    }
  }

  public func keep(_ text: String, for key: String) async throws(ChainError) {
    state.withLock { state in
      state.clock += 1
      state.texts[key] = (text, state.clock)
      guard state.texts.count > capacity else { return }
      if let oldest = state.texts.min(by: { $0.value.use < $1.value.use }) { state.texts[oldest.key] = nil }
    }
  }
}
