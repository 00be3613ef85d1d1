import Synchronization

/// Counts the bytes that were measured.
final class WorkCounter: Sendable {
  private let bytes = Mutex(0)

  func count(_ text: String) -> Int {
    bytes.withLock { $0 += text.utf8.count }
    return text.unicodeScalars.count
  }

  func reset() -> Int {
    bytes.withLock { value in
      defer { value = 0 }
      return value
    }
  }
}
