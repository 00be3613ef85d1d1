public import InkChat
import Synchronization

/// Counts tokens, requests and money over any number of runs.
public final class UsageCounter: ChainObserver {
  /// What was used.
  public struct Usage: Sendable, Hashable {
    /// Answers of models.
    public var requests = 0
    /// Their tokens.
    public var counts = TokenCounts(prompt: 0, completion: 0)
    /// What they cost, in the currency of the price.
    public var money = 0.0
  }

  private let price: TokenPrice
  private let used = Mutex(Usage())

  /// A counter at nothing.
  public init(price: TokenPrice = .free) { self.price = price }

  /// What was used until now.
  public var usage: Usage { used.withLock { $0 } }

  public func observe(_ event: ChainEvent) {
    guard case .usage(let counts) = event.happening else { return }
    used.withLock { used in
      used.requests += 1
      used.counts.prompt += counts.prompt
      used.counts.cachedPrompt += counts.cachedPrompt
      used.counts.completion += counts.completion
      used.counts.reasoning += counts.reasoning
      // From the sum, so that it does not matter in which order parallel steps ended.
      used.money = price.cost(of: used.counts)
    }
  }
}
