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
    let found = try logitsOfFirstRow(model) { try $0.write(.f16, to: $1) }
    let rounded = try logitsOfFirstRow(model) { try $0.writeRounded(.f16, to: $1) }
    #expect(largestDifference(found, rounded) < 0.002 * largest(rounded))
    // Rounding the weights to 11 bits too moves the logits by less than a hundredth of the largest.
    let published = try model.expected().tensor("logits")[0].toArray()
    #expect(largestDifference(found, published) < 0.01 * largest(published))
  }

  /// Activations are rounded to 8 bits in blocks of 32, one part in 254 of a block's largest element at the worst: a
  /// few hundredths of the largest logit after some layers. Larger differences would be wrong numbers, not rounding.
  @Test(
    "8-bit matrices give the logits of their numbers in f32, up to the rounding of activations",
    arguments: GoldenModel.convertible)
  func eightBits(model: GoldenModel) throws {
    let found = try logitsOfFirstRow(model) { try $0.write(.q8_0, to: $1) }
    let rounded = try logitsOfFirstRow(model) { try $0.writeRounded(.q8_0, to: $1) }
    #expect(largestDifference(found, rounded) < 0.05 * largest(rounded))
    let published = try model.expected().tensor("logits")[0].toArray()
    #expect(largestDifference(found, published) < 0.1 * largest(published))
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

  private func logitsOfFirstRow(
    _ model: GoldenModel, _ write: (GGUFConversion, String) throws -> String
  ) throws -> [Float] {
    let folder = try TemporaryFolder()
    let path = try write(GGUFConversion(model), folder.file("model.gguf"))
    let cpu = CPU(threads: 2)
    let ids = try model.expected().tensor("input_ids")[0].toIntegers().map { Int32($0) }
    return try DecoderLM.load(GGUFModel.open(path), cpu: cpu).logits(ofSequence: ids, cpu: cpu).toArray()
  }

  private func largest(_ values: [Float]) -> Float { values.map { abs($0) }.max() ?? 0 }

  private func largestDifference(_ a: [Float], _ b: [Float]) -> Float {
    a.count == b.count ? zip(a, b).map { abs($0 - $1) }.max() ?? 0 : .infinity
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
