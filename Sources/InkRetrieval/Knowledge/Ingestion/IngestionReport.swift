/// What became of everything that was to be added.
public struct IngestionReport: Sendable, Hashable {
  /// The outcomes in the order of the files.
  public var outcomes: [DocumentOutcome]

  /// A report.
  public init(_ outcomes: [DocumentOutcome] = []) { self.outcomes = outcomes }

  /// Documents that came new.
  public var added: Int { outcomes.count { $0.result == .added } }
  /// Documents with new content.
  public var replaced: Int { outcomes.count { $0.result == .replaced } }
  /// Documents that the base had already.
  public var unchanged: Int { outcomes.count { $0.result == .unchanged } }
  /// Documents that went.
  public var removed: Int { outcomes.count { $0.result == .removed } }
  /// Pieces that were embedded.
  public var embedded: Int { outcomes.reduce(0) { $0 + $1.embedded } }

  /// What could not be read, each with its reason.
  public var failures: [(outcome: DocumentOutcome, error: RetrievalError)] {
    outcomes.compactMap { outcome in
      guard case .failed(let error) = outcome.result else { return nil }
      return (outcome, error)
    }
  }

  /// What was not read, each with its reason.
  public var skipped: [(outcome: DocumentOutcome, reason: DocumentOutcome.SkipReason)] {
    outcomes.compactMap { outcome in
      guard case .skipped(let reason) = outcome.result else { return nil }
      return (outcome, reason)
    }
  }
}
