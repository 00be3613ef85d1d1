import Foundation
import InkFormats
import InkModels
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
}
