import CInkKernels

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

  static func kept(_ arguments: Arguments) -> Arguments {
    Arguments(x: arguments.x.hollow, assignment: arguments.assignment)
  }

  static func backward(_ arguments: Arguments, gradient: Tensor, into flow: inout GradientFlow) {
    let cpu = flow.cpu
    let (width, chosen) = (gradient.shape[1], arguments.assignment.chosen)
    let result = cpu.allocate(arguments.x.shape)
    let (above, out) = (gradient.floats, result.floats)
    arguments.assignment.slots.withUnsafeBufferPointer { slots in
      cpu.forEachRow(arguments.assignment.rows, width: width, cost: chosen) { chunk in
        for row in chunk {
          let target = out + row * width
          target.update(from: above + Int(slots[row * chosen]) * width, count: width)
          for place in row * chosen + 1..<(row + 1) * chosen {
            cpu.rows.call.add(target, above + Int(slots[place]) * width, target, width)
          }
        }
      }
    }
    flow.add(result, to: arguments.x)
  }
}

extension CPU {
  /// The rows of `x` [rows, width], one for each slot of the assignment: [slots, width].
  package func gather(_ x: Tensor, by assignment: ExpertAssignment) -> Tensor {
    apply(GatherSlots.self, .init(x: x, assignment: assignment))
  }
}
