/// The fewest bytes from each state to the end of its rule.
///
/// Knuth's generalization of Dijkstra's method ("A generalization of Dijkstra's algorithm", 1977): a call costs what the
/// called rule costs from its first state, which is known before it is used because costs only grow.
struct ShortestDistances {
  static let unreachable = Int32.max
  /// Costs above are one: such a grammar is refused.
  private static let ceiling = TransitionNetwork.distanceLimit + 1

  private(set) var distances: [Int32]

  init(_ network: TransitionNetwork) {
    let count = network.stateCount
    distances = [Int32](repeating: Self.unreachable, count: count)
    var edgeOwners = [Int32](repeating: 0, count: network.edges.count)
    var callOwners = [Int32](repeating: 0, count: network.calls.count)
    for state in 0..<Int32(count) {
      for index in network.edgeRange(state) { edgeOwners[index] = state }
      for index in network.callRange(state) { callOwners[index] = state }
    }
    let edgesInto = Grouped(network.edges.map(\.target), count: count)
    let callsInto = Grouped(network.calls.map(\.back), count: count)
    let callsOf = Grouped(network.calls.map(\.entry), count: count)
    var isSettled = [Bool](repeating: false, count: count)
    // Costs are small whole numbers, so a list of states for each cost serves as the queue.
    var buckets: [[Int32]] = [[]]
    for state in 0..<count where network.isFinal[state] {
      distances[state] = 0
      buckets[0].append(Int32(state))
    }
    var cost = 0
    while cost < buckets.count {
      guard let state = buckets[cost].popLast() else {
        cost += 1
        continue
      }
      guard !isSettled[Int(state)] else { continue }
      isSettled[Int(state)] = true
      for index in edgesInto[Int(state)] { offer(edgeOwners[Int(index)], cost + 1, &buckets) }
      for index in callsInto[Int(state)] {
        let entry = Int(network.calls[Int(index)].entry)
        if isSettled[entry] { offer(callOwners[Int(index)], cost + Int(distances[entry]), &buckets) }
      }
      for index in callsOf[Int(state)] {
        let back = Int(network.calls[Int(index)].back)
        if isSettled[back] { offer(callOwners[Int(index)], cost + Int(distances[back]), &buckets) }
      }
    }
  }

  private mutating func offer(_ state: Int32, _ cost: Int, _ buckets: inout [[Int32]]) {
    let cost = min(cost, Int(Self.ceiling))
    guard cost < Int(distances[Int(state)]) else { return }
    distances[Int(state)] = Int32(cost)
    while buckets.count <= cost { buckets.append([]) }
    buckets[cost].append(state)
  }
}
