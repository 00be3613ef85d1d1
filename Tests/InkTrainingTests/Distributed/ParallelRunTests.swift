import Foundation
import InkTensor
import InkTesting
import InkTraining
import Testing

/// Whole runs of a recipe, over processes that are threads of the test.
@Suite("A recipe over several processes")
struct ParallelRunTests {
  private struct Outcome: Sendable, Equatable {
    var end: RunEnd
    /// The bits of every weight at the end.
    var values: [[UInt32]]
  }

  private static func train(
    _ run: TinyRun, _ name: String, processes: Int, settings: [String], lastStep: Int? = nil
  ) throws -> [Outcome] {
    try Ranks.run(processes) { communicator in
      let session = try run.session(try run.recipe(settings: settings), threads: 1)
      let folder = communicator.rank == 0 ? try run.open(name) : nil
      var training = try session.run(in: folder, resumption: .auto, communicator: communicator) { _ in }
      var step = training.trainer.step
      // Only one of the processes is asked to stop.
      let end = try training.run(
        observe: { step = $0.step }, shouldStop: { communicator.rank == processes - 1 && step == lastStep })
      return Outcome(end: end, values: session.weights.map { $0.value.toArray().map(\.bitPattern) })
    }
  }

  @Test(
    "as many parts of a step as processes give weights and log of one process to the bit",
    arguments: [2, 3], GradientSharing.allCases)
  func oneProcess(processes: Int, sharing: GradientSharing) throws {
    let run = try TinyRun()
    defer { run.remove() }
    let settings = ["distributed.sharing=\(sharing.rawValue)", "batch.accumulate=\(processes)", "steps=6"]
    let alone = try Self.train(run, "one", processes: 1, settings: settings)
    let found = try Self.train(run, "several", processes: processes, settings: settings)
    #expect(found.count == processes)
    for outcome in found { #expect(outcome == alone[0]) }
    #expect(try run.metrics("one") == run.metrics("several"))
    #expect(try files(run, "one") == files(run, "several"))
  }

  @Test("other numbers of parts give the losses of one process but for rounding, in every way of sharing the same bits")
  func rounding() throws {
    let run = try TinyRun()
    defer { run.remove() }
    _ = try Self.train(run, "one", processes: 1, settings: ["steps=6"])
    var logs: [[Data]] = []
    for sharing in GradientSharing.allCases {
      let settings = ["distributed.sharing=\(sharing.rawValue)", "batch.accumulate=4", "steps=6"]
      _ = try Self.train(run, sharing.rawValue, processes: 3, settings: settings)
      logs.append(try run.metrics(sharing.rawValue))
    }
    #expect(Set(logs).count == 1)
    let (expected, found) = (try losses(run, "one"), try losses(run, "zero1"))
    #expect(expected.count == found.count && expected.count > 6)
    for (found, expected) in zip(found, expected) { #expect(abs(found - expected) < 1e-4) }
  }

  @Test(
    "a run that one process is asked to stop goes on in as many processes to the bit",
    arguments: GradientSharing.allCases)
  func resumption(sharing: GradientSharing) throws {
    let run = try TinyRun()
    defer { run.remove() }
    let settings = ["distributed.sharing=\(sharing.rawValue)", "steps=7"]
    let whole = try Self.train(run, "whole", processes: 2, settings: settings)
    let part = try Self.train(run, "part", processes: 2, settings: settings, lastStep: 4)
    #expect(part.map(\.end) == [.interrupted, .interrupted])
    #expect(try Self.train(run, "part", processes: 2, settings: settings) == whole)
    #expect(try run.metrics("part") == run.metrics("whole"))
  }

  @Test("a checkpoint of two processes is gone on from in one, and in three")
  func otherNumber() throws {
    let run = try TinyRun()
    defer { run.remove() }
    let settings = ["distributed.sharing=zero2", "steps=7"]
    _ = try Self.train(run, "whole", processes: 2, settings: settings)
    for processes in [1, 3] {
      _ = try Self.train(run, "part-\(processes)", processes: 2, settings: settings, lastStep: 4)
      _ = try Self.train(run, "part-\(processes)", processes: processes, settings: settings)
      let (expected, found) = (try losses(run, "whole"), try losses(run, "part-\(processes)"))
      #expect(found.count == expected.count)
      for (found, expected) in zip(found, expected) { #expect(abs(found - expected) < 1e-4) }
    }
  }

  @Test("a batch with fewer sequences than processes is refused")
  func smallBatch() throws {
    let run = try TinyRun()
    defer { run.remove() }
    let outcomes = Ranks.outcomes(3) { communicator in
      let recipe = try run.recipe(settings: ["batch.size=2", "batch.accumulate=1"])
      _ = try run.session(recipe, threads: 1).run(in: nil, resumption: .auto, communicator: communicator) { _ in }
    }
    for outcome in outcomes {
      let error = #expect(throws: TrainingError.self) { try outcome.get() }
      #expect(error?.context == "batch.size")
    }
  }

  @Test("an unknown way of sharing is refused with the nearest right one")
  func recipeKey() throws {
    let run = try TinyRun()
    defer { run.remove() }
    #expect(try run.recipe("distributed: {sharing: zero2}").sharing == .zero2)
    #expect(try run.recipe("distributed: {}").sharing == .replicated)
    #expect(try run.recipe().sharing == nil)
    let error = #expect(throws: TrainingError.self) { try run.recipe("distributed: {sharing: zero3}") }
    #expect(error?.code == .invalidValue)
    #expect(error?.hint.contains("zero") == true)
  }

  /// The files of the newest checkpoint.
  private func files(_ run: TinyRun, _ name: String) throws -> [String: Data] {
    let folder = URL(fileURLWithPath: try #require(try run.open(name).newestCheckpoint()))
    var files: [String: Data] = [:]
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      // How long the log of times is differs from run to run, and with it the list of hashes.
      if file.hasSuffix(".safetensors") || file == "state.json" {
        files[file] = try Data(contentsOf: folder.appendingPathComponent(file))
      }
    }
    #expect(files.count == 4)
    return files
  }

  /// The losses of steps and evaluations.
  private func losses(_ run: TinyRun, _ name: String) throws -> [Double] {
    struct Line: Decodable {
      let loss: Double
    }
    return try run.metrics(name).flatMap { $0.split(separator: UInt8(ascii: "\n")) }.map {
      try JSONDecoder().decode(Line.self, from: $0).loss
    }
  }
}
