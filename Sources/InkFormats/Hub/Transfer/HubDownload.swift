import AsyncHTTPClient
import NIOCore

/// Fetches one address into one file: into `partial` first, continuing what is there; only a whole and checked file is
/// moved to `target`.
struct HubDownload {
  /// What to fetch and where to.
  struct Job: Sendable {
    /// The name shown to the user.
    var name: String
    var address: HubAddress
    var token: String?
    var hub: HubRepository.Hub
    var size: UInt64
    var hash: ContentHash?
    var partial: String
    var target: String
  }

  let transport: HubTransport
  let configuration: HubConfiguration
  let disk: DiskWriter
  let clock: any Clock<Duration>
  let events: HubEventHandler

  /// Runs the job. The caller holds the lock.
  func run(_ job: Job) async throws(HubError) {
    try DiskFile.makeFolder(DiskFile.parent(of: job.partial))
    try DiskFile.makeFolder(DiskFile.parent(of: job.target))
    do {
      let file = try DiskFile(job.partial, .appending)
      var state = try restore(job, file)
      try disk.requireRoom(for: job.size - state.bytes, in: DiskFile.parent(of: job.partial), file: job.name)
      try await fill(&state, job, file)
      try file.synchronize()
    }
    try DiskFile.move(job.partial, to: job.target)
    events(.finished(file: job.name, path: job.target))
  }

  private struct State {
    var bytes: UInt64
    var hasher: ContentHasher
    /// Whether some bytes come from an earlier run: then a wrong hash earns one new start.
    var resumed: Bool
  }

  /// Takes in what an earlier run left.
  private func restore(_ job: Job, _ file: borrowing DiskFile) throws(HubError) -> State {
    let kept = try file.size()
    var state = State(bytes: 0, hasher: ContentHasher(like: job.hash, size: job.size), resumed: false)
    guard kept > 0 else { return state }
    guard kept <= job.size else {
      try file.truncate(to: 0)
      return state
    }
    while state.bytes < kept {
      let piece = try file.read(at: state.bytes, count: Int(min(1 << 20, kept - state.bytes)))
      if piece.isEmpty { break }
      state.hasher.update(piece)
      state.bytes += UInt64(piece.count)
    }
    state.resumed = true
    events(.progress(file: job.name, bytes: state.bytes, total: job.size))
    return state
  }

  private func restart(_ state: inout State, _ job: Job, _ file: borrowing DiskFile) throws(HubError) {
    try file.truncate(to: 0)
    state = State(bytes: 0, hasher: ContentHasher(like: job.hash, size: job.size), resumed: false)
  }

  /// Fetches until the file is whole and its hash is right.
  private func fill(_ state: inout State, _ job: Job, _ file: borrowing DiskFile) async throws(HubError) {
    var retry = HubRetry(policy: configuration.retry, clock: clock, subject: job.name, events: events)
    while true {
      while state.bytes < job.size {
        let before = state.bytes
        do {
          if let pause = try await fetch(&state, job, file) {
            try await retry.pauseOrThrow(pause.error, requested: pause.requested)
          }
        } catch {
          if state.bytes > before { retry.progressed() }
          try await retry.pauseOrThrow(error)
        }
      }
      guard let expected = job.hash, let found = state.hasher.finish(), found != expected else { return }
      let resumed = state.resumed
      try restart(&state, job, file)
      guard resumed else {
        DiskFile.remove(job.partial)
        throw HubError(
          .hashMismatch, context: job.name, expected: expected.hexadecimal, found: found.hexadecimal,
          hint: "The file was changed on the way or on the hub; run the command again, or use another network or mirror"
        )
      }
      // The kept part may stem from an older version of the file: fetch it all anew, once.
    }
  }

