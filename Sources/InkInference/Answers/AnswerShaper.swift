import InkChat
import InkTensor
import InkTokenizers
import Synchronization

/// Makes the shapes of answers, and keeps the grammars that were compiled for earlier ones.
final class AnswerShaper: Sendable {
  /// Grammars that are kept: those of the last requests, which usually come again.
  private static let keptGrammars = 64

  private struct Kept {
    var constraints: [ConstrainedText: TokenConstraint] = [:]
    /// The least recently used first.
    var order: [ConstrainedText] = []
  }

  private let tokenizer: Tokenizer
  private let endTokens: Set<Int32>
  private let kept = Mutex(Kept())

  init(tokenizer: Tokenizer, endTokens: Set<Int32>) {
    self.tokenizer = tokenizer
    self.endTokens = endTokens
  }

  /// The shape of an answer in a conversation.
  ///
  /// - Parameter prompt: the number of the prompt's tokens: with it, calls of each turn get identifiers of their own, also
  ///   where all turns have the same seed.
  /// - Throws: `invalidOption` for a form or a choice of tools that cannot be, naming the place in it.
  func shape(
    of layout: AnswerLayout, prompt: Int, options: GenerationOptions
  ) throws(GenerationError) -> AnswerShape {
    var layout = layout
    if options.tools.isEmpty { layout.toolCalls = nil }
    var shape = AnswerShape()
    if layout.toolCalls != nil || layout.reasoning != nil {
      let identifiers = RandomStream(
        seed: options.sampling.seed ?? UInt64.random(in: .min ... .max), name: "tool calls",
        step: UInt64(prompt))
      shape.parser = AnswerParser(layout, options: options, identifiers: identifiers)
      shape.specialTokens = layout.specialTokens(of: tokenizer)
    }
    guard let text = try demanded(of: layout, options: options) else { return shape }
    let marks = Set(layout.marks.compactMap { tokenizer.id(ofPiece: $0) })
    shape.constraint = try constraint(for: text.behindThoughts(of: layout), marks: marks)
    return shape
  }

  /// The shape of a continuation of raw text.
  ///
  /// - Throws: as `shape(of:options:)`.
  func shape(options: GenerationOptions) throws(GenerationError) -> AnswerShape {
    guard let text = ConstrainedText(options.form) else { return .plain }
    return AnswerShape(constraint: try constraint(for: text, marks: []))
  }

  private func demanded(
    of layout: AnswerLayout, options: GenerationOptions
  ) throws(GenerationError) -> ConstrainedText? {
    if let format = layout.toolCalls,
      let calls = try ToolCallGrammar(format: format, tools: options.tools)
        .text(choice: options.toolChoice, count: options.toolCallCount)
    {
      return calls
    }
    switch options.toolChoice {
    case .automatic, .none: return ConstrainedText(options.form)
    case .required, .named:
      throw GenerationError(
        code: .invalidOption, context: "tool choice", expected: "tools to choose from", found: "none",
        hint: "Describe the tools in the request.")
    }
  }

  private func constraint(
    for text: ConstrainedText, marks: Set<Int32>
  ) throws(GenerationError) -> TokenConstraint {
    do throws(GrammarError) {
      let first = kept.withLock { kept -> TokenConstraint? in
        guard let found = kept.constraints[text] else { return nil }
        kept.order.removeAll { $0 == text }
        kept.order.append(text)
        return found
      }
      if let first { return try first.restarted() }
      let made = try TokenConstraint(
        try Grammar(text.part), table: try tokenizer.tokenTable(spelling: marks), endTokens: endTokens)
      kept.withLock { kept in
        if kept.constraints.updateValue(made, forKey: text) == nil { kept.order.append(text) }
        if kept.order.count > AnswerShaper.keptGrammars { kept.constraints[kept.order.removeFirst()] = nil }
      }
      return try made.restarted()
    } catch {
      throw GenerationError(error)
    }
  }
}

extension GenerationError {
  /// What a grammar's error means for a request.
  init(_ error: GrammarError) {
    self.init(
      code: error.code == .unsuitableVocabulary ? .unsupported : .invalidOption,
      context: "answer form: \(error.context)", expected: error.expected, found: error.found, hint: error.hint)
  }
}
