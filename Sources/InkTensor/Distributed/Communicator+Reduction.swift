extension Communicator {
  /// Elements that are exchanged and added at a time, for each owner: their parts from all processes are in memory at
  /// once. It does not change the sums.
  package static var roundLength: Int { 1 << 22 }

  /// Sums over processes, each in the process that owns it: element by element, in the order of ranks from rank 0,
  /// whatever arrives first, so that a run gives the same bits each time.
  ///
  /// - Parameters:
  ///   - shards: the tensors that each rank is to have the sums of, f32 and contiguous, with the part of this process; of
  ///     the same shapes in every process. Those of this rank are overwritten by the sums, the others keep their parts.
  ///   - cpu: the backend that adds.
  ///   - roundLength: elements exchanged at a time, for each owner.
  package func reduceScatter(
    _ shards: [[Tensor]], on cpu: CPU, roundLength: Int = Self.roundLength
  ) throws(TensorError) {
    checkShards(shards)
    if size == 1 { return }
    let rounds = shards.map { cutIntoRounds($0, length: roundLength) }
    for round in 0..<(rounds.map(\.count).max() ?? 0) {
      let pieces = rounds.map { round < $0.count ? $0[round] : [] }
      let own = pieces[rank]
      let parts = (0..<size).map { $0 == rank ? own : own.map { cpu.allocate($0.shape) } }
      var sending: [TensorMessage] = []
      var receiving: [TensorMessage] = []
      for peer in 0..<size where peer != rank {
        sending += pieces[peer].map { TensorMessage(peer: peer, tensor: $0) }
        receiving += parts[peer].map { TensorMessage(peer: peer, tensor: $0) }
      }
      try exchange(sending: sending, receiving: receiving)
      for index in own.indices {
        let total = parts[0][index]
        for peer in 1..<size { cpu.addInPlace(parts[peer][index], to: total) }
        if rank != 0 { cpu.copy(total, into: own[index]) }
      }
    }
  }

  /// Sums over processes, in every process: the work is split evenly, each element is added in the order of ranks.
  ///
  /// - Parameter tensors: f32 and contiguous, of the same shapes in every process; overwritten by the sums.
  package func allReduce(
    _ tensors: [Tensor], on cpu: CPU, roundLength: Int = Self.roundLength
  ) throws(TensorError) {
    if size == 1 { return }
    let shards = cutEvenly(tensors)
    try reduceScatter(shards, on: cpu, roundLength: roundLength)
    try allGather(shards)
  }

  /// Views of the tensors' elements, in order, as evenly as whole elements go, one list for each rank.
  private func cutEvenly(_ tensors: [Tensor]) -> [[Tensor]] {
    let total = tensors.reduce(0) { $0 + $1.elementCount }
    var shards = [[Tensor]](repeating: [], count: size)
    var start = 0
    var owner = 0
    for tensor in tensors {
      let flat = tensor.reshaped([tensor.elementCount])
      var taken = 0
      while taken < tensor.elementCount {
        // Wide enough for every product: at most 2^40 elements times the number of processes.
        let end = total / size * (owner + 1) + min(owner + 1, total % size)
        if start + taken >= end {
          owner += 1
          continue
        }
        let count = min(end - start - taken, tensor.elementCount - taken)
        shards[owner].append(flat.slice(taken..<taken + count))
        taken += count
      }
      start += tensor.elementCount
    }
    return shards
  }

  /// Views of the tensors' elements, in order, in lists of at most `length` elements.
  private func cutIntoRounds(_ tensors: [Tensor], length: Int) -> [[Tensor]] {
    let length = max(length, 1)
    var rounds: [[Tensor]] = []
    var room = 0
    for tensor in tensors {
      let flat = tensor.reshaped([tensor.elementCount])
      var taken = 0
      while taken < tensor.elementCount {
        if room == 0 {
          rounds.append([])
          room = length
        }
        let count = min(room, tensor.elementCount - taken)
        rounds[rounds.count - 1].append(flat.slice(taken..<taken + count))
        taken += count
        room -= count
      }
    }
    return rounds
  }
}
