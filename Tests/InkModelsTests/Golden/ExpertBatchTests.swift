import InkFormats
import InkModels
import InkTensor
import Testing

/// Law 2 where rows of all sequences meet in the same experts.
@Suite("Experts and batches")
struct ExpertBatchTests {
  @Test("chunks, batches and threads do not change a bit of what a token gives", arguments: GoldenModel.mixtures)
  func sameBits(model: GoldenModel) throws {
    let folder = try ModelFolder.open(model.path())
    var alone: [[UInt32]] = []
    for threads in [1, 3] {
      let cpu = CPU(threads: threads)
      let decoder = try DecoderLM.load(folder, cpu: cpu)
      let sequences = [70, 1, 23].enumerated().map { index, length in
        (0..<length).map { Int32(($0 * 13 + 7 * index + 5) % decoder.spec.vocabulary) }
      }
      let bits = sequences.map { decoder.logits(ofSequence: $0, cpu: cpu).toArray().map(\.bitPattern) }
      if alone.isEmpty { alone = bits }
      #expect(bits == alone)
      #expect(together(decoder, sequences, cpu: cpu) == alone)
      #expect(chunked(decoder, sequences[0], pieces: [1, 2, 30, 36, 1], cpu: cpu) == alone[0])
    }
  }

  private func together(_ decoder: DecoderLM, _ sequences: [[Int32]], cpu: CPU) -> [[UInt32]] {
    var segments: [AttentionSegment] = []
    for sequence in sequences {
      let start = segments.last?.rows.upperBound ?? 0
      segments.append(
        AttentionSegment(
          rows: start..<start + sequence.count, firstPosition: 0, pages: decoder.pages(count: sequence.count)))
    }
    let hidden = decoder.hiddenStates(tokens: sequences.flatMap { $0 }, segments: segments, on: cpu)
    return segments.map { decoder.logits(of: hidden.slice($0.rows), on: cpu).toArray().map(\.bitPattern) }
  }

  private func chunked(_ decoder: DecoderLM, _ tokens: [Int32], pieces: [Int], cpu: CPU) -> [UInt32] {
    let pages = decoder.pages(count: tokens.count)
    var result: [UInt32] = []
    var position = 0
    for piece in pieces {
      let segment = AttentionSegment(rows: 0..<piece, firstPosition: position, pages: pages)
      let hidden = decoder.hiddenStates(
        tokens: Array(tokens[position..<position + piece]), segments: [segment], on: cpu)
      result += decoder.logits(of: hidden, on: cpu).toArray().map(\.bitPattern)
      position += piece
    }
    return result
  }
}
