import InkChat

/// Says in short lines what a chain is doing, for terminals and pages: one line when a step begins, indented by its
/// depth, one when it fails or does something again. Text of models is left to others.
public struct ProgressText: ChainObserver {
  private let write: @Sendable (String) -> Void

  /// A teller of progress.
  ///
  /// - Parameter write: takes one line without its line feed.
  public init(_ write: @escaping @Sendable (String) -> Void) { self.write = write }

  public func observe(_ event: ChainEvent) {
    let indent = String(repeating: "  ", count: max(event.position.count - 1, 0))
    switch event.happening {
    case .started: write("\(indent)\(event.step)")
    case .toolCall(let call): write("\(indent)  calls \(call.name)")
    case .routed(let choice): write("\(indent)  chooses \(choice)")
    case .retrying(let attempt, let error): write("\(indent)  attempt \(attempt) after: \(error.description)")
    case .fellBack(_, let error): write("\(indent)  another way after: \(error.description)")
    case .cacheHit: write("\(indent)  known already")
    case .failed(let error): write("\(indent)  failed: \(error.description)")
    case .text, .reasoning, .toolAnswer, .usage, .finished: break
    }
  }
}
