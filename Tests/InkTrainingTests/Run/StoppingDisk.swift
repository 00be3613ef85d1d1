import Foundation
import InkTraining
import Synchronization

/// A disk of a process that is killed at its n-th action, in the middle of it where an action has a middle: nothing
/// reaches the disk any more from then on.
final class StoppingDisk: RunDisk {
  /// What is left of an action that did not end.
  enum Trace: CaseIterable {
    case nothing, half
  }

  private let disk = SystemDisk()
  private let limit: Int
  private let trace: Trace
  private let done = Mutex(0)

  /// - Parameter limit: actions that end; nil for all.
  init(after limit: Int? = nil, leaving trace: Trace = .nothing) {
    self.limit = limit ?? .max
    self.trace = trace
  }

  /// Actions so far.
  var count: Int { done.withLock { $0 } }

  /// Whether the process was killed.
  var isStopped: Bool { count > limit }

  private func act(
    half: () throws(TrainingError) -> Void = {}, _ action: () throws(TrainingError) -> Void
  ) throws(TrainingError) {
    let number = done.withLock { count in
      count += 1
      return count
    }
    guard number > limit else { return try action() }
    if number == limit + 1, trace == .half { try half() }
    throw TrainingError(.file, context: "test", found: "a process that was killed")
  }

  func makeFolder(_ path: String) throws(TrainingError) {
    try act { () throws(TrainingError) in try disk.makeFolder(path) }
  }

  func append(_ bytes: [UInt8], to path: String) throws(TrainingError) {
    try act { () throws(TrainingError) in
      try disk.append(Array(bytes.prefix(bytes.count / 2)), to: path)
    } _: { () throws(TrainingError) in
      try disk.append(bytes, to: path)
    }
  }

  func truncate(_ path: String, to length: Int) throws(TrainingError) {
    try act { () throws(TrainingError) in try disk.truncate(path, to: length) }
  }

  func write(_ bytes: [UInt8], to path: String) throws(TrainingError) {
    // What is written whole is written beside its place first.
    try act { () throws(TrainingError) in
      try disk.append(Array(bytes.prefix(bytes.count / 2)), to: path + ".partial-0-0")
    } _: { () throws(TrainingError) in
      try disk.write(bytes, to: path)
    }
  }

  func synchronize(_ path: String) throws(TrainingError) {
    // A process that is killed loses nothing of this; a test has no power cuts.
    try act { () throws(TrainingError) in }
  }

  func move(_ path: String, to other: String) throws(TrainingError) {
    try act { () throws(TrainingError) in try disk.move(path, to: other) }
  }

  func remove(_ path: String) throws(TrainingError) {
    try act { () throws(TrainingError) in
      let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
      if let first = names.sorted().first { try disk.remove("\(path)/\(first)") }
    } _: { () throws(TrainingError) in
      try disk.remove(path)
    }
  }
}
