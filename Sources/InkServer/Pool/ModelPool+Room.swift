extension ModelPool {
  var reservedBytes: Int { instances.values.reduce(0) { $0 + $1.byteCount } }

  /// Waits until there is room for the model, which is then promised to it.
  func makeRoom(_ byteCount: Int, for serial: Int, of entry: ModelEntry) async throws(ServerError) {
    guard case .loading? = instances[serial]?.phase else {
      throw ServerError(.unavailable(retryAfter: limits.retryAfter), "The model is no longer wanted.")
    }
    guard let limit = limits.memory else {
      instances[serial]?.byteCount = Self.plausible(byteCount)
      return
    }
    let pinned = instances.filter { $0.key != serial && isPinned($0.value) }.reduce(0) { $0 + $1.value.byteCount }
    guard byteCount <= limit, byteCount <= limit - pinned else {
      let others = pinned > 0 ? ", \(pinned) of which pinned models keep" : ""
      throw ServerError(
        .server,
        "\"\(entry.name)\" needs \(byteCount) bytes; the memory limit is \(limit)\(others). "
          + "Raise the limit or choose a smaller or more compressed model.",
        param: "model", code: "model_too_large")
    }
    let patience = limits.roomPatience
    let result = await withCheckedContinuation {
      (continuation: CheckedContinuation<Result<Void, ServerError>, Never>) in
      let timer = Task { [clock, weak self] in
        do { try await clock.sleep(for: patience, tolerance: nil) } catch { return }
        await self?.endRoomRequest(serial, self?.noRoom(for: entry, byteCount))
      }
      roomQueue.append(
        RoomRequest(serial: serial, byteCount: byteCount, timer: timer, continuation: continuation))
      serveRoomQueue()
    }
    try result.get()
  }

  /// Gives room to those who wait, first come first served, and unloads idle models where that is enough.
  func serveRoomQueue() {
    while let first = roomQueue.first {
      guard let limit = limits.memory else {
        grant(first)
        continue
      }
      let missing = first.byteCount - (limit - reservedBytes)
      if missing <= 0 {
        grant(first)
        continue
      }
      // What is being put away is as good as free; the end of that calls this again.
      let leaving = instances.values.reduce(0) { sum, instance in
        if case .closing = instance.phase { sum + instance.byteCount } else { sum }
      }
      if missing > leaving { unloadIdle(missing - leaving, sparing: first.serial) }
      return
    }
  }

  /// Unloads idle models, the one used longest ago first, if that frees as much as is needed.
  private func unloadIdle(_ byteCount: Int, sparing spared: Int) {
    let idle = instances.filter { serial, instance in
      guard serial != spared, instance.leases == 0, !isPinned(instance) else { return false }
      if case .resident = instance.phase { return true }
      return false
    }
    guard idle.values.reduce(0, { $0 + $1.byteCount }) >= byteCount else { return }
    var missing = byteCount
    for (serial, instance) in idle.sorted(by: { $0.value.lastUse < $1.value.lastUse }) where missing > 0 {
      missing -= instance.byteCount
      detach(serial, because: .evicted)
    }
  }

  /// A model that came out larger than was estimated drives out idle ones.
  func trimToLimit(sparing spared: Int) {
    guard let limit = limits.memory else { return }
    let leaving = instances.values.reduce(0) { sum, instance in
      if case .closing = instance.phase { sum + instance.byteCount } else { sum }
    }
    let excess = reservedBytes - leaving - limit
    if excess > 0 { unloadIdle(excess, sparing: spared) }
  }

  private func grant(_ request: RoomRequest) {
    roomQueue.removeAll { $0.serial == request.serial }
    request.timer.cancel()
    instances[request.serial]?.byteCount = Self.plausible(request.byteCount)
    request.continuation.resume(returning: .success(()))
  }

  /// Takes a model out of the queue, with an error if it is still in it.
  func endRoomRequest(_ serial: Int, _ error: ServerError?) {
    guard let index = roomQueue.firstIndex(where: { $0.serial == serial }) else { return }
    let request = roomQueue.remove(at: index)
    request.timer.cancel()
    let reason = error ?? ServerError(.unavailable(retryAfter: limits.retryAfter), "The model is no longer wanted.")
    request.continuation.resume(returning: .failure(reason))
    serveRoomQueue()
  }

  private func noRoom(for entry: ModelEntry, _ byteCount: Int) -> ServerError {
    ServerError(
      .unavailable(retryAfter: limits.retryAfter),
      "There is no room for \"\(entry.name)\" (\(byteCount) bytes): the models that are loaded are all in use. Ask again "
        + "in \(limits.retryAfter) seconds.",
      param: "model", code: "no_room")
  }

  private func isPinned(_ instance: Instance) -> Bool {
    guard case .resident = instance.phase else { return false }
    return slots[instance.name]?.entry.residence == .pinned
  }
}
