/// Fits lengths into rows, the longest first, each into the fullest row that still holds it.
///
/// Best-fit decreasing takes at most 11/9 of the fewest rows (Johnson, "Near-Optimal Bin Packing Algorithms", 1973).
enum BestFit {
  /// The places of the lengths that share each row. Rows are in the order of their first length; a length above
  /// `capacity` has a row alone.
  static func rows(of lengths: [Int], capacity: Int) -> [[Int]] {
    let order = lengths.indices.sorted { (lengths[$1], $0) < (lengths[$0], $1) }
    var rows: [[Int]] = []
    var rooms = RoomIndex(capacity: capacity)
    for index in order {
      let length = lengths[index]
      if let row = rooms.take(length) {
        rows[row].append(index)
      } else {
        rows.append([index])
        rooms.open(row: rows.count - 1, room: capacity - length)
      }
    }
    // The longest would come first in every window; by their first sample, rows keep the order that was drawn.
    let sorted = rows.map { $0.sorted() }
    return sorted.sorted { ($0.first ?? 0) < ($1.first ?? 0) }
  }
}

/// Rows by how much room they have left.
private struct RoomIndex {
  /// Rows in order of room, then of their number.
  private var rooms: [(room: Int, row: Int)] = []
  private let capacity: Int

  init(capacity: Int) { self.capacity = capacity }

  /// The fullest row that holds a length, which it then has less room for.
  mutating func take(_ length: Int) -> Int? {
    let place = self.place(of: length, row: -1)
    guard place < rooms.count else { return nil }
    let found = rooms.remove(at: place)
    open(row: found.row, room: found.room - length)
    return found.row
  }

  mutating func open(row: Int, room: Int) {
    guard room > 0 else { return }
    rooms.insert((room, row), at: place(of: room, row: row))
  }

  private func place(of room: Int, row: Int) -> Int {
    var low = 0
    var high = rooms.count
    while low < high {
      let middle = (low + high) / 2
      if (rooms[middle].room, rooms[middle].row) < (room, row) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
