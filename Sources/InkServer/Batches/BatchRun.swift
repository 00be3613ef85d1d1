import InkChat

/// The work on one batch, from wherever it stands.
///
/// Each answer is a line of the batch's log, kept before it counts. After any end of the process the log says which
/// requests are answered, and the others are asked.
struct BatchRun: Sendable {
  let identifier: StoredIdentifier
  let services: ServerServices
  let responder: LocalResponder
  let permits: LinePermits

  var store: StateStore { services.store }

  /// Requests of batches wait for everybody else's: as `priority` counts, higher goes later.
  private static let priority: Int64 = 1000
  /// How often a request is tried while the server has too much to do.
  private static let tries = 100

  /// Goes on until the batch is done, or the server stops. One that is done already is only cleaned up after.
  func workOff() async throws(ServerError) {
    while let stored = try await load() {
      let batch = try BatchRecord(stored.body)
      switch batch.status {
      case .validating: try await validate(batch, owner: stored.owner)
      case .inProgress: try await answer(batch, owner: stored.owner)
      case .cancelling: try await end(batch, as: .cancelled, owner: stored.owner)
      case .finalizing:
        let isLate = batch.times[.finalizing] ?? 0 >= batch.deadline
        try await end(batch, as: isLate ? .expired : .completed, owner: stored.owner)
      case .failed, .completed, .expired, .cancelled:
        // Its lines are in the files now. A kill before this leaves the log to the next run.
        try await store.batches.removeLog(identifier)
        return
      }
      guard !isStopping else { return }
    }
  }

  var isStopping: Bool { Task.isCancelled || services.activity.isDraining }

  func load() async throws(ServerError) -> StoredRecord? {
    guard let entry = store.batches.entry(identifier) else { return nil }
    return try await store.batches.record(identifier, owner: entry.owner)
  }

  /// Changes the batch if it still stands where it is expected; somebody may have cancelled it meanwhile.
  func update(
    from status: BatchStatus, _ change: @escaping @Sendable (inout BatchRecord) -> Void
  ) async throws(ServerError) {
    try await store.batches.update(identifier) { (body) throws(ServerError) in
      var batch = try BatchRecord(body)
      guard batch.status == status else { return nil }
      change(&batch)
      return batch.body
    }
  }

  /// Asks what is not answered yet.
  private func answer(_ batch: BatchRecord, owner: String) async throws(ServerError) {
    let answered = try await answeredLines(total: batch.progress.total)
    defer { services.batches[identifier] = nil }
    let failure = await withTaskGroup(of: ServerError?.self) { group -> ServerError? in
      var failure: ServerError?
      do throws(ServerError) {
        var lines = StoredLines(store.files, batch.inputFile, .content, limit: services.settings.limits.bodyBytes)
        while let line = try await lines.next() {
          guard !answered.contains(line.number), !line.bytes.allSatisfy({ $0 == 32 }) else { continue }
          await permits.take()
          guard try await goesOn(batch) else {
            await permits.give()
            break
          }
          group.addTask {
            let failure = await record(line, batch, owner: owner)
            await permits.give()
            return failure
          }
        }
      } catch {
        failure = error
      }
      for await outcome in group { failure = failure ?? outcome }
      return failure
    }
    if let failure { throw failure }
    guard !isStopping else { return }
    let now = services.clock.secondsSince1970()
    try await update(from: .inProgress) { $0.enter(.finalizing, at: now) }
  }

  private func goesOn(_ batch: BatchRecord) async throws(ServerError) -> Bool {
    guard !isStopping, services.clock.secondsSince1970() < batch.deadline else { return false }
    guard let stored = try await load() else { return false }
    return try BatchRecord(stored.body).status == .inProgress
  }

  /// Which lines the log has answers to. A line that a killed process did not finish is dropped.
  private func answeredLines(total: Int) async throws(ServerError) -> Set<Int> {
    try await store.batches.beginLog(identifier)
    var answered: Set<Int> = []
    var progress = BatchProgress(total: total)
    var log = StoredLines(store.batches, identifier, .log, limit: .max)
    var end = 0
    while let line = try await log.next() {
      guard line.isEnded, let entry = BatchLogEntry(line.bytes) else { break }
      end = line.end
      guard answered.insert(entry.line).inserted else { continue }
      if entry.isSuccess { progress.completed += 1 } else { progress.failed += 1 }
    }
    try await store.batches.truncateLog(identifier, to: end)
    services.batches[identifier] = progress
    return answered
  }

  /// Asks one request and keeps its answer.
  private func record(_ line: StoredLines.Line, _ batch: BatchRecord, owner: String) async -> ServerError? {
    do {
      guard let request = BatchRequestLine(line.bytes, limits: services.settings.limits.json) else { return nil }
      let answer = try await patientAnswer(request, batch.endpoint, owner: owner)
      guard !Task.isCancelled else { return nil }
      let entry = BatchLogEntry(
        line: line.number, isSuccess: (200..<300).contains(answer.status),
        output: [
          "id": .string(services.identifiers.make("batch_req_")), "custom_id": .string(request.customIdentifier),
          "response": [
            "status_code": .integer(Int64(answer.status)), "request_id": .string(answer.requestIdentifier),
            "body": answer.body,
          ], "error": .null,
        ])
      try await store.batches.append(entry.bytes, to: identifier)
      services.batches.count(identifier, isSuccess: entry.isSuccess)
      return nil
    } catch {
      return Task.isCancelled ? nil : ServerError(reporting: error)
    }
  }

  private func patientAnswer(
    _ request: BatchRequestLine, _ endpoint: BatchEndpoint, owner: String
  ) async throws -> LocalResponder.Answer {
    var body = request.body
    if endpoint.knowsPriority {
      body.removeAll { $0.name == "priority" }
      body.append(JSONMember("priority", .integer(Self.priority)))
    }
    for _ in 1..<Self.tries {
      let answer = try await responder.post(.object(body), to: endpoint.rawValue, owner: owner)
      guard answer.status == 429 || answer.status == 503 else { return answer }
      try await services.clock.sleep(.seconds(answer.retryAfter ?? 1))
    }
    return try await responder.post(.object(body), to: endpoint.rawValue, owner: owner)
  }
}
