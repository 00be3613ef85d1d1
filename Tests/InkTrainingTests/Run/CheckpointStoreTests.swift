import Foundation
import InkTraining
import Testing

@Suite struct CheckpointStoreTests {
  private static func contents(_ step: Int) -> [String: String] {
    ["weights": "weights of step \(step)", "state.json": "{\"step\": \(step)}"]
  }

  private static func write(_ step: Int, to store: CheckpointStore, on disk: any RunDisk) throws(TrainingError) {
    try store.write(step: step) { (folder) throws(TrainingError) in
      for (name, text) in contents(step).sorted(by: { $0.key < $1.key }) {
        try disk.write(Array(text.utf8), to: "\(folder)/\(name)")
      }
    }
  }

  private static func isWhole(_ checkpoint: CheckpointStore.Checkpoint) -> Bool {
    contents(checkpoint.step).allSatisfy { name, text in
      FileManager.default.contents(atPath: "\(checkpoint.folder)/\(name)") == Data(text.utf8)
    }
  }

  @Test(
    "Whatever action a process is killed at, the next one finds a whole checkpoint and nothing else",
    arguments: StoppingDisk.Trace.allCases)
  func killed(_ trace: StoppingDisk.Trace) throws {
    let disk = SystemDisk()
    var (total, found) = (0, Set<Int>())
    // With the first limit nothing is stopped, so that the number of actions is known.
    var limits: [Int?] = [nil]
    while let limit = limits.popLast() {
      let folder = try TestFolder()
      let store = CheckpointStore(folder.path, keep: 2, disk: disk)
      for step in [10, 20] { try Self.write(step, to: store, on: disk) }
      let stopping = StoppingDisk(after: limit, leaving: trace)
      let killed = CheckpointStore(folder.path, keep: 2, disk: stopping)
      do { try Self.write(30, to: killed, on: stopping) } catch { #expect(stopping.isStopped) }
      if limit == nil {
        total = stopping.count
        limits = (0..<total).map { $0 }
      }
      try store.recover()
      let (newest, damaged) = store.newest()
      let checkpoint = try #require(newest)
      found.insert(checkpoint.step)
      #expect(Self.isWhole(checkpoint))
      #expect(damaged.isEmpty, "after \(limit ?? -1) actions")
      try Self.write(40, to: store, on: disk)
      #expect(store.newest().checkpoint?.step == 40)
      #expect(folder.names("").allSatisfy { $0.wholeMatch(of: /step-\d+/) != nil })
      #expect(folder.names("").count == 2)
    }
    #expect(total > 8)
    #expect(found == [20, 30])
  }

  @Test("A damaged checkpoint is passed over, and said to be", arguments: ["weights", "state.json", "SHA256SUMS"])
  func damaged(_ name: String) throws {
    for isRemoved in [false, true] {
      let folder = try TestFolder()
      let disk = SystemDisk()
      let store = CheckpointStore(folder.path, keep: 3, disk: disk)
      for step in [1, 2] { try Self.write(step, to: store, on: disk) }
      let path = "\(store.path(of: 2))/\(name)"
      if isRemoved { try disk.remove(path) } else { try disk.write(Array("other".utf8), to: path) }
      let (checkpoint, damaged) = store.newest()
      #expect(checkpoint?.step == 1)
      #expect(damaged.count == 1)
      #expect(damaged.first?.contains("step-2") == true)
      // The run goes on from the first and comes to the second again; what lies in its way is no obstacle.
      try Self.write(2, to: store, on: disk)
      #expect(store.newest().checkpoint?.step == 2)
      #expect(store.newest().damaged.isEmpty)
    }
  }

  @Test("The newest checkpoints stay, and one of an abandoned future does not displace them")
  func pruning() throws {
    let folder = try TestFolder()
    let disk = SystemDisk()
    let store = CheckpointStore(folder.path, keep: 1, disk: disk)
    for step in [5, 10, 100] { try Self.write(step, to: store, on: disk) }
    #expect(folder.names("") == ["step-100"])
    try disk.remove("\(store.path(of: 100))/weights")
    #expect(store.newest().checkpoint == nil)
    try Self.write(9, to: store, on: disk)
    #expect(folder.names("") == ["step-9"])
    #expect(store.newest().checkpoint?.step == 9)
  }

  @Test("A write that fails leaves what was there, and no half of a checkpoint")
  func failing() throws {
    let folder = try TestFolder()
    let disk = SystemDisk()
    let store = CheckpointStore(folder.path, keep: 2, disk: disk)
    try Self.write(1, to: store, on: disk)
    let full = TrainingError(.file, context: "weights", found: "a full disk")
    #expect(throws: full) {
      try store.write(step: 2) { (path) throws(TrainingError) in
        try disk.write([1, 2, 3], to: "\(path)/weights")
        throw full
      }
    }
    #expect(folder.names("") == ["step-1"])
    #expect(throws: TrainingError.self) { try store.write(step: 3) { _ in } }
    #expect(store.newest().checkpoint?.step == 1)
  }
}
