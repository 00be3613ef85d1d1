import InkChat
package import InkFormats
import InkInference
import InkModels
package import InkTensor
import InkTokenizers

/// A series of checks of a model; each builds on those before it, so that the first failure is the cause.
package struct ModelExamination {
  /// The checks in order.
  package enum Check: String, Sendable, CaseIterable {
    case files, weights, numbers, tokenizer, template, prediction = "first token"
  }

  /// What became of a check.
  package enum Outcome: Sendable, Equatable { case passed, failed, skipped }

  /// A check that was made.
  package struct Result: Sendable, Equatable {
    /// Which check.
    package let check: Check
    /// What became of it.
    package let outcome: Outcome
    /// What was seen.
    package let detail: String

    /// The result on one line.
    package func line(style: TerminalStyle) -> String {
      let mark =
        switch outcome {
        case .passed: style.reassuring("ok     ")
        case .failed: style.alarming("failed ")
        case .skipped: style.faint("skipped")
        }
      let name = check.rawValue + String(repeating: " ", count: 11 - check.rawValue.count)
      return "\(mark)  \(name)  \(detail)"
    }
  }

  /// A check that cannot be made, and why.
  struct NotApplicable: Error { let reason: String }

  private let resolved: ResolvedModel
  private let cpu: CPU
  private var files: OpenedFiles?
  private var decoder: DecoderLM?
  private var tokenizer: Tokenizer?
  private var template: ConversationTemplate?
  /// The checks that were made so far.
  package private(set) var results: [Result] = []

  /// An examination that has not begun.
  package init(_ resolved: ResolvedModel, cpu: CPU) {
    self.resolved = resolved
    self.cpu = cpu
  }

  /// The first check that failed.
  package var firstFailure: Result? { results.first { $0.outcome == .failed } }

  /// Makes a check; after a failure the rest are skipped, since they would only repeat it.
  package mutating func perform(_ check: Check) {
    if let failure = firstFailure {
      results.append(Result(check: check, outcome: .skipped, detail: "after the failure of \(failure.check.rawValue)"))
      return
    }
    do {
      let detail =
        switch check {
        case .files: try openFiles()
        case .weights: try buildDecoder()
        case .numbers: try checkNumbers()
        case .tokenizer: try checkTokenizer()
        case .template: try checkTemplate()
        case .prediction: try checkPrediction()
        }
      results.append(Result(check: check, outcome: .passed, detail: detail))
    } catch let error as NotApplicable {
      results.append(Result(check: check, outcome: .skipped, detail: error.reason))
    } catch {
      results.append(Result(check: check, outcome: .failed, detail: "\(error)"))
    }
  }

  private mutating func openFiles() throws -> String {
    let opened = try OpenedFiles(resolved)
    files = opened
    let source = opened.source
    let parameters = source.tensorNames.reduce(0) { $0 + (source.info($1)?.shape.elementCount ?? 0) }
    return "\(source.tensorNames.count) tensors, \(Amount.count(parameters)) parameters"
  }

  private mutating func buildDecoder() throws -> String {
    let built: DecoderLM
    switch try required(files) {
    case .gguf(let model): built = try DecoderLM.load(model, cpu: cpu)
    case .folder(let folder, _): built = try DecoderLM.load(folder, cpu: cpu)
    }
    decoder = built
    return "\(built.spec.layers.count) layers of width \(built.spec.width), every tensor there and of the right shape"
  }

  private func checkNumbers() throws -> String {
    let source = try required(files).source
    let report = try FiniteCheck.examine(source)
    return "\(Amount.count(report.numbers)) numbers are finite"
      + (report.undecoded.isEmpty ? "" : "; not decoded: \(report.undecoded.prefix(4).joined(separator: ", "))")
  }

  private mutating func checkTokenizer() throws -> String {
    let opened = try TokenizerOpener.tokenizer(of: resolved)
    tokenizer = opened
    let decoder = try required(decoder)
    guard opened.vocabularySize <= decoder.spec.vocabulary else {
      throw CommandError(
        .invalidData, context: "vocabulary", expected: "at most \(decoder.spec.vocabulary) tokens, as the model has",
        found: "\(opened.vocabularySize)", hint: "The tokenizer belongs to another model.")
    }
    let passed = try TokenizerRoundTrip.examine(opened)
    return "\(opened.vocabularySize) tokens, \(passed) texts came back unchanged"
  }

  private mutating func checkTemplate() throws -> String {
    let stored = try required(files).templates
    guard !stored.isEmpty else {
      throw NotApplicable(reason: "the model brings none; it continues plain text")
    }
    template = ConversationTemplate(
      variants: try stored.map {
        ConversationTemplate.Variant(name: $0.name, template: try ChatTemplate(source: $0.source))
      })
    let probe = "What is ink made of?"
    let text = try languageModel().renderedPrompt(for: [.user(probe)], options: GenerationOptions())
    guard text.contains(probe) else {
      throw CommandError(
        .invalidData, context: "chat template", expected: "a prompt that holds the message",
        found: "\(text.prefix(80))", hint: "The template leaves messages out.")
    }
    return "renders a message as \(text.count) characters"
  }

  private func checkPrediction() throws -> String {
    try PredictionCheck.examine(try languageModel())
  }

  private func languageModel() throws -> LanguageModel {
    let decoder = try required(decoder)
    let tokenizer = try required(tokenizer)
    return LanguageModel(
      name: "\(resolved.reference)", decoder: decoder, tokenizer: tokenizer, template: template,
      endTokens: tokenizer.endOfGeneration, contextLength: decoder.spec.contextLength, cpu: cpu)
  }

  private func required<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw NotApplicable(reason: "an earlier check was not made") }
    return value
  }

  /// The JSON object.
  package func json(model: String) -> Report {
    let checks = results.map { result -> Report in
      [
        "name": .string(result.check.rawValue), "outcome": .string("\(result.outcome)"),
        "detail": .string(result.detail),
      ]
    }
    return [
      "model": .string(model), "ok": .boolean(firstFailure == nil),
      "first_failure": .text(firstFailure?.check.rawValue), "checks": .array(checks),
    ]
  }
}
