import InkTensor
import Testing

/// Gradients that are told of on the way back, as soon as nothing more is added to them.
@Suite("Whole gradients")
struct WholeGradientTests {
  private static let (rows, width, layers) = (6, 8, 4)

  /// How the layers of the model are computed.
  enum Layers: CaseIterable {
    case kept
    case recomputed
    /// A weight of all layers is an input of what is computed again, and read inside too.
    case handedIn
  }

  /// A stack whose head is its table, with a weight that all layers share.
  private struct Model {
    let table = GradientCheck.input([9, width], seed: 50).asParameter()
    let matrices = (0..<layers).map { GradientCheck.input([width, width], seed: UInt64($0)).asParameter() }
    let norms = (0..<layers).map { GradientCheck.input([width], seed: UInt64(100 + $0)).asParameter() }
    let shared = GradientCheck.input([width], seed: 60).asParameter()
    let unused = GradientCheck.input([width], seed: 70).asParameter()

    var parameters: [Tensor] { [table, unused] + matrices + norms + [shared] }

    func loss(_ layers: Layers, on cpu: CPU) -> Tensor {
      var stream = cpu.gatherRows((0..<rows).map { $0 % 4 }, of: .dense(table))
      for (matrix, norm) in zip(matrices, norms) {
        let shared = shared
        @Sendable func layer(_ cpu: CPU, _ x: Tensor, _ handedIn: Tensor?) -> Tensor {
          let normalized = cpu.layerNorm(x, weight: norm, bias: handedIn ?? shared, epsilon: 1e-5)
          let turned = cpu.linear(normalized, by: [.dense(matrix)], epilogues: [.residual(x)])[0]
          return handedIn == nil ? turned : cpu.rmsNorm(turned, weight: shared, epsilon: 1e-5)
        }
        stream =
          switch layers {
          case .kept: layer(cpu, stream, nil)
          case .recomputed: cpu.checkpointed([stream]) { cpu, inputs in [layer(cpu, inputs[0], nil)] }[0]
          case .handedIn:
            cpu.checkpointed([stream, shared]) { cpu, inputs in [layer(cpu, inputs[0], inputs[1])] }[0]
          }
      }
      return cpu.crossEntropy(
        stream, weight: .dense(table), targets: [3, 1, 4, 1, 5, 2], rowWeights: [Float](repeating: 1, count: rows)
      ).loss
    }
  }

  @Test(
    "A weight is told of when its gradient has the bits that it ends with, and not before", arguments: Layers.allCases)
  func whole(layers: Layers) throws {
    let (model, cpu) = (Model(), CPU(threads: 2))
    let plain = GradientStore(of: model.parameters)
    let loss = cpu.valueAndGradient(of: plain) { model.loss(layers, on: $0) }
    let store = GradientStore(of: model.parameters)
    var (found, order) = ([Int: [Float]](), [Int]())
    let again = cpu.valueAndGradient(
      of: store,
      whole: { positions in
        for position in positions {
          guard let gradient = store[store.parameters[position]] else { continue }
          #expect(found[position] == nil)
          found[position] = gradient.toArray()
          order.append(position)
          store.release(store.parameters[position])
        }
      }
    ) { model.loss(layers, on: $0) }
    #expect(again.toArray() == loss.toArray())
    for (position, parameter) in model.parameters.enumerated() {
      #expect(found[position] == plain[parameter]?.toArray(), "\(position)")
      #expect(store[parameter] == nil)
    }
    #expect(found[1] == nil)
    // The last layer comes first, the table and what all layers share last.
    #expect(order.first == 2 + Self.layers - 1)
    #expect(order.last == 0)
    #expect(store.peakByteCount < plain.peakByteCount)
  }
}
