import InkAdapters
import InkFormats
import InkModels
import InkNN
import InkTensor
import Testing

@Suite("Golden adapters")
struct GoldenAdapterTests {
  @Test("there are adapters to test")
  func found() { #expect(GoldenAdapter.all.count >= 7) }

  @Test("logits with an adapter are PEFT's", arguments: GoldenAdapter.all)
  func logits(golden: GoldenAdapter) throws {
    let base = try GoldenBase()
    let adapter = try golden.stored().modelAdapter(named: "test", for: base.base, use: .inference, on: base.cpu)
    let model = try base.model.attaching([adapter])
    let logits = base.logits(model, adapter: "test")
    expectClose(logits, try golden.expected().tensor("logits").toArray(), "\(golden.name)")
    let before = base.logits(base.model, adapter: "test")
    #expect(logits != before)
  }
}
