import Foundation
import InkFormats
import InkModels
import InkTensor
import Testing

/// One model of the reference data of training: start weights, a batch, and what the reference computes.
struct GoldenTraining {
  let folder: String

  /// The folder `training` of `INKSTONE_GOLDEN`, or the fixtures of this package.
  static let root: String =
    if let other = ProcessInfo.processInfo.environment["INKSTONE_GOLDEN"], !other.isEmpty {
      "\(other)/training"
    } else {
      URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/training").path
    }

  init(_ name: String) { folder = "\(GoldenTraining.root)/\(name)" }

  func open(_ file: String) throws -> SafetensorsFile { try SafetensorsFile.open("\(folder)/\(file).safetensors") }
}

/// Sequences and what their rows predict.
struct TrainingRows {
  var tokens: [Int32] = []
  var segments: [AttentionSegment] = []
  var targets: [Int32] = []
  var weights: [Float] = []

  /// Rows of sequences with labels under the tokens themselves; -100 is not predicted. The loss is the mean.
  init(_ sequences: [(tokens: [Int], labels: [Int])]) {
    for (ids, labels) in sequences {
      segments.append(AttentionSegment(wholeSequence: tokens.count..<tokens.count + ids.count))
      tokens += ids.map { Int32($0) }
      let next = Array(labels.dropFirst()) + [-100]
      targets += next.map { Int32(max($0, 0)) }
      weights += next.map { $0 < 0 ? 0 : 1 }
    }
    let count = weights.reduce(0, +)
    weights = weights.map { $0 / count }
  }

  /// The rows of `input_ids` [batch, length] without what the mask leaves out.
  static func of(
    _ file: SafetensorsFile, labels: String = "labels", from other: SafetensorsFile? = nil
  ) throws -> TrainingRows {
    let ids = try file.tensor("input_ids")
    let labels = try (other ?? file).tensor(labels).toIntegers()
    let mask = (try? file.tensor("attention_mask"))?.toIntegers() ?? ids.toIntegers().map { _ in 1 }
    let (values, length) = (ids.toIntegers(), ids.shape[1])
    return TrainingRows(
      (0..<ids.shape[0]).map { row in
        let places = (row * length..<(row + 1) * length).filter { mask[$0] != 0 }
        return (places.map { values[$0] }, places.map { labels[$0] })
      })
  }

  /// The documents of one packed row.
  static func packed(_ file: SafetensorsFile) throws -> TrainingRows {
    let ids = try file.tensor("input_ids").toIntegers()
    let labels = try file.tensor("labels").toIntegers()
    let documents = try file.tensor("segment_ids").toIntegers()
    var starts = ids.indices.filter { $0 == 0 || documents[$0] != documents[$0 - 1] }
    starts.append(ids.count)
    return TrainingRows(
      zip(starts, starts.dropFirst()).map { start, end in (Array(ids[start..<end]), Array(labels[start..<end])) })
  }
}
