import InkChat
import InkModels
import InkTensor

/// A model's own prediction layer, which writes ahead what the model checks (DeepSeek-AI, 2024, "DeepSeek-V3", 2.2).
///
/// It goes over what each step computed: one row for each position whose next token is known, which costs a prompt one
/// layer more. Its guess behind the last known token is fed back for the guesses after that. Rows of guesses are forgotten
/// at once; they are computed again from the model's own hidden states where a guess was right.
///
/// Hidden states are not kept with the pages of the model's cache. So where a sequence takes over what was computed for
/// another one, or is read again, the layer begins behind that and looks back no further: it guesses from less. Its own
/// keys and values are not shared among requests, and come on top of the engine's cache.
///
/// Belongs to one engine.
final class PredictionWriter {
  /// How far a step brought a sequence.
  struct Progress {
    let id: RequestID
    /// All its known tokens.
    let tokens: [Int32]
    /// The positions that the step computed, without wrong guesses.
    let computed: Range<Int>
    /// The step's row of the first of them.
    let firstRow: Int
    /// Tokens to guess; none while its prompt is read.
    let count: Int
    let plan: SequencePlan
  }

  /// What the layer has seen of a sequence.
  private struct Reading {
    /// The position of the token of its first row.
    let first: Int
    var cache: SequenceCache
    /// The position of the token of its next row.
    var next: Int { first + cache.length }
  }

  private let layer: PredictionLayer
  private let cpu: CPU
  private var readings: [RequestID: Reading] = [:]

  /// A writer for the model that the layer belongs to.
  init(_ predictor: TokenPredictor, cpu: CPU) {
    layer = predictor.layer
    self.cpu = cpu
  }

  /// Forgets a sequence.
  func forget(_ id: RequestID) { readings[id] = nil }

  /// Reads what a step computed and guesses what comes behind it.
  ///
  /// - Parameter hidden: the model's last hidden states of the step, [rows, width].
  func guesses(behind progress: [Progress], _ hidden: Tensor) -> [RequestID: [Int32]] {
    guard let read = read(progress, hidden) else { return [:] }
    return write(on: read.starts, read.states)
  }

  /// A sequence to be written on.
  private struct Start {
    let id: RequestID
    /// The row of the latest pass that tells its next token.
    var row: Int
    /// Tokens still to guess.
    var count: Int
  }

  /// The rows of tokens that have become known, and where to go on.
  private func read(_ progress: [Progress], _ hidden: Tensor) -> (states: Tensor, starts: [Start])? {
    var tokens: [Int32] = []
    var rows: [Int] = []
    var segments: [AttentionSegment] = []
    var starts: [Start] = []
    for step in progress {
      var reading = reading(for: step)
      // The row of a token needs the hidden state of the position before it.
      let end = min(step.computed.upperBound, step.tokens.count - 1) + 1
      guard reading.next < end else { continue }
      let fed = reading.next..<end
      let own = tokens.count..<tokens.count + fed.count
      segments.append(reading.cache.extend(by: step.tokens[fed], rows: own))
      tokens += step.tokens[fed]
      rows += fed.map { step.firstRow + $0 - 1 - step.computed.lowerBound }
      readings[step.id] = reading
      if step.count > 0 { starts.append(Start(id: step.id, row: own.upperBound - 1, count: step.count)) }
    }
    guard !tokens.isEmpty else { return nil }
    return (layer(cpu.pickRows(rows, of: hidden), next: tokens, segments: segments, on: cpu), starts)
  }

  /// What is there of a sequence, as far as the rows of the step go on from it.
  private func reading(for step: Progress) -> Reading {
    let first = step.computed.lowerBound + 1
    if let there = readings.removeValue(forKey: step.id), there.next == first { return there }
    var cache = SequenceCache(layout: layer.cacheLayout)
    cache.follow(step.plan)
    return Reading(first: first, cache: cache)
  }

  /// Takes the most probable token behind each row and goes on from there.
  private func write(on starts: [Start], _ read: Tensor) -> [RequestID: [Int32]] {
    var written: [RequestID: [Int32]] = [:]
    let lengths = starts.map { readings[$0.id]?.cache.length ?? 0 }
    var going = starts
    var states = read
    while !going.isEmpty {
      states = cpu.pickRows(going.map(\.row), of: states)  // [going, width]
      let logits = layer.logits(of: states, on: cpu)
      var next: [Int32] = []
      var kept: [Start] = []
      for (row, start) in going.enumerated() {
        // Logits that are no numbers cost the guess and nothing else.
        guard let token = peak(of: logits[row]) else { continue }
        written[start.id, default: []].append(token)
        guard start.count > 1 else { continue }
        next.append(token)
        kept.append(Start(id: start.id, row: row, count: start.count - 1))
      }
      guard !kept.isEmpty else { break }
      states = feedBack(next, of: kept, cpu.pickRows(kept.map(\.row), of: states))
      for row in kept.indices { kept[row].row = row }
      going = kept
    }
    for (start, length) in zip(starts, lengths) { readings[start.id]?.cache.truncate(to: length) }
    return written
  }

  /// One more row for each sequence, from the layer's own guess.
  private func feedBack(_ next: [Int32], of starts: [Start], _ states: Tensor) -> Tensor {
    var segments: [AttentionSegment] = []
    for (row, start) in starts.enumerated() {
      if let segment = readings[start.id]?.cache.extend(by: [next[row]], rows: row..<row + 1) {
        segments.append(segment)
      }
    }
    return layer(states, next: next, segments: segments, on: cpu)
  }

  private func peak(of logits: Tensor) -> Int32? {
    do throws(GenerationError) {
      return try logits.withElements { span throws(GenerationError) in try LogitPeak(of: span).token }
    } catch {
      return nil
    }
  }
}
