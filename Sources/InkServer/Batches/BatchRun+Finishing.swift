import InkChat

extension BatchRun {
  /// Ends a batch; one whose files the store does not take is failed.
  func end(_ batch: BatchRecord, as end: BatchStatus, owner: String) async throws(ServerError) {
    do throws(ServerError) {
      try await finish(batch, as: end, owner: owner)
    } catch  where error.kind == .conflict || error.kind == .tooLarge {
      let now = services.clock.secondsSince1970()
      let fault = Self.fault(error.code ?? "storage_limit_reached", error.message)
      try await update(from: batch.status) { batch in
        batch.outputFile = nil
        batch.errorFile = nil
        batch.errors = [fault]
        batch.enter(.failed, at: now)
      }
    }
  }

  /// Makes the files of a batch, then says that it is over. Both can be done again after a kill in between.
  private func finish(_ batch: BatchRecord, as end: BatchStatus, owner: String) async throws(ServerError) {
    let files = try await nameFiles(batch)
    var pass = BatchPass(files: store.files)
    var answered: Set<Int> = []
    var log = StoredLines(store.batches, identifier, .log, limit: .max)
    while let line = try await log.next() {
      guard line.isEnded, let entry = BatchLogEntry(line.bytes), answered.insert(entry.line).inserted else { continue }
      try await pass.add(entry)
    }
    if end == .expired { try await giveUp(batch, answered, &pass) }
    let now = services.clock.secondsSince1970()
    let expires = batch.fileLifetime.map { now + $0 }
    let output = try await pass.output.keep(files.output, "output", owner: owner, expires: expires, store.files)
    let errors = try await pass.errors.keep(files.errors, "error", owner: owner, expires: expires, store.files)
    let total = pass.progress
    let usage = pass.usage
    try await update(from: batch.status) { batch in
      batch.progress.completed = total.completed
      batch.progress.failed = total.failed
      batch.usage = usage
      batch.outputFile = output
      batch.errorFile = errors
      batch.enter(end, at: now)
    }
  }

  /// Gives the files their names before they exist, so that a second try makes the same ones.
  private func nameFiles(
    _ batch: BatchRecord
  ) async throws(ServerError) -> (output: StoredIdentifier, errors: StoredIdentifier) {
    if let output = batch.outputFile, let errors = batch.errorFile { return (output, errors) }
    let output = StoredIdentifier(new: .file, from: services.identifiers)
    let errors = StoredIdentifier(new: .file, from: services.identifiers)
    try await update(from: batch.status) { batch in
      batch.outputFile = output
      batch.errorFile = errors
    }
    return (output, errors)
  }

  /// Says of what was not answered in time that it was not.
  private func giveUp(
    _ batch: BatchRecord, _ answered: Set<Int>, _ pass: inout BatchPass
  ) async throws(ServerError) {
    let limits = services.settings.limits
    var lines = StoredLines(store.files, batch.inputFile, .content, limit: limits.bodyBytes)
    while let line = try await lines.next() {
      guard !answered.contains(line.number), let request = BatchRequestLine(line.bytes, limits: limits.json) else {
        continue
      }
      let output: JSONValue = [
        "id": .string(services.identifiers.make("batch_req_")), "custom_id": .string(request.customIdentifier),
        "response": .null,
        "error": [
          "code": "batch_expired", "message": "This request could not be answered before the batch's window ended.",
        ],
      ]
      try await pass.add(BatchLogEntry(line: line.number, isSuccess: false, output: output))
    }
  }
}

/// What a walk through a batch's log collects.
private struct BatchPass: Sendable {
  var output: BatchFile
  var errors: BatchFile
  var progress = BatchProgress()
  var usage = BatchUsage()

  init(files: RecordStore) {
    output = BatchFile(files)
    errors = BatchFile(files)
  }

  mutating func add(_ entry: BatchLogEntry) async throws(ServerError) {
    let line = Array(entry.output.text.utf8) + [UInt8(ascii: "\n")]
    if entry.isSuccess {
      progress.completed += 1
      try await output.write(line)
    } else {
      progress.failed += 1
      try await errors.write(line)
    }
    guard let told = entry.output["response"]?["body"]?["usage"] else { return }
    usage.input += Self.count(told["prompt_tokens"] ?? told["input_tokens"])
    usage.output += Self.count(told["completion_tokens"] ?? told["output_tokens"])
  }

  private static func count(_ value: JSONValue?) -> Int {
    if case .integer(let number)? = value { Int(clamping: number) } else { 0 }
  }
}

/// A file that a batch produces, if there is anything in it.
private struct BatchFile: Sendable {
  private let files: RecordStore
  private var draft: (any BlobDraft)?

  init(_ files: RecordStore) {
    self.files = files
  }

  mutating func write(_ bytes: [UInt8]) async throws(ServerError) {
    if draft == nil { draft = try await files.draft() }
    guard let draft else { return }
    try await BlockingWork.run { () throws(ServerError) in try draft.write(bytes) }
  }

  /// Keeps it under its name, unless a try before this one did.
  ///
  /// - Returns: its name; nil when there is nothing in it.
  func keep(
    _ identifier: StoredIdentifier, _ kind: String, owner: String, expires: Int?, _ files: RecordStore
  ) async throws(ServerError) -> StoredIdentifier? {
    guard let draft else { return nil }
    guard files.entry(identifier) == nil else { return identifier }
    let record = FileRecord(name: "batch_\(kind).jsonl", purpose: .batchOutput, byteCount: draft.size)
    try await files.insert(identifier, owner: owner, expires: expires, body: record.body, content: draft)
    return identifier
  }
}
