/// Something that every store does and this one did not.
package struct ConformanceFailure: Error, Sendable, CustomStringConvertible {
  let file: String
  let line: Int
  let detail: String

  /// Where the expectation stands, and what was there instead.
  package var description: String {
    "the expectation at \(file):\(line) does not hold" + (detail.isEmpty ? "" : ": \(detail)")
  }
}