  /// One request. Returns an error worth a pause, or nil when the connection ended well.
  private func fetch(
    _ state: inout State, _ job: Job, _ file: borrowing DiskFile
  ) async throws(HubError) -> (error: HubError, requested: Duration?)? {
    let answer = try await transport.get(.init(address: job.address, token: job.token, start: state.bytes))
    if answer.status == 416 {
      try restart(&state, job, file)
      return (
        HubError(.serverFailure, context: job.name, found: "status 416 for a range inside the file"), nil
      )
    }
    switch HubStatus(answer, subject: job.name, hasToken: job.token != nil, hub: job.hub) {
    case .good: break
    case .transient(let error, let pause): return (error, pause)
    case .final(let error): throw error
    }
    try checkTag(answer, job)
    if answer.status == 200, state.bytes > 0 { try restart(&state, job, file) }
    try checkLength(answer, state, job)
    try await receive(answer, &state, job, file)
    guard state.bytes == job.size else {
      return (
        HubError(
          .network, context: job.name, expected: "\(job.size) bytes",
          found: "the connection ended after \(state.bytes)",
          hint: "Run the command again; it continues where it stopped"), nil
      )
    }
    return nil
  }

  private func receive(
    _ answer: HubTransport.Answer, _ state: inout State, _ job: Job, _ file: borrowing DiskFile
  ) async throws(HubError) {
    var shown = state.bytes
    var iterator = answer.body.makeAsyncIterator()
    while true {
      let piece: [UInt8]
      do {
        guard var buffer = try await iterator.next() else { break }
        piece = buffer.readBytes(length: buffer.readableBytes) ?? []
      } catch {
        throw HubTransport.failure(error, at: answer.address)
      }
      guard UInt64(piece.count) <= job.size - state.bytes else {
        try restart(&state, job, file)
        throw HubError(
          .sizeMismatch, context: job.name, expected: "\(job.size) bytes", found: "more",
          hint: "The file changed on the hub; run the command again")
      }
      try file.write(piece, through: disk)
      state.hasher.update(piece)
      state.bytes += UInt64(piece.count)
      if state.bytes - shown >= 1 << 19 || state.bytes == job.size {
        shown = state.bytes
        events(.progress(file: job.name, bytes: state.bytes, total: job.size))
      }
      if Task.isCancelled {
        throw HubError(
          .cancelled, context: job.name, found: "cancelled after \(state.bytes) of \(job.size) bytes",
          hint: "Run the command again; it continues where it stopped")
      }
    }
  }

  /// The hub's tag of a large file is its SHA-256, that of a small one its git id: another one means another file.
  private func checkTag(_ answer: HubTransport.Answer, _ job: Job) throws(HubError) {
    let direct = answer.address == job.address ? answer.header("ETag") : nil
    guard let expected = job.hash, let tag = answer.linkedTag ?? direct else { return }
    let text = tag.hasPrefix("W/") ? tag.dropFirst(2) : tag[...]
    guard let found = ContentHash(hexadecimal: text.filter { $0 != "\"" }) else { return }
    switch (expected, found) {
    case (.sha256, .sha256), (.gitBlob, .gitBlob):
      guard expected != found else { return }
      throw HubError(
        .hashMismatch, context: job.name, expected: "etag \(expected.hexadecimal)", found: found.hexadecimal,
        hint: "The file changed on the hub since it was listed; run the command again")
    case (.sha256, .gitBlob), (.gitBlob, .sha256): return
    }
  }

  private func checkLength(_ answer: HubTransport.Answer, _ state: State, _ job: Job) throws(HubError) {
    if answer.status == 206 {
      let range = answer.header("Content-Range") ?? ""
      guard range.hasPrefix("bytes \(state.bytes)-"), range.hasSuffix("/\(job.size)") || range.hasSuffix("/*") else {
        throw HubError(
          .sizeMismatch, context: job.name, expected: "bytes \(state.bytes)-…/\(job.size)",
          found: range.isEmpty ? "no Content-Range" : range, hint: "The file changed on the hub; run the command again")
      }
    }
    guard let text = answer.header("Content-Length") else { return }
    let expected = job.size - state.bytes
    guard UInt64(text) == expected else {
      throw HubError(
        .sizeMismatch, context: job.name, expected: "\(expected) bytes to come", found: "Content-Length \(text)",
        hint: "The file changed on the hub; run the command again")
    }
  }
}
