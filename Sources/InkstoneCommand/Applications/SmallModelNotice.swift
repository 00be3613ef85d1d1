/// What a person is told before a model works that is too small for the work.
package enum SmallModelNotice: Sendable {
  /// Queries over tables.
  case queries
  /// Tasks with tools.
  case tools

  /// The notice; nil for a model that is large enough, or whose size nobody knows.
  package func text(_ model: OpenedChatModel, named name: String) -> String? {
    guard model.isSmall, let count = model.parameterCount else { return nil }
    let size = "\(name) has \(count / 1_000_000) million weights"
    let what =
      switch self {
      case .queries: "its queries work, but often ask for something else than the question"
      case .tools: "too few to work with tools; expect no useful answer"
      }
    return "\(size): \(what). Name a larger model with --model: a .gguf file, a folder, org/name of a hub, or an "
      + "address such as http://127.0.0.1:8080/v1#name."
  }

  /// Tells it.
  package func tell(_ model: OpenedChatModel, named name: String) throws {
    if let text = text(model, named: name) { try OutputStream.notices.write("warning: \(text)\n") }
  }
}
