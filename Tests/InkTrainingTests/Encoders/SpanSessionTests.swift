import Foundation
import InkFormats
import InkModels
import InkNN
import InkTensor
import InkTokenizers
import InkTraining
import Testing

/// A small T5 that begins from nothing restores spans that were taken out.
@Suite struct SpanSessionTests {
  @Test("A model learns to restore spans, and is written as a folder that loads and computes the same")
  func learning() throws {
    let small = try SmallT5()
    defer { small.remove() }
    let session = try small.session([])
    let results = try small.train(session, "run")
    #expect(try #require(results.last).loss < #require(results.first).loss)
    try session.writeResult(to: small.path("final"), companions: nil)
    let cpu = CPU(threads: 1)
    let again = try EncoderDecoderLM.load(ModelFolder.open(small.path("final")), use: .trainingAll, cpu: cpu)
    let stored = Dictionary(uniqueKeysWithValues: again.parameters.map { ($0.name, $0.value.toArray()) })
    for weight in session.weights { #expect(stored[weight.name] == weight.value.toArray(), "\(weight.name)") }
  }

  @Test("A run that was stopped and resumed ends in the weights of one that was not")
  func resumed() throws {
    let small = try SmallT5()
    defer { small.remove() }
    func train(_ name: String, until stop: Int? = nil) throws -> [[UInt32]] {
      let session = try small.session(["steps=6", "dropout=0.2", "evaluation.every=4"])
      _ = try small.train(session, name, until: stop)
      return SmallEncoder.bits(session.weights)
    }
    let whole = try train("whole")
    #expect(try train("part", until: 4) != whole)
    #expect(try train("part") == whole)
  }

  @Test(
    "An adapter learns beside a model that stays, and a resumed one has the same bits",
    arguments: [
      ["train.method=lora", "train.rank=2", "train.targets=[q, v]", "train.dropout=0.1"],
      ["train.method=lora", "train.rank=2"], ["train.method=ia3", "train.targets=[k, v]"],
      ["train.method=vera", "train.rank=4", "train.targets=[q, wo]"],
      [
        "train.method=adalora", "train.rank=4", "train.target=2", "train.warmup=1", "train.final=1",
        "train.targets=[q, v]",
      ],
      ["train.method=lora", "train.rank=2", "train.targets=[k]", "train.also=[lm_head]"],
    ])
  func adapters(train: [String]) throws {
    let small = try SmallT5()
    defer { small.remove() }
    func run(_ name: String, until stop: Int? = nil) throws -> (any TrainingSession, [[UInt32]]) {
      let session = try small.session(train + ["steps=6"])
      let before = SmallEncoder.bits(session.weights)
      _ = try small.train(session, name, until: stop)
      #expect(SmallEncoder.bits(session.weights) == before)
      return (session, SmallEncoder.bits(try #require(session.adapter).adapter.parameters))
    }
    let (session, whole) = try run("whole")
    #expect(try run("part", until: 4).1 != whole)
    #expect(try run("part").1 == whole)
    try session.writeResult(to: small.path("final"), companions: nil)
    let configuration = try String(contentsOfFile: small.path("final/adapter_config.json"), encoding: .utf8)
    #expect(configuration.contains("SEQ_2_SEQ_LM"))
    let names = try SafetensorsFile.open(small.path("final/adapter_model.safetensors")).tensorNames
    let isWhole = train.contains("train.also=[lm_head]")
    #expect(names.contains("base_model.model.lm_head.weight") == isWhole)
    #expect(configuration.contains("\"modules_to_save\"") == isWhole)
    #expect(names.contains { $0.hasPrefix("base_model.model.decoder.block.1.layer.1.EncDecAttention.") })
    #expect(names.contains { $0.hasPrefix("base_model.model.encoder.block.0.layer.") })
  }

  @Test(
    "Virtual tokens before the source or the target learn, and a resumed run has the same bits",
    arguments: [("prompt", 24), ("p_tuning", 24), ("prefix", 96)])
  func prompts(method: String, width: Int) throws {
    let small = try SmallT5()
    defer { small.remove() }
    func run(_ name: String, until stop: Int? = nil) throws -> (any TrainingSession, [[UInt32]]) {
      let session = try small.session(["train.method=\(method)", "train.length=3", "steps=6"])
      _ = try small.train(session, name, until: stop)
      return (session, SmallEncoder.bits(try #require(session.adapter).adapter.parameters))
    }
    let (session, whole) = try run("whole")
    #expect(try run("part", until: 4).1 != whole)
    #expect(try run("part").1 == whole)
    try session.writeResult(to: small.path("final"), companions: nil)
    let file = try SafetensorsFile.open(small.path("final/adapter_model.safetensors"))
    #expect(file.tensorNames == ["prompt_embeddings"])
    #expect(try file.tensor("prompt_embeddings").shape == [3, width])
  }

  @Test("Rows behind a gate in attention are refused")
  func otherAdapters() throws {
    let small = try SmallT5()
    defer { small.remove() }
    let error = #expect(throws: TrainingError.self) { try small.session(["train.method=llama_adapter"]) }
    #expect(error?.code == .unsupported)
  }
}
