import Foundation
import InkAdapters
import InkFormats
import InkModels
import InkNN
import InkTensor
import Testing

/// One folder of reference data: an adapter and what PEFT computes with it.
struct GoldenAdapter: CustomTestStringConvertible {
  let name: String

  var testDescription: String { name }

  private static let root: URL =
    if let other = ProcessInfo.processInfo.environment["INKSTONE_GOLDEN"] {
      URL(fileURLWithPath: other).appendingPathComponent("peft")
    } else {
      URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/peft")
    }

  static let all: [GoldenAdapter] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
    return names.sorted().filter { name in
      FileManager.default.fileExists(atPath: root.appendingPathComponent("\(name)/adapter_config.json").path)
    }.map { GoldenAdapter(name: $0) }
  }()

  static let mergeable = all.filter {
    FileManager.default.fileExists(atPath: $0.path("merged_changed_weights.safetensors"))
  }

  func path(_ file: String = "") -> String {
    let folder = GoldenAdapter.root.appendingPathComponent(name)
    return file.isEmpty ? folder.path : folder.appendingPathComponent(file).path
  }

  static var basePath: String { root.appendingPathComponent("base").path }

  func stored() throws -> StoredAdapter { try StoredAdapter.open(path()) }

  func expected() throws -> SafetensorsFile { try SafetensorsFile.open(path("expected.safetensors")) }
}

/// The base of the reference data.
struct GoldenBase {
  let cpu: CPU
  let checkpoint: DecoderCheckpoint
  let model: DecoderLM
  let base: AdapterBase
  /// [2, 12] tokens of each sequence.
  let tokens: [[Int32]]
  let labels: [[Int32]]

  init(use: WeightUse = .inference, threads: Int = 2) throws {
    cpu = CPU(threads: threads)
    checkpoint = try DecoderCheckpoint.open(GoldenAdapter.basePath)
    model = try checkpoint.load(use: use, on: cpu)
    base = try AdapterBase(checkpoint: checkpoint, model: model)
    let expected = try SafetensorsFile.open("\(GoldenAdapter.basePath)/expected.safetensors")
    func rows(_ name: String) throws -> [[Int32]] {
      let tensor = try expected.tensor(name)
      return (0..<tensor.shape[0]).map { tensor[$0].toIntegers().map { Int32($0) } }
    }
    tokens = try rows("input_ids")
    labels = try rows("labels")
  }

  /// The rows of the sequences with an adapter's virtual tokens in front of each.
  func step(virtual count: Int, adapter: AdapterName) -> GoldenStep {
    var step = GoldenStep()
    for sequence in tokens {
      let start = step.tokens.count
      if count > 0 { step.virtual.append(VirtualRows(start: start, tokens: 0..<count, adapter: adapter)) }
      step.tokens += [Int32](repeating: 0, count: count) + sequence
      step.segments.append(AttentionSegment(wholeSequence: start..<step.tokens.count))
      step.rows += Array(start + count..<step.tokens.count)
    }
    return step
  }

  /// Logits of all tokens, without the rows of virtual ones.
  func logits(_ model: DecoderLM, adapter: AdapterName, rows: AdapterRows = .all) -> [Float] {
    let step = step(virtual: model.virtualTokenCount(of: adapter), adapter: adapter)
    let hidden = model.hiddenStates(
      tokens: step.tokens, segments: step.segments, adapters: rows, virtual: step.virtual, on: cpu)
    return model.logits(of: cpu.pickRows(step.rows, of: hidden), adapters: rows.picking(step.rows), on: cpu).toArray()
  }
}

struct GoldenStep {
  var tokens: [Int32] = []
  var segments: [AttentionSegment] = []
  var virtual: [VirtualRows] = []
  /// The rows of tokens that are not virtual.
  var rows: [Int] = []
}

extension AdapterBase {
  init(checkpoint: DecoderCheckpoint, model: DecoderLM) throws {
    try self.init(
      sites: model.adapterSites, otherBiases: model.biasSites, map: checkpoint.adapterMap,
      head: checkpoint.hasOwnHead ? .own : .table, width: model.spec.width, layers: model.spec.layers.count,
      prefixShape: model.prefixShape, heads: 2, promptPlacement: checkpoint.promptPlacement)
  }
}

func expectClose(
  _ found: [Float], _ expected: [Float], _ comment: Comment, tolerance: Float = 1e-4,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(found.count == expected.count, comment, sourceLocation: sourceLocation)
  let scale = max(expected.map(abs).max() ?? 0, 1e-3)
  let distance = zip(found, expected).map { abs($0 - $1) }.max() ?? 0
  #expect(distance <= tolerance * max(scale, 1), "\(comment): \(distance)", sourceLocation: sourceLocation)
}
