public import InkChat

/// What becomes of a question before it is searched for.
public enum QuestionTransformation: Sendable {
  /// It is searched for as it stands.
  case none
  /// Several wordings of it are searched for as well, and the lists are fused.
  case multipleQueries(any ChatModel, count: Int)
  /// A passage that could answer it is made up and searched for beside it (HyDE; Gao et al., 2022).
  case hypotheticalDocument(any ChatModel)
  /// It is taken apart into simpler questions that are searched for one by one (least-to-most; Zhou et al., 2022).
  case decomposition(any ChatModel, count: Int)

  /// The wordings to search for; the question itself comes first.
  public func wordings(of question: String) async throws(RetrievalError) -> [SearchQuestion] {
    let own = SearchQuestion(question)
    switch self {
    case .none: return [own]
    case .multipleQueries(let model, let count):
      return [own] + (try await lines(model, QuestionPrompts.multipleQueries(question, count), question, count))
    case .decomposition(let model, let count):
      return [own] + (try await lines(model, QuestionPrompts.decomposition(question, count), question, count))
    case .hypotheticalDocument(let model):
      let passage = try await ModelCall(model, context: "hypothetical document").text(
        QuestionPrompts.hypotheticalDocument(question),
        options: GenerationOptions(sampling: .greedy, maximumTokens: 160))
      return passage.allSatisfy(\.isWhitespace) ? [own] : [own, SearchQuestion(passage, kind: .passage)]
    }
  }

  private func lines(
    _ model: any ChatModel, _ messages: [Message], _ question: String, _ count: Int
  ) async throws(RetrievalError) -> [SearchQuestion] {
    guard (1...20).contains(count) else {
      throw RetrievalError(.invalidSetting, context: "wordings", expected: "1 to 20", found: "\(count)")
    }
    let found = try await ModelCall(model, context: "wordings of the question").lines(
      messages, count: count, maximumTokens: 60 * count)
    var seen: Set<String> = [question]
    return found.filter { seen.insert($0).inserted }.map { SearchQuestion($0) }
  }
}
