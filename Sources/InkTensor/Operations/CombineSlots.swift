import CInkKernels

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
    let (y, weights, out) = (arguments.y.floats, arguments.assignment.weights.floats, result.floats)
    let residual = arguments.residual?.floats
    arguments.assignment.slots.withUnsafeBufferPointer { slots in
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

  static func inputs(of arguments: Arguments) -> [Tensor] {
    [arguments.y, arguments.assignment.weights] + (arguments.residual.map { [$0] } ?? [])
  }

  static func kept(_ arguments: Arguments) -> Arguments {
    Arguments(y: arguments.y, assignment: arguments.assignment, residual: arguments.residual?.hollow)
  }

  static func backward(_ arguments: Arguments, gradient: Tensor, into flow: inout GradientFlow) {
    let (cpu, assignment) = (flow.cpu, arguments.assignment)
    let (width, chosen) = (gradient.shape[1], assignment.chosen)
    let slotResult = cpu.allocate(arguments.y.shape)
    let weightResult = cpu.allocate(assignment.weights.shape)
    let (y, weights, above) = (arguments.y.floats, assignment.weights.floats, gradient.floats)
    let (slotOut, weightOut) = (slotResult.floats, weightResult.floats)
    assignment.slots.withUnsafeBufferPointer { slots in
      cpu.forEachRow(assignment.slots.count, width: width, cost: 2) { chunk in
        for place in chunk {
          let (slot, row) = (Int(slots[place]) * width, place / chosen * width)
          cpu.rows.call.scale(above + row, weights[place], slotOut + slot, width)
          weightOut[place] = cpu.rows.call.dot(y + slot, above + row, width)
        }
      }
    }
    flow.add(slotResult, to: arguments.y)
    flow.add(weightResult, to: assignment.weights)
    if let residual = arguments.residual { flow.add(gradient, to: residual) }
  }
}

extension CPU {
  /// The weighted sum of what each row's experts gave, with a residual its sum with that: [rows, width].
  ///
  /// - Parameter y: [slots, width].
  package func combine(_ y: Tensor, by assignment: ExpertAssignment, addingTo residual: Tensor?) -> Tensor {
    apply(CombineSlots.self, .init(y: y, assignment: assignment, residual: residual))
  }
}
