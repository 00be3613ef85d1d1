import InkChat

/// What is known of a batch.
struct BatchRecord: Sendable, Hashable {
  var endpoint: BatchEndpoint
  var inputFile: StoredIdentifier
  var window: String
  var metadata: [JSONMember]
  var status = BatchStatus.validating
  /// When it came to a status, in seconds since 1970, by the status.
  var times: [BatchStatus: Int] = [:]
  /// When what is not answered is given up.
  var deadline: Int
  /// Seconds that its files are kept; nil keeps them.
  var fileLifetime: Int?
  var progress = BatchProgress()
  /// What is wrong with its input.
  var errors: [JSONValue] = []
  var outputFile: StoredIdentifier?
  var errorFile: StoredIdentifier?
  var usage = BatchUsage()

  /// Goes on to a status.
  mutating func enter(_ status: BatchStatus, at time: Int) {
    self.status = status
    times[status] = time
  }
}

/// How many of a batch's requests were answered.
struct BatchProgress: Sendable, Hashable {
  var total = 0
  var completed = 0
  var failed = 0
}

/// Tokens that a batch took.
struct BatchUsage: Sendable, Hashable {
  var input = 0
  var output = 0
}

extension BatchRecord {
  /// Reads what `body` wrote.
  init(_ body: JSONValue) throws(ServerError) {
    guard case .string(let endpointWord)? = body["endpoint"], let endpoint = BatchEndpoint(rawValue: endpointWord),
      let inputFile = Self.file(body["input_file_id"]), case .string(let window)? = body["completion_window"],
      case .string(let statusWord)? = body["status"], let status = BatchStatus(rawValue: statusWord),
      case .object(let metadata)? = body["metadata"], let deadline = Self.integer(body["deadline"]),
      case .object(let times)? = body["times"], case .array(let errors)? = body["errors"]
    else { throw ServerError(.server, "The record of a batch is damaged.", code: "storage_failure") }
    self.init(endpoint: endpoint, inputFile: inputFile, window: window, metadata: metadata, deadline: deadline)
    self.status = status
    for time in times {
      if let status = BatchStatus(rawValue: time.name) { self.times[status] = Self.integer(time.value) }
    }
    fileLifetime = Self.integer(body["file_lifetime"])
    progress = BatchProgress(
      total: Self.integer(body["total"]) ?? 0, completed: Self.integer(body["completed"]) ?? 0,
      failed: Self.integer(body["failed"]) ?? 0)
    self.errors = errors
    outputFile = Self.file(body["output_file_id"])
    errorFile = Self.file(body["error_file_id"])
    usage = BatchUsage(
      input: Self.integer(body["input_tokens"]) ?? 0, output: Self.integer(body["output_tokens"]) ?? 0)
  }

  /// What is kept.
  var body: JSONValue {
    let times = BatchStatus.allCases.compactMap { status in
      self.times[status].map { JSONMember(status.rawValue, .integer(Int64($0))) }
    }
    return [
      "endpoint": .string(endpoint.rawValue), "input_file_id": .string(inputFile.description),
      "completion_window": .string(window), "status": .string(status.rawValue), "metadata": .object(metadata),
      "deadline": .integer(Int64(deadline)), "times": .object(times), "errors": .array(errors),
      "file_lifetime": Self.json(fileLifetime), "total": .integer(Int64(progress.total)),
      "completed": .integer(Int64(progress.completed)), "failed": .integer(Int64(progress.failed)),
      "output_file_id": Self.json(outputFile), "error_file_id": Self.json(errorFile),
      "input_tokens": .integer(Int64(usage.input)), "output_tokens": .integer(Int64(usage.output)),
    ]
  }

  /// The batch in OpenAI's form.
  func object(_ identifier: StoredIdentifier, created: Int, progress: BatchProgress) -> JSONValue {
    func time(_ status: BatchStatus) -> JSONValue { Self.json(times[status]) }
    // Names of files that are still being written are nobody's yet.
    let hasFiles = status.isFinal
    return [
      "id": .string(identifier.description), "object": "batch", "endpoint": .string(endpoint.rawValue),
      "errors": errors.isEmpty ? .null : ["object": "list", "data": .array(errors)],
      "input_file_id": .string(inputFile.description), "completion_window": .string(window),
      "status": .string(status.rawValue), "output_file_id": hasFiles ? Self.json(outputFile) : .null,
      "error_file_id": hasFiles ? Self.json(errorFile) : .null, "created_at": .integer(Int64(created)),
      "in_progress_at": time(.inProgress), "expires_at": .integer(Int64(deadline)), "finalizing_at": time(.finalizing),
      "completed_at": time(.completed), "failed_at": time(.failed), "expired_at": time(.expired),
      "cancelling_at": time(.cancelling), "cancelled_at": time(.cancelled),
      "request_counts": [
        "total": .integer(Int64(progress.total)), "completed": .integer(Int64(progress.completed)),
        "failed": .integer(Int64(progress.failed)),
      ],
      "usage": [
        "input_tokens": .integer(Int64(usage.input)), "input_tokens_details": ["cached_tokens": 0],
        "output_tokens": .integer(Int64(usage.output)), "output_tokens_details": ["reasoning_tokens": 0],
        "total_tokens": .integer(Int64(usage.input + usage.output)),
      ], "metadata": .object(metadata),
    ]
  }

  private static func integer(_ value: JSONValue?) -> Int? {
    if case .integer(let number)? = value { Int(number) } else { nil }
  }

  private static func file(_ value: JSONValue?) -> StoredIdentifier? {
    if case .string(let text)? = value { StoredIdentifier(text, .file) } else { nil }
  }

  private static func json(_ number: Int?) -> JSONValue { number.map { .integer(Int64($0)) } ?? .null }

  private static func json(_ file: StoredIdentifier?) -> JSONValue { file.map { .string($0.description) } ?? .null }
}
