import Foundation
import InkFormats
import InkTraining
import Synchronization
import Testing

@Suite struct TensorBoardWriterTests {
  /// The numbers of `Scripts/parity/event_files.py`.
  static func report(_ step: Int, attempt: Int) -> StepReport {
    StepReport(
      step: step, loss: 4 - Double(step) / 8 + Double(attempt) / 64, learningRate: Double(step) / 1024,
      gradientNorm: step == 5 ? 0 : 1.5 * Double(step), tokens: 300 * step)
  }

  /// A clock that goes on by a quarter of a second at every look.
  static func clock(from start: Double) -> @Sendable () -> Double {
    let time = SharedTime(start)
    return { time.next() }
  }

  @Test("A run that was stopped and resumed leaves the bytes that TensorBoard's own writer writes")
  func files() throws {
    let run = try WrittenRun()
    for (attempt, part) in [(start: 1_700_000_000.5, steps: 1...6), (start: 1_700_000_100.25, steps: 4...8)]
      .enumerated()
    {
      let writer = try TensorBoardWriter(
        folder: run.folder, firstStep: part.steps.lowerBound, host: "machine-1", clock: Self.clock(from: part.start))
      for step in part.steps {
        try writer.append(Self.report(step, attempt: attempt))
        if step.isMultiple(of: 2) {
          let loss = 5 - Double(step) / 4 + Double(attempt) / 64
          try writer.append(EvaluationResult(step: step, evaluation: "validation", loss: loss))
        }
      }
    }
    let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/events").path
    let names = try FileManager.default.contentsOfDirectory(atPath: fixtures).sorted()
    #expect(try FileManager.default.contentsOfDirectory(atPath: run.folder).sorted() == names)
    #expect(names.count == 2)
    for name in names {
      let expected = try Data(contentsOf: URL(fileURLWithPath: "\(fixtures)/\(name)"))
      let written = try Data(contentsOf: URL(fileURLWithPath: "\(run.folder)/\(name)"))
      #expect(written == expected, "\(name)")
    }
  }

  @Test("Two starts in one second have files of their own, in the order of their names")
  func sameSecond() throws {
    let run = try WrittenRun()
    let paths = try (1...3).map { step in
      try TensorBoardWriter(folder: run.folder, firstStep: step, host: "a b/é", clock: { 12.75 }).path
    }
    #expect(
      paths.map { $0.dropFirst(run.folder.count + 1) } == [
        "events.out.tfevents.0000000012.a_b__", "events.out.tfevents.0000000012.a_b__.1",
        "events.out.tfevents.0000000012.a_b__.2",
      ])
    #expect(paths == paths.sorted())
  }

  @Test("Large steps, numbers beyond single precision and empty tags are written")
  func extremes() throws {
    let run = try WrittenRun()
    let writer = try TensorBoardWriter(folder: run.folder, firstStep: 1, host: "", clock: { 1 })
    let start = try Data(contentsOf: URL(fileURLWithPath: writer.path)).count
    try writer.append([.init(tag: "", value: 1e300), .init(tag: "損失", value: .nan)], step: .max)
    let record = try Data(contentsOf: URL(fileURLWithPath: writer.path)).dropFirst(start)
    // Length 8, check sum 4; time 9, step 1 + 9, summary 2 + (2 + 2 + 5) + (2 + 2 + 6 + 5); check sum 4.
    #expect(record.count == 12 + 9 + 10 + 2 + 9 + 15 + 4)
    #expect(record.dropFirst(12 + 9).prefix(10) == Data([0x10] + [UInt8](repeating: 0xFF, count: 8) + [0x7F]))
  }

  @Test("A full disk is an error that names the file")
  func fullDisk() throws {
    let run = try WrittenRun()
    let full = DiskWriter(write: { _, _ in ENOSPC }, freeBytes: { _ in 0 })
    #expect {
      try TensorBoardWriter(folder: run.folder, firstStep: 1, host: "h", disk: full, clock: { 5 })
    } throws: { error in
      (error as? TrainingError)?.code == .diskFull && "\(error)".contains("events.out.tfevents.0000000005.h")
    }
  }

  @Test("A clock that shows no time is refused", arguments: [Double.nan, -1, .infinity, 1e300])
  func clock(_ time: Double) throws {
    let run = try WrittenRun()
    #expect {
      try TensorBoardWriter(folder: run.folder, firstStep: 1, host: "h", clock: { time })
    } throws: { ($0 as? TrainingError)?.code == .invalidValue }
  }
}

/// Seconds that go on by themselves.
private final class SharedTime: Sendable {
  private let time: Mutex<Double>

  init(_ start: Double) { time = Mutex(start) }

  func next() -> Double {
    time.withLock { time in
      defer { time += 0.25 }
      return time
    }
  }
}
