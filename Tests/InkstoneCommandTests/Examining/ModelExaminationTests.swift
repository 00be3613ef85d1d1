import InkFormats
import InkTensor
import InkstoneCommand
import Testing

@Suite("Examination of a model")
struct ModelExaminationTests {
  private func examine(_ model: TinyModel) throws -> ModelExamination {
    let folder = try TemporaryFolder()
    try model.write(to: folder.file("m.gguf"))
    let resolved = ResolvedModel(
      reference: .file(folder.file("m.gguf")), content: .gguf([folder.file("m.gguf")]))
    var examination = ModelExamination(resolved, cpu: CPU(threads: 1))
    for check in ModelExamination.Check.allCases { examination.perform(check) }
    return examination
  }

  @Test("a sound model passes every check")
  func sound() throws {
    let examination = try examine(TinyModel())
    #expect(examination.firstFailure == nil, "\(examination.results)")
    #expect(examination.results.map(\.check) == ModelExamination.Check.allCases)
    #expect(examination.results.allSatisfy { $0.outcome == .passed })
  }

  @Test("a model without a template is told so and passes")
  func noTemplate() throws {
    let examination = try examine(TinyModel(template: nil))
    #expect(examination.firstFailure == nil)
    #expect(examination.results.first { $0.check == .template }?.outcome == .skipped)
  }

  @Test("a number that is none is named with its tensor and row", arguments: [Float.nan, .infinity])
  func notFinite(defect: Float) throws {
    let failure = try #require(try examine(TinyModel(defect: defect)).firstFailure)
    #expect(failure.check == .numbers)
    #expect(failure.detail.contains("\"blk.1.ffn_up.weight\", row 3"))
  }

  @Test("a tensor that is missing is named, and later checks are left out")
  func missing() throws {
    let examination = try examine(TinyModel(missing: "blk.0.attn_k.weight"))
    let failure = try #require(examination.firstFailure)
    #expect(failure.check == .weights)
    #expect(failure.detail.contains("layers.0.mixer.key") || failure.detail.contains("blk.0.attn_k"))
    #expect(examination.results.filter { $0.outcome == .skipped }.count == 4)
  }

  @Test("a model that knows nothing is noticed")
  func blind() throws {
    let failure = try #require(try examine(TinyModel(confidence: .blind)).firstFailure)
    #expect(failure.check == .prediction)
  }

  @Test(
    "a template that cannot be read or refuses a message is noticed",
    arguments: ["{% if", "{{ raise_exception('no') }}"])
  func badTemplate(source: String) throws {
    #expect(try examine(TinyModel(template: source)).firstFailure?.check == .template)
  }

  @Test("the histogram counts tensors, numbers and bytes of each type")
  func histogram() throws {
    let folder = try TemporaryFolder()
    try TinyModel().write(to: folder.file("m.gguf"))
    let model = try GGUFModel.open(folder.file("m.gguf"))
    let entries = TensorHistogram(model.tensorNames.compactMap { model.info($0) }).entries
    #expect(entries.count == 1)
    #expect(entries.first?.type == "F32")
    #expect(entries.first?.tensors == model.tensorNames.count)
    #expect(entries.first.map { $0.bytes == 4 * $0.parameters } == true)
  }
}
