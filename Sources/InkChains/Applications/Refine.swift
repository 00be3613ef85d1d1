/// Goes through texts in order and betters one result with each.
public struct Refine: Step {
  /// What a round of refinement looks at.
  public struct Round: Sendable, Hashable {
    /// The result until now.
    public var result: String
    /// The next text.
    public var text: String

    /// A round.
    public init(result: String, text: String) {
      self.result = result
      self.text = text
    }
  }

  private let first: Chain<String, String>
  private let refine: Chain<Round, String>

  /// A first look and its refinement.
  public init(first: Chain<String, String>, refine: Chain<Round, String>) {
    self.first = first
    self.refine = refine
  }

  public func run(_ input: [String], in context: ChainContext) async throws(ChainError) -> String {
    guard let head = input.first else {
      throw ChainError(.invalidInput, context: "refine", expected: "at least one text", found: "none")
    }
    var result = try await context.run(first, on: head)
    for text in input.dropFirst() {
      result = try await context.run(refine, on: Round(result: result, text: text))
    }
    return result
  }
}
