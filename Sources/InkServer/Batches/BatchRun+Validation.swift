import InkChat

extension BatchRun {
  /// The most faults that are told.
  private static let faultCount = 100

  /// Reads the whole input before anything is asked.
  func validate(_ batch: BatchRecord, owner: String) async throws(ServerError) {
    let (total, faults) = try await check(batch, owner: owner)
    let now = services.clock.secondsSince1970()
    try await update(from: .validating) { batch in
      batch.progress.total = total
      batch.errors = faults
      batch.enter(faults.isEmpty ? .inProgress : .failed, at: now)
    }
  }

  private func check(_ batch: BatchRecord, owner: String) async throws(ServerError) -> (Int, [JSONValue]) {
    guard try await store.files.record(batch.inputFile, owner: owner) != nil else {
      return (0, [Self.fault("file_not_found", "The input file is not there any more.", param: "input_file_id")])
    }
    let limits = services.settings.limits
    var lines = StoredLines(store.files, batch.inputFile, .content, limit: limits.bodyBytes)
    var seen: Set<String> = []
    var faults: [JSONValue] = []
    var total = 0
    do throws(ServerError) {
      while faults.count < Self.faultCount, let line = try await lines.next() {
        if line.bytes.allSatisfy({ $0 == 32 }) { continue }
        total += 1
        guard total <= store.limits.batchLines else {
          faults.append(Self.fault("too_many_tasks", "A batch has \(store.limits.batchLines) requests at most."))
          break
        }
        if let fault = Self.fault(line, batch, limits.json, &seen) { faults.append(fault) }
      }
    } catch  where error.code == "line_too_long" {
      faults.append(Self.fault("line_too_long", error.message))
    }
    if total == 0, faults.isEmpty { faults = [Self.fault("empty_file", "The input file has no requests.")] }
    return (total, faults)
  }

  private static func fault(
    _ line: StoredLines.Line, _ batch: BatchRecord, _ limits: JSONLimits, _ seen: inout Set<String>
  ) -> JSONValue? {
    do throws(BatchRequestLine.Fault) {
      let request = try BatchRequestLine(checking: line.bytes, limits: limits)
      guard request.method == "POST" else {
        throw BatchRequestLine.Fault(code: "invalid_method", message: "\"method\" must be \"POST\".", param: "method")
      }
      guard request.path == batch.endpoint.rawValue else {
        throw BatchRequestLine.Fault(
          code: "mismatched_endpoint", message: "\"url\" must be the batch's endpoint, \(batch.endpoint.rawValue).",
          param: "url")
      }
      guard seen.insert(request.customIdentifier).inserted else {
        throw BatchRequestLine.Fault(
          code: "duplicate_custom_id", message: "Another line has the same \"custom_id\".", param: "custom_id")
      }
      return nil
    } catch {
      return fault(error.code, error.message, line: line.number, param: error.param)
    }
  }

  static func fault(_ code: String, _ message: String, line: Int? = nil, param: String? = nil) -> JSONValue {
    [
      "code": .string(code), "message": .string(message), "param": param.map { .string($0) } ?? .null,
      "line": line.map { .integer(Int64($0)) } ?? .null,
    ]
  }
}
