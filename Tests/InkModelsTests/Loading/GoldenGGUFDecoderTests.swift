import InkFormats
import InkModels
import InkNN
import InkTensor
import Testing

@Suite("Golden decoders from GGUF")
struct GoldenGGUFDecoderTests {
  @Test("a GGUF file of a checkpoint gives the reference logits of the checkpoint", arguments: GoldenModel.convertible)
  func logits(model: GoldenModel) throws {
    let folder = try TemporaryFolder()
    let path = try GGUFConversion(model).write(to: folder.file("model.gguf"))
    let cpu = CPU(threads: 2)
    let decoder = try DecoderLM.load(GGUFModel.open(path), cpu: cpu)
    let expected = try model.expected()
    let ids = try expected.tensor("input_ids")
    for row in 0..<ids.shape[0] {
      let found = decoder.logits(ofSequence: ids[row].toIntegers().map { Int32($0) }, cpu: cpu)
      expectClose(found.toArray(), try expected.tensor("logits")[row].toArray(), "\(model.name) logits, row \(row)")
    }
  }

  @Test("its greedy continuation is the checkpoint's", arguments: GoldenModel.convertible)
  func greedy(model: GoldenModel) throws {
    let greedy = try #require(try model.description().greedy)
    let folder = try TemporaryFolder()
    let path = try GGUFConversion(model).write(to: folder.file("model.gguf"))
    let cpu = CPU(threads: 2)
    let decoder = try DecoderLM.load(GGUFModel.open(path), cpu: cpu)
    #expect(decoder.greedy(greedy.prompt, count: greedy.continuation.count, cpu: cpu) == greedy.continuation)
  }

  @Test(
    "everything but the pairing of rotations and the norms' offset is as in the folder",
    arguments: GoldenModel.convertible
  )
  func spec(model: GoldenModel) throws {
    let folder = try TemporaryFolder()
    let path = try GGUFConversion(model).write(to: folder.file("model.gguf"))
    let cpu = CPU(threads: 1)
    let stored = try DecoderLM.load(GGUFModel.open(path), cpu: cpu).spec
    let published = try DecoderLM.load(ModelFolder.open(model.path()), cpu: cpu).spec
    #expect(stored.vocabulary == published.vocabulary)
    #expect(stored.contextLength == published.contextLength)
    // The converter is given a normalized head.
    if published.head.weight != .normalizedRows { #expect(stored.head == published.head) }
    #expect(stored.embedding == published.embedding)
    #expect(stored.layers.map(\.feedForward) == published.layers.map(\.feedForward))
    #expect(stored.layers.map(\.mixer.window) == published.layers.map(\.mixer.window))
  }

  /// Values stored as f16 are used as they are, but a model without f32 matrices also caches its keys and values in
  /// half precision, 11 bits: some ten-thousandths of the largest logit after some layers.
  @Test("f16 matrices give the logits of the same numbers in f32", arguments: GoldenModel.convertible)
  func half(model: GoldenModel) throws {
    let found = try firstRow(model) { try $0.write(.f16, to: $1) }
    let rounded = try firstRow(model) { try $0.writeRounded(.f16, to: $1) }
    #expect(found.largestDifference(from: rounded) < 0.002 * rounded.largest)
    // Rounding the weights to 11 bits too moves the logits by less than a hundredth of the largest.
    let published = try firstRow(model) { try $0.write(.f32, to: $1) }
    #expect(found.largestDifference(from: published) < 0.01 * published.largest)
  }

  /// Activations are rounded to 8 bits in blocks of 32, one part in 254 of a block's largest element at the worst: a
  /// few hundredths of the largest logit after some layers. Larger differences would be wrong numbers, not rounding.
  @Test(
    "8-bit matrices give the logits of their numbers in f32, up to the rounding of activations",
    arguments: GoldenModel.convertible)
  func eightBits(model: GoldenModel) throws {
    let found = try firstRow(model) { try $0.write(.q8_0, to: $1) }
    let rounded = try firstRow(model) { try $0.writeRounded(.q8_0, to: $1) }
    #expect(found.largestDifference(from: rounded) < 0.05 * rounded.largest)
    let published = try firstRow(model) { try $0.write(.f32, to: $1) }
    #expect(found.largestDifference(from: published) < 0.1 * published.largest)
  }

  @Test(
    "one row at a time and all rows at once give the same bits", arguments: GoldenModel.convertible,
    GGUFConversion.Precision.allCases)
  func sameBits(model: GoldenModel, precision: GGUFConversion.Precision) throws {
    let folder = try TemporaryFolder()
    let path = try GGUFConversion(model).write(precision, to: folder.file("model.gguf"))
    let cpu = CPU(threads: 2)
    let decoder = try DecoderLM.load(GGUFModel.open(path), cpu: cpu)
    // Beyond the trained length LongRoPE turns by other angles, whose cached keys stay as they were.
    let count = decoder.spec.lengthOfOneRotation.map { min(40, $0) } ?? 40
    let tokens = (0..<count).map { Int32(($0 * 13 + 5) % decoder.spec.vocabulary) }
    let together = decoder.logits(ofSequence: tokens, cpu: cpu).toArray().map(\.bitPattern)
    let pages = decoder.pages(count: tokens.count)
    var apart: [UInt32] = []
    for (position, token) in tokens.enumerated() {
      let segment = AttentionSegment(rows: 0..<1, firstPosition: position, pages: pages)
      let hidden = decoder.hiddenStates(tokens: [token], segments: [segment], on: cpu)
      apart += decoder.logits(of: hidden, on: cpu).toArray().map(\.bitPattern)
    }
    #expect(apart == together)
  }

  private func firstRow(_ model: GoldenModel, _ write: (GGUFConversion, String) throws -> String) throws -> RoutedRow {
    let folder = try TemporaryFolder()
    let path = try write(GGUFConversion(model), folder.file("model.gguf"))
    let ids = try model.expected().tensor("input_ids")[0].toIntegers().map { Int32($0) }
    return try RoutedRow(DecoderLM.load(GGUFModel.open(path), cpu: CPU(threads: 2)), ids)
  }
}

/// The logits of a sequence and the experts that its tokens went through.
///
/// Rounding may exchange experts whose scores are nearly the same, and from that token on the numbers are others; what is
/// compared are the tokens before it.
private struct RoutedRow {
  private let logits: [[Float]]
  /// For each layer with experts those of every token.
  private let experts: [Int: [[Int32]]]

