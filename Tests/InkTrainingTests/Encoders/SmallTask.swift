import Foundation
import InkTraining
import Testing

/// A task of encoders with the data that it is learned from.
enum SmallTask: String, CaseIterable, CustomTestStringConvertible {
  case classify, classifyTokens, regress, answers, masked, wholeWords, inBatch, negatives, cosent, angle, triplet,
    simcse

  var testDescription: String { rawValue }

  /// What a recipe says of it.
  var recipe: String {
    switch self {
    case .classify: "task: classify"
    case .classifyTokens: "task: classify_tokens"
    case .regress: "task: regress"
    case .answers: "task: regress\nobjective: {loss: binary}"
    case .masked: "task: pretrain\nobjective: {kind: masked, rate: 0.3}"
    case .wholeWords: "task: pretrain\nobjective: {kind: masked, rate: 0.3, whole_word: true}"
    case .inBatch, .negatives: "task: embed"
    case .cosent: "task: embed\nobjective: {loss: cosent, pooling: weighted}"
    case .angle: "task: embed\nobjective: {loss: angle, pooling: cls}"
    case .triplet: "task: embed\nobjective: {loss: triplet, pooling: last}"
    case .simcse: "task: embed\nobjective: {loss: simcse}"
    }
  }

  /// Its records, a line each.
  var lines: [String] {
    let all = SmallEncoder.sentences
    return all.enumerated().map { number, own in
      let other = all[(number * 7 + number / 5) % all.count]
      let likeness = (own.colour == other.colour ? 1 : 0) + (own.animal == other.animal ? 2 : 0)
      let colour = SmallEncoder.colours[own.colour]
      let positive = "a \(colour) \(SmallEncoder.animals[own.animal]) \(own.place)"
      let negative = "a \(SmallEncoder.colours[(own.colour + 1) % 4]) cat is here"
      switch self {
      case .classify: return #"{"text": "\#(own.text)", "label": "\#(colour)"}"#
      case .classifyTokens:
        let words = own.text.split(separator: " ")
        let tags = words.map { SmallEncoder.colours.contains(String($0)) ? "C" : "O" }
        return
          #"{"tokens": ["\#(words.joined(separator: "\", \""))"], "tags": ["\#(tags.joined(separator: "\", \""))"]}"#
      case .regress: return #"{"text": "\#(own.text)", "score": \#(Double(own.colour) / 3)}"#
      case .answers:
        return
          #"{"text": "\#(colour)", "text_pair": "\#(other.text)", "score": \#(own.colour == other.colour ? 1 : 0)}"#
      case .masked, .simcse: return #"{"text": "\#(own.text)"}"#
      case .wholeWords: return #"{"text": "\#(own.text) running 北京大学"}"#
      case .inBatch: return #"{"anchor": "\#(own.text)", "positive": "\#(positive)"}"#
      case .negatives, .triplet:
        return #"{"anchor": "\#(own.text)", "positive": "\#(positive)", "negative": "\#(negative)"}"#
      case .cosent, .angle:
        return
          #"{"sentence1": "\#(own.text)", "sentence2": "\#(other.text)", "score": \#(Double(likeness) / 3)}"#
      }
    }
  }

  /// Writes the data; gives the recipe.
  func recipe(_ encoder: SmallEncoder, _ settings: [String] = []) throws -> Recipe {
    try encoder.recipe(recipe, data: try encoder.file("\(rawValue).jsonl", lines), settings)
  }
}
