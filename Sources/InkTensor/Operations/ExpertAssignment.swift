/// Which experts the rows of a step go through: for each row its choice, for each expert its rows.
///
/// A row that goes through some experts takes as many slots. Slots are ordered by expert, then by row, so that the rows
/// of one expert lie side by side and no expert without rows is looked at.
package struct ExpertAssignment: Sendable {
  /// Rows that were routed.
  package let rows: Int
  /// Experts a row goes through.
  package let chosen: Int
  /// The experts of each row by their numbers, [rows * chosen].
  package let experts: [Int32]
  /// Their weights, [rows * chosen].
  package let weights: [Float]
  /// The slots of each row in the order of ``experts``, [rows * chosen].
  let slots: [Int32]
  /// The row of each slot, [rows * chosen].
  let sources: [Int32]
  /// The experts that have rows, by their numbers.
  package let used: [Int]
  /// The slots of each of ``used``.
  package let groups: [Range<Int>]

  init(rows: Int, router: ExpertRouter, experts: [Int32], weights: [Float]) {
    self.rows = rows
    self.chosen = router.chosen
    self.experts = experts
    self.weights = weights
    var ends = [Int](repeating: 0, count: router.count)
    for expert in experts { ends[Int(expert)] += 1 }
    var used: [Int] = []
    var groups: [Range<Int>] = []
    var next = 0
    for expert in 0..<router.count where ends[expert] > 0 {
      used.append(expert)
      groups.append(next..<next + ends[expert])
      next += ends[expert]
      ends[expert] = next - ends[expert]
    }
    var slots = [Int32](repeating: 0, count: experts.count)
    var sources = slots
    for place in experts.indices {
      let expert = Int(experts[place])
      let slot = ends[expert]
      ends[expert] += 1
      slots[place] = Int32(slot)
      sources[slot] = Int32(place / router.chosen)
    }
    self.slots = slots
    self.sources = sources
    self.used = used
    self.groups = groups
  }
}

/// The rows of `x`, one for each slot.
enum GatherSlots: Operation {
  struct Arguments: Sendable {
    let x: Tensor  // [rows, width]
    let assignment: ExpertAssignment
  }

  static let name: StaticString = "gatherSlots"

  static func resultShape(of arguments: Arguments) throws(ShapeMismatch) -> Shape {
    guard arguments.x.shape.rank == 2, arguments.x.shape[0] == arguments.assignment.rows else {
      throw ShapeMismatch("x \(arguments.x.shape) of \(arguments.assignment.rows) routed rows")
    }
    return [arguments.assignment.sources.count, arguments.x.shape[1]]
  }

  static func forward(_ arguments: Arguments, into result: Tensor, on cpu: CPU) {
    let width = result.shape[1]
    let (x, out) = (arguments.x.floats, result.floats)
    arguments.assignment.sources.withUnsafeBufferPointer { sources in
      cpu.forEachRow(sources.count, width: width, cost: 1) { chunk in
        for slot in chunk { (out + slot * width).update(from: x + Int(sources[slot]) * width, count: width) }
      }
    }
  }

  static func inputs(of arguments: Arguments) -> [Tensor] { [arguments.x] }

  static func kept(_ arguments: Arguments) -> Arguments { arguments }

  static func backward(_ arguments: Arguments, gradient: Tensor, into flow: inout GradientFlow) {
    trap(name, "has no gradient yet")
  }
}

/// The weighted sum of each row's slots, in the order of its experts, and what is added to it.
enum CombineSlots: Operation {
  struct Arguments: Sendable {
    let y: Tensor  // [slots, width]
    let assignment: ExpertAssignment
    let residual: Tensor?  // [rows, width]
  }

  static let name: StaticString = "combineSlots"

  static func resultShape(of arguments: Arguments) throws(ShapeMismatch) -> Shape {
    let (y, assignment) = (arguments.y.shape, arguments.assignment)
    guard y.rank == 2, y[0] == assignment.slots.count,
      arguments.residual.map({ $0.shape.elementCount == assignment.rows * y[1] }) ?? true
    else { throw ShapeMismatch("y \(y) of \(assignment.slots.count) slots") }
    return [assignment.rows, y[1]]
  }

  static func forward(_ arguments: Arguments, into result: Tensor, on cpu: CPU) {
    let (width, chosen) = (result.shape[1], arguments.assignment.chosen)
    let (y, out) = (arguments.y.floats, result.floats)
    let residual = arguments.residual?.floats
    arguments.assignment.slots.withUnsafeBufferPointer { slots in
      arguments.assignment.weights.withUnsafeBufferPointer { weights in
        cpu.forEachVectorChunk(result.elementCount, cost: chosen) { start, count in
          var element = start
          while element < start + count {
            let row = element / width
            let column = element - row * width
            let length = min(width - column, start + count - element)
            let target = out + element
            for rank in 0..<chosen {
              let place = row * chosen + rank
              let source = y + Int(slots[place]) * width + column
              let weight = weights[place]
              if rank == 0 {
                for index in 0..<length { target[index] = weight * source[index] }
              } else {
                for index in 0..<length { target[index] += weight * source[index] }
              }
            }
            if let residual { for index in 0..<length { target[index] = residual[element + index] + target[index] } }
            element += length
          }
        }
      }
    }
  }

  static func inputs(of arguments: Arguments) -> [Tensor] { [arguments.y] }

  static func kept(_ arguments: Arguments) -> Arguments { arguments }

  static func backward(_ arguments: Arguments, gradient: Tensor, into flow: inout GradientFlow) {
    trap(name, "has no gradient yet")
  }
}

extension CPU {
  /// The rows of `x` [rows, width], one for each slot of the assignment: [slots, width].
  package func gather(_ x: Tensor, by assignment: ExpertAssignment) -> Tensor {
    apply(GatherSlots.self, .init(x: x, assignment: assignment))
  }

  /// The weighted sum of what each row's experts gave, with a residual its sum with that: [rows, width].
  ///
  /// - Parameter y: [slots, width].
  package func combine(_ y: Tensor, by assignment: ExpertAssignment, addingTo residual: Tensor?) -> Tensor {
    apply(CombineSlots.self, .init(y: y, assignment: assignment, residual: residual))
  }
}
