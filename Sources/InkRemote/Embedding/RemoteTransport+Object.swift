package import InkChat

extension RemoteTransport {
  /// Sends a request whose answer is one JSON object.
  package func object(
    _ request: RemoteRequest, clock: any Clock<Duration>
  ) async throws(GenerationError) -> JSONValue {
    let deadlines = Deadlines(idle: timeouts.idle, total: timeouts.total)
    return try await withDeadlines(deadlines, clock: clock) { progress throws(GenerationError) in
      let answer = try await send(request)
      progress.step()
      let bytes = try await answer.bytes(limit: 256 << 20, progress: progress)
      do throws(JSONError) {
        return try JSONValue(parsing: bytes, limits: JSONLimits(values: 64_000_000))
      } catch {
        throw .strangeAnswer("JSON", error.description)
      }
    }
  }
}

extension JSONValue {
  /// The values of a list whose entries tell their place, in that order; every place must occur once.
  func ordered<Value>(
    by list: String, count: Int, _ read: (JSONValue) throws(GenerationError) -> Value
  ) throws(GenerationError) -> [Value] {
    guard case .array(let entries)? = self[list], entries.count == count else {
      throw .strangeAnswer("\(count) entries of \"\(list)\"", String(text.prefix(200)))
    }
    var values = [Value?](repeating: nil, count: count)
    for (position, entry) in entries.enumerated() {
      let index = entry["index"]?.count ?? position
      guard index < count, values[index] == nil else {
        throw .strangeAnswer("every index once", "index \(index)")
      }
      values[index] = try read(entry)
    }
    return values.compactMap { $0 }
  }
}
