import InkTensor

extension DataParallel {
  /// The optimizer's state of all weights, in the process that writes checkpoints.
  ///
  /// - Parameter own: the state of each of ``owned``.
  /// - Returns: the state of each weight in rank 0, nil elsewhere.
  package func gatherState(_ own: [[StateEntry]]) throws(TrainingError) -> [[StateEntry]]? {
    try checkCount(own.count, owned.count)
    switch sharing {
    case .replicated: return writesFiles ? own : nil
    case .zero1, .zero2: break
    }
    let outlines = try communicating { () throws(TensorError) in
      try communicator.allGather(StateOutline(of: own).bytes)
    }
    if !writesFiles {
      try communicating { () throws(TensorError) in
        try communicator.exchange(sending: messages(own, with: 0), receiving: [])
      }
      return nil
    }
    var all = own
    var receiving: [TensorMessage] = []
    for (rank, outline) in outlines.enumerated().dropFirst() {
      let state = try StateOutline(bytes: outline).makeRoom()
      try checkCount(state.count, shards.ranges[rank].count)
      receiving += messages(state, with: rank)
      all += state
    }
    try communicating { () throws(TensorError) in try communicator.exchange(sending: [], receiving: receiving) }
    return all
  }

  /// The optimizer's state of the weights of this process, from a checkpoint that rank 0 read. It may have been written by
  /// another number of processes and with another way of sharing.
  ///
  /// - Parameter all: the state of each weight in rank 0; nil elsewhere.
  /// - Returns: the state of each of ``owned``.
  package func scatterState(_ all: [[StateEntry]]?) throws(TrainingError) -> [[StateEntry]] {
    if let all { try checkCount(all.count, parameters.count) }
    let bytes = try communicating { () throws(TensorError) in
      try communicator.broadcast(all.map { StateOutline(of: $0).bytes } ?? [], from: 0)
    }
    if let all, writesFiles {
      var sending: [TensorMessage] = []
      for rank in 1..<max(communicator.size, 1) {
        sending += messages(Array(all[range(of: rank)]), with: rank)
      }
      try communicating { () throws(TensorError) in try communicator.exchange(sending: sending, receiving: []) }
      return Array(all[owned])
    }
    let outline = try StateOutline(bytes: bytes)
    try checkCount(outline.entries.count, parameters.count)
    let own = try StateOutline(entries: Array(outline.entries[owned])).makeRoom()
    try communicating { () throws(TensorError) in
      try communicator.exchange(sending: [], receiving: messages(own, with: 0))
    }
    return own
  }

  private func range(of rank: Int) -> Range<Int> {
    switch sharing {
    case .replicated: parameters.indices
    case .zero1, .zero2: shards.ranges[rank]
    }
  }

  private func messages(_ state: [[StateEntry]], with peer: Int) -> [TensorMessage] {
    state.flatMap { $0.map { TensorMessage(peer: peer, tensor: $0.tensor) } }
  }

  private func checkCount(_ found: Int, _ expected: Int) throws(TrainingError) {
    if found == expected { return }
    throw TrainingError(
      .mismatch, context: "the state of the optimizer", expected: "that of \(expected) weights", found: "\(found)")
  }
}
