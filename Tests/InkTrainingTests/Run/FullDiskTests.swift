import Foundation
import InkTraining
import Synchronization
import Testing

/// A disk that has no room for a line of one file, and keeps the part of the line that it has room for.
private final class FillingDisk: RunDisk {
  private let disk = SystemDisk()
  private let name: String
  private let room: Mutex<Int>

  /// - Parameter lines: of the file that there is room for.
  init(_ name: String, lines: Int) {
    self.name = name
    room = Mutex(lines)
  }

  func append(_ bytes: [UInt8], to path: String) throws(TrainingError) {
    let isFull =
      path.hasSuffix("/\(name)")
      && room.withLock { lines in
        lines -= 1; return lines < 0
      }
    guard isFull else { return try disk.append(bytes, to: path) }
    try disk.append(Array(bytes.prefix(bytes.count / 2)), to: path)
    // What the system says of a device without room.
    try disk.append(bytes, to: "/dev/full")
  }

  func makeFolder(_ path: String) throws(TrainingError) { try disk.makeFolder(path) }
  func truncate(_ path: String, to length: Int) throws(TrainingError) { try disk.truncate(path, to: length) }
  func write(_ bytes: [UInt8], to path: String) throws(TrainingError) { try disk.write(bytes, to: path) }
  func synchronize(_ path: String) throws(TrainingError) { try disk.synchronize(path) }
  func move(_ path: String, to other: String) throws(TrainingError) { try disk.move(path, to: other) }
  func remove(_ path: String) throws(TrainingError) { try disk.remove(path) }
}

@Suite struct FullDiskTests {
  @Test(
    "A run whose disk is full in the middle of a step stops, and with room again it ends as one that always had it",
    .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")),
    arguments: [("metrics.jsonl", 4), ("timings.jsonl", 4), ("evaluations.jsonl", 1), ("metrics.jsonl", 0)])
  func step(name: String, lines: Int) throws {
    let (whole, full) = (RunProcess(folder: try TestFolder()), RunProcess(folder: try TestFolder()))
    let bits = try whole.run().1
    var process = full
    process.disk = FillingDisk(name, lines: lines)
    let before = checkpoints(full.folder)
    let error = #expect(throws: TrainingError.self) { _ = try process.run() }
    #expect(before.isEmpty)
    #expect(error?.code == .diskFull)
    #expect(error?.hint.contains("goes on from its last checkpoint") == true)
    #expect(full.folder.text("run/\(name)")?.hasSuffix("\n") == false)
    // What was whole stays whole, and nothing half-written stands beside it.
    let left = checkpoints(full.folder)
    #expect(left.allSatisfy { !$0.contains("partial") })
    #expect(left.isEmpty == (lines == 0))
    #expect(try full.run().1 == bits)
    #expect(full.logs == whole.logs)
  }

  @Test(
    "An event file that finds no room stops the run and is named",
    .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func events() throws {
    let folder = try TestFolder()
    let run = try RunFolder(
      "\(folder.path)/run", keep: 1, resumption: .auto, reports: [.tensorboard], machine: .silent())
    func record(_ step: Int) throws {
      try run.record(
        StepReport(step: step, loss: 1.5, learningRate: 3e-4, gradientNorm: 0.25, tokens: 64), operations: 1)
    }
    try record(1)
    let name = try #require(folder.names("run").first { $0.hasPrefix("events.out.tfevents.") })
    let path = "\(folder.path)/run/\(name)"
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/full")
    let error = #expect(throws: TrainingError.self) { try record(2) }
    #expect(error?.code == .diskFull)
    #expect(error?.context == path)
  }

  private func checkpoints(_ folder: TestFolder) -> [String] { folder.names("run/checkpoints") }
}
