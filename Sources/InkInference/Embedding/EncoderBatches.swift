import InkChat
import InkModels
import InkTokenizers

/// Sequences in groups that fill a step without growing it: each gives the bits it gives alone, so the groups decide
/// speed and memory only.
struct EncoderBatches {
  /// Rows of one step: enough to use each weight many times, few enough that what lies between the layers stays small.
  static let rows = 512

  let batches: [Range<Int>]

  /// Groups of neighbours of at most ``rows`` tokens; a longer sequence is a group of its own.
  init(_ inputs: [EncoderInput]) {
    var batches: [Range<Int>] = []
    var start = 0
    var count = 0
    for (index, input) in inputs.enumerated() {
      if index > start, count + input.tokens.count > EncoderBatches.rows {
        batches.append(start..<index)
        (start, count) = (index, 0)
      }
      count += input.tokens.count
    }
    if start < inputs.count { batches.append(start..<inputs.count) }
    self.batches = batches
  }
}

extension EncoderInput {
  /// The tokens of a text or a pair of them.
  init(_ encoding: Encoding, kinds: SentenceSpec.Kinds) {
    switch kinds {
    case .ofTokenizer: self.init(tokens: encoding.ids, tokenTypes: encoding.typeIDs)
    case .first: self.init(tokens: encoding.ids)
    }
  }

  /// Refuses what a model cannot read.
  ///
  /// - Parameter place: the text's name in the message.
  func require(for spec: EncoderSpec, place: String) throws(GenerationError) {
    switch check(for: spec) {
    case nil: return
    case .empty?:
      throw GenerationError(code: .invalidInput, context: place, expected: "at least one token", found: "none")
    case .tooLong(let limit)?:
      throw GenerationError(
        code: .contextExceeded, context: place, expected: "at most \(limit) tokens", found: "\(tokens.count)",
        hint: "Shorten the text, or ask for long ones to be cut.")
    case .token(let id)?:
      throw GenerationError(
        code: .invalidInput, context: place, expected: "ids below \(spec.vocabulary)", found: "\(id)",
        hint: "The tokenizer does not belong to this model.")
    case .typeCount(let count)?:
      throw GenerationError(
        code: .invalidInput, context: place, expected: "a kind for each of \(tokens.count) tokens", found: "\(count)")
    case .type(let type)?:
      throw GenerationError(
        code: .invalidInput, context: place, expected: "kinds below \(spec.embedding.tokenTypes)", found: "\(type)",
        hint: "The tokenizer does not belong to this model.")
    }
  }
}
