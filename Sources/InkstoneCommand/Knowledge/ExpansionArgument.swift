import ArgumentParser
package import InkRetrieval

/// What is made of a question before it is searched for: the words of requests, with hyphens as options have them.
package struct ExpansionArgument: ExpressibleByArgument, Sendable, Equatable {
  /// What it stands for.
  package let expansion: QuestionExpansion

  /// An argument for an expansion.
  package init(_ expansion: QuestionExpansion) { self.expansion = expansion }

  package init?(argument: String) {
    guard let expansion = QuestionExpansion.allCases.first(where: { Self.word($0) == argument }) else { return nil }
    self.init(expansion)
  }

  package static var allValueStrings: [String] { QuestionExpansion.allCases.map(word) }

  package var defaultValueDescription: String { Self.word(expansion) }

  private static func word(_ expansion: QuestionExpansion) -> String {
    expansion.rawValue.replacing("_", with: "-")
  }
}
