/// One typed operation of a chain.
///
/// Steps are joined by `Chain { … }`, which compiles only where each step takes what the one before it makes. A step
/// says what happens through the context it is handed, so that whoever runs a chain sees every part of it, and tokens
/// while a model writes them.
///
/// ```swift
/// let ask = Chain {
///   Transform("question") { (text: String) in [Message.user(text)] }
///   Generate(model)
/// }
/// let answer = try await ask("Why is the sky blue?")
/// ```
public protocol Step<Input, Output>: Sendable {
  /// What the step takes.
  associatedtype Input: Sendable
  /// What it makes.
  associatedtype Output: Sendable

  /// What events call the step; nil for a step that only arranges others and tells nothing of its own.
  var name: String? { get }

  /// Does the work.
  ///
  /// - Parameter context: tells observers, counts against the budget, and runs other steps. Call
  ///   ``ChainContext/run(_:on:)`` for a step inside this one.
  /// - Throws: ``ChainError``; `cancelled` when the task was cancelled.
  func run(_ input: Input, in context: ChainContext) async throws(ChainError) -> Output
}

extension Step {
  /// The type's name without its parameters.
  public var name: String? {
    let full = String(describing: Self.self)
    return full.firstIndex(of: "<").map { String(full[..<$0]) } ?? full
  }
}
