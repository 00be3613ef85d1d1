/// Elements set to zero at random, the others larger by what is lost on average (Srivastava et al., 2014, in the inverted
/// form): which ones is a function of a stream's name and step and of the element's place.
enum Dropout: Operation {
  struct Arguments: Sendable {
    let x: Tensor
    let rate: Float
    let stream: RandomStream
  }

  static let name: StaticString = "dropout"

  static func resultShape(of arguments: Arguments) throws(ShapeMismatch) -> Shape {
    guard arguments.rate >= 0, arguments.rate < 1 else { throw ShapeMismatch("a rate of \(arguments.rate)") }
    return arguments.x.shape
  }

  static func forward(_ arguments: Arguments, into result: Tensor, on cpu: CPU) {
    mask(arguments.x, arguments, into: result, on: cpu)
  }

  static func inputs(of arguments: Arguments) -> [Tensor] { [arguments.x] }

  static func kept(_ arguments: Arguments) -> Arguments {
    Arguments(x: arguments.x.hollow, rate: arguments.rate, stream: arguments.stream)
  }

  /// The mask is drawn again.
  static func backward(_ arguments: Arguments, gradient: Tensor, into flow: inout GradientFlow) {
    let result = flow.cpu.allocate(gradient.shape)
    mask(gradient, arguments, into: result, on: flow.cpu)
    flow.add(result, to: arguments.x)
  }

  private static func mask(_ x: Tensor, _ arguments: Arguments, into result: Tensor, on cpu: CPU) {
    let (from, to, stream) = (x.floats, result.floats, arguments.stream)
    let factor = 1 / (1 - arguments.rate)
    // Each 64 bits of the stream decide on two elements; an element falls where its 32 bits are below the rate's.
    let limit = UInt64(Double(arguments.rate) * 0x1p32)
    cpu.forEachVectorChunk(result.elementCount, cost: 8) { start, count in
      func drop(_ pair: Int, _ bits: UInt64) {
        if pair < start + count { to[pair] = bits & 0xFFFF_FFFF < limit ? 0 : from[pair] * factor }
        if pair + 1 < start + count { to[pair + 1] = bits >> 32 < limit ? 0 : from[pair + 1] * factor }
      }
      for first in stride(from: start, to: start + count, by: 4) {
        let bits = stream.bits(ofBlock: UInt64(first / 4))
        drop(first, bits.first)
        drop(first + 2, bits.second)
      }
    }
    withExtendedLifetime((x, result)) {}
  }
}

extension CPU {
  /// `x` with a share of its elements set to zero at random and the others larger by what is lost on average.
  ///
  /// - Parameters:
  ///   - rate: the share, at least zero and less than one.
  ///   - stream: decides which ones; named after the place in the model and the step of training.
  package func dropout(_ x: Tensor, rate: Float, stream: RandomStream) -> Tensor {
    apply(Dropout.self, .init(x: x, rate: rate, stream: stream))
  }
}
