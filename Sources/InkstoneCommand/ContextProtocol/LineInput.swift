/// The lines that come through a pipe.
enum LineInput {
  /// The lines of a descriptor, without their line feeds, until it ends or cannot be read any more.
  ///
  /// A line is read when it is asked for: a program that writes without end fills its pipe, and not the memory of this
  /// one.
  static func lines(of descriptor: Int32) -> AsyncStream<String> {
    let reader = LineReader(descriptor)
    return AsyncStream { await reader.next() }
  }
}
