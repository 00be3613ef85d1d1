import Foundation
import InkAdapters
import InkFormats
import InkModels
import InkNN
import InkTensor
import Testing

@Suite("Golden merging of adapters")
struct AdapterMergeTests {
  @Test("merged weights are PEFT's and no other changes", arguments: GoldenAdapter.mergeable)
  func merged(golden: GoldenAdapter) throws {
    let base = try GoldenBase()
    let weights = try SafetensorsModel.open("\(GoldenAdapter.basePath)/model.safetensors")
    let merge = try AdapterMerge(try golden.stored(), base: base.base, on: base.cpu)
    let (tensors, report) = try merge.changes(of: weights)
    let expected = try SafetensorsFile.open(golden.path("merged_changed_weights.safetensors"))
    #expect(Set(tensors.map(\.name)) == Set(expected.tensorNames))
    for tensor in tensors {
      expectClose(
        try tensor.float32().toArray(), try expected.tensor(tensor.name).toArray(), "\(golden.name) \(tensor.name)",
        tolerance: 5e-6)
    }
    #expect(report.tensors.allSatisfy { $0.changedElements > 0 && $0.relativeChange > 0 })
  }

  @Test("a merged model gives the logits of base and adapter", arguments: GoldenAdapter.mergeable)
  func agreement(golden: GoldenAdapter) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("merged-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let base = try GoldenBase()
    let stored = try golden.stored()
    _ = try AdapterMerge(stored, base: base.base, on: base.cpu).write(
      try ModelFolder.open(GoldenAdapter.basePath), to: folder)
    let merged = try DecoderCheckpoint.open(folder).load(use: .inference, on: base.cpu)
    let model = try base.model.attaching([
      stored.modelAdapter(named: "test", for: base.base, use: .inference, on: base.cpu)
    ])
    expectClose(
      base.logits(merged, adapter: "test"), base.logits(model, adapter: "test"), "\(golden.name)", tolerance: 5e-5)
  }

  @Test("an adapter that changes nothing is not merged in silence")
  func nothing() throws {
    let base = try GoldenBase()
    let configuration = AdapterConfiguration(method: .lora(LoRASettings(targets: ["q_proj"], rank: 2)))
    let fresh = try AdapterMaking(for: base.base, seed: 3, on: base.cpu).make(configuration, named: "new")
    let stored = try StoredAdapter(
      fresh, configuration: configuration, base: base.base, fingerprint: nil, on: base.cpu)
    let weights = try SafetensorsModel.open("\(GoldenAdapter.basePath)/model.safetensors")
    let merge = try AdapterMerge(stored, base: base.base, on: base.cpu)
    let error = #expect(throws: AdapterError.self) { try merge.changes(of: weights) }
    #expect(error?.code == .nothingChanged)
  }

  @Test("prompts are no weights and are not merged")
  func prompts() throws {
    let base = try GoldenBase()
    let weights = try SafetensorsModel.open("\(GoldenAdapter.basePath)/model.safetensors")
    let merge = try AdapterMerge(try GoldenAdapter(name: "prefix_tuning").stored(), base: base.base, on: base.cpu)
    let error = #expect(throws: AdapterError.self) { try merge.changes(of: weights) }
    #expect(error?.code == .unsupported)
  }
}
