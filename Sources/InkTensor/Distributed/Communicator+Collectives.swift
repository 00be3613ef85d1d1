extension Communicator {
  /// The ranks of the other processes.
  private var others: [Int] { (0..<size).filter { $0 != rank } }

  /// Waits until every process is here.
  package func barrier() throws(TensorError) { _ = try sum([]) }

  /// Overwrites tensors everywhere with those of one process.
  ///
  /// - Parameters:
  ///   - tensors: contiguous, of the same shapes and types in every process.
  ///   - root: the rank whose elements count.
  package func broadcast(_ tensors: [Tensor], from root: Int) throws(TensorError) {
    if rank == root {
      let messages = others.flatMap { peer in tensors.map { TensorMessage(peer: peer, tensor: $0) } }
      try exchange(sending: messages, receiving: [])
    } else {
      try exchange(sending: [], receiving: tensors.map { TensorMessage(peer: root, tensor: $0) })
    }
  }

  /// Overwrites tensors everywhere with those of their owners.
  ///
  /// - Parameter shards: the tensors of each rank, contiguous, of the same shapes and types in every process.
  package func allGather(_ shards: [[Tensor]]) throws(TensorError) {
    checkShards(shards)
    let sending = others.flatMap { peer in shards[rank].map { TensorMessage(peer: peer, tensor: $0) } }
    let receiving = others.flatMap { peer in shards[peer].map { TensorMessage(peer: peer, tensor: $0) } }
    try exchange(sending: sending, receiving: receiving)
  }

  /// What each process hands in, everywhere, in the order of ranks.
  ///
  /// - Parameter bytes: of any number in each process.
  package func allGather(_ bytes: [UInt8]) throws(TensorError) -> [[UInt8]] {
    if size == 1 { return [bytes] }
    let counts = try allGather(counts: bytes.count)
    let own = Tensor(bytes: bytes)
    let parts = (0..<size).map { $0 == rank ? own : Tensor(room: [counts[$0]], dtype: .u8) }
    try allGather(parts.map { [$0] })
    return parts.map(\.bytes)
  }

  /// The bytes of one process, everywhere.
  ///
  /// - Parameter bytes: what the root hands in; those of other processes do not count.
  package func broadcast(_ bytes: [UInt8], from root: Int) throws(TensorError) -> [UInt8] {
    if size == 1 { return bytes }
    let count = Tensor(bytes: encoded(rank == root ? UInt64(bytes.count) : 0))
    try broadcast([count], from: root)
    let content = rank == root ? Tensor(bytes: bytes) : Tensor(room: [try decoded(count, from: root)], dtype: .u8)
    try broadcast([content], from: root)
    return content.bytes
  }

  /// The sums over processes of a few numbers, everywhere the same bits: added in the order of ranks, from rank 0.
  ///
  /// - Parameter values: as many in every process.
  package func sum(_ values: [Double]) throws(TensorError) -> [Double] {
    if size == 1 { return values }
    // A byte more than the numbers need: nothing at all would be no message to wait for.
    let bytes: [UInt8] = values.reduce(into: []) { $0 += encoded($1.bitPattern) } + [0]
    let parts = (0..<size).map { $0 == rank ? Tensor(bytes: bytes) : Tensor(room: [bytes.count], dtype: .u8) }
    try allGather(parts.map { [$0] })
    return values.indices.map { index in
      parts.reduce(0.0) { total, part in
        total + Double(bitPattern: word(part.bytes, at: index * 8))
      }
    }
  }

  private func allGather(counts count: Int) throws(TensorError) -> [Int] {
    let parts = (0..<size).map { Tensor(bytes: encoded($0 == rank ? UInt64(count) : 0)) }
    try allGather(parts.map { [$0] })
    var counts: [Int] = []
    for (peer, part) in parts.enumerated() { counts.append(try decoded(part, from: peer)) }
    return counts
  }

  private func encoded(_ value: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }

  private func word(_ bytes: [UInt8], at start: Int) -> UInt64 {
    (0..<8).reduce(0) { $0 | UInt64(bytes[start + $1]) << ($1 * 8) }
  }

  private func decoded(_ count: Tensor, from peer: Int) throws(TensorError) -> Int {
    let value = word(count.bytes, at: 0)
    guard value < 1 << 40 else {
      throw TensorError(
        .communication, context: "rank \(peer)", expected: "a number of bytes", found: "\(value)",
        hint: "Start every process with the same program and the same arguments.")
    }
    return Int(value)
  }

  func checkShards(_ shards: [[Tensor]]) {
    if shards.count != size { trap("Communicator", "\(shards.count) shards for \(size) processes") }
  }
}
