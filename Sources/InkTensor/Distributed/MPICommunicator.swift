import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The processes that a launcher of MPI started (RankMessage Passing Interface, version 3).
///
/// Only sending and receiving are asked of the library; it may be called from any thread, one at a time.
final class MPICommunicator: Communicator {
  let rank: Int
  let size: Int
  private let library: MPILibrary
  private let state = Mutex(State())

  private struct State {
    /// What the library may still read or write: after a failure for ever.
    var inFlight: [TensorMessage] = []
    var end: End?
  }

  private enum End {
    case closed
    case failed(TensorError)
  }

  /// A message is sent in parts whose number of bytes fits the library's numbers.
  private static let partLength = 1 << 30
  private static let tag: Int32 = 7
  private static let hint = "Look at the output of that rank: it may have ended, or was started with other arguments."
  private static let success: Int32 = 0
  /// `MPI_THREAD_SERIALIZED`, the same number in both interfaces.
  private static let oneThreadAtATime: Int32 = 2

  /// Joins the other processes; waits for them.
  init(_ library: MPILibrary) throws(TensorError) {
    func check(_ status: Int32, _ action: String) throws(TensorError) {
      if status != Self.success {
        throw TensorError(.communication, context: "MPI: \(action)", found: library.describe(status))
      }
    }
    self.library = library
    var flag: Int32 = 0
    try check(library.initialized(&flag), "asking whether it was started")
    if flag == 0 {
      var level: Int32 = 0
      try check(library.initThread(nil, nil, Self.oneThreadAtATime, &level), "starting")
      if level < Self.oneThreadAtATime {
        throw TensorError(
          .unsupported, context: library.version, expected: "calls from any thread, one at a time",
          hint: "Use a build of the library with support for threads (Debian's has it).")
      }
    }
    // Without this the library ends the process at an error, before anybody can say what it was about.
    try check(library.setErrorHandler(library.handles.world, library.handles.errorsReturn), "setting the error handler")
    var rank: Int32 = 0
    var size: Int32 = 0
    try check(library.rank(library.handles.world, &rank), "asking for the rank")
    try check(library.size(library.handles.world, &size), "asking for the number of processes")
    self.rank = Int(rank)
    self.size = Int(size)
  }

  func exchange(sending: [TensorMessage], receiving: [TensorMessage]) throws(TensorError) {
    try state.withLock { state throws(TensorError) in
      switch state.end {
      case .closed: throw TensorError(.communication, context: "MPI", found: "an exchange after the end of the run")
      case .failed(let error): throw error
      case nil: break
      }
      state.inFlight = sending + receiving
      do throws(TensorError) {
        try transfer(sending: sending, receiving: receiving)
      } catch {
        state.end = .failed(error)
        throw error
      }
      state.inFlight = []
    }
  }

  /// Ends the processes without asking for the lock: a thread that waits for a message holds it.
  func abort(status: Int32) { _ = library.abort(library.handles.world, status) }

  func close() throws(TensorError) {
    try state.withLock { state throws(TensorError) in
      switch state.end {
      case .closed: return
      case .failed(let error): throw error
      case nil: break
      }
      state.end = .closed
      let status = library.finalize()
      if status != Self.success {
        throw TensorError(.communication, context: "MPI: parting", found: "error \(status)")
      }
    }
  }

  /// A part of a message that the library takes at once.
  private struct Part {
    enum Direction {
      case toPeer
      case fromPeer
    }

    let direction: Direction
    let peer: Int
    let start: UnsafeMutableRawPointer
    let byteCount: Int32

    var description: String {
      switch direction {
      case .toPeer: "sending \(byteCount) bytes to rank \(peer)"
      case .fromPeer: "receiving \(byteCount) bytes from rank \(peer)"
      }
    }
  }

  private func parts(of messages: [TensorMessage], _ direction: Part.Direction) -> [Part] {
    messages.flatMap { message in
      stride(from: 0, to: message.byteCount, by: Self.partLength).map { start in
        Part(
          direction: direction, peer: message.peer, start: message.base + start,
          byteCount: Int32(min(Self.partLength, message.byteCount - start)))
      }
    }
  }

  /// Hands everything to the library, receivers first so that it need not keep what comes early, and waits.
  private func transfer(sending: [TensorMessage], receiving: [TensorMessage]) throws(TensorError) {
    let parts = parts(of: receiving, .fromPeer) + parts(of: sending, .toPeer)
    let stride = library.interface.requestStride
    let requests = UnsafeMutableRawPointer.allocate(byteCount: max(parts.count * stride, 1), alignment: 8)
    defer { requests.deallocate() }
    for (index, part) in parts.enumerated() {
      let request = requests + index * stride
      let status =
        switch part.direction {
        case .fromPeer:
          library.irecv(
            part.start, part.byteCount, library.handles.byte, Int32(part.peer), Self.tag, library.handles.world, request
          )
        case .toPeer:
          library.isend(
            part.start, part.byteCount, library.handles.byte, Int32(part.peer), Self.tag, library.handles.world, request
          )
        }
      try check(status, part)
    }
    for (index, part) in parts.enumerated() { try wait(for: requests + index * stride, part) }
    withExtendedLifetime((sending, receiving)) {}
  }

  private func wait(for request: UnsafeMutableRawPointer, _ part: Part) throws(TensorError) {
    // An `MPI_Status`, which takes 20 bytes in one interface and 24 in the other.
    let status = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 8)
    defer { status.deallocate() }
    var isDone: Int32 = 0
    var attempt = 0
    while true {
      try check(library.test(request, &isDone, status), part)
      if isDone != 0 { break }
      Self.pause(attempt)
      attempt += 1
    }
    switch part.direction {
    case .toPeer: break
    case .fromPeer:
      var count: Int32 = 0
      try check(library.count(status, library.handles.byte, &count), part)
      if count == part.byteCount { return }
      throw TensorError(
        .communication, context: "MPI: a message from rank \(part.peer) to rank \(rank)",
        expected: "\(part.byteCount) bytes", found: "\(count)", hint: Self.hint)
    }
  }

  /// Spins at first, then lends its core, at last sleeps: the other process may need it to come to its answer.
  private static func pause(_ attempt: Int) {
    switch attempt {
    case ..<200: spinPause()
    case ..<1000: sched_yield()
    default: usleep(50)
    }
  }

  private func check(_ status: Int32, _ part: Part) throws(TensorError) {
    if status == Self.success { return }
    throw TensorError(
      .communication, context: "MPI: rank \(rank) \(part.description)", found: library.describe(status),
      hint: Self.hint)
  }
}
