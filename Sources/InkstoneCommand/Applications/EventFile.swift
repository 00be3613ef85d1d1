import Foundation
import Synchronization

/// A file of lines that are written as they come, so that a run that ends badly leaves what happened until then.
final class EventFile: Sendable {
  private struct State {
    var handle: FileHandle?
    var failure: CommandError?
  }

  private let path: String
  private let state: Mutex<State>

  /// A new file in the place of one that may be there.
  ///
  /// - Throws: `cannotWrite` with the place.
  init(_ path: String) throws(CommandError) {
    self.path = path
    guard FileManager.default.createFile(atPath: path, contents: nil), let handle = FileHandle(forWritingAtPath: path)
    else {
      throw CommandError(
        .cannotWrite, context: path, expected: "a place that can be written", found: "none", hint: "Check the path.")
    }
    state = Mutex(State(handle: handle))
  }

  /// Writes a line. What fails is told at the end.
  func write(_ line: String) {
    state.withLock { state in
      guard state.failure == nil else { return }
      do { try state.handle?.write(contentsOf: Data((line + "\n").utf8)) } catch {
        state.failure = CommandError(.cannotWrite, context: path, found: error.localizedDescription)
      }
    }
  }

  /// Closes the file.
  ///
  /// - Throws: `cannotWrite` when a line could not be written.
  func finish() throws(CommandError) {
    let failure = state.withLock { state in
      try? state.handle?.close()
      state.handle = nil
      return state.failure
    }
    if let failure { throw failure }
  }
}