  init(_ decoder: DecoderLM, _ ids: [Int32]) {
    let cpu = CPU(threads: 2)
    let recorder = ChoiceRecorder()
    let segment = AttentionSegment(rows: 0..<ids.count, firstPosition: 0, pages: decoder.pages(count: ids.count))
    let hidden = decoder.hiddenStates(tokens: ids, segments: [segment], experts: recorder.observer, on: cpu)
    let all = decoder.logits(of: hidden, on: cpu)
    logits = ids.indices.map { all[$0].toArray() }
    experts = recorder.choices.mapValues { choice in
      let count = choice.assignment.chosen
      return ids.indices.map { Array(choice.assignment.experts[$0 * count..<($0 + 1) * count]) }
    }
  }

  var largest: Float { logits.joined().map { abs($0) }.max() ?? 0 }

  /// The largest difference of a logit before the first token that goes through other experts.
  func largestDifference(from other: RoutedRow) -> Float {
    guard logits.count == other.logits.count, experts.keys == other.experts.keys else { return .infinity }
    let same = logits.indices.prefix { token in
      experts.allSatisfy { layer, tokens in tokens[token] == other.experts[layer]?[token] }
    }
    let differences = same.flatMap { token in zip(logits[token], other.logits[token]).map { abs($0 - $1) } }
    return differences.contains { $0.isNaN } ? .infinity : differences.max() ?? 0
  }
}

extension DecoderSpec {
  /// The longest sequence that LongRoPE turns by one list of angles; nil without it.
  fileprivate var lengthOfOneRotation: Int? {
    guard case .grouped(let attention)? = layers.first?.mixer, case .rotary(let rotary) = attention.position,
      case .longRoPE(let settings) = rotary.scaling
    else { return nil }
    return settings.originalContext
  }
}
