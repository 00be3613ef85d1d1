/// Work on many elements with a limit on how many are under way.
enum BoundedConcurrency {
  /// Applies an operation to every element, in order of position, at most `limit` at once (at least one).
  ///
  /// - Returns: the results in the elements' order, whatever order they were finished in.
  static func map<Element: Sendable, Value: Sendable>(
    _ elements: [Element], limit: Int, operation: @escaping @Sendable (Int, Element) async -> Value
  ) async -> [Value] {
    await withTaskGroup(of: (Int, Value).self) { group in
      var results = [Value?](repeating: nil, count: elements.count)
      var next = 0
      while next < min(max(limit, 1), elements.count) {
        let position = next
        group.addTask { (position, await operation(position, elements[position])) }
        next += 1
      }
      while let (position, value) = await group.next() {
        results[position] = value
        guard next < elements.count else { continue }
        let position = next
        group.addTask { (position, await operation(position, elements[position])) }
        next += 1
      }
      return results.compactMap { $0 }
    }
  }

  /// Applies an operation that can fail; the first failure cancels what is left.
  ///
  /// - Throws: of the failures, the one of the first element that failed by itself and not by being cancelled.
  static func tryMap<Element: Sendable, Value: Sendable>(
    _ elements: [Element], limit: Int,
    operation: @escaping @Sendable (Int, Element) async throws(ChainError) -> Value
  ) async throws(ChainError) -> [Value] {
    let results = await withTaskGroup(of: (Int, Result<Value, ChainError>).self) { group in
      var results = [Result<Value, ChainError>?](repeating: nil, count: elements.count)
      var next = 0
      var open = true
      func start(_ group: inout TaskGroup<(Int, Result<Value, ChainError>)>) {
        let position = next
        group.addTask {
          do throws(ChainError) {
            return (position, .success(try await operation(position, elements[position])))
          } catch {
            return (position, .failure(error))
          }
        }
        next += 1
      }
      while next < min(max(limit, 1), elements.count) { start(&group) }
      while let (position, result) = await group.next() {
        results[position] = result
        if case .failure = result {
          open = false
          group.cancelAll()
        }
        if open && next < elements.count { start(&group) }
      }
      return results.compactMap { $0 }
    }
    var cancelled: ChainError?
    var values: [Value] = []
    for result in results {
      switch result {
      case .success(let value): values.append(value)
      case .failure(let error) where error.code == .cancelled: cancelled = cancelled ?? error
      case .failure(let error): throw error
      }
    }
    if let cancelled { throw cancelled }
    return values
  }
}
